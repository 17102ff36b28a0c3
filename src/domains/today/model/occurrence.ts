import type { TodayItem } from '../schema.ts'

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** Monday of the week of a day. */
function weekOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7))
  return date.toISOString().slice(0, 10)
}

export const taskOccurrence = (id: string): string => `task ${id}`
/** The id of the task that an occurrence is, or null when it is something else. */
export const taskOf = (occurrence: string): string | null =>
  /^task ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(occurrence)?.[1] ?? null

/** What tells this occurrence of a reason from the next one: a renewal day, a ticket, else a week. */
export function occurrenceOf(
  reading: Readonly<{
    code: string
    asOf: string
    detail: Record<string, unknown>
    evidence: Readonly<TodayItem['evidence']>
  }>,
): string {
  if (reading.code === 'revenue.renewal' && typeof reading.detail.renewsOn === 'string')
    return `renewal ${reading.detail.renewsOn}`
  // A ticket that is opened later is news, one that was there before is not.
  const newest = reading.evidence
    .filter(({ kind, id }) => kind === 'ticket' && id !== null)
    .toSorted((a, b) => compareText(b.at ?? '', a.at ?? '') || compareText(b.id!, a.id!))[0]
  if (newest) return `ticket ${newest.id}`
  // What was done about a drop need not be said again each day.
  return `week ${weekOf(reading.asOf.slice(0, 10))}`
}

/** Weeks go on by themselves: what is put off for longer than one is put off in the next one too. */
export const lastingOccurrence = (occurrence: string): string =>
  occurrence.startsWith('week ') ? 'week' : occurrence
