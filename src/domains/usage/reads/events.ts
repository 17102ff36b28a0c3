import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'
import { membersOf, resolveAccount } from '../../accounts/reads.ts'
import { countUse, otherEvents } from '../../events/model.ts'
import { accountsOfGroups, belongingsOf, clustersOf, featureNames } from '../../events/reads.ts'
import type { UsageOfDay } from '../schema.ts'
import { namesOfUsers } from './users.ts'

type Asked = Readonly<{ day: string; feature?: string | undefined; limit: number }>
type CountRow = Readonly<{
  rowKey: string
  feature: string
  users: string[]
  count: number
  errors: number
  seconds: number
  importId: string
}>

/** Counts that stand for an account's day, the largest first. */
const countsOf = (
  ctx: Ctx,
  members: readonly string[],
  { day, feature, limit }: Asked,
): Promise<CountRow[]> =>
  chRows<CountRow>(
    ctx.ch,
    `select row_key as rowKey, feature, users, u.count as count, u.errors as errors, u.seconds as seconds,
       import_id as importId
     from usage_count as u final
     where workspace_id = {workspace:UUID} and account_id in {members:Array(UUID)} and day = {day:Date}
       and deleted = 0 and u.count > 0 ${feature === undefined ? '' : 'and feature = {feature:String}'}
     order by u.count desc, row_key limit {limit:UInt32}`,
    {
      workspace: ctx.workspace,
      members: [...members],
      day,
      limit,
      ...(feature === undefined ? {} : { feature }),
    },
  )

type EventRow = Readonly<{
  messageId: string
  key: string
  at: string
  feature: string
  groupId: string
  library: string
}>

/** Events of these users on a day, each once (the first received), with the feature that it counts as. */
const eventsOf = (ctx: Ctx, keys: readonly string[], features: readonly string[], day: string) =>
  chRows<EventRow>(
    ctx.ch,
    `select message_id as messageId, first.1 as key, first.2 as at, first.3 as feature, first.4 as groupId,
       first.5 as library
     from (
       select message_id, argMax((user_key, concat(replaceOne(toString(e.at), ' ', 'T'), 'Z'),
         if(type = 'track', name, if(name = '', type, concat(type, ': ', name))), group_id, library, e.day),
         version) as first
       from event as e
       where workspace_id = {workspace:UUID} and user_key in {keys:Array(String)}
         and type in ('track', 'page', 'screen') and e.day between {day:Date} - 1 and {day:Date} + 1
       group by message_id)
     where first.6 = {day:Date} order by at desc, messageId limit 5000`,
    { workspace: ctx.workspace, keys: [...keys], day },
  ).then((rows) => {
    const known = new Set(features)
    return rows.map((row) => ({ ...row, feature: known.has(row.feature) ? row.feature : otherEvents }))
  })

/** Those events of a day that count for the account, as the counting decides it. */
async function countedEvents(ctx: Ctx, members: readonly string[], users: readonly string[], asked: Asked) {
  if (users.length === 0) return []
  const roots = await clustersOf(ctx, users)
  const keys = [...roots.keys()]
  const [belongings, events] = await Promise.all([
    belongingsOf(ctx, roots),
    eventsOf(ctx, keys, await featureNames(ctx), asked.day),
  ])
  const groups = [
    ...events.flatMap(({ groupId }) => (groupId ? [groupId] : [])),
    ...[...belongings.values()].flatMap(({ memberships }) => memberships.map(({ groupId }) => groupId)),
  ]
  const accounts = await accountsOfGroups(ctx, groups)
  const own = new Set(members)
  return events
    .filter(({ feature }) => asked.feature === undefined || feature === asked.feature)
    .filter(({ key, at, feature, groupId }) => {
      const minute = `${at.slice(0, 16)}:00Z`
      const [use] = countUse(
        [{ key, day: asked.day, minute, feature, groupId, events: 1 }],
        belongings,
        accounts,
      )
      return use !== undefined && own.has(use.accountId)
    })
    .slice(0, asked.limit)
    .map(({ key, ...event }) => ({ ...event, user: roots.get(key) ?? key }))
}

async function filesOf(ctx: Ctx, importIds: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ id: string; fileName: string }>`
    select id, file_name from import
    where workspace_id = ${ctx.workspace} and id = any(${[...new Set(importIds)]}::uuid[])`.execute(ctx.pg)
  return new Map(rows.map(({ id, fileName }) => [id, fileName]))
}

/** What a row of a file is called: by the id that the source gives it, else by its number in the file. */
function rowOf(rowKey: string): { rowId: string | null; row: number | null } {
  const named = /^[^#=]*=(.*):[^:]*$/.exec(rowKey)
  if (named) return { rowId: named[1]!, row: null }
  const row = Number(/^[^#=]*#[^:]*:(\d+)$/.exec(rowKey)?.[1] ?? Number.NaN)
  return { rowId: null, row: Number.isInteger(row) ? row : null }
}

/** What one day of an account is made of: live events themselves, and rows of files with where they came from. */
export async function usageOfDay(ctx: Ctx, anyId: string, asked: Asked): Promise<UsageOfDay> {
  const id = await resolveAccount(ctx, anyId)
  const members = [...(await membersOf(ctx, [id])).keys()]
  const counts = await countsOf(ctx, members, asked)
  const live = counts.filter(({ rowKey }) => rowKey.startsWith('live|'))
  const filed = counts.filter(({ rowKey }) => !rowKey.startsWith('live|'))
  const [events, files, names] = await Promise.all([
    countedEvents(ctx, members, [...new Set(live.flatMap(({ users }) => users))], asked),
    filesOf(
      ctx,
      filed.map(({ importId }) => importId),
    ),
    namesOfUsers(ctx, members, [...new Set(counts.flatMap(({ users }) => users))]),
  ])
  const person = (user: string | undefined) => (user === undefined ? null : (names.get(user) ?? null))
  return {
    day: asked.day,
    events: events.map((event) => ({ ...event, groupId: event.groupId || null, person: person(event.user) })),
    rows: filed.map(({ rowKey, users, importId, ...row }) => ({
      ...row,
      ...rowOf(rowKey),
      importId,
      file: files.get(importId) ?? null,
      user: users[0] ?? null,
      person: person(users[0]),
    })),
  }
}
