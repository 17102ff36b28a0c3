import { sql, type RawBuilder } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { dayOf } from '../../platform/clock.ts'
import { jsonRows } from '../../platform/db/pg.ts'
import { unusualDigits } from '../../platform/money.ts'
import { membersOf, resolveAccount } from '../accounts/reads.ts'
import { workspaceOf } from '../team/reads.ts'
import {
  churnSources,
  decideChurn,
  nextRenewal,
  retentionOf,
  type ChurnSays,
  type ChurnSource,
  type Departure,
  type Paying,
  type Retention,
} from './model.ts'
import type {
  AccountRevenue,
  ChurnDisagreements,
  ChurnEvent,
  ChurnReason,
  ExchangeRate,
  Invoice,
  LeftOut,
  RevenueMonth,
  RevenueTotals,
  Step,
  Subscription,
  Verdict,
} from './schema.ts'

export type Scope = Pick<Ctx, 'pg' | 'workspace'>

const ids = (accountIds: readonly string[]): RawBuilder<unknown> => sql`${[...accountIds]}::uuid[]`

/**
 * Named queries that all revenue rests on, for the accounts that `accountIds` count as, or for all: `member` (accounts,
 * and those merged into them), `piece` (what is paid a month, from a day to a day, in its own currency; no trials;
 * invoices only where an account has no subscription) and `rate` (factor from minor units of a currency to the
 * workspace's, by days).
 */
const pieces = (ctx: Scope, accountIds: readonly string[] | null): RawBuilder<unknown> => sql`
  -- Not materialized, so that it is joined by the indexes of its table: its cost grows with the rows given.
  member as not materialized (
    select id, root_id, churn_flag, renews_on from account
    where workspace_id = ${ctx.workspace} ${
      accountIds
        ? sql`and root_id = any(array(
            select root_id from account where workspace_id = ${ctx.workspace} and id = any(${ids(accountIds)})))`
        : sql``
    }),
  scale as (
    select currency, digits from jsonb_to_recordset(${jsonRows(unusualDigits)}) as s(currency text, digits integer)),
  home as (
    select w.currency, coalesce(s.digits, 2) as digits
    from workspace w left join scale s on s.currency = w.currency where w.id = ${ctx.workspace}),
  rate as (
    select e.currency, e.from_on,
      lead(e.from_on) over (partition by e.currency order by e.from_on) as to_on,
      e.rate * power(10::numeric, home.digits - coalesce(s.digits, 2)) as factor
    from exchange_rate e cross join home left join scale s on s.currency = e.currency
    where e.workspace_id = ${ctx.workspace} and e.currency <> home.currency
    union all
    select currency, '-infinity'::date, null, 1 from home),
  piece as (
    select m.root_id as account_id, s.id, 'subscription' as kind, s.plan, s.mrr_cents::numeric as amount, s.currency,
      s.starts_on as from_on, s.ends_on as to_on, s.term_months
    from subscription s join member m on m.id = s.account_id
    where s.workspace_id = ${ctx.workspace}
      and not s.is_trial and s.mrr_cents > 0 and (s.ends_on is null or s.ends_on > s.starts_on)
    union all
    select b.account_id, b.id, 'invoice', null, b.amount_cents / b.months, b.currency, b.period_from, b.period_to,
      greatest(1, least(120, round(b.months)))::integer
    from (
      select m.root_id as account_id, i.id, i.amount_cents, i.currency, i.period_from, i.period_to,
        extract(year from span) * 12 + extract(month from span) + extract(day from span) / 30.0 as months
      from invoice i join member m on m.id = i.account_id
        cross join lateral age(i.period_to::timestamp, i.period_from::timestamp) as span
      where i.workspace_id = ${ctx.workspace} and i.period_from is not null and i.amount_cents <> 0) b
    where not exists (
      select from subscription s join account a on a.id = s.account_id
      where a.root_id = b.account_id and s.workspace_id = ${ctx.workspace}))`

/**
 * The movements of these accounts as rows (account_id, on_day, kind, delta_cents, mrr_after_cents). A change of an
 * exchange rate is a movement too, so that the movements always add up to the revenue of the day. Credit notes lower the
 * revenue of their period, never below nothing.
 */
export const movementsOf = (ctx: Scope, accountIds: readonly string[]): RawBuilder<unknown> => sql`
  with ${pieces(ctx, accountIds)},
  rated as (
    select p.account_id, greatest(p.from_on, r.from_on) as from_on, least(p.to_on, r.to_on) as to_on,
      round(p.amount * r.factor) as cents
    from piece p join rate r on r.currency = p.currency
      and (r.to_on is null or r.to_on > p.from_on) and (p.to_on is null or p.to_on > r.from_on)),
  change as (
    select account_id, on_day, sum(cents) as cents from (
      select account_id, from_on as on_day, cents from rated
      union all
      select account_id, to_on, -cents from rated where to_on is not null) edge
    group by account_id, on_day),
  step as (
    select account_id, on_day, greatest(0, sum(cents) over (partition by account_id order by on_day)) as after
    from change),
  compared as (
    select account_id, on_day, after, lag(after, 1, 0) over account_days as before,
      coalesce(max(after) over (account_days rows between unbounded preceding and 1 preceding), 0) > 0 as paid_before
    from step window account_days as (partition by account_id order by on_day))
  select account_id, on_day,
    case when after = 0 then 'churn'
      when before = 0 and paid_before then 'reactivation'
      when before = 0 then 'new'
      when after > before then 'expansion'
      else 'contraction' end as kind,
    (after - before)::bigint as delta_cents, after::bigint as mrr_after_cents
  from compared where after <> before`

/** Today in the workspace's time zone. */
export async function today(ctx: Pick<Ctx, 'pg' | 'workspace' | 'clock'>): Promise<string> {
  return dayOf(ctx.clock(), (await workspaceOf(ctx)).timeZone)
}

/** A subscription or invoice that is paid for on a day; `plan` is null for invoices. */
export type RunningPiece = Paying & Readonly<{ plan: string | null; currency: string; amountCents: number }>

/** What is known about an account's revenue on a day; every amount but `amountCents` in the workspace's currency. */
export type Standing = Readonly<{
  accountId: string
  /** Some subscription (a trial too) or invoice exists: revenue is known, even when it is nothing. */
  known: boolean
  saidRenewsOn: string | null
  firstPaidOn: string | null
  running: readonly RunningPiece[]
  says: ChurnSays
}>

type StandingRow = SaysRow &
  Pick<Standing, 'accountId' | 'known' | 'saidRenewsOn' | 'firstPaidOn'> &
  Readonly<{ running: RunningPiece[] | null }>

/** Gathers, for each account that `accountIds` count as, what its revenue readings rest on. */
export async function standingsOf(
  ctx: Scope,
  accountIds: readonly string[],
  day: string,
): Promise<Standing[]> {
  const { rows } = await sql<StandingRow>`
    with ${stackOf(ctx, accountIds, day)}
    select account_id, ${saysColumns}, bool_or(source = 'known') is true as known,
      max(renews_on) as said_renews_on, min(from_on) as first_paid_on,
      jsonb_agg(jsonb_build_object('id', id, 'kind', kind, 'plan', plan, 'currency', currency,
        'amountCents', round(amount), 'startsOn', from_on, 'endsOn', on_day, 'termMonths', term_months,
        'mrrCents', cents) order by from_on, id) filter (where id is not null and stays) as running
    from stack group by account_id order by account_id`.execute(ctx.pg)
  return rows.map(({ accountId, known, saidRenewsOn, firstPaidOn, running, ...says }) => ({
    accountId,
    known,
    saidRenewsOn,
    firstPaidOn,
    running: running ?? [],
    says: toSays(says),
  }))
}

function groupBy<T>(list: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of list) {
    const group = groups.get(key(item))
    if (group) group.push(item)
    else groups.set(key(item), [item])
  }
  return groups
}

/** What no rate covers, summed in its own currency. */
export function leftOutOf(running: readonly RunningPiece[]): LeftOut[] {
  const uncovered = groupBy(
    running.filter((piece) => piece.mrrCents === null),
    (piece) => piece.currency,
  )
  return [...uncovered].map(([currency, list]) => ({
    currency,
    mrrCents: list.reduce((sum, piece) => sum + piece.amountCents, 0),
    subscriptions: list.length,
  }))
}

/** Recurring revenue a month, or null when nothing is known of it. Below nothing (credit notes) counts as nothing. */
export function mrrOf({ known, running }: Pick<Standing, 'known' | 'running'>): number | null {
  const covered = running.flatMap(({ mrrCents }) => (mrrCents === null ? [] : [mrrCents]))
  if (!known || (covered.length === 0 && running.length > 0)) return null
  const sum = covered.reduce((total, cents) => total + cents, 0)
  return Math.max(0, sum)
}

/**
 * `stack`: everything that is known of each account on a day, one below the other: what its sources say about its
 * staying (`source`, `stays`, `on_day`), what it pays or paid, whether its revenue is known at all, and itself. Grouping
 * it once costs as much as it has rows; joining its parts may cost as much as their product where the planner errs.
 */
const stackOf = (ctx: Scope, accountIds: readonly string[] | null, day: string): RawBuilder<unknown> => sql`
  ${pieces(ctx, accountIds)},
  stack as (
    select p.account_id, 'subscriptions' as source, p.to_on is null or p.to_on > ${day} as stays, p.to_on as on_day,
      p.id, p.kind, p.plan, p.amount, p.currency, p.from_on, p.term_months, round(p.amount * r.factor) as cents,
      null::date as renews_on
    from piece p left join rate r on r.currency = p.currency
      and r.from_on <= ${day} and (r.to_on is null or r.to_on > ${day})
    where p.from_on <= ${day}
    union all
    select m.root_id, 'churn_events', false, e.on_day, null, null, null, null, null, null, null, null, null
    from churn_event e join member m on m.id = e.account_id
    where e.workspace_id = ${ctx.workspace} and e.on_day <= ${day}
    union all
    select root_id, 'flag', not churn_flag, null, null, null, null, null, null, null, null, null, null
    from member where churn_flag is not null
    union all
    select m.root_id, 'known', null, null, null, null, null, null, null, null, null, null, null
    from subscription s join member m on m.id = s.account_id where s.workspace_id = ${ctx.workspace}
    union all
    select m.root_id, 'known', null, null, null, null, null, null, null, null, null, null, null
    from invoice i join member m on m.id = i.account_id
    where i.workspace_id = ${ctx.workspace} and i.period_from is not null and i.amount_cents <> 0
    union all
    select id, 'account', null, null, null, null, null, null, null, null, null, null, renews_on
    from member where id = root_id)`

/** Whether something paid began after the last churn event; null without an event. */
const cameBack = sql`(coalesce(max(from_on) filter (where source = 'subscriptions' and amount > 0), '-infinity')
  > max(on_day) filter (where source = 'churn_events'))`

/**
 * What each source says, as aggregates over the stack of an account. Churn events stop saying that a customer left once
 * something paid begins after the last of them: then they say that it stays, or nothing when that has ended too.
 */
const saysColumns = sql`
  not bool_or(stays) filter (where source = 'subscriptions') as subscriptions_left,
  case when not bool_or(stays) filter (where source = 'subscriptions')
    then max(on_day) filter (where source = 'subscriptions') end as subscriptions_on,
  case when not ${cameBack} then true
    when ${cameBack} and bool_or(stays) filter (where source = 'subscriptions') then false end as churn_events_left,
  case when not ${cameBack} then max(on_day) filter (where source = 'churn_events') end as churn_events_on,
  not bool_or(stays) filter (where source = 'flag') as flag_left`

/** `says`: the sources' own words about each account, as columns `<source>_left` and `<source>_on`. */
const saysOf = (ctx: Scope, accountIds: readonly string[] | null, day: string): RawBuilder<unknown> => sql`
  ${stackOf(ctx, accountIds, day)},
  says as (select account_id, ${saysColumns} from stack group by account_id)`

type SaysRow = Readonly<{
  subscriptionsLeft: boolean | null
  subscriptionsOn: string | null
  churnEventsLeft: boolean | null
  churnEventsOn: string | null
  flagLeft: boolean | null
}>

const toSays = (row: SaysRow): ChurnSays => {
  const said = (left: boolean | null, on: string | null) => (left === null ? null : { left, on })
  return {
    subscriptions: said(row.subscriptionsLeft, row.subscriptionsOn),
    churn_events: said(row.churnEventsLeft, row.churnEventsOn),
    flag: said(row.flagLeft, null),
  }
}

async function churnSays(
  ctx: Scope,
  accountIds: readonly string[] | null,
  day: string,
): Promise<Map<string, ChurnSays>> {
  const { rows } = await sql<SaysRow & { accountId: string }>`
    with ${saysOf(ctx, accountIds, day)} select * from says`.execute(ctx.pg)
  return new Map(rows.map((row) => [row.accountId, toSays(row)]))
}

/** Whether each account has left by the workspace's rule on a day, since when, and which source decided. */
export async function churnVerdicts(
  ctx: Scope,
  accountIds: readonly string[] | null,
  day: string,
): Promise<Verdict[]> {
  const { churnRule } = await workspaceOf(ctx)
  const says = await churnSays(ctx, accountIds, day)
  return [...says].map(([accountId, said]) => ({ accountId, ...decideChurn(churnRule, said) }))
}

/** Departures of each account until a day, earliest first: events with nothing bought between them are one, the last. */
export async function departuresOf(
  ctx: Scope,
  accountIds: readonly string[],
  day: string,
): Promise<Map<string, Departure[]>> {
  const { rows } = await sql<Departure & { accountId: string }>`
    with ${pieces(ctx, accountIds)},
    turn as (
      select account_id, from_on as on_day, false as leaves from piece where from_on <= ${day} and amount > 0
      union
      select m.root_id, e.on_day, true from churn_event e join member m on m.id = e.account_id
      where e.workspace_id = ${ctx.workspace} and e.on_day <= ${day}),
    followed as (
      select *, lead(leaves) over ordered as next_leaves, lead(on_day) over ordered as next_on
      from turn window ordered as (partition by account_id order by on_day, leaves))
    select account_id, on_day as "on", next_on as returned_on from followed
    where leaves and next_leaves is not true order by account_id, on_day`.execute(ctx.pg)
  const byAccount = groupBy(rows, ({ accountId }) => accountId)
  return new Map(
    [...byAccount].map(([id, list]) => [id, list.map(({ on, returnedOn }) => ({ on, returnedOn }))]),
  )
}

/** The accounts (all, or those given) that have left by the rule of the workspace. */
export async function leftAccounts(
  ctx: Scope,
  day: string,
  accountIds: readonly string[] | null = null,
): Promise<Verdict[]> {
  return (await churnVerdicts(ctx, accountIds, day)).filter(({ left }) => left === true)
}

/** Where subscriptions, churn events and the flag contradict each other, and what the rule makes of it. */
export async function churnDisagreements(
  ctx: Scope,
  day: string,
  page: { after?: string | undefined; limit: number },
): Promise<ChurnDisagreements> {
  const { churnRule: rule } = await workspaceOf(ctx)
  const conflict = sql`1 < (select count(distinct v) from unnest(array[subscriptions_left, churn_events_left, flag_left]) v
    where v is not null)`
  const { rows: groups } = await sql<SaysRow & { accounts: number; conflict: boolean }>`
    with ${saysOf(ctx, null, day)}
    select subscriptions_left, churn_events_left, flag_left, ${conflict} as conflict, count(*) as accounts
    from says group by 1, 2, 3, 4`.execute(ctx.pg)
  const { rows } = await sql<SaysRow & { accountId: string; name: string }>`
    with ${saysOf(ctx, null, day)}
    select says.*, a.name from says join account a on a.id = says.account_id
    where ${conflict} ${
      page.after
        ? sql`and (lower(a.name), a.id) > (select lower(name), id from account
            where workspace_id = ${ctx.workspace} and id = ${page.after})`
        : sql``
    }
    order by lower(a.name), a.id limit ${page.limit + 1}`.execute(ctx.pg)
  const shown = rows.slice(0, page.limit)
  return {
    asOf: day,
    rule,
    ...summarize(rule, groups),
    rows: shown.map((row) => {
      const says = toSays(row)
      const { left, decidedBy } = decideChurn(rule, says)
      return { accountId: row.accountId, name: row.name, says, left, decidedBy }
    }),
    next: rows.length > page.limit ? (shown.at(-1)?.accountId ?? null) : null,
  }
}

function summarize(
  rule: ChurnSource,
  groups: readonly (SaysRow & { accounts: number; conflict: boolean })[],
): Pick<ChurnDisagreements, 'accounts' | 'disagreeing' | 'sources' | 'decided' | 'undecided'> {
  const count = (picks: (says: ChurnSays, conflict: boolean) => boolean) =>
    groups.reduce((sum, row) => sum + (picks(toSays(row), row.conflict) ? row.accounts : 0), 0)
  const bySource = <T>(of: (source: ChurnSource) => T) =>
    Object.fromEntries(churnSources.map((source) => [source, of(source)])) as Record<ChurnSource, T>
  return {
    accounts: count(() => true),
    disagreeing: count((_, conflict) => conflict),
    sources: bySource((source) => ({
      left: count((says) => says[source]?.left === true),
      stays: count((says) => says[source]?.left === false),
      silent: count((says) => says[source] === null),
    })),
    decided: bySource((source) => ({
      accounts: count((says) => decideChurn(rule, says).decidedBy === source),
      left: count((says) => {
        const verdict = decideChurn(rule, says)
        return verdict.decidedBy === source && verdict.left === true
      }),
    })),
    undecided: count((says) => decideChurn(rule, says).decidedBy === null),
  }
}

/** Recurring revenue of one account on a day, with its history, renewal and what it rests on. */
export async function getAccountRevenue(ctx: Ctx, anyId: string, asOf?: string): Promise<AccountRevenue> {
  const accountId = await resolveAccount(ctx, anyId)
  const [workspace, day] = [await workspaceOf(ctx), asOf ?? (await today(ctx))]
  const [[standing], steps, subscriptions, invoices, churnEvents] = await Promise.all([
    standingsOf(ctx, [accountId], day),
    stepsOf(ctx, accountId),
    subscriptionsOf(ctx, accountId),
    invoicesOf(ctx, accountId),
    churnEventsOf(ctx, accountId),
  ])
  if (!standing) throw new Error(`account ${accountId} has no standing`)
  const verdict = decideChurn(workspace.churnRule, standing.says)
  const mrrCents = mrrOf(standing)
  return {
    asOf: day,
    currency: workspace.currency,
    mrrCents,
    arrCents: mrrCents === null ? null : mrrCents * 12,
    leftOut: leftOutOf(standing.running),
    steps,
    firstPaidOn: standing.firstPaidOn,
    renewal: verdict.left === true ? null : nextRenewal(standing.saidRenewsOn, standing.running, day),
    churn: { ...verdict, rule: workspace.churnRule },
    subscriptions,
    invoices,
    churnEvents,
  }
}

async function stepsOf(ctx: Scope, accountId: string): Promise<Step[]> {
  const { rows } = await sql<Step>`
    select on_day as on, kind, delta_cents, mrr_after_cents as mrr_cents from revenue_movement
    where workspace_id = ${ctx.workspace} and account_id = ${accountId} order by on_day`.execute(ctx.pg)
  return rows
}

/** Records of one account are few; a list longer than this is cut at its oldest end. */
const mostRecords = 2_000

async function recordsOf<Row>(ctx: Scope, accountId: string, columns: RawBuilder<unknown>): Promise<Row[]> {
  const members = [...(await membersOf(ctx, [accountId])).keys()]
  const { rows } = await sql<Row>`
    select ${columns} where workspace_id = ${ctx.workspace} and account_id = any(${ids(members)})
    order by 1 desc, 2 limit ${mostRecords}`.execute(ctx.pg)
  return rows
}

export const subscriptionsOf = (ctx: Scope, accountId: string): Promise<Subscription[]> =>
  recordsOf(
    ctx,
    accountId,
    sql`starts_on, id, plan, seats, mrr_cents, currency, term_months, is_trial, auto_renew, ends_on
      from subscription`,
  )

export const invoicesOf = (ctx: Scope, accountId: string): Promise<Invoice[]> =>
  recordsOf(
    ctx,
    accountId,
    sql`issued_on, id, number, amount_cents, currency, period_from, period_to from invoice`,
  )

export const churnEventsOf = (ctx: Scope, accountId: string): Promise<ChurnEvent[]> =>
  recordsOf(
    ctx,
    accountId,
    sql`on_day, id, reason, comment, is_reactivation, refund_cents, currency from churn_event`,
  )

/** Movements of accounts that count today: rows of merged ones stay out until they are derived again. */
const movements = (ctx: Scope): RawBuilder<unknown> => sql`
  movement as (
    select m.* from revenue_movement m join account a on a.id = m.account_id
    where m.workspace_id = ${ctx.workspace} and a.merged_into is null)`

type Group = SaysRow &
  Readonly<{ mrrCents: number; paying: number; running: number; leftOut: LeftOut[] | null }>

const sumOf = <T>(list: readonly T[], of: (item: T) => number): number =>
  list.reduce((sum, item) => sum + of(item), 0)

function totalOf(groups: readonly Group[]): Pick<RevenueTotals, 'mrrCents' | 'arrCents' | 'leftOut'> {
  const mrrCents = sumOf(groups, (group) => group.mrrCents)
  const byCurrency = groupBy(
    groups.flatMap(({ leftOut }) => leftOut ?? []),
    ({ currency }) => currency,
  )
  const leftOut = [...byCurrency]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([currency, list]) => ({
      currency,
      mrrCents: sumOf(list, (one) => one.mrrCents),
      subscriptions: sumOf(list, ({ subscriptions }) => subscriptions),
    }))
  return { mrrCents, arrCents: mrrCents * 12, leftOut }
}

/**
 * Recurring revenue of the workspace on a day: the sum of the `revenue.mrr` readings of that day. What customers who
 * have left by the rule still run is told apart.
 */
export async function revenueTotals(ctx: Scope, day: string): Promise<RevenueTotals> {
  const { currency, churnRule } = await workspaceOf(ctx)
  const words = sql`subscriptions_left, churn_events_left, flag_left`
  const { rows } = await sql<Group>`
    with ${stackOf(ctx, null, day)},
    per_account as (
      select ${saysColumns}, greatest(0, sum(cents) filter (where stays)) as mrr,
        bool_or(stays and id is not null) is true as runs,
        jsonb_agg(jsonb_build_object('currency', currency, 'cents', round(amount)))
          filter (where stays and id is not null and cents is null) as uncovered
      from stack group by account_id),
    sums as (
      select ${words}, coalesce(sum(mrr), 0) as mrr_cents, count(*) filter (where mrr > 0) as paying,
        count(*) filter (where runs) as running
      from per_account group by ${words}),
    each as (
      select ${words}, currency, sum(cents) as cents, count(*) as subscriptions
      from per_account, jsonb_to_recordset(uncovered) as u(currency text, cents numeric)
      group by ${words}, currency)
    select sums.*, (
      select jsonb_agg(jsonb_build_object('currency', currency, 'mrrCents', cents, 'subscriptions', subscriptions))
      from each where row(each.subscriptions_left, each.churn_events_left, each.flag_left)
        is not distinct from row(sums.subscriptions_left, sums.churn_events_left, sums.flag_left)) as left_out
    from sums`.execute(ctx.pg)
  const hasLeft = (group: Group) =>
    decideChurn(churnRule, toSays({ ...group, subscriptionsOn: null, churnEventsOn: null })).left === true
  const counting = rows.filter((group) => !hasLeft(group))
  const left = rows.filter(hasLeft)
  return {
    day,
    currency,
    ...totalOf(counting),
    accounts: sumOf(counting, ({ paying }) => paying),
    leftButRunning: { ...totalOf(left), accounts: sumOf(left, ({ running }) => running) },
  }
}

/**
 * Movements by kind, and revenue and paying accounts at the end, of each month from one to another ('YYYY-MM'); by
 * payments, whatever the rule for who has left.
 */
export async function revenueByMonth(ctx: Scope, from: string, to: string): Promise<RevenueMonth[]> {
  const { rows } = await sql<RevenueMonth>`
    with ${movements(ctx)},
    monthly as (
      select date_trunc('month', on_day)::date as month, kind, count(distinct account_id) as accounts,
        sum(delta_cents) as cents, count(*) as moves
      from movement group by 1, 2),
    month as (select generate_series(${`${from}-01`}::date, ${`${to}-01`}::date, '1 month')::date as month)
    select to_char(m.month, 'YYYY-MM') as month, 'payments' as by,
      coalesce((select sum(cents) from monthly where month <= m.month), 0) as mrr_cents,
      coalesce((select sum(case when kind in ('new', 'reactivation') then moves when kind = 'churn' then -moves end)
        from monthly where month <= m.month), 0) as accounts,
      (select jsonb_object_agg(k, jsonb_build_object('accounts', coalesce(x.accounts, 0), 'cents', coalesce(x.cents, 0)))
        from unnest(array['new', 'expansion', 'contraction', 'churn', 'reactivation']) k
        left join monthly x on x.kind = k and x.month = m.month) as movements
    from month m order by m.month`.execute(ctx.pg)
  return rows
}

/**
 * Net and gross revenue retention and the share of customers kept, from the end of one day to the end of another; by
 * payments, whatever the rule for who has left.
 */
export async function retention(
  ctx: Scope,
  from: string,
  to: string,
): Promise<Retention & { from: string; to: string; by: 'payments'; currency: string }> {
  const { currency } = await workspaceOf(ctx)
  const { rows } = await sql<Parameters<typeof retentionOf>[0]>`
    with ${movements(ctx)},
    both_days as (
      select sum(delta_cents) filter (where on_day <= ${from}) as before,
        sum(delta_cents) filter (where on_day <= ${to}) as after
      from movement group by account_id)
    select count(*) as accounts, coalesce(sum(before), 0) as start_cents, coalesce(sum(after), 0) as end_cents,
      coalesce(sum(least(before, after)), 0) as capped_cents, count(*) filter (where after > 0) as kept
    from both_days where before > 0`.execute(ctx.pg)
  const [sums = { accounts: 0, startCents: 0, endCents: 0, cappedCents: 0, kept: 0 }] = rows
  return { from, to, by: 'payments', currency, ...retentionOf(sums) }
}

/** Churn events by the reason given, from a day to before another; counts only, they rank nothing. */
export async function churnReasons(ctx: Scope, from: string, to: string): Promise<ChurnReason[]> {
  const { rows } = await sql<ChurnReason>`
    select e.reason, count(*) as events, count(distinct a.root_id) as accounts
    from churn_event e join account a on a.id = e.account_id
    where e.workspace_id = ${ctx.workspace} and e.on_day >= ${from} and e.on_day < ${to}
    group by e.reason order by events desc, e.reason nulls last`.execute(ctx.pg)
  return rows
}

export async function exchangeRates(ctx: Scope): Promise<ExchangeRate[]> {
  return ctx.pg
    .selectFrom('exchangeRate')
    .select(['currency', 'fromOn', 'rate'])
    .where('workspaceId', '=', ctx.workspace)
    .orderBy('currency')
    .orderBy('fromOn', 'desc')
    .execute()
}
