import type { Ctx } from '../../../platform/context.ts'
import { chRows } from '../../../platform/db/clickhouse.ts'
import { membersOf, resolveAccount } from '../../accounts/reads.ts'
import { shownWeeks } from '../model/known.ts'
import { trendOf } from '../model/trend.ts'
import { addDays, completeWeeks, horizonOf, weekUnderWay } from '../model/weeks.ts'
import type { AccountUsage, UsageWeek } from '../schema.ts'
import { latestSource } from './coverage.ts'

type AccountScope = Readonly<{ workspace: string; members: string[]; since: string; untilDay: string }>
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
       and day < {untilDay:Date}`,
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
       and day >= {since:Date} and day < {untilDay:Date}
     group by day order by day desc`,
    scope,
  )

const featuresOf = (ctx: Ctx, scope: AccountScope): Promise<AccountUsage['features']> =>
  chRows<AccountUsage['features'][number]>(
    ctx.ch,
    `select feature, sum(count) as events, uniqExact(day) as days, max(day) as lastDay, sum(u.errors) as errors
     from usage_count as u final
     where workspace_id = {workspace:UUID} and account_id in {members:Array(UUID)} and deleted = 0 and count > 0
       and day < {untilDay:Date}
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

async function sendsEvents(ctx: Ctx, members: readonly string[]): Promise<boolean> {
  const rows = await chRows<{ one: number }>(
    ctx.ch,
    `select 1 as one from usage_day final
     where workspace_id = {workspace:UUID} and account_id in {members:Array(UUID)} and live = 1 and events > 0
     limit 1`,
    { workspace: ctx.workspace, members },
  )
  return rows.length > 0
}

/** The use of one account in detail, for its page: its last complete weeks, its features, its days. */
export async function accountUsage(ctx: Ctx, anyId: string, weekCount: number): Promise<AccountUsage> {
  const id = await resolveAccount(ctx, anyId)
  const source = await latestSource(ctx)
  const nothing = { asOf: null, weeks: [], thisWeek: null, usual: null, features: [], days: [] }
  if (!source) return { state: 'not_enough_data', ...nothing }
  const { countsUsers } = source.coverage
  const members = [...(await membersOf(ctx, [id])).keys()]
  const horizon = horizonOf(ctx.clock(), source.coverage, await sendsEvents(ctx, members))
  const starts = completeWeeks(horizon.endDay, Math.max(weekCount, shownWeeks))
  const scope = { workspace: ctx.workspace, members, since: starts[0]!, untilDay: horizon.untilDay }
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
  const underWay = weekUnderWay(horizon)
  const soFar = underWay === null ? null : weekOf(underWay, days, countsUsers)
  return {
    state: horizon.stale ? 'stale' : 'ok',
    asOf,
    weeks: shown,
    thisWeek: soFar?.events ? soFar : null,
    usual: usual ? [...usual] : null,
    features,
    days: days
      .filter(({ day }) => day >= shown[0]!.start)
      .map((day) => ({ ...day, users: countsUsers ? day.users.length : null })),
  }
}
