import { dayShort } from './format.ts'

/** The day 'YYYY-MM-DD' of an instant (ISO text) in a time zone. */
export function dayAt(instant: string, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(new Date(instant))
}

/** An instant as `15 Oct` or `Jan \u201927`, as seen from `now`. */
export function dayOfInstant(instant: string, timeZone: string, now = new Date()): string {
  return dayShort(dayAt(instant, timeZone), dayAt(now.toISOString(), timeZone))
}

/** The time of day, as `08:10`. */
export const timeAt = (instant: Date, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { timeZone, timeStyle: 'short' }).format(instant)

/** An instant as `15 Oct, 08:10`. */
export function timeOfInstant(instant: string, timeZone: string, now = new Date()): string {
  return `${dayOfInstant(instant, timeZone, now)}, ${timeAt(new Date(instant), timeZone)}`
}

/** Whole days from one day 'YYYY-MM-DD' to another; negative when it lies before. */
export function daysBetween(from: string, to: string): number {
  return (Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000
}
