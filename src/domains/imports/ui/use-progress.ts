import { useEffect, useRef, useState } from 'react'
import { announce } from '../../../ui/announce.ts'
import { isBusy } from '../model.ts'
import { outcomeWords } from './describe.ts'
import type { Import } from './queries.ts'
import { words } from './words.ts'

type Sample = Readonly<{ at: number; rows: number }>
const windowMs = 10_000

/** Rows read a second over the last ten seconds; null until two readings differ. */
export function useRate(rows: number, going: boolean): number | null {
  const samples = useRef<Sample[]>([])
  const [rate, setRate] = useState<number | null>(null)
  useEffect(() => {
    if (!going) {
      samples.current = []
      setRate(null)
      return
    }
    const now = { at: performance.now(), rows }
    samples.current = [...samples.current.filter(({ at }) => now.at - at < windowMs), now]
    setRate(rateOf(samples.current))
  }, [rows, going])
  return rate
}

/** Rows a second between the first and the last of the samples. */
export function rateOf(samples: readonly Sample[]): number | null {
  const [first, last] = [samples[0], samples.at(-1)]
  if (!first || !last || last.at <= first.at || last.rows <= first.rows) return null
  return Math.round((1_000 * (last.rows - first.rows)) / (last.at - first.at))
}

/** How far what is under way has come: bytes read, or changes put back. The total is 0 until it is known. */
export const progressOf = ({
  state,
  bytesDone,
  fileBytes,
  counts,
}: Pick<Import, 'state' | 'bytesDone' | 'fileBytes' | 'counts'>): { done: number; total: number } =>
  state === 'undoing'
    ? { done: Math.min(counts.undone, counts.toUndo), total: counts.toUndo }
    : { done: Math.min(bytesDone, fileBytes), total: fileBytes }

/** Tells screen readers every quarter of the way, and how it ended. */
export function useProgressSaid(entry: Import): void {
  const { state } = entry
  const { done, total } = progressOf(entry)
  const quarter = total > 0 ? Math.min(4, Math.floor((4 * done) / total)) : 0
  const said = useRef(quarter)
  const before = useRef(state)
  useEffect(() => {
    const ended = isBusy(before.current) && !isBusy(state)
    const started = !isBusy(before.current) && isBusy(state)
    before.current = state
    if (started) said.current = 0
    if (ended) return announce(endWords(entry))
    if (!isBusy(state) || quarter <= said.current) return
    said.current = quarter
    announce(words(state === 'undoing' ? 'undoSaid' : 'progressSaid', { percent: quarter * 25 }))
  }, [entry, state, quarter])
}

function endWords({ state, counts }: Import): string {
  const sentence = outcomeWords(counts)
  if (state === 'checked') return words('checkEnded', { sentence })
  if (state === 'done') return words('importEnded', { sentence })
  return words(state === 'undone' ? 'undoEnded' : 'stoppedSaid')
}
