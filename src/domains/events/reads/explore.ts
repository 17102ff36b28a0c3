import { sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'
import { invalid } from '../../../platform/errors.ts'
import { membersOf, resolveAccount } from '../../accounts/reads.ts'
import { groupAt, keyOf, placeOf, type Belonging } from '../model.ts'
import { cursorText, featureOf, readCursor, type Cursor } from '../model/explore.ts'
import { accountsOfGroups, belongingsOf, clustersOf, featureNames } from '../reads.ts'
import type { ExploredEvent, ExploredPage, ExploreQuery } from '../schema/explore.ts'

type Named = { id: string; name: string }
type Row = Omit<ExploredEvent, 'cursor' | 'key' | 'user' | 'person' | 'feature' | 'place'> & {
  userKey: string
  keyId: string
}

const hourMs = 3_600_000
/** So far back one reads, step by step, until a page is full: recent events are found without reading all. */
const spans = [hourMs, 24 * hourMs, 30 * 24 * hourMs, Infinity]
/** So many keys of one account are looked for, at most. */
const keysOfAccount = 10_000
/** So many events are looked at for a page of those that wait, or count. */
const mostLooked = 2_000

const time = (ms: number): string => new Date(Math.max(0, ms)).toISOString().slice(0, 23).replace('T', ' ')

/** Conditions of the question as SQL and its parameters. */
async function conditionsOf(ctx: Ctx, query: ExploreQuery): Promise<[string, Record<string, unknown>]> {
  const { type, name, key, user, account, day } = query
  const keys =
    user === undefined
      ? []
      : [
          ...(
            await clustersOf(
              ctx,
              (['user', 'anonymous'] as const).map((kind) => keyOf(ctx.workspace, { kind, id: user })),
            )
          ).keys(),
        ]
  const counted = account === undefined ? undefined : await sendersFor(ctx, account)
  return [
    [
      type && 'and type = {type:String}',
      name !== undefined && 'and name = {name:String}',
      day && 'and e.day = {day:Date}',
      key && 'and write_key_id = {key:UUID}',
      user !== undefined && 'and user_key in {keys:Array(String)}',
      counted && 'and (group_id in {groups:Array(String)} or user_key in {senders:Array(String)})',
    ]
      .filter(Boolean)
      .join(' '),
    { type, name, key, day, keys, groups: counted?.groups ?? [], senders: counted?.keys ?? [] },
  ]
}

/** Whose events may count for an account: its groups, and users who were counted there. */
async function sendersFor(ctx: Ctx, anyId: string): Promise<{ groups: string[]; keys: string[] }> {
  const members = [...(await membersOf(ctx, [await resolveAccount(ctx, anyId)])).keys()]
  const [{ rows: groups }, { rows: keys }] = await Promise.all([
    sql<{ id: string }>`
      select external_id as id from event_group
      where workspace_id = ${ctx.workspace} and account_id = any(${members}::uuid[])`.execute(ctx.pg),
    sql<{ key: string }>`
      select coalesce(l.key, u.key) as key from event_user u
      left join event_link l on l.workspace_id = u.workspace_id and l.user_key = u.key
      where u.workspace_id = ${ctx.workspace} and u.counted_in && ${members}::text[]
      union select key from event_user
      where workspace_id = ${ctx.workspace} and counted_in && ${members}::text[]
      limit ${keysOfAccount}`.execute(ctx.pg),
  ])
  return { groups: groups.map(({ id }) => id), keys: keys.map(({ key }) => key) }
}

/** Events after the cursor, newest first. */
async function pageOf(
  ctx: Ctx,
  [where, params]: [string, Record<string, unknown>],
  window: { from: number; to: number; after: Cursor | null },
  limit: number,
): Promise<Row[]> {
  const { from, to, after } = window
  return chRows<Row>(
    ctx.ch,
    `select message_id as messageId, type, name, concat(replaceOne(toString(e.at), ' ', 'T'), 'Z') as at,
       concat(replaceOne(toString(e.received_at), ' ', 'T'), 'Z') as receivedAt, by, write_key_id as keyId, library,
       user_key as userKey, nullIf(group_id, '') as groupId, properties
     from event as e final
     where workspace_id = {workspace:UUID}
       and e.received_at >= toDateTime64({from:String}, 3, 'UTC')
       and e.received_at < toDateTime64({to:String}, 3, 'UTC')
       ${
         after
           ? `and (e.received_at, user_key, message_id) <
              (toDateTime64({afterAt:String}, 3, 'UTC'), {afterUser:String}, {afterMessage:String})`
           : ''
       } ${where}
     order by e.received_at desc, user_key desc, message_id desc limit {limit:UInt32}`,
    {
      workspace: ctx.workspace,
      ...params,
      from: time(from),
      to: time(to),
      afterAt: after ? time(Date.parse(after.receivedAt)) : '',
      afterUser: after?.userKey ?? '',
      afterMessage: after?.messageId ?? '',
      limit,
    },
  )
}

/** The next events of a question, reading no farther back than it must. */
async function nextRows(
  ctx: Ctx,
  conditions: [string, Record<string, unknown>],
  query: Pick<ExploreQuery, 'since' | 'until'>,
  after: Cursor | null,
  limit: number,
): Promise<Row[]> {
  const since = query.since ? Date.parse(query.since) : 0
  const until = query.until ? Date.parse(query.until) : ctx.clock().getTime() + hourMs
  const to = after ? Math.min(until, Date.parse(after.receivedAt) + 1) : until
  for (const span of spans) {
    const from = Math.max(since, to - span)
    const rows = await pageOf(ctx, conditions, { from, to, after }, limit)
    if (rows.length >= limit || from <= since || span === Infinity) return rows
  }
  return []
}

async function accountNames(ctx: Ctx, ids: readonly string[]): Promise<Map<string, Named>> {
  const { rows } = await sql<{ given: string } & Named>`
    select a.id as given, root.id, root.name from account a join account root on root.id = a.root_id
    where a.workspace_id = ${ctx.workspace} and a.id = any(${[...new Set(ids)]}::uuid[])`.execute(ctx.pg)
  return new Map(rows.map(({ given, ...account }) => [given, account]))
}

type Known = Readonly<{
  kind: 'user' | 'anonymous'
  externalId: string
  personId: string | null
  personName: string | null
}>

async function usersOf(ctx: Ctx, keys: readonly string[]): Promise<Map<string, Known>> {
  const { rows } = await sql<Known & { key: string }>`
    select u.key, u.kind, u.external_id, root.id as person_id, coalesce(root.name, root.email) as person_name
    from event_user u
    left join person p on p.id = u.person_id
    left join person root on root.id = p.root_id
    where u.workspace_id = ${ctx.workspace} and u.erased_at is null and u.key = any(${[...keys]}::text[])`.execute(
    ctx.pg,
  )
  return new Map(rows.map((row) => [row.key, row]))
}

async function keyNames(ctx: Ctx): Promise<Map<string, Named>> {
  const rows = await ctx.pg
    .selectFrom('writeKey')
    .select(['id', 'name'])
    .where('workspaceId', '=', ctx.workspace)
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** Days of users that are still to be counted, as "key|day" and "key|all". */
async function daysDue(ctx: Ctx, keys: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ mark: string }>`
    select key || '|' || case when isfinite(day) then day::text else 'all' end as mark from event_due, unnest(keys) key
    where workspace_id = ${ctx.workspace} and key = any(${[...keys]}::text[]) limit 20000`.execute(ctx.pg)
  return new Set(rows.map(({ mark }) => mark))
}

type Knowledge = Readonly<{
  belongings: ReadonlyMap<string, Belonging>
  groups: ReadonlyMap<string, string>
  accounts: ReadonlyMap<string, Named>
  due: ReadonlySet<string>
}>

function placed(
  row: Row,
  feature: string | null,
  { belongings, groups, accounts, due }: Knowledge,
): ExploredEvent['place'] {
  const minute = `${row.at.slice(0, 16)}:00Z`
  const belonging = belongings.get(row.userKey) ?? { root: row.userKey, memberships: [], account: null }
  const { by, groupId, accountId } = placeOf(row.groupId ?? '', minute, belonging, groups)
  const account = (accountId && accounts.get(accountId)) || null
  const isDue = due.has(`${row.userKey}|${row.at.slice(0, 10)}`) || due.has(`${row.userKey}|all`)
  const state = feature === null ? 'none' : isDue ? 'counting' : account ? 'counted' : 'waiting'
  return { state, by, groupId, account }
}

/** Adds to events who sent them and where they count, by the same rule that counts them. */
async function explain(ctx: Ctx, rows: readonly Row[]): Promise<ExploredEvent[]> {
  if (rows.length === 0) return []
  const keys = [...new Set(rows.map(({ userKey }) => userKey))]
  const roots = await clustersOf(ctx, keys)
  const belongings = await belongingsOf(ctx, roots)
  const wanted = new Set(
    rows.flatMap(({ groupId, userKey, at }) => {
      const group = groupId ?? groupAt(belongings.get(userKey)?.memberships ?? [], `${at.slice(0, 16)}:00Z`)
      return group ? [group] : []
    }),
  )
  const [groups, users, keysOfRows, due, features] = await Promise.all([
    accountsOfGroups(ctx, [...wanted]),
    usersOf(ctx, [...new Set([...keys, ...keys.map((key) => roots.get(key) ?? key)])]),
    keyNames(ctx),
    daysDue(ctx, keys),
    featureNames(ctx),
  ])
  const known = new Set(features)
  const homes = [...belongings.values()].flatMap(({ account }) => (account ? [account] : []))
  const accounts = await accountNames(ctx, [...groups.values(), ...homes])
  return rows.map((row) => {
    const { userKey, keyId, ...event } = row
    const user = users.get(userKey)
    const feature = featureOf(row.type, row.name, known)
    const whole = users.get(roots.get(userKey) ?? userKey) ?? user
    return {
      ...event,
      cursor: cursorText(row),
      key: keysOfRows.get(keyId) ?? null,
      user: user ? { kind: user.kind, externalId: user.externalId } : null,
      person: whole?.personId ? { id: whole.personId, name: whole.personName } : null,
      feature,
      place: placed(row, feature, { belongings, groups, accounts, due }),
    }
  })
}

function cursorOf(text: string | undefined): Cursor | null {
  if (text === undefined) return null
  const cursor = readCursor(text)
  if (!cursor) throw invalid('"before" is no cursor. Take it from "next" of the page before.')
  return cursor
}

/** Whether an event is among those that were asked for, now that its place is known. */
async function wantedBy(ctx: Ctx, query: ExploreQuery): Promise<(event: ExploredEvent) => boolean> {
  const account = query.account && (await resolveAccount(ctx, query.account))
  return ({ place }) =>
    (!query.state || place.state === query.state) &&
    (!account || (place.account?.id === account && place.state !== 'none'))
}

/** Events newest first, with what became of them; 422 on a cursor that is none. */
export async function exploredEvents(ctx: Ctx, query: ExploreQuery): Promise<z.output<typeof ExploredPage>> {
  const [conditions, wanted] = await Promise.all([conditionsOf(ctx, query), wantedBy(ctx, query)])
  const filters = query.state !== undefined || query.account !== undefined
  const step = filters ? 200 : query.limit
  const found: ExploredEvent[] = []
  let after = cursorOf(query.before)
  for (let looked = 0; ;) {
    const rows = await nextRows(ctx, conditions, query, after, step)
    looked += rows.length
    const fitting = (await explain(ctx, rows)).filter(wanted)
    const taken = fitting.slice(0, query.limit - found.length)
    found.push(...taken)
    const last =
      taken.length < fitting.length ? taken.at(-1)?.cursor : rows.at(-1) && cursorText(rows.at(-1)!)
    const ended = rows.length < step && taken.length === fitting.length
    if (ended || found.length >= query.limit || looked >= mostLooked)
      return { rows: found, next: ended ? null : (last ?? null), looked }
    after = cursorOf(last)
  }
}
