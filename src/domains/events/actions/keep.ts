import { sql, type Transaction } from 'kysely'
import type { WriteKeyKind } from '../../../platform/auth/write-key.ts'
import type { Services } from '../../../platform/context.ts'
import { jsonRows } from '../../../platform/db/pg.ts'
import type { Tables } from '../../../platform/db/tables.ts'
import { newId } from '../../../platform/ids.ts'
import { enqueueJob } from '../../../platform/jobs/enqueue.ts'
import { keyOf, type Json, type ProductEvent, type Reason } from '../model.ts'

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
type EventRow = ReturnType<typeof rowsOf>[number]

const instant = (iso: string): string => iso.replace('T', ' ').replace('Z', '')
const nil = '00000000-0000-0000-0000-000000000000'

const rowsOf = ({ workspace, keyId, by, receivedAt, events }: Delivery) =>
  events.map((event) => ({
    workspace_id: workspace,
    user_key: keyOf(workspace, event.user),
    day: event.at.slice(0, 10),
    message_id: event.messageId,
    type: event.type,
    name: event.name,
    group_id: event.groupId ?? '',
    at: instant(event.at),
    received_at: instant(receivedAt.toISOString()),
    by,
    write_key_id: keyId ?? nil,
    library: event.library,
    properties: JSON.stringify(event.properties),
    // The first one received wins.
    version: Number.MAX_SAFE_INTEGER - receivedAt.getTime(),
  }))

const insertEvents = (ch: Services['ch'], rows: readonly EventRow[]) =>
  ch.insert({ table: 'event', format: 'JSONEachRow', values: [...rows] })

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

type Call = Readonly<{ event: ProductEvent; by: WriteKeyKind; key: string }>

/** One row a key; traits of later calls lie over those of earlier ones. */
async function keepUsers(pg: Pg, workspace: string, calls: readonly Call[]): Promise<void> {
  const rows = new Map<string, { key: string; kind: string; id: string; server: Json; browser: Json }>()
  for (const { event, by, key } of calls) {
    const row = rows.get(key) ?? { key, ...event.user, server: {}, browser: {} }
    const said = event.type === 'identify' ? (event.traits ?? {}) : {}
    rows.set(key, { ...row, [by]: { ...row[by], ...said } })
  }
  await sql`
    insert into event_user (workspace_id, key, kind, external_id, server_traits, browser_traits)
    select ${workspace}::uuid, key, kind, id, server, browser
    from jsonb_to_recordset(${jsonRows(inOrder([...rows.values()]))})
      as r(key text, kind text, id text, server jsonb, browser jsonb)
    on conflict (workspace_id, key) do update set
      server_traits = event_user.server_traits || excluded.server_traits,
      browser_traits = event_user.browser_traits || excluded.browser_traits
    where event_user.erased_at is null
      and (excluded.server_traits <> '{}' or excluded.browser_traits <> '{}')`.execute(pg)
}

const inOrder = <T extends Readonly<{ key: string }>>(rows: readonly T[]): T[] =>
  rows.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))

/**
 * Ties anonymous and former ids to their users, and answers with the keys whose days must be counted again. A page may
 * tie an anonymous id only: it must not be able to give the use of one user to another.
 */
async function keepLinks(pg: Pg, workspace: string, calls: readonly Call[]): Promise<string[]> {
  const first = new Map<string, { key: string; user_key: string; at: string }>()
  for (const { event, by, key } of calls) {
    if (!event.formerly) continue
    const forms =
      event.type !== 'alias'
        ? [event.formerly]
        : [{ ...event.formerly, kind: 'anonymous' as const }, ...(by === 'server' ? [event.formerly] : [])]
    for (const form of forms) {
      const former = keyOf(workspace, form)
      const known = first.get(former)
      if (former !== key && (!known || event.at < known.at))
        first.set(former, { key: former, user_key: key, at: event.at })
    }
  }
  if (first.size === 0) return []
  const rows = jsonRows(inOrder([...first.values()]))
  const { rows: before } = await sql<{ key: string; userKey: string }>`
    select key, user_key from event_link
    where workspace_id = ${workspace} and key = any(${[...first.keys()]}::text[])`.execute(pg)
  const { rows: changed } = await sql<{ key: string; userKey: string }>`
    insert into event_link (workspace_id, key, user_key, at)
    select ${workspace}::uuid, key, user_key, at
    from jsonb_to_recordset(${rows}) as r(key text, user_key text, at timestamptz)
    on conflict (workspace_id, key) do update set user_key = excluded.user_key, at = excluded.at
    where (excluded.at, excluded.user_key) < (event_link.at, event_link.user_key)
    returning key, user_key`.execute(pg)
  const moved = new Set(changed.map(({ key }) => key))
  return [...changed, ...before.filter(({ key }) => moved.has(key))].flatMap(({ key, userKey }) => [
    key,
    userKey,
  ])
}

/** Groups and who joined them; answers with the keys whose days must be counted again. */
async function keepGroups(pg: Pg, workspace: string, calls: readonly Call[]): Promise<string[]> {
  const named = new Map<string, { key: string; traits: Json; by_server: boolean }>()
  for (const { event, by } of calls) {
    if (!event.groupId) continue
    const row = named.get(event.groupId) ?? { key: event.groupId, traits: {}, by_server: false }
    const traits = by === 'server' && event.type === 'group' ? event.traits : {}
    named.set(event.groupId, {
      ...row,
      traits: { ...row.traits, ...traits },
      by_server: row.by_server || by === 'server',
    })
  }
  if (named.size === 0) return []
  await sql`
    insert into event_group (workspace_id, external_id, traits, by_server)
    select ${workspace}::uuid, key, traits, by_server
    from jsonb_to_recordset(${jsonRows(inOrder([...named.values()]))}) as r(key text, traits jsonb, by_server boolean)
    on conflict (workspace_id, external_id) do update set
      traits = event_group.traits || excluded.traits, by_server = event_group.by_server or excluded.by_server
    where excluded.traits <> '{}' or (excluded.by_server and not event_group.by_server)`.execute(pg)
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
  await sql`
    insert into event_due (workspace_id, key, day, marked_at)
    select ${workspace}::uuid, key, day, clock_timestamp()
    from unnest(${due.map(({ key }) => key)}::text[], ${due.map(({ day }) => day)}::date[]) as r(key, day)
    group by key, day order by key, day
    on conflict (workspace_id, key, day) do update set marked_at = excluded.marked_at`.execute(pg)
  await enqueueJob(pg, workspace, { job: countJob, key: countJob, queue: countJob })
}

async function keepIdentities(pg: Pg, workspace: string, deliveries: readonly Delivery[]): Promise<void> {
  const calls = deliveries.flatMap(({ events, by }) =>
    events.map((event) => ({ event, by, key: keyOf(workspace, event.user) })),
  )
  if (calls.length === 0) return
  await keepUsers(pg, workspace, calls)
  const moved = [...(await keepLinks(pg, workspace, calls)), ...(await keepGroups(pg, workspace, calls))]
  await markUsersDue(pg, workspace, [
    ...calls.map(({ event, key }) => ({ key, day: event.at.slice(0, 10) })),
    ...moved.map((key) => ({ key, day: allDays })),
  ])
}

/**
 * Writes what several requests brought; when it returns, both stores have it on the disk. The events come first: a
 * crash in between leaves them unacknowledged, and what the sender sends again replaces them.
 */
export async function keepDeliveries(
  { pg, ch }: Pick<Services, 'pg' | 'ch'>,
  deliveries: readonly Delivery[],
): Promise<void> {
  const rows = deliveries.flatMap(rowsOf)
  if (rows.length > 0) await insertEvents(ch, rows)
  const workspaces = [...new Set(deliveries.map(({ workspace }) => workspace))].sort()
  await pg.transaction().execute(async (tx) => {
    await keepRejects(tx, deliveries)
    for (const workspace of workspaces)
      await keepIdentities(
        tx,
        workspace,
        deliveries.filter((delivery) => delivery.workspace === workspace),
      )
  })
}
