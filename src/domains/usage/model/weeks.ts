const dayMs = 86_400_000

/** A source is expected to report at least this often; older data is shown as stale. */
export const promisedRhythmDays = 7

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)

/** The Monday on or before a day. */
export const mondayOf = (day: string): string =>
  addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7))

export type Horizon = Readonly<{
  /** Until when use is known (exclusive). */
  asOf: Date
  /** First day that is not wholly known. */
  endDay: string
  stale: boolean
}>

/** Use is known until the end of the last day that the source covers, but never beyond now. */
export function horizonOf(now: Date, lastDay: string): Horizon {
  const coveredUntil = new Date(`${addDays(lastDay, 1)}T00:00:00Z`)
  const asOf = coveredUntil < now ? coveredUntil : now
  return {
    asOf,
    endDay: asOf.toISOString().slice(0, 10),
    stale: now.getTime() - asOf.getTime() > promisedRhythmDays * dayMs,
  }
}

/** Mondays of the last `count` complete weeks before `endDay`, oldest first. */
export function completeWeeks(endDay: string, count: number): string[] {
  const end = mondayOf(endDay)
  return Array.from({ length: count }, (_, index) => addDays(end, (index - count) * 7))
}
