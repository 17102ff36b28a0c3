import { maxFeatures, otherEvents, type EventType } from '../model.ts'

const usage: readonly EventType[] = ['track', 'page', 'screen']

/** What an event counts as beside the names in `known`, which count as features; null for calls that are no use. */
export function featureOf(type: EventType, name: string, known: ReadonlySet<string>): string | null {
  if (!usage.includes(type)) return null
  const own = type === 'track' ? name : name === '' ? type : `${type}: ${name}`
  return known.has(own) || known.size < maxFeatures ? own : otherEvents
}

/** Where a page of events ended. `receivedAt` is an ISO instant. */
export type Cursor = Readonly<{ receivedAt: string; messageId: string; userKey: string }>

export const cursorText = ({ receivedAt, userKey, messageId }: Cursor): string =>
  `${receivedAt}|${userKey}|${messageId}`

/** The cursor in a text, null when it is none. */
export function readCursor(text: string): Cursor | null {
  const match = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\|([0-9a-f]{32})\|(.+)$/su.exec(text)
  if (!match) return null
  const [, receivedAt = '', userKey = '', messageId = ''] = match
  return { receivedAt, userKey, messageId }
}

const hourMs = 3_600_000
const lengths = { hour: { ms: hourMs, count: 48 }, day: { ms: 24 * hourMs, count: 30 } }

/** Beginnings (ISO, UTC) of the last 48 hours or 30 days, that of `now` included. */
export function bucketsUntil(now: Date, by: 'hour' | 'day'): string[] {
  const { ms, count } = lengths[by]
  const last = Math.floor(now.getTime() / ms)
  return Array.from({ length: count }, (_, i) => new Date((last - count + 1 + i) * ms).toISOString())
}
