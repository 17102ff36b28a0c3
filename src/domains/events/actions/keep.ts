import { sql, type Transaction } from 'kysely'
import type { WriteKeyKind } from '../../../platform/auth/write-key.ts'
import type { Services } from '../../../platform/context.ts'
import { jsonRows } from '../../../platform/db/pg.ts'
import type { Tables } from '../../../platform/db/tables.ts'
import { newId } from '../../../platform/ids.ts'
import { enqueueJob } from '../../../platform/jobs/enqueue.ts'
import { recomputeJob } from '../../../platform/readings.ts'
import {
  keyOf,
  maxTraitBytes,
  mergeTraits,
  type Json,
  type ProductEvent,
  type Reason,
  type Seen,
} from '../model.ts'

export const countJob = 'events.count'
/** A day that stands for all days of a user. */
export const allDays = '-infinity'

/** What one request brought: events that were understood, and those that were not, as they came. */
export type Delivery = Readonly<{
  workspace: string
  keyId: string | null
  by: WriteKeyKind
  receivedAt: Date
  skewMs: number
  events: readonly ProductEvent[]
  rejects: readonly Readonly<{ raw: string; reason: Reason }>[]
}>

type Pg = Transaction<Tables>
/** What an event shares with the others of its request is written out once. */
type Shared = Readonly<{
  workspace: string
  by: WriteKeyKind
  keyId: string
  receivedAt: string
  version: number
}>
type Call = Readonly<{ shared: Shared; event: ProductEvent; by: WriteKeyKind; key: string }>

/**
 * Users and groups whose rows stand, so that they need not be written again. Rows are never deleted one by one, so what
 * was known once stays true; what is not known costs a write that changes nothing.
 */
export type Known = Set<string>
const maxKnown = 200_000

const nil = '00000000-0000-0000-0000-000000000000'
const instant = (iso: string): string => iso.replace('T', ' ').replace('Z', '')

function callsOf({ workspace, by, keyId, receivedAt, events }: Delivery): Call[] {
  const shared = {
    workspace,
    by,
    keyId: keyId ?? nil,
    receivedAt: instant(receivedAt.toISOString()),
    // The first one received wins.
    version: Number.MAX_SAFE_INTEGER - receivedAt.getTime(),
  }
  return events.map((event) => ({ shared, event, by, key: keyOf(workspace, event.user) }))
}

/** Columns of the table of events, each with its value of a call. */
const columns: Readonly<Record<string, (call: Call) => string | number>> = {
  workspace_id: ({ shared }) => shared.workspace,
  user_key: ({ key }) => key,
  day: ({ event }) => event.at.slice(0, 10),
  message_id: ({ event }) => event.messageId,
  type: ({ event }) => event.type,
  name: ({ event }) => event.name,
  group_id: ({ event }) => event.groupId ?? '',
  at: ({ event }) => instant(event.at),
  received_at: ({ shared }) => shared.receivedAt,
  by: ({ by }) => by,
  write_key_id: ({ shared }) => shared.keyId,
  library: ({ event }) => event.library,
  properties: ({ event }) => event.properties,
  version: ({ shared }) => shared.version,
}
const columnNames = Object.keys(columns) as [string, ...string[]]
const values = Object.values(columns)

const insertEvents = (ch: Services['ch'], calls: readonly Call[]) =>
  ch.insert({
    table: 'event',
    columns: columnNames,
    format: 'JSONCompactEachRow',
    values: calls.map((call) => values.map((valueOf) => valueOf(call))),
  })

async function keepRejects(pg: Pg, deliveries: readonly Delivery[]): Promise<void> {
  const rows = deliveries.flatMap((delivery) =>
    delivery.rejects.map(({ raw, reason }) => ({
      id: newId(),
      workspace_id: delivery.workspace,
      write_key_id: delivery.keyId,
      received_at: delivery.receivedAt.toISOString(),
      skew_ms: delivery.skewMs,
      reason,
      raw,
    })),
  )
  if (rows.length === 0) return
  await sql`
    insert into event_reject (id, workspace_id, write_key_id, received_at, skew_ms, reason, raw)
    select id, workspace_id, (select k.id from write_key k where k.id = r.write_key_id), received_at, skew_ms, reason, raw
    from jsonb_to_recordset(${jsonRows(rows)}) as r(id uuid, workspace_id uuid, write_key_id uuid,
      received_at timestamptz, skew_ms bigint, reason text, raw text)`.execute(pg)
}

const speaks = (traits: Json | null): traits is Json => traits !== null && Object.keys(traits).length > 0

/** One row a user, with what servers and what pages said of it; answers with the users whose rows stand now. */
async function keepUsers(pg: Pg, workspace: string, calls: readonly Call[], known: Known): Promise<string[]> {
  const said = new Map<string, { user: Seen; server: Json[]; browser: Json[] }>()
  for (const { event, by, key } of calls) {
    const traits = event.type === 'identify' && speaks(event.traits) ? event.traits : null
    if (!traits && known.has(key)) continue
    const user = said.get(key) ?? { user: event.user, server: [], browser: [] }
    if (traits) user[by].push(traits)
    said.set(key, user)
  }
  const rows = [...said].map(([key, { user, server, browser }]) => ({
    key,
    ...user,
    server: mergeTraits(server),
    browser: mergeTraits(browser),
  }))
  if (rows.length === 0) return []
  await sql`
    insert into event_user (workspace_id, key, kind, external_id, server_traits, browser_traits)
    select ${workspace}::uuid, key, kind, id, server, browser
    from jsonb_to_recordset(${jsonRows(inOrder(rows))})
      as r(key text, kind text, id text, server jsonb, browser jsonb)
    on conflict (workspace_id, key) do update set
      server_traits = ${laidOver('event_user.server_traits', 'excluded.server_traits')},
      browser_traits = ${laidOver('event_user.browser_traits', 'excluded.browser_traits')}
    where event_user.erased_at is null
      and (excluded.server_traits <> '{}' or excluded.browser_traits <> '{}')`.execute(pg)
  return [...said.keys()]
}

/** New traits over old ones; where both together are too many, the new ones alone. */
const laidOver = (old: string, said: string) => sql`
  case when octet_length((${sql.ref(old)} || ${sql.ref(said)})::text) > ${sql.lit(maxTraitBytes)}
    and ${sql.ref(said)} <> '{}' then ${sql.ref(said)} else ${sql.ref(old)} || ${sql.ref(said)} end`

const inOrder = <T extends Readonly<{ key: string }>>(rows: readonly T[]): T[] =>
  rows.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))

type Link = Readonly<{ key: string; userKey: string; at: string }>

const isEarlier = (a: Link, b: Link): boolean => a.at < b.at || (a.at === b.at && a.userKey < b.userKey)

/** Whose the anonymous and former ids of these calls are, by their earliest sign. */
function linksOf(workspace: string, calls: readonly Call[]): Map<string, Link> {
  const first = new Map<string, Link>()
  for (const { event, by, key } of calls) {
    if (!event.formerly) continue
    const forms =
      event.type !== 'alias'
        ? [event.formerly]
        : [{ ...event.formerly, kind: 'anonymous' as const }, ...(by === 'server' ? [event.formerly] : [])]
    for (const form of forms) {
      const link = { key: keyOf(workspace, form), userKey: key, at: event.at }
      const known = first.get(link.key)
      if (link.key !== key && (!known || isEarlier(link, known))) first.set(link.key, link)
    }
  }
  return first
}

/**
 * Ties anonymous and former ids to their users, and answers with the keys whose days must be counted again. A page may
 * tie an anonymous id only: it must not be able to give the use of one user to another.
 */
async function keepLinks(pg: Pg, workspace: string, calls: readonly Call[]): Promise<string[]> {
  const links = linksOf(workspace, calls)
  if (links.size === 0) return []
  const { rows: before } = await sql<Link>`
    select key, user_key, at from event_link
    where workspace_id = ${workspace} and key = any(${[...links.keys()]}::text[])`.execute(pg)
  const stood = new Map(before.map((link) => [link.key, link]))
  const news = [...links.values()].filter((link) => {
    const old = stood.get(link.key)
    return !old || isEarlier(link, old)
  })
  if (news.length === 0) return []
  const { rows: changed } = await sql<{ key: string; userKey: string }>`
    insert into event_link (workspace_id, key, user_key, at)
    select ${workspace}::uuid, key, "userKey", at
    from jsonb_to_recordset(${jsonRows(inOrder(news))}) as r(key text, "userKey" text, at timestamptz)
    on conflict (workspace_id, key) do update set user_key = excluded.user_key, at = excluded.at
    where (excluded.at, excluded.user_key) < (event_link.at, event_link.user_key)
    returning key, user_key`.execute(pg)
  return changed.flatMap(({ key, userKey }) => [key, userKey, stood.get(key)?.userKey ?? userKey])
}

const knownGroup = (workspace: string, id: string, byServer: boolean): string =>
  `${workspace} ${byServer ? 'server' : 'page'} ${id}`

/** Groups that events named; one that only pages named is told apart. Answers with the groups whose rows stand now. */
async function keepGroups(
  pg: Pg,
  workspace: string,
  calls: readonly Call[],
  known: Known,
): Promise<string[]> {
  const named = new Map<string, { traits: Json[]; byServer: boolean }>()
  for (const { event, by } of calls) {
    if (!event.groupId) continue
    const byServer = by === 'server'
    const traits = byServer && event.type === 'group' && speaks(event.traits) ? event.traits : null
    if (!traits && known.has(knownGroup(workspace, event.groupId, byServer))) continue
    const group = named.get(event.groupId) ?? { traits: [], byServer }
    if (traits) group.traits.push(traits)
    named.set(event.groupId, { ...group, byServer: group.byServer || byServer })
  }
  const rows = [...named].map(([key, { traits, byServer }]) => ({
    key,
    traits: mergeTraits(traits),
    by_server: byServer,
  }))
  if (rows.length === 0) return []
  await sql`
    insert into event_group (workspace_id, external_id, traits, by_server)
    select ${workspace}::uuid, key, traits, by_server
    from jsonb_to_recordset(${jsonRows(inOrder(rows))}) as r(key text, traits jsonb, by_server boolean)
    on conflict (workspace_id, external_id) do update set
      traits = ${laidOver('event_group.traits', 'excluded.traits')},
      by_server = event_group.by_server or excluded.by_server
    where excluded.traits <> '{}' or (excluded.by_server and not event_group.by_server)`.execute(pg)
  return [...named].map(([id, { byServer }]) => knownGroup(workspace, id, byServer))
}

/** Who joined which group; answers with the keys whose days must be counted again. */
async function keepMembers(pg: Pg, workspace: string, calls: readonly Call[]): Promise<string[]> {
  const joins = calls.flatMap(({ event, key }) =>
    event.type === 'group' ? [{ key, at: event.at, group_id: event.groupId }] : [],
  )
  if (joins.length === 0) return []
  const { rows } = await sql<{ key: string }>`
    insert into event_member (workspace_id, key, at, group_id)
    select distinct on (key, at) ${workspace}::uuid, key, at, group_id
    from jsonb_to_recordset(${jsonRows(inOrder(joins))}) as r(key text, at timestamptz, group_id text)
    where group_id is distinct from (
      select m.group_id from event_member m
      where m.workspace_id = ${workspace} and m.key = r.key and m.at <= r.at order by m.at desc limit 1)
    order by key, at, group_id
    on conflict do nothing returning key`.execute(pg)
  return rows.map(({ key }) => key)
}

/** Remembers which days of which users must be counted again, and asks for it. */
export async function markUsersDue(
  pg: Pg,
  workspace: string,
  due: readonly Readonly<{ key: string; day: string }>[],
): Promise<void> {
  if (due.length === 0) return
  const days = new Map<string, Set<string>>()
  for (const { key, day } of due) days.set(day, (days.get(day) ?? new Set()).add(key))
  const rows = [...days].map(([day, keys]) => ({ day, keys: [...keys] }))
  await sql`
    insert into event_due (workspace_id, day, keys)
    select ${workspace}::uuid, day, keys from jsonb_to_recordset(${jsonRows(rows)}) as r(day date, keys text[])`.execute(
    pg,
  )
  await enqueueJob(pg, workspace, { job: countJob, key: countJob, queue: recomputeJob })
}

async function keepIdentities(
  pg: Pg,
  workspace: string,
  calls: readonly Call[],
  known: Known,
): Promise<string[]> {
  const stand = [
    ...(await keepUsers(pg, workspace, calls, known)),
    ...(await keepGroups(pg, workspace, calls, known)),
  ]
  const moved = [...(await keepLinks(pg, workspace, calls)), ...(await keepMembers(pg, workspace, calls))]
  await markUsersDue(pg, workspace, [
    ...calls.map(({ event, key }) => ({ key, day: event.at.slice(0, 10) })),
    ...moved.map((key) => ({ key, day: allDays })),
  ])
  return stand
}

function remember(known: Known, names: readonly string[]): void {
  if (known.size > maxKnown) known.clear()
  for (const name of names) known.add(name)
}

/**
 * Writes what several requests brought; when it returns, both stores have it on the disk. The events come first: a
 * crash in between leaves them unacknowledged, and what the sender sends again replaces them.
 */
export async function keepDeliveries(
  { pg, ch }: Pick<Services, 'pg' | 'ch'>,
  deliveries: readonly Delivery[],
  known: Known = new Set(),
): Promise<void> {
  const calls = deliveries.flatMap(callsOf)
  if (calls.length > 0) await insertEvents(ch, calls)
  const workspaces = [...new Set(calls.map(({ shared }) => shared.workspace))].sort()
  const stand = await pg.transaction().execute(async (tx) => {
    await keepRejects(tx, deliveries)
    const names: string[][] = []
    for (const workspace of workspaces) {
      const own = calls.filter(({ shared }) => shared.workspace === workspace)
      names.push(await keepIdentities(tx, workspace, own, known))
    }
    return names.flat()
  })
  remember(known, stand)
}
