import type { Change, Watched } from '../schema.ts'

/** A reading may move by so much and still be as it was, where it has no interval of its own. */
export const steps: Readonly<Record<string, number>> = {
  'risk.renewal': 0.05,
  'usage.trend': 0.1,
  'usage.weekly_active': 0.125,
  'usage.breadth': 0.1,
  'usage.early_adoption': 0.1,
  'usage.last_used': 7,
}
/** Readings that are not named move when they are a tenth away from what they were. */
const otherStep = (was: number): number => Math.abs(was) / 10

/** How far a reading may be from `was` before it has changed. Counts move by one. */
const stepOf = (code: string, was: number): number =>
  steps[code] ?? (code.startsWith('tickets.') ? 0.5 : otherStep(was))

function movedBeyond(code: string, then: Watched, value: number): boolean {
  if (then.value === null) return true
  if (then.low !== null && then.high !== null && (value < then.low || value > then.high)) return true
  if (then.low !== null && then.high !== null) return false
  return Math.abs(value - then.value) > stepOf(code, then.value) + 1e-9
}

/**
 * What changed in a reading since it was watched: its state, the day that it counts to, its value out of the interval it
 * had (or by more than its step), or evidence that was not there. null while it is as it was.
 */
export function changeOf(code: string, then: Watched, now: Watched): Omit<Change, 'since'> | null {
  if (then.state !== now.state) return { reading: code, kind: 'state', was: then.state, now: now.state }
  // A count of days ages by itself: only another day is a change.
  if (then.fact !== null || now.fact !== null)
    return then.fact === now.fact ? null : { reading: code, kind: 'fact', was: then.fact, now: now.fact }
  if (now.value !== null && movedBeyond(code, then, now.value))
    return { reading: code, kind: 'value', was: then.value, now: now.value }
  const known = new Set(then.evidence)
  const fresh = now.evidence.filter((id) => !known.has(id)).length
  return fresh > 0 ? { reading: code, kind: 'evidence', was: then.evidence.length, now: fresh } : null
}

/** What changed in any of the readings that a snooze waits for; nothing while none of them is known any more. */
export function changesOf(
  watched: Readonly<Record<string, Watched>>,
  now: ReadonlyMap<string, Watched>,
  since: string,
): Change[] {
  return Object.entries(watched).flatMap(([code, then]) => {
    const reading = now.get(code)
    const change = reading ? changeOf(code, then, reading) : null
    return change ? [{ ...change, since }] : []
  })
}
