import type { Coverage } from '../schema.ts'

const dayMs = 86_400_000

/** A source is expected to report at least this often; older data is shown as stale. */
export const promisedRhythmDays = 7
/** A live source that is silent for longer (a long weekend is not) is no longer taken for one that would tell. */
export const liveSilenceDays = 3

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)

export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs)

/** The Monday on or before a day. */
export const mondayOf = (day: string): string =>
  addDays(day, -((new Date(`${day}T00:00:00Z`).getUTCDay() + 6) % 7))

export type Horizon = Readonly<{
  /** Until when use is known (exclusive). */
  asOf: Date
  /** First day that is not wholly known. */
  endDay: string
  /** Days before this one count: the day after `endDay` while a live source tells of a day that is under way. */
  untilDay: string
  stale: boolean
}>

const utcDay = (at: Date): string => at.toISOString().slice(0, 10)

/**
 * Until when the use of an account is known. A live source tells until now, of the accounts that send events (of all,
 * where there are no files); files until the end of the last day that they cover, but never beyond now.
 */
export function horizonOf(now: Date, coverage: Coverage, sendsEvents: boolean): Horizon {
  const today = utcDay(now)
  if (coverage.live && (sendsEvents || coverage.filedDay === null))
    return { asOf: now, endDay: today, untilDay: addDays(today, 1), stale: false }
  const lastDay = sendsEvents ? coverage.lastDay : (coverage.filedDay ?? coverage.lastDay)
  const coveredUntil = new Date(`${addDays(lastDay, 1)}T00:00:00Z`)
  const asOf = coveredUntil < now ? coveredUntil : now
  return {
    asOf,
    endDay: utcDay(asOf),
    untilDay: utcDay(asOf),
    stale: now.getTime() - asOf.getTime() > promisedRhythmDays * dayMs,
  }
}

/** Whether live events that came last on this day show a source that still tells. */
export const isLive = (lastLiveDay: string | null, now: Date): boolean =>
  lastLiveDay !== null && lastLiveDay >= addDays(utcDay(now), -liveSilenceDays)

/** Mondays of the last `count` complete weeks before `endDay`, oldest first. */
export function completeWeeks(endDay: string, count: number): string[] {
  const end = mondayOf(endDay)
  return Array.from({ length: count }, (_, index) => addDays(end, (index - count) * 7))
}

/** Monday of the week that is under way at the horizon; null where it begins there. */
export function weekUnderWay({ endDay, untilDay }: Pick<Horizon, 'endDay' | 'untilDay'>): string | null {
  const monday = mondayOf(endDay)
  return monday < untilDay ? monday : null
}
