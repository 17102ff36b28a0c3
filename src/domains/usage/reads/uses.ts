import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'
import { membersOf } from '../../accounts/reads.ts'
import { activeWeeks, adoptionWeeks, shownWeeks, userWeeks, type Use } from '../model/readings.ts'
import { addDays, completeWeeks, type Horizon } from '../model/weeks.ts'
import { useCasesOf } from './use-cases.ts'

type AccountRow = Readonly<{ accountId: string; seats: number | null; startedOn: string | null }>

/** Seats and start: what a source said, else the first paid day. */
async function accountFacts(ctx: Ctx, rootIds: readonly string[]): Promise<AccountRow[]> {
  const { rows } = await sql<AccountRow>`
    select root.id as account_id, root.seats, coalesce(min(member.started_on), min(paid.first_day)) as started_on
    from account member
    join account root on root.id = member.root_id
    left join lateral (
      select min(on_day) as first_day from revenue_movement
      where workspace_id = member.workspace_id and account_id = member.id) paid on true
    where member.root_id = any(array(
      select id from account
      where workspace_id = ${ctx.workspace} and id = any(${[...rootIds]}::uuid[]) and merged_into is null))
    group by root.id, root.seats`.execute(ctx.pg)
  return rows
}

/**
 * Rolled-up days with the account that counts, for some of its members. `members`, `roots` and `starts` are parallel;
 * the filter on account_id lets the primary key skip everybody else.
 */
const daysOfMembers = `
  select root, start, day, events, users, features
  from (select account_id, day, events, users, features from usage_day final
        where workspace_id = {workspace:UUID} and account_id in {members:Array(UUID)} and events > 0
          and day < {endDay:Date}) as days
  inner join (
    select member.1 as account_id, member.2 as root, member.3 as start
    from (select arrayJoin(arrayZip({members:Array(UUID)}, {roots:Array(UUID)}, {starts:Array(Date32)})) as member)
  ) as members using (account_id)`

const noStart = '1970-01-01'

type Scope = Readonly<{
  workspace: string
  members: string[]
  roots: string[]
  starts: string[]
  endDay: string
}>

type Reach = Readonly<{
  root: string
  firstDay: string
  weeks: [start: string, events: number, days: number, users: number][]
  features: string[]
  users: number
  adopted: number[]
}>

/** One pass over the days: first by week, then by account. All windows are whole weeks. */
async function reachOf(ctx: Ctx, scope: Scope): Promise<Map<string, Reach>> {
  const weeks = completeWeeks(scope.endDay, shownWeeks)
  const rows = await chRows<Reach>(
    ctx.ch,
    `select root, min(first) as firstDay,
       groupArrayIf((week, weekEvents, weekDays, length(weekUsers)),
         week >= {since:Date} and week < {weeksEnd:Date}) as weeks,
       groupUniqArrayArrayIf(weekFeatures, week >= {featuresSince:Date} and week < {weeksEnd:Date}) as features,
       length(groupUniqArrayArrayIf(weekUsers, week >= {usersSince:Date} and week < {weeksEnd:Date})) as users,
       groupUniqArrayArray(weekAdopted) as adopted
     from (
       select root, toMonday(day) as week, min(day) as first, sum(events) as weekEvents, uniqExact(day) as weekDays,
         groupUniqArrayArrayIf(users, day >= {since:Date}) as weekUsers,
         groupUniqArrayArrayIf(features, day >= {since:Date}) as weekFeatures,
         groupUniqArrayIf(intDiv(dateDiff('day', start, toDate32(day)), 7),
           toDate32(day) >= start and dateDiff('day', start, toDate32(day)) < {adoptionDays:UInt16}) as weekAdopted
       from (${daysOfMembers}) group by root, week)
     group by root
     settings output_format_json_quote_64bit_integers = 0, output_format_json_named_tuples_as_objects = 0`,
    {
      ...scope,
      since: weeks[0],
      featuresSince: weeks.at(-activeWeeks),
      usersSince: weeks.at(-userWeeks),
      weeksEnd: addDays(weeks.at(-1)!, 7),
      adoptionDays: adoptionWeeks * 7,
    },
  )
  return new Map(rows.map((row) => [row.root, row]))
}

/** What is known about the use of these accounts until the horizon; an account without rows is among them too. */
export async function usesOf(ctx: Ctx, rootIds: readonly string[], horizon: Horizon | null): Promise<Use[]> {
  const [rows, useCases] = await Promise.all([accountFacts(ctx, rootIds), useCasesOf(ctx, rootIds)])
  const accounts = rows.map((row) => ({ ...row, useCase: useCases.get(row.accountId) ?? null }))
  const blank = { firstDay: null, weeks: new Map(), features: [], users: 0, adopted: [] }
  if (!horizon) return accounts.map((account) => ({ ...account, ...blank }))
  const members = [...(await membersOf(ctx, rootIds))]
  const startOf = new Map(accounts.map(({ accountId, startedOn }) => [accountId, startedOn ?? noStart]))
  const scope: Scope = {
    workspace: ctx.workspace,
    members: members.map(([id]) => id),
    roots: members.map(([, root]) => root),
    starts: members.map(([, root]) => startOf.get(root) ?? noStart),
    endDay: horizon.endDay,
  }
  const reaches = await reachOf(ctx, scope)
  return accounts.map((account) => {
    const reach = reaches.get(account.accountId)
    if (!reach) return { ...account, ...blank }
    return {
      ...account,
      firstDay: reach.firstDay,
      weeks: new Map(reach.weeks.map(([start, events, days, users]) => [start, { events, days, users }])),
      features: reach.features,
      users: reach.users,
      adopted: account.startedOn ? reach.adopted : [],
    }
  })
}
