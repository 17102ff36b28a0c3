import type { SampleSize } from '../size.ts'

const dayMs = 86_400_000

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)

export const weeksInMonth = 365.25 / 12 / 7

/** The weeks of a simulation. Week 0 begins on `startsOn`; the last one ends before `endsOn`. */
export type Calendar = Readonly<{
  weeks: number
  startsOn: string
  /** Day of a week, 0 to 6. */
  day(week: number, weekday?: number): string
  /** Instant within a week; hours from the start of that day. */
  instant(week: number, weekday: number, hours: number): string
  /** First week of a month, counted in whole months from the start. */
  weekOfMonth(month: number): number
  /** Calendar month 1 to 12 in which the week begins. */
  season(week: number): number
}>

export function calendarOf({ months, endsOn }: Pick<SampleSize, 'months' | 'endsOn'>): Calendar {
  const weeks = Math.round(months * weeksInMonth)
  const startsOn = addDays(endsOn, -7 * weeks)
  const start = Date.parse(`${startsOn}T00:00:00Z`)
  const day = (week: number, weekday = 0) =>
    new Date(start + (week * 7 + weekday) * dayMs).toISOString().slice(0, 10)
  return {
    weeks,
    startsOn,
    day,
    instant: (week, weekday, hours) =>
      new Date(start + (week * 7 + weekday) * dayMs + Math.round(hours * 3_600_000)).toISOString(),
    weekOfMonth: (month) => Math.round(month * weeksInMonth),
    season: (week) => Number(day(week).slice(5, 7)),
  }
}

/**
 * What happens to everybody, in whole months from the start. A company with another number of months keeps the shares of
 * its time: of 24 months the change goes live after 16.
 */
export const milestones = (months: number) => ({
  /** Exports begin to fail: for the heaviest users first, for the others half a year later. */
  exportFault: (months * 5) / 24,
  exportFaultForAll: (months * 11) / 24,
  release: (months * 9) / 24,
  outage: (months * 12) / 24,
  segmentMail: (months * 14) / 24,
  change: (months * 16) / 24,
  priceRise: (months * 18) / 24,
})
