/** The only source of "now": passed in, so that a test can hold it still. */
export type Clock = () => Date

export const systemClock: Clock = () => new Date()

/** Calendar day ('YYYY-MM-DD') of an instant in a time zone. */
export function dayOf(instant: Date, timeZone: string): string {
  return new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' }).format(instant)
}
