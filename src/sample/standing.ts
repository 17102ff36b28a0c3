import type { ImportState } from '../domains/imports/model.ts'
import { kinds, type SampleState } from './schema.ts'

/** An import of the sample, as far as it tells where the sample stands. */
export type Part = Readonly<{
  kind: string
  state: ImportState
  started: boolean
  /** Part of it was taken back. */
  undoBegun: boolean
  rowsDone: number
  fileBytes: number
  bytesDone: number
  undone: number
  toUndo: number
}>

export type Standing = Readonly<{
  parts: readonly Part[]
  /** The job that waits or runs. */
  job: 'loading' | 'removing' | null
  /** A job failed too often and is not tried again. */
  gaveUp: boolean
  /** Somebody loads or removes at this moment, as a job or from the command line. */
  attended: boolean
}>

const isWhole = (parts: readonly Part[]): boolean =>
  parts.length === kinds.length && parts.every(({ state }) => state === 'done')

/**
 * All files are there before the first is imported, and removing discards or undoes whole files: where rows of some were
 * written and others are gone, the company was on its way out.
 */
const isLeaving = (parts: readonly Part[]): boolean =>
  parts.some(({ state, undoBegun }) => state === 'undoing' || undoBegun) ||
  (parts.length < kinds.length && parts.some(({ started }) => started))

const direction = (parts: readonly Part[]): 'loading' | 'removing' =>
  isLeaving(parts) ? 'removing' : 'loading'

/** Where the sample stands; `stopped` when part of it is here and nobody goes on. */
export function standingOf({ parts, job, attended }: Standing): Pick<SampleState, 'state' | 'stopped'> {
  if (job) return { state: job, stopped: null }
  if (parts.length === 0) return { state: attended ? 'loading' : 'absent', stopped: null }
  if (isWhole(parts)) return { state: 'loaded', stopped: null }
  if (attended) return { state: direction(parts), stopped: null }
  return { state: 'stopped', stopped: direction(parts) }
}

/** What a process that was killed left undone; null where there is nothing, or where it failed and a person must look. */
export function abandoned(standing: Standing): 'loading' | 'removing' | null {
  const { parts, gaveUp } = standing
  const failed = gaveUp || parts.some(({ state }) => state === 'failed')
  return failed ? null : standingOf(standing).stopped
}

const shareOf = (parts: readonly { done: number; all: number }[]): number | null => {
  const all = parts.reduce((sum, part) => sum + part.all, 0)
  return all > 0
    ? Math.min(1, parts.reduce((sum, part) => sum + Math.min(part.done, part.all), 0) / all)
    : null
}

/** Part of the work that is done, 0 to 1. A row of records takes about twice as long as one of counts. */
export function progressOf(state: SampleState['state'], parts: readonly Part[]): number | null {
  const weight = ({ kind, fileBytes }: Part) => (kind === 'usage' ? fileBytes / 2 : fileBytes)
  if (state === 'loading')
    return shareOf(
      parts.map((part) => ({
        done: part.state === 'done' ? weight(part) : (weight(part) * part.bytesDone) / (part.fileBytes || 1),
        all: weight(part),
      })),
    )
  if (state !== 'removing') return null
  // What is taken back already is no longer among the imports.
  const left = parts.reduce((sum, { undone, toUndo }) => sum + (toUndo > 0 ? 1 - undone / toUndo : 1), 0)
  return Math.max(0, 1 - left / kinds.length)
}
