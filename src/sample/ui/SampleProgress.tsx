import { Progress } from '../../ui/controls/Progress.tsx'
import { count } from '../../ui/format.ts'
import { kinds } from '../schema.ts'
import type { Sample } from './use-sample.ts'
import { words } from './words.ts'

/** How far loading, computing or removing is. */
export function SampleProgress({ sample }: { sample: Sample }) {
  const { what, done, total, text } = stepOf(sample)
  return <Progress label={what} done={done} total={total} text={text} />
}

type Step = Readonly<{ what: string; done: number; total: number; text: string }>

/** What is under way, and how far, in words. */
function stepOf({ state, progress, rows, readingsDue }: Sample): Step {
  const percent = Math.floor((progress ?? 0) * 100)
  if (state === 'removing')
    return step(words('removing'), progress ?? 0, words('removingRows', { percent: String(percent) }))
  if (state === 'loaded') {
    const all = rows.accounts ?? 0
    const left = Math.min(readingsDue, all)
    return { what: words('reading'), done: all - left, total: all, text: words('readingRows', { n: left }) }
  }
  const now = kinds.findLast((kind) => rows[kind] !== undefined)
  if (now === undefined) return step(words('loading'), 0, words('preparing'))
  const said = { percent: String(percent), kind: now, rows: count(rows[now] ?? 0) }
  return step(words('loading'), progress ?? 0, words('loadingRows', said))
}

const step = (what: string, share: number, text: string): Step => ({ what, done: share, total: 1, text })
