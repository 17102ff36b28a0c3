import { sql } from 'kysely'
import type { z } from 'zod'
import type { Ctx, Services } from '../../platform/context.ts'
import { chRows, keyFirst } from '../../platform/db/clickhouse.ts'
import { keyOf, otherEvents, reasonWords, type Belonging, type Reason, type Tally } from './model.ts'
import type { RecentEvent, RejectedPage, WriteKey } from './schema.ts'

/** Whether any browser key names this origin: a preflight comes without the key. */
export async function originIsListed({ pg }: Pick<Services, 'pg'>, origin: string): Promise<boolean> {
  const { rows } = await sql`
    select from write_key where revoked_at is null and ${origin} = any(origins) limit 1`.execute(pg)
  return rows.length > 0
}

export async function writeKeys(ctx: Ctx): Promise<z.output<typeof WriteKey>[]> {
  const rows = await ctx.pg
    .selectFrom('writeKey')
    .leftJoin('appUser', 'appUser.id', 'writeKey.createdBy')
    .select([
      'writeKey.id',
      'writeKey.name',
      'kind',
      'prefix',
      'publicKey',
      'origins',
      'writeKey.createdAt',
      'revokedAt',
      'appUser.name as createdBy',
    ])
    .where('workspaceId', '=', ctx.workspace)
    .orderBy('writeKey.id')
    .execute()
  return rows.map((row) => ({ ...row, kind: row.kind as z.output<typeof WriteKey>['kind'] }))
}

/** Open entries, newest first, from before the entry `before`, of one reason or of all. */
export async function rejectedEvents(
  ctx: Ctx,
  { before, reason, limit }: { before?: string | undefined; reason?: string | undefined; limit: number },
): Promise<z.output<typeof RejectedPage>> {
  const rows = await ctx.pg
    .selectFrom('eventReject')
    .leftJoin('writeKey', 'writeKey.id', 'eventReject.writeKeyId')
    .select(['eventReject.id', 'receivedAt', 'reason', 'raw', 'writeKey.name as key'])
    .where('eventReject.workspaceId', '=', ctx.workspace)
    .where('state', '=', 'open')
    .$if(reason !== undefined, (query) => query.where('reason', '=', reason as string))
    .$if(before !== undefined, (query) => query.where('eventReject.id', '<', before as string))
    .orderBy('eventReject.id', 'desc')
    .limit(limit + 1)
    .execute()
  const shown = rows.slice(0, limit)
  return {
    rows: shown.map((row) => ({ ...row, says: reasonWords[row.reason as Reason] ?? row.reason })),
    next: rows.length > limit ? (shown.at(-1)?.id ?? null) : null,
  }
}

/** Events as they came, the newest first. */
export async function recentEvents(ctx: Ctx, limit: number): Promise<z.output<typeof RecentEvent>[]> {
  type Row = Omit<z.output<typeof RecentEvent>, 'user'> & { userKey: string }
  const rows = await chRows<Row>(
    ctx.ch,
    `select message_id as messageId, type, name, concat(replaceOne(toString(e.at), ' ', 'T'), 'Z') as at,
       concat(replaceOne(toString(e.received_at), ' ', 'T'), 'Z') as receivedAt, by, library, user_key as userKey,
       nullIf(group_id, '') as groupId, properties
     from event as e final where workspace_id = {workspace:UUID}
     order by e.received_at desc, message_id limit {limit:UInt32}`,
    { workspace: ctx.workspace, limit },
  )
  const users = await ctx.pg
    .selectFrom('eventUser')
    .select(['key', 'kind', 'externalId'])
    .where('workspaceId', '=', ctx.workspace)
    .where('erasedAt', 'is', null)
    .where('key', 'in', ['', ...rows.map(({ userKey }) => userKey)])
    .execute()
  const known = new Map(
    users.map(({ key, kind, externalId }) => [key, { kind: kind as 'user' | 'anonymous', externalId }]),
  )
  return rows.map(({ userKey, ...row }) => ({ ...row, user: known.get(userKey) ?? null }))
}

/** A day whose counts must be made again for these users. */
export type DueMark = Readonly<{ id: number; day: string; keys: readonly string[] }>

/** The oldest marks; none when nothing is to be counted. */
export async function nextMarks(ctx: Ctx, limit: number): Promise<DueMark[]> {
  const { rows } = await sql<DueMark>`
    select id, day::text as day, keys from event_due where workspace_id = ${ctx.workspace}
    order by id limit ${limit}`.execute(ctx.pg)
  return rows
}

/** Former ids are followed so far; who gets farther goes round in a circle. */
const longestChain = 20

/**
 * The user that each key stands for after all links, for these keys and all others of the same users. Ids that are each
 * other's former id are one user: the least of them, wherever one begins.
 */
export async function clustersOf(ctx: Ctx, keys: readonly string[]): Promise<Map<string, string>> {
  const { rows: tops } = await sql<{ root: string }>`
    with recursive up(start, key, depth) as (
      select key, key, 0 from unnest(${[...keys]}::text[]) key
      union all
      select up.start, l.user_key, depth + 1 from up
      join event_link l on l.workspace_id = ${ctx.workspace} and l.key = up.key where depth < ${longestChain}::int)
    select case when max(depth) < ${longestChain}::int then (array_agg(key order by depth desc))[1]
      else min(key) filter (where depth >= ${longestChain / 2}::int) end as root
    from up group by start`.execute(ctx.pg)
  const { rows } = await sql<{ key: string; root: string }>`
    with recursive down(key, root, depth) as (
      select key, key, 0 from unnest(${[...new Set(tops.map(({ root }) => root))]}::text[]) key
      union all
      select l.key, down.root, depth + 1 from down
      join event_link l on l.workspace_id = ${ctx.workspace} and l.user_key = down.key
      where depth < ${longestChain}::int)
    select distinct on (key) key, root from down order by key, depth desc, root`.execute(ctx.pg)
  return new Map(rows.map(({ key, root }) => [key, root]))
}

/** What is known of the users behind these keys, by key. */
export async function belongingsOf(
  ctx: Ctx,
  roots: ReadonlyMap<string, string>,
): Promise<Map<string, Belonging>> {
  const keys = [...roots.keys()]
  const [{ rows: joins }, { rows: homes }] = await Promise.all([
    sql<{ key: string; at: string; groupId: string }>`
      select key, at, group_id from event_member
      where workspace_id = ${ctx.workspace} and key = any(${keys}::text[]) order by at, group_id`.execute(
      ctx.pg,
    ),
    sql<{ key: string; account: string }>`
      select u.key, min(a.id::text) as account
      from event_user u
      join person p on p.id = u.person_id
      join person same on same.root_id = p.root_id
      join person_role r on r.person_id = same.id and r.to_on is null
      join account a on a.id = r.account_id
      where u.workspace_id = ${ctx.workspace} and u.key = any(${keys}::text[])
      group by u.key having count(distinct a.root_id) = 1`.execute(ctx.pg),
  ])
  const memberships = new Map<string, { at: string; groupId: string }[]>()
  for (const { key, at, groupId } of joins) {
    const root = roots.get(key) ?? key
    memberships.set(root, [...(memberships.get(root) ?? []), { at, groupId }])
  }
  const homeOf = new Map(homes.map(({ key, account }) => [roots.get(key) ?? key, account]))
  return new Map(
    [...roots].map(([key, root]) => [
      key,
      { root, memberships: memberships.get(root) ?? [], account: homeOf.get(root) ?? null },
    ]),
  )
}

/** Names of events that count as features of their own. */
export async function featureNames(ctx: Ctx): Promise<string[]> {
  const rows = await ctx.pg
    .selectFrom('eventFeature')
    .select('name')
    .where('workspaceId', '=', ctx.workspace)
    .execute()
  return rows.map(({ name }) => name)
}

/** What an event is called as a feature; see `featureOf` in the model. */
const featureName = "if(type = 'track', name, if(name = '', type, concat(type, ': ', name)))"

/** Use by these users, on these days or on all; a day's repetitions may have fallen on the day before or after. */
const useBy = (days: readonly string[] | 'all') => `
  workspace_id = {workspace:UUID} and user_key in {keys:Array(String)} and type in ('track', 'page', 'screen')
  ${days === 'all' ? '' : 'and e.day in {near:Array(Date)}'}`

const useParams = (ctx: Ctx, keys: readonly string[], days: readonly string[] | 'all') => ({
  workspace: ctx.workspace,
  keys: [...keys],
  ...(days === 'all' ? {} : { days: [...days], near: [...new Set(days.flatMap(around))] }),
})

/** Names that these users used and that are no features yet, the first used first. */
export async function newFeatures(
  ctx: Ctx,
  keys: readonly string[],
  days: readonly string[] | 'all',
  features: readonly string[],
  limit: number,
): Promise<string[]> {
  const rows = await chRows<{ feature: string }>(
    ctx.ch,
    `select ${featureName} as feature from event as e
     where ${useBy(days)} and feature not in {features:Array(String)}
     group by feature order by min(e.at), feature limit {limit:UInt32}`,
    { ...useParams(ctx, keys, days), features: [...features], limit },
  )
  return rows.map(({ feature }) => feature)
}

/**
 * What these users did, by minute: on these days, or on all. `roots` says which user each key stands for. The first of
 * several events of a user with the same id counts. What is no feature of its own counts as other events.
 */
export async function talliesOf(
  ctx: Ctx,
  roots: ReadonlyMap<string, string>,
  days: readonly string[] | 'all',
  features: readonly string[],
): Promise<Tally[]> {
  return chRows<Tally>(
    ctx.ch,
    `select first.1 as key, first.2 as day, first.3 as minute, first.4 as feature, first.5 as groupId,
       count() as events
     from (
       select argMax((user_key, e.day, concat(replaceOne(toString(toStartOfMinute(e.at)), ' ', 'T'), 'Z'),
           if(${featureName} in {features:Array(String)}, ${featureName}, {other:String}), group_id), version) as first
       from event as e
       where ${useBy(days)}
       group by transform(user_key, {keys:Array(String)}, {roots:Array(String)}), message_id)
     ${days === 'all' ? '' : 'where first.2 in {days:Array(Date)}'}
     group by key, day, minute, feature, groupId
     settings output_format_json_quote_64bit_integers = 0`,
    {
      ...useParams(ctx, [...roots.keys()], days),
      roots: [...roots.values()],
      features: [...features],
      other: otherEvents,
    },
  )
}

const around = (day: string): string[] =>
  [-1, 0, 1].map((step) => new Date(Date.parse(day) + step * 86_400_000).toISOString().slice(0, 10))

/** A row of counts as live events left it; its key names the user and the feature. */
export type LiveCount = Readonly<{
  accountId: string
  day: string
  rowKey: string
  feature: string
  count: number
}>

/** Counts of these users that stand now, in the accounts where they were counted before. */
export async function liveCountsOf(
  ctx: Ctx,
  keys: readonly string[],
  accountIds: readonly string[],
  days: readonly string[] | 'all',
): Promise<LiveCount[]> {
  if (accountIds.length === 0) return []
  return chRows<LiveCount>(
    ctx.ch,
    `select account_id as accountId, day, row_key as rowKey, feature, count from usage_count final
     where workspace_id = {workspace:UUID} and account_id in {accounts:Array(UUID)} and deleted = 0
       and startsWith(row_key, 'live|') and splitByChar('|', row_key)[2] in {keys:Array(String)}
       ${days === 'all' ? '' : 'and day in {days:Array(Date)}'}
     settings ${keyFirst}`,
    {
      workspace: ctx.workspace,
      accounts: [...accountIds],
      keys: [...keys],
      ...(days === 'all' ? {} : { days: [...days] }),
    },
  )
}

export async function countedIn(ctx: Ctx, keys: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct unnest(counted_in) as id from event_user
    where workspace_id = ${ctx.workspace} and key = any(${[...keys]}::text[])`.execute(ctx.pg)
  return rows.map(({ id }) => id)
}

/** Accounts of groups, where they are known. */
export async function accountsOfGroups(ctx: Ctx, groupIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ externalId: string; accountId: string }>`
    select external_id, account_id from event_group
    where workspace_id = ${ctx.workspace} and external_id = any(${[...new Set(groupIds)]}::text[])
      and account_id is not null`.execute(ctx.pg)
  return new Map(rows.map(({ externalId, accountId }) => [externalId, accountId]))
}

/** Who used something for these groups and on which day; who joined one of them, on all days ('-infinity'). */
export async function usersOfGroups(
  ctx: Ctx,
  groupIds: readonly string[],
): Promise<{ key: string; day: string }[]> {
  if (groupIds.length === 0) return []
  const [used, { rows: joined }] = await Promise.all([
    chRows<{ key: string; day: string }>(
      ctx.ch,
      `select distinct user_key as key, toString(e.day) as day from event as e
       where workspace_id = {workspace:UUID} and type in ('track', 'page', 'screen')
         and group_id in {groups:Array(String)}`,
      { workspace: ctx.workspace, groups: [...groupIds] },
    ),
    sql<{ key: string; day: string }>`
      select distinct key, '-infinity' as day from event_member
      where workspace_id = ${ctx.workspace} and group_id = any(${[...groupIds]}::text[])`.execute(ctx.pg),
  ])
  return [...used, ...joined]
}

/** Keys of these people: by the record that they became, or by the id or address that they came with. */
export async function keysOfPeople(
  ctx: Ctx,
  personIds: readonly string[],
  names: readonly string[],
): Promise<string[]> {
  const { rows } = await sql<{ key: string }>`
    select key from event_user
    where workspace_id = ${ctx.workspace} and (person_id = any(${[...personIds]}::uuid[])
      or (kind = 'user' and lower(external_id) = any(${names.map((name) => name.toLowerCase())}::text[])))`.execute(
    ctx.pg,
  )
  const clusters = await clustersOf(ctx, [
    ...rows.map(({ key }) => key),
    ...names.map((id) => keyOf(ctx.workspace, { kind: 'user', id })),
  ])
  return [...clusters.keys()]
}
