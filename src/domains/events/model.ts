import { createHash } from 'node:crypto'

export const eventTypes = ['track', 'identify', 'group', 'page', 'screen', 'alias'] as const
export type EventType = (typeof eventTypes)[number]

/** Limits of the contract, in bytes of JSON. */
export const maxEventBytes = 32 * 1024
export const maxBatchBytes = 500 * 1024
export const maxBatchEvents = 2_500
/** What is kept of a user's or a group's traits, in bytes of JSON. */
export const maxTraitBytes = 64 * 1024
/** Names in properties or traits of one event, on all levels, and how many levels. */
const maxProperties = 1_000
const maxDepth = 32
const maxNameLength = 512
const maxIdLength = 255
const dayMs = 86_400_000
const firstDay = Date.parse('2000-01-01T00:00:00Z')

export type Reason =
  | 'not_an_object'
  | 'too_large'
  | 'unknown_type'
  | 'no_user'
  | 'bad_id'
  | 'no_name'
  | 'name_too_long'
  | 'no_group'
  | 'no_previous_id'
  | 'bad_timestamp'
  | 'too_old'
  | 'in_the_future'
  | 'bad_properties'
  | 'too_many_properties'
  | 'too_deep'

/** Why an event was not taken, and what to do about it. */
export const reasonWords: Readonly<Record<Reason, string>> = {
  not_an_object: 'An event is a JSON object.',
  too_large: 'An event may have 32 KB. Send less in its properties or traits.',
  unknown_type: `The type is one of ${eventTypes.join(', ')}.`,
  no_user: 'An event needs a userId or an anonymousId.',
  bad_id: `Ids are text of at most ${maxIdLength} characters, or numbers of at most 15 digits. Send larger numbers as text.`,
  no_name: 'A track event needs its name in "event".',
  name_too_long: `A name may have ${maxNameLength} characters. Put what varies into properties.`,
  no_group: 'A group call needs a groupId.',
  no_previous_id: 'An alias call needs a previousId.',
  bad_timestamp: 'The timestamp is no ISO 8601 time.',
  too_old: 'The timestamp lies before the year 2000.',
  in_the_future: 'The timestamp lies more than a day ahead.',
  bad_properties: 'Properties, traits and context are JSON objects.',
  too_many_properties: `An event may have ${maxProperties} names in its properties or traits. Put what varies into values.`,
  too_deep: `An event may be nested ${maxDepth} levels deep.`,
}

export type Json = Readonly<Record<string, unknown>>
export type Seen = Readonly<{ kind: 'user' | 'anonymous'; id: string }>

/** An event that was understood. Times are ISO instants, corrected for the sender's clock. */
export type ProductEvent = Readonly<{
  messageId: string
  type: EventType
  name: string
  user: Seen
  /** The anonymous or former id that this event ties to its user. */
  formerly: Seen | null
  groupId: string | null
  traits: Json | null
  /** JSON text: it is kept as it is, and a text waits for the disk at less cost than its objects. */
  properties: string
  library: string
  at: string
}>

/** When it came, and how far the sender's clock was ahead (ms). */
export type Arrival = Readonly<{ receivedAt: Date; skewMs: number; newId: () => string }>

/** How far a clock is ahead that says `sentAt` while it is `receivedAt`; 0 when it says nothing that can be used. */
export function skewOf(sentAt: unknown, receivedAt: Date): number {
  const sent = typeof sentAt === 'string' ? instantOf(sentAt) : Number.NaN
  return Number.isFinite(sent) ? sent - receivedAt.getTime() : 0
}

/** Whether the calendar has this day; Date takes 30 February for 2 March. */
const isDay = (day: string): boolean =>
  day.slice(8) <= '28' || new Date(`${day}T00:00:00Z`).getUTCDate() === Number(day.slice(8))

const plainInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/

/** Milliseconds of an ISO 8601 time, NaN for anything else; without a zone it is UTC. */
function instantOf(text: string): number {
  if (!isDay(text.slice(0, 10))) return Number.NaN
  if (plainInstant.test(text)) return Date.parse(text)
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s*(Z|[+-]\d\d:?\d\d)?)?$/i.exec(
    text,
  )
  if (!match) return Number.NaN
  const [, day, time = '00:00', zone = 'Z'] = match
  const offset = zone.replace(/^([+-]\d\d):?(\d\d)$/, '$1:$2').toUpperCase()
  // Fractions beyond milliseconds are beyond what a Date takes everywhere.
  return Date.parse(`${day}T${time.replace(/(\.\d{3})\d+$/, '$1')}${offset}`)
}

class Refused extends Error {
  constructor(readonly reason: Reason) {
    super(reason)
  }
}

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

function objectOf(value: unknown): Json {
  if (value === undefined || value === null) return {}
  if (!isObject(value)) throw new Refused('bad_properties')
  return value
}

/** Traits as the records store takes them: JSON without NUL and half characters. */
function traitsOf(value: unknown): Json {
  const text = JSON.stringify(objectOf(value)).replace(/\\(?:\\|u0000|ud[89a-f][0-9a-f]{2})/g, (found) =>
    found === '\\\\' ? found : '\\ufffd',
  )
  return JSON.parse(text) as Json
}

/** The JSON text of a parsed value, however deep it is nested. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value)
  } catch {
    return deepText(value)
  }
}

class Text {
  constructor(readonly text: string) {}
}

/** What JSON.stringify says, without its recursion. */
function deepText(value: unknown): string {
  const parts: string[] = []
  const left: unknown[] = [value]
  const between = (begin: string, entries: readonly unknown[][], end: string) => {
    const inner = entries.flatMap((entry, at) => (at === 0 ? entry : [new Text(','), ...entry]))
    left.push(new Text(end), ...inner.toReversed(), new Text(begin))
  }
  while (left.length > 0) {
    const next = left.pop()
    if (next instanceof Text) parts.push(next.text)
    else if (Array.isArray(next))
      between(
        '[',
        next.map((item: unknown) => [item]),
        ']',
      )
    else if (isObject(next))
      between(
        '{',
        Object.entries(next).map(([name, item]) => [new Text(`${JSON.stringify(name)}:`), item]),
        '}',
      )
    else parts.push(JSON.stringify(next))
  }
  return parts.join('')
}

/** Traits of several calls, the later over the earlier; what is more than can be kept is left out, the oldest first. */
export function mergeTraits(calls: readonly Json[]): Json {
  const merged = new Map<string, unknown>()
  let bytes = 0
  for (const said of calls.toReversed())
    for (const [name, value] of Object.entries(said)) {
      if (merged.has(name)) continue
      bytes += Buffer.byteLength(JSON.stringify({ [name]: value }))
      if (bytes > maxTraitBytes) return Object.fromEntries(merged)
      merged.set(name, value)
    }
  return Object.fromEntries(merged)
}

/** An id as text; null when there is none. */
function idOf(value: unknown): string | null {
  if (value === undefined || value === null || value === '') return null
  // Two numbers that a double cannot tell apart would become one user.
  if (typeof value !== 'string' && !(typeof value === 'number' && Math.abs(value) < 1e15))
    throw new Refused('bad_id')
  const id = storable(String(value))
  if (id.length > maxIdLength) throw new Refused('bad_id')
  return id
}

/** Text that both stores take: half characters and NUL become the replacement character. */
const storable = (text: string): string => Buffer.from(text).toString().replaceAll('\0', '\uFFFD')

function nameOf(type: EventType, raw: Json): string {
  const given = type === 'track' ? raw.event : type === 'page' || type === 'screen' ? raw.name : undefined
  const name = typeof given === 'string' ? storable(given.trim()) : ''
  if (type === 'track' && name === '') throw new Refused('no_name')
  if (name.length > maxNameLength) throw new Refused('name_too_long')
  return name
}

/** The time of the event on our clock. What lies less than a day ahead happened now: clocks that run ahead do so. */
function timeOf(raw: Json, { receivedAt, skewMs }: Arrival): string {
  const said = raw.timestamp ?? raw.originalTimestamp
  if (said === undefined || said === null) return receivedAt.toISOString()
  const claimed = typeof said === 'string' ? instantOf(said) : Number.NaN
  if (!Number.isFinite(claimed)) throw new Refused('bad_timestamp')
  const at = claimed - skewMs
  if (at < firstDay) throw new Refused('too_old')
  if (at > receivedAt.getTime() + dayMs) throw new Refused('in_the_future')
  return new Date(Math.min(at, receivedAt.getTime())).toISOString()
}

function libraryOf(context: Json): string {
  const library = isObject(context.library) ? context.library : {}
  const text = [library.name, library.version].filter((part) => typeof part === 'string').join(' ')
  return storable(text.slice(0, 80))
}

function formerOf(type: EventType, raw: Json, userId: string | null): Seen | null {
  const previous = idOf(raw.previousId)
  if (type === 'alias') {
    if (!previous) throw new Refused('no_previous_id')
    return { kind: 'user', id: previous }
  }
  const anonymous = idOf(raw.anonymousId)
  return userId && anonymous ? { kind: 'anonymous', id: anonymous } : null
}

function understood(raw: Json, arrival: Arrival): ProductEvent {
  const type = eventTypes.find((known) => known === raw.type)
  if (!type) throw new Refused('unknown_type')
  const context = objectOf(raw.context)
  const [userId, anonymousId] = [idOf(raw.userId), idOf(raw.anonymousId)]
  const id = userId ?? anonymousId
  if (!id) throw new Refused('no_user')
  const groupId = idOf(type === 'group' ? raw.groupId : (context.groupId ?? raw.groupId))
  if (type === 'group' && !groupId) throw new Refused('no_group')
  return {
    messageId: idOf(raw.messageId) ?? arrival.newId(),
    type,
    name: nameOf(type, raw),
    user: { kind: userId ? 'user' : 'anonymous', id },
    formerly: formerOf(type, raw, userId),
    groupId,
    traits: type === 'identify' || type === 'group' ? traitsOf(raw.traits) : null,
    properties: JSON.stringify(objectOf(raw.properties)),
    library: libraryOf(context),
    at: timeOf(raw, arrival),
  }
}

/** Bytes of a text in JSON at most: an escape takes six. */
const mostBytes = (text: string): number => text.length * 6 + 4
/** A number, a word, or the brackets of a list or object. */
const mostBytesOfOthers = 32

/**
 * Refuses what is nested too deep for a store to take, has more names than an event may have, or is too large. Only what
 * may be too large is written out to be measured.
 */
function checkShape(raw: Json): void {
  let names = 0
  let bytes = 0
  const visit = (value: unknown, depth: number): void => {
    bytes += typeof value === 'string' ? mostBytes(value) : mostBytesOfOthers
    if (typeof value !== 'object' || value === null) return
    if (depth > maxDepth) throw new Refused('too_deep')
    if (Array.isArray(value)) for (const item of value) visit(item, depth + 1)
    else
      for (const name of Object.keys(value)) {
        names += 1
        bytes += mostBytes(name)
        visit((value as Json)[name], depth + 1)
      }
  }
  visit(raw, 0)
  if (bytes > maxEventBytes && Buffer.byteLength(JSON.stringify(raw)) > maxEventBytes)
    throw new Refused('too_large')
  if (names > maxProperties) throw new Refused('too_many_properties')
}

/** Understands one event of the Segment contract, or says why it is not one. Never throws. */
export function readEvent(raw: unknown, arrival: Arrival): { event: ProductEvent } | { reason: Reason } {
  try {
    if (!isObject(raw)) throw new Refused('not_an_object')
    checkShape(raw)
    return { event: understood(raw, arrival) }
  } catch (error) {
    if (error instanceof Refused) return { reason: error.reason }
    throw error
  }
}

/**
 * What stands for a user in the events store: the same surrogate that imported counts carry, so that a user who is in
 * both counts once. Anonymous ids never meet user ids.
 */
export function keyOf(workspace: string, { kind, id }: Seen): string {
  const text = `${workspace}${kind === 'user' ? '\n' : '\r'}${id}`
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}

/** Names of events that count as features of their own; those of all further names count as one. */
export const maxFeatures = 1_000
export const otherEvents = 'Other events'

/** Events of one user, feature, group and minute. `minute` is an ISO instant. */
export type Tally = Readonly<{
  key: string
  day: string
  minute: string
  feature: string
  groupId: string
  events: number
}>
/** A user was in this group from then on. */
export type Membership = Readonly<{ at: string; groupId: string }>

/** What is known of one user under all ids. */
export type Belonging = Readonly<{
  root: string
  /** In order of time. */
  memberships: readonly Membership[]
  /** The account that the person's record names, when it names exactly one. */
  account: string | null
}>

export type Use = Readonly<{ accountId: string; day: string; root: string; feature: string; events: number }>

/** The group that counts at a time: the last one joined; before the first, the first (late identification). */
export function groupAt(memberships: readonly Membership[], minute: string): string | null {
  const joined = memberships.filter(({ at }) => at < nextMinute(minute))
  return (joined.at(-1) ?? memberships[0])?.groupId ?? null
}

const nextMinute = (minute: string): string => new Date(Date.parse(minute) + 60_000).toISOString()

/** Where an event counts: by the group it names, by the group its user was in, or by the record of its person. */
export type Place = Readonly<{
  by: 'group' | 'membership' | 'person'
  /** The group that decided, null where the person did. */
  groupId: string | null
  /** null while nobody knows whose the group, or the person, is: the event waits. */
  accountId: string | null
}>

/** The place of an event that names `groupId` ('' for none) and happened in `minute`; `accounts` are those of groups. */
export function placeOf(
  groupId: string,
  minute: string,
  { memberships, account }: Belonging,
  accounts: ReadonlyMap<string, string>,
): Place {
  const group = groupId || groupAt(memberships, minute)
  if (!group) return { by: 'person', groupId: null, accountId: account }
  return { by: groupId ? 'group' : 'membership', groupId: group, accountId: accounts.get(group) ?? null }
}

/** Counts of use by account, day, user and feature. Events that have no place wait. */
export function countUse(
  tallies: readonly Tally[],
  belongings: ReadonlyMap<string, Belonging>,
  accounts: ReadonlyMap<string, string>,
): Use[] {
  const uses = new Map<string, Use>()
  for (const { key, day, minute, feature, groupId, events } of tallies) {
    const belonging = belongings.get(key)
    if (!belonging) continue
    const { accountId } = placeOf(groupId, minute, belonging, accounts)
    if (!accountId) continue
    const use = { accountId, day, root: belonging.root, feature }
    const id = JSON.stringify(use)
    uses.set(id, { ...use, events: (uses.get(id)?.events ?? 0) + events })
  }
  return [...uses.values()]
}

/** Fields of a person that traits may fill: only those that are empty, and only from a server. */
export function personFields(traits: Json): { name: string | null; email: string | null } {
  const text = (value: unknown) =>
    typeof value === 'string' && value.trim() ? storable(value.trim()).slice(0, 200) : null
  const joined = [text(traits.firstName), text(traits.lastName)].filter((part) => part !== null).join(' ')
  const email = text(traits.email)?.toLowerCase() ?? null
  return {
    name: text(traits.name) ?? (joined || null),
    email: email && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email) ? email : null,
  }
}
