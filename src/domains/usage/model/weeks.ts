import type { Coverage } from '../schema.ts'

const dayMs = 86_400_000

/** A source is expected to report at least this often; older data is shown as stale. */
export const promisedRhythmDays = 7
/** A live source that is silent for longer (a long weekend is not) is no longer taken for one that would tell. */
export const liveSilenceDays = 3

// The same few thousand days are asked for again and again, and dates are slow to read and to write.
const numbers = new Map<string, number>()
const names = new Map<number, string>()

/** Days since 1970-01-01. */
function numberOf(day: string): number {
  const known = numbers.get(day)
  if (known !== undefined) return known
  const number = Math.round(Date.parse(`${day}T00:00:00Z`) / dayMs)
  numbers.set(day, number)
  return number
}

function nameOf(number: number): string {
  const known = names.get(number)
  if (known !== undefined) return known
  const name = new Date(number * dayMs).toISOString().slice(0, 10)
  names.set(number, name)
  return name
}

export const addDays = (day: string, days: number): string => nameOf(numberOf(day) + days)

export const daysBetween = (from: string, to: string): number => numberOf(to) - numberOf(from)

/** The Monday on or before a day; 1970-01-01 was a Thursday. */
export const mondayOf = (day: string): string => addDays(day, -((((numberOf(day) + 3) % 7) + 7) % 7))

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
