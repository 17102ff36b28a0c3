import { z } from 'zod'
import { WriteKeyKind } from '../schema.ts'

const types = ['track', 'identify', 'group', 'page', 'screen', 'alias'] as const
const Named = z.object({ id: z.uuid(), name: z.string() })

export const ExploreQuery = z.object({
  type: z.enum(types).optional(),
  name: z.string().max(512).optional(),
  /** The write key that it came with. */
  key: z.uuid().optional(),
  /** Events that count for this account. */
  account: z.uuid().optional(),
  /** A user or anonymous id; finds the events under all ids of that user. */
  user: z.string().min(1).max(255).optional(),
  state: z.enum(['counted', 'waiting']).optional(),
  /** Happened on this day (UTC). */
  day: z.iso.date().optional(),
  /** Received from this instant on, and before that one. */
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
  /** Continues after an event: its cursor. */
  before: z.string().max(700).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
export type ExploreQuery = z.output<typeof ExploreQuery>

/** Where an event counts, or why it does not (yet). */
export const EventPlace = z
  .object({
    /** `counting` waits for the next count, `waiting` for somebody who knows the customer, `none` is no use. */
    state: z.enum(['counted', 'counting', 'waiting', 'none']),
    by: z.enum(['group', 'membership', 'person']),
    groupId: z.string().nullable(),
    account: Named.nullable(),
  })
  .meta({ id: 'EventPlace' })

export const ExploredEvent = z
  .object({
    cursor: z.string(),
    messageId: z.string(),
    type: z.enum(types),
    name: z.string(),
    /** When it happened, on our clock. */
    at: z.string(),
    receivedAt: z.string(),
    by: WriteKeyKind,
    key: Named.nullable(),
    library: z.string(),
    user: z.object({ kind: z.enum(['user', 'anonymous']), externalId: z.string() }).nullable(),
    person: z.object({ id: z.uuid(), name: z.string().nullable() }).nullable(),
    groupId: z.string().nullable(),
    /** JSON text. */
    properties: z.string(),
    /** What it counts as; null for calls that are no use. */
    feature: z.string().nullable(),
    place: EventPlace,
  })
  .meta({ id: 'ExploredEvent' })
export type ExploredEvent = z.output<typeof ExploredEvent>

export const ExploredPage = z
  .object({
    rows: z.array(ExploredEvent),
    /** Where the next page begins; null when there is none. */
    next: z.string().nullable(),
    /** How many events were looked at for these rows. */
    looked: z.int(),
  })
  .meta({ id: 'ExploredPage' })

export const VolumeQuery = z.object({ by: z.enum(['hour', 'day']).default('hour') })

export const EventVolume = z
  .object({
    by: z.enum(['hour', 'day']),
    /** When each hour or day (UTC) begins, the oldest first. */
    starts: z.array(z.string()),
    /** What each source sent, by the same hours or days. */
    sources: z.array(
      z.object({ key: Named.nullable(), events: z.array(z.int()), rejected: z.array(z.int()) }),
    ),
  })
  .meta({ id: 'EventVolume' })

export const NamesQuery = z.object({ days: z.coerce.number().int().min(1).max(90).default(30) })

export const EventName = z
  .object({
    type: z.enum(types),
    name: z.string(),
    /** What it counts as; null for calls that are no use. */
    feature: z.string().nullable(),
    events: z.int(),
    /** Ids that sent it, users and anonymous ones. */
    users: z.int(),
    /** Accounts for which it counted; null for calls that are no use, and where many names count as one. */
    accounts: z.int().nullable(),
    firstAt: z.string(),
    lastAt: z.string(),
  })
  .meta({ id: 'EventName' })

export const EventNames = z
  .object({ days: z.int(), total: z.int(), names: z.array(EventName) })
  .meta({ id: 'EventNames' })

export const PropertiesQuery = z.object({ type: z.enum(types), name: z.string().max(512) })

export const EventProperties = z
  .object({
    /** The newest events of this name that were looked at. */
    looked: z.int(),
    /** Distinct properties among them; the most frequent are listed. */
    total: z.int(),
    properties: z.array(
      z.object({
        name: z.string(),
        events: z.int(),
        types: z.array(z.object({ type: z.string(), events: z.int() })),
        /** JSON texts, cut at 80 characters. */
        examples: z.array(z.string()),
      }),
    ),
  })
  .meta({ id: 'EventProperties' })

export const WaitingEvents = z
  .object({
    /** Events that count for nobody yet, of the last 90 days; at least that many where `capped`. */
    events: z.int(),
    capped: z.boolean(),
    groupsTotal: z.int(),
    /** Groups that no account has. */
    groups: z.array(z.object({ groupId: z.string(), byServer: z.boolean(), users: z.int() })),
    usersTotal: z.int(),
    /** Users without a group whose person names no account, or several. */
    users: z.array(
      z.object({
        kind: z.enum(['user', 'anonymous']),
        externalId: z.string(),
        person: z.object({ id: z.uuid(), name: z.string().nullable() }).nullable(),
        accounts: z.int(),
      }),
    ),
  })
  .meta({ id: 'WaitingEvents' })

export const RejectReason = z
  .object({ reason: z.string(), says: z.string(), open: z.int(), newestAt: z.string() })
  .meta({ id: 'RejectReason' })

export const KeyActivity = z
  .object({
    id: z.uuid(),
    /** The last event that it brought in 30 days; null when there was none. */
    lastAt: z.string().nullable(),
    /** Of the last 24 hours. */
    events: z.int(),
    rejected: z.int(),
  })
  .meta({ id: 'KeyActivity' })
