import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { chRows, keyFirst } from '../../../platform/db/clickhouse.ts'
import { membersOf } from '../../accounts/reads.ts'
import {
  adoptionWeeks,
  breadthDays,
  rhythmGaps,
  shownWeeks,
  userDays,
  type Source,
  type Use,
} from '../model/known.ts'
import { sizeOf, type Intensity } from '../model/power.ts'
import { addDays, completeWeeks, horizonOf, type Horizon } from '../model/weeks.ts'
import { accountsAfter } from './coverage.ts'
import { useCasesOf } from './use-cases.ts'

/** Ids of so many accounts fit into one statement of the events store. */
export const chunk = 2_000

type AccountRow = Pick<Use, 'accountId' | 'segment' | 'seats' | 'startedOn'>

/** Segment, seats and start: what a source said, else the first paid day. */
async function accountFacts(ctx: Ctx, rootIds: readonly string[]): Promise<AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    select root.id as account_id, root.segment, root.seats,
      coalesce(min(member.started_on), min(paid.first_day)) as started_on
    from account member
    join account root on root.id = member.root_id
    left join lateral (
      select min(on_day) as first_day from revenue_movement
      where workspace_id = member.workspace_id and account_id = member.id) paid on true
    where member.root_id = any(array(
      select id from account
      where workspace_id = ${ctx.workspace} and id = any(${[...rootIds]}::uuid[]) and merged_into is null))
    group by root.id, root.segment, root.seats`.execute(ctx.pg)
  return rows
}

/** Which of these accounts have days that live events told of. */
async function sendersAmong(
  ctx: Ctx,
  { coverage }: Source,
  members: readonly string[],
): Promise<Set<string>> {
  if (coverage.liveDay === null) return new Set()
  const rows = await chRows<{ id: string }>(
    ctx.ch,
    `select distinct account_id as id from usage_day final
     where workspace_id = {workspace:UUID} and account_id in {members:Array(UUID)} and live = 1 and events > 0
     settings ${keyFirst}`,
    { workspace: ctx.workspace, members },
  )
  return new Set(rows.map(({ id }) => id))
}

/**
 * Rolled-up days with the account that counts, for some of its members. `members`, `roots` and `starts` are parallel;
 * the filter on account_id lets the primary key skip everybody else.
 */
const daysOfMembers = `
  select root, start, day, events, users, features, user_events
  from (select account_id, day, events, users, features, user_events from usage_day final
        where workspace_id = {workspace:UUID} and account_id in {members:Array(UUID)} and events > 0
          and day < {untilDay:Date}) as days
  inner join (
    select member.1 as account_id, member.2 as root, member.3 as start
    from (select arrayJoin(arrayZip({members:Array(UUID)}, {roots:Array(UUID)}, {starts:Array(Date32)})) as member)
  ) as members using (account_id)`

const noStart = '1970-01-01'

type Members = Readonly<{ members: string[]; roots: string[]; starts: string[] }>

type Reach = Readonly<{
  root: string
  firstDay: string
  lastDay: string
  weeks: [start: string, events: number, days: number, users: number][]
  features: string[]
  users: number
  userEvents: Record<string, number>
  adopted: number[]
  gaps: number[]
}>

/** One pass over the days: first by week, then by account. */
async function reachOf(ctx: Ctx, scope: Members, horizon: Horizon): Promise<Map<string, Reach>> {
  if (scope.members.length === 0) return new Map()
  const { untilDay } = horizon
  const rows = await chRows<Reach>(
    ctx.ch,
    `select root, min(first) as firstDay, max(last) as lastDay,
       arraySort(groupArrayIf((week, weekEvents, weekDays, length(weekUsers)), week >= {since:Date})) as weeks,
       arraySort(groupUniqArrayArray(weekFeatures)) as features,
       length(groupUniqArrayArray(lateUsers)) as users,
       sumMap(lateUserEvents) as userEvents,
       arraySort(groupUniqArrayArray(weekAdopted)) as adopted,
       arraySlice(arrayPopFront(arrayDifference(arraySort(groupUniqArrayArray(usedDays)))), -{gaps:Int32}) as gaps
     from (
       select root, toMonday(day) as week, min(day) as first, max(day) as last, sum(events) as weekEvents,
         uniqExact(day) as weekDays,
         groupUniqArrayArrayIf(users, day >= {since:Date}) as weekUsers,
         groupUniqArrayArrayIf(features, day >= {featuresSince:Date}) as weekFeatures,
         groupUniqArrayArrayIf(users, day >= {usersSince:Date}) as lateUsers,
         sumMapIf(user_events, day >= {usersSince:Date}) as lateUserEvents,
         groupUniqArrayIf(intDiv(dateDiff('day', start, toDate32(day)), 7),
           toDate32(day) >= start and dateDiff('day', start, toDate32(day)) < {adoptionDays:UInt16}) as weekAdopted,
         groupUniqArray(toInt32(toUInt16(day))) as usedDays
       from (${daysOfMembers}) group by root, week)
     group by root
     settings ${keyFirst}, output_format_json_quote_64bit_integers = 0,
       output_format_json_named_tuples_as_objects = 0`,
    {
      ...scope,
      workspace: ctx.workspace,
      untilDay,
      since: completeWeeks(horizon.endDay, shownWeeks)[0],
      featuresSince: addDays(untilDay, -breadthDays),
      usersSince: addDays(untilDay, -userDays),
      adoptionDays: adoptionWeeks * 7,
      gaps: rhythmGaps,
    },
  )
  return new Map(rows.map((row) => [row.root, row]))
}

const blank = {
  sendsEvents: false,
  firstDay: null,
  lastDay: null,
  weeks: new Map(),
  features: [],
  users: 0,
  userEvents: {},
  adopted: [],
  gaps: [],
}

/** What is known about the use of these accounts at `now`; an account without rows is among them too. */
export async function usesOf(
  ctx: Ctx,
  rootIds: readonly string[],
  source: Source | null,
  now: Date,
): Promise<Use[]> {
  const [rows, useCases] = await Promise.all([accountFacts(ctx, rootIds), useCasesOf(ctx, rootIds)])
  const accounts = rows.map((row) => ({ ...row, useCase: useCases.get(row.accountId) ?? null }))
  if (!source) return accounts.map((account) => ({ ...account, ...blank }))
  const members = [...(await membersOf(ctx, rootIds))]
  const senders = await sendersAmong(
    ctx,
    source,
    members.map(([id]) => id),
  )
  const sending = new Set(members.flatMap(([id, root]) => (senders.has(id) ? [root] : [])))
  const startOf = new Map(accounts.map(({ accountId, startedOn }) => [accountId, startedOn ?? noStart]))
  const reachWhere = (sends: boolean) => {
    const among = members.filter(([, root]) => sending.has(root) === sends)
    const scope = {
      members: among.map(([id]) => id),
      roots: among.map(([, root]) => root),
      starts: among.map(([, root]) => startOf.get(root) ?? noStart),
    }
    return reachOf(ctx, scope, horizonOf(now, source.coverage, sends))
  }
  const [live, filed] = await Promise.all([reachWhere(true), reachWhere(false)])
  return accounts.map((account) => {
    const sendsEvents = sending.has(account.accountId)
    const reach = (sendsEvents ? live : filed).get(account.accountId)
    if (!reach) return { ...account, ...blank, sendsEvents }
    const { root: _, weeks, adopted, ...rest } = reach
    return {
      ...account,
      ...rest,
      sendsEvents,
      weeks: new Map(weeks.map(([start, events, days, users]) => [start, { events, days, users }])),
      adopted: account.startedOn ? adopted : [],
    }
  })
}

/** How much each user of the workspace did in the last 28 days, for accounts of which that is known. */
export async function intensities(ctx: Ctx, source: Source): Promise<Intensity[]> {
  const found: Intensity[] = []
  for (let after: string | null = null; ;) {
    const ids: string[] = await accountsAfter(ctx, after, chunk)
    if (ids.length === 0) return found
    for (const { segment, seats, userEvents } of await usesOf(ctx, ids, source, ctx.clock())) {
      const events = Object.values(userEvents).toSorted((a, b) => a - b)
      const size = sizeOf(seats, events.length)
      found.push(...events.map((one) => ({ segment, size, events: one })))
    }
    after = ids.at(-1)!
  }
}
