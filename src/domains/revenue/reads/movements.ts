import { sql, type RawBuilder } from 'kysely'
import { pieces, type Scope } from './pieces.ts'

/**
 * The movements of these accounts as rows (account_id, on_day, kind, delta_cents, mrr_after_cents). A change of an
 * exchange rate is a movement too, so that the movements always add up to the revenue of the day. Credit notes lower the
 * revenue of their period, never below nothing. What is paid a year is added up exactly, and its month rounded once.
 */
export const movementsOf = (ctx: Scope, accountIds: readonly string[]): RawBuilder<unknown> => sql`
  with ${pieces(ctx, accountIds)},
  rated as (
    select p.account_id, greatest(p.from_on, r.from_on) as from_on, least(p.to_on, r.to_on) as to_on,
      p.amount * r.factor as cents
    from piece p join rate r on r.currency = p.currency
      and (r.to_on is null or r.to_on > p.from_on) and (p.to_on is null or p.to_on > r.from_on)),
  change as (
    select account_id, on_day, sum(cents) as cents from (
      select account_id, from_on as on_day, cents from rated
      union all
      select account_id, to_on, -cents from rated where to_on is not null) edge
    group by account_id, on_day),
  step as (
    select account_id, on_day, greatest(0, round(sum(cents) over (partition by account_id order by on_day) / 12)) as after
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

/** Movements of accounts that count today: rows of merged ones stay out until they are derived again. */
export const movements = (ctx: Scope): RawBuilder<unknown> => sql`
  movement as (
    select m.* from revenue_movement m join account a on a.id = m.account_id
    where m.workspace_id = ${ctx.workspace} and a.merged_into is null)`
