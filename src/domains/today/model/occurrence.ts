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

const textIn = (detail: Record<string, unknown>, name: string): string | null =>
  typeof detail[name] === 'string' ? detail[name] : null

const quarterOf = (day: string): string => `${day.slice(0, 4)}-${Math.ceil(Number(day.slice(5, 7)) / 3)}`

/** Readings whose occasion is told by a fact of theirs, or lasts longer than a week. */
const occasions: Readonly<
  Record<string, (reading: Readonly<{ asOf: string; detail: Record<string, unknown> }>) => string | null>
> = {
  'revenue.renewal': ({ detail }) => textIn(detail, 'renewsOn') && `renewal ${textIn(detail, 'renewsOn')}`,
  // A silence lasts until somebody uses it again.
  'usage.last_used': ({ detail }) => textIn(detail, 'lastDay') && `silence ${textIn(detail, 'lastDay')}`,
  'usage.early_adoption': ({ detail }) =>
    textIn(detail, 'startedOn') && `start ${textIn(detail, 'startedOn')}`,
  'usage.active_users': ({ asOf }) => `quarter ${quarterOf(asOf)}`,
}

/** Facts of a reading's detail by which its occasion is told. */
export const occasionFacts = ['renewsOn', 'lastDay', 'startedOn'] as const

/** What tells this occurrence of a reason from the next one: a renewal day, a ticket, a silence, else a week. */
export function occurrenceOf(
  reading: Readonly<{
    code: string
    asOf: string
    detail: Record<string, unknown>
    evidence: Readonly<TodayItem['evidence']>
  }>,
): string {
  const occasion = occasions[reading.code]?.(reading)
  if (occasion) return occasion
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
