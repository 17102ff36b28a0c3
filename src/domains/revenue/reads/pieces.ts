import { sql, type RawBuilder } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { jsonRows } from '../../../platform/db/pg.ts'
import { unusualDigits } from '../../../platform/money.ts'

export type Scope = Pick<Ctx, 'pg' | 'workspace'>

/** An array of ids as SQL. */
export const idArray = (accountIds: readonly string[]): RawBuilder<unknown> => sql`${[...accountIds]}::uuid[]`

/**
 * Named queries that all revenue rests on, for the accounts that `accountIds` count as, or for all: `member` (accounts,
 * and those merged into them), `piece` (what is paid a year, never rounded, from a day to a day, in its own currency; no
 * trials; invoices only where an account has no subscription) and `rate` (factor from minor units of a currency to the
 * workspace's, by days).
 */
export const pieces = (ctx: Scope, accountIds: readonly string[] | null): RawBuilder<unknown> => sql`
  -- Not materialized, so that it is joined by the indexes of its table: its cost grows with the rows given.
  member as not materialized (
    select id, root_id, churn_flag, renews_on from account
    where workspace_id = ${ctx.workspace} ${
      accountIds
        ? sql`and root_id = any(array(
            select root_id from account where workspace_id = ${ctx.workspace} and id = any(${idArray(accountIds)})))`
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
    select m.root_id as account_id, s.id, 'subscription' as kind, s.plan, 
      coalesce(s.stated_cents, s.mrr_cents) * 12.0 / coalesce(s.stated_months, 1) as amount, s.currency,
      s.starts_on as from_on, s.ends_on as to_on, s.term_months
    from subscription s join member m on m.id = s.account_id
    where s.workspace_id = ${ctx.workspace}
      and not s.is_trial and coalesce(s.stated_cents, s.mrr_cents) > 0 and (s.ends_on is null or s.ends_on > s.starts_on)
    union all
    select b.account_id, b.id, 'invoice', null, b.amount_cents * 12 / b.months, b.currency, b.period_from, b.period_to,
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
