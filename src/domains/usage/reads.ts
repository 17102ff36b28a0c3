import { sql } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { chRows } from '../../platform/db/clickhouse.ts'
import { wilsonInterval } from '../../stats/inference/wilson.ts'
import { membersOf, resolveAccount } from '../accounts/reads.ts'
import { activeWeeks, adoptionWeeks, shownWeeks, userWeeks, type Source, type Use } from './model/readings.ts'
import { trendOf } from './model/trend.ts'
import { addDays, completeWeeks, horizonOf, type Horizon } from './model/weeks.ts'
import { Coverage, type AccountUsage, type UsageFeatures, type UsageWeek } from './schema.ts'

export const coverageKind = 'usage.coverage'

/** The newest snapshot of what the usage source covers, or null when nothing was ever imported. */
export async function latestSource(ctx: Pick<Ctx, 'pg' | 'workspace'>): Promise<Source | null> {
  const row = await ctx.pg
    .selectFrom('snapshot')
    .select(['id', 'value'])
    .where('workspaceId', '=', ctx.workspace)
    .where('kind', '=', coverageKind)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (!row) return null
  const coverage = Coverage.nullable().parse(row.value)
  return coverage && { coverage, snapshotId: row.id }
}

/** What the rolled-up days cover now; null when there is no use. */
export async function measureCoverage(ctx: Ctx): Promise<Coverage | null> {
  const [row] = await chRows<Coverage & { days: number }>(
    ctx.ch,
    `select min(day) as firstDay, max(day) as lastDay, max(notEmpty(users)) as countsUsers, count() as days,
       (select arraySort(groupArray((feature, first))) from (
          select feature, min(day) as first from usage_day final array join features as feature
          where workspace_id = {workspace:UUID} and events > 0 group by feature)) as features
     from usage_day final where workspace_id = {workspace:UUID} and events > 0
     settings output_format_json_named_tuples_as_objects = 0`,
    { workspace: ctx.workspace },
  )
  if (!row || Number(row.days) === 0) return null
  const features = row.features as unknown as [name: string, firstDay: string][]
  return {
    firstDay: row.firstDay,
    lastDay: row.lastDay,
    countsUsers: Boolean(Number(row.countsUsers)),
    features: features.map(([name, firstDay]) => ({ name, firstDay })),
  }
}

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
  const accounts = await accountFacts(ctx, rootIds)
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

type AccountScope = Readonly<{ workspace: string; members: string[]; since: string; endDay: string }>
type DayRow = Readonly<{
  day: string
  events: number
  features: string[]
  users: string[]
  seconds: number
  errors: number
}>

async function firstDayOf(ctx: Ctx, scope: AccountScope): Promise<string | null> {
  const [row] = await chRows<{ firstDay: string; days: number }>(
    ctx.ch,
    `select min(day) as firstDay, count() as days from usage_day final
     where workspace_id = {workspace:UUID} and account_id in {members:Array(UUID)} and events > 0
       and day < {endDay:Date}`,
    scope,
  )
  return row && Number(row.days) > 0 ? row.firstDay : null
}

const daysSince = (ctx: Ctx, scope: AccountScope): Promise<DayRow[]> =>
  chRows<DayRow>(
    ctx.ch,
    `select day, sum(d.events) as events, arraySort(groupUniqArrayArray(d.features)) as features,
       groupUniqArrayArray(d.users) as users, sum(d.seconds) as seconds, sum(d.errors) as errors
     from usage_day as d final
     where workspace_id = {workspace:UUID} and account_id in {members:Array(UUID)} and d.events > 0
       and day >= {since:Date} and day < {endDay:Date}
     group by day order by day desc`,
    scope,
  )

const featuresOf = (ctx: Ctx, scope: AccountScope): Promise<AccountUsage['features']> =>
  chRows<AccountUsage['features'][number]>(
    ctx.ch,
    `select feature, sum(count) as events, uniqExact(day) as days, max(day) as lastDay, sum(u.errors) as errors
     from usage_count as u final
     where workspace_id = {workspace:UUID} and account_id in {members:Array(UUID)} and deleted = 0 and count > 0
       and day < {endDay:Date}
     group by feature order by events desc, feature
     settings output_format_json_quote_64bit_integers = 0`,
    scope,
  )

function weekOf(start: string, days: readonly DayRow[], countsUsers: boolean): UsageWeek {
  const inside = days.filter(({ day }) => day >= start && day < addDays(start, 7))
  return {
    start,
    events: inside.reduce((sum, { events }) => sum + events, 0),
    days: inside.length,
    users: countsUsers ? new Set(inside.flatMap(({ users }) => users)).size : null,
  }
}

/** The use of one account in detail, for its page: its last complete weeks, its features, its days. */
export async function accountUsage(ctx: Ctx, anyId: string, weekCount: number): Promise<AccountUsage> {
  const id = await resolveAccount(ctx, anyId)
  const source = await latestSource(ctx)
  const nothing = { asOf: null, weeks: [], usual: null, features: [], days: [] }
  if (!source) return { state: 'not_enough_data', ...nothing }
  const { countsUsers, lastDay } = source.coverage
  const horizon = horizonOf(ctx.clock(), lastDay)
  const starts = completeWeeks(horizon.endDay, Math.max(weekCount, shownWeeks))
  const members = [...(await membersOf(ctx, [id])).keys()]
  const scope = { workspace: ctx.workspace, members, since: starts[0]!, endDay: horizon.endDay }
  const [first, days, features] = await Promise.all([
    firstDayOf(ctx, scope),
    daysSince(ctx, scope),
    featuresOf(ctx, scope),
  ])
  const asOf = horizon.asOf.toISOString()
  if (first === null) return { state: 'not_enough_data', ...nothing, asOf }
  const weeks = starts.map((start) =>
    addDays(start, 7) <= first
      ? { start, events: null, days: null, users: null }
      : weekOf(start, days, countsUsers),
  )
  const whole = weeks.flatMap(({ start, events }) => (start >= first && events !== null ? [events] : []))
  const usual = trendOf(whole)?.usual
  const shown = weeks.slice(-weekCount)
  return {
    state: horizon.stale ? 'stale' : 'ok',
    asOf,
    weeks: shown,
    usual: usual ? [...usual] : null,
    features,
    days: days
      .filter(({ day }) => day >= shown[0]!.start)
      .map((day) => ({ ...day, users: countsUsers ? day.users.length : null })),
  }
}

/** How far each feature reaches: accounts that used it in the last eight complete weeks, and ever. */
export async function usageFeatures(ctx: Ctx): Promise<UsageFeatures> {
  const source = await latestSource(ctx)
  if (!source) return { asOf: null, accounts: 0, features: [] }
  const horizon = horizonOf(ctx.clock(), source.coverage.lastDay)
  const weeks = completeWeeks(horizon.endDay, activeWeeks)
  const aliases = await mergedAccounts(ctx)
  const scope = {
    workspace: ctx.workspace,
    endDay: horizon.endDay,
    from: weeks[0],
    to: addDays(weeks.at(-1)!, 7),
    merged: aliases.map(({ id }) => id),
    into: aliases.map(({ rootId }) => rootId),
  }
  const [[total], rows] = await Promise.all([
    chRows<{ accounts: number }>(
      ctx.ch,
      `select uniqExact(${countingAccount}) as accounts from usage_day final
       where workspace_id = {workspace:UUID} and events > 0 and day >= {from:Date} and day < {to:Date}
       settings output_format_json_quote_64bit_integers = 0`,
      scope,
    ),
    chRows<Omit<UsageFeatures['features'][number], 'share' | 'low' | 'high'>>(
      ctx.ch,
      `select feature, min(day) as firstDay, max(day) as lastDay,
         uniqExactIf(${countingAccount}, day >= {from:Date} and day < {to:Date}) as accounts,
         uniqExact(${countingAccount}) as accountsEver
       from usage_day final array join features as feature
       where workspace_id = {workspace:UUID} and events > 0 and day < {endDay:Date}
       group by feature order by accounts desc, feature
       settings output_format_json_quote_64bit_integers = 0`,
      scope,
    ),
  ])
  const accounts = total?.accounts ?? 0
  const features = rows.map((row) => {
    const [low, high] = accounts > 0 ? wilsonInterval(row.accounts, accounts) : [null, null]
    return { ...row, share: accounts > 0 ? row.accounts / accounts : null, low, high }
  })
  return { asOf: horizon.asOf.toISOString(), accounts, features }
}

/** The account that counts: merged ones are few, so they are looked up in a short list. */
const countingAccount =
  'if(has({merged:Array(UUID)}, account_id), {into:Array(UUID)}[indexOf({merged:Array(UUID)}, account_id)], account_id)'

async function mergedAccounts(ctx: Ctx): Promise<{ id: string; rootId: string }[]> {
  return ctx.pg
    .selectFrom('account')
    .select(['id', 'rootId'])
    .where('workspaceId', '=', ctx.workspace)
    .where('mergedInto', 'is not', null)
    .execute()
}

/** Sums of everything that was imported and still stands, for the report of an import. */
export async function usageTotals(ctx: Ctx): Promise<Record<string, number>> {
  const [row] = await chRows<Record<string, number>>(
    ctx.ch,
    `select count() as rows, sum(u.count) as count, sum(u.seconds) as seconds, sum(u.errors) as errors,
       uniqExact(feature) as features, uniqExact(day) as days
     from usage_count as u final where workspace_id = {workspace:UUID} and deleted = 0
     settings output_format_json_quote_64bit_integers = 0`,
    { workspace: ctx.workspace },
  )
  return row ?? {}
}
