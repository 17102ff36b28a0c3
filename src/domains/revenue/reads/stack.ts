import { sql, type RawBuilder } from 'kysely'
import { pieces, type Scope } from './pieces.ts'

/** What runs of an account brings a year, as an aggregate over its stack; credit notes never below nothing. */
export const yearly = sql`greatest(0, sum(cents) filter (where stays))`

/**
 * `stack`: everything that is known of each account on a day, one below the other: what its sources say about its
 * staying (`source`, `stays`, `on_day`), what it pays or paid a year (`amount` in its own currency, `cents` in the
 * workspace's, neither rounded), whether its revenue is known at all, and itself. Grouping
 * it once costs as much as it has rows; joining its parts may cost as much as their product where the planner errs.
 */
export const stackOf = (
  ctx: Scope,
  accountIds: readonly string[] | null,
  day: string,
): RawBuilder<unknown> => sql`
  ${pieces(ctx, accountIds)},
  stack as (
    select p.account_id, 'subscriptions' as source, p.to_on is null or p.to_on > ${day} as stays, p.to_on as on_day,
      p.id, p.kind, p.plan, p.amount, p.currency, p.from_on, p.term_months, p.amount * r.factor as cents,
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
    where i.workspace_id = ${ctx.workspace} and i.period_from is not null and i.amount_cents > 0
    union all
    select id, 'account', null, null, null, null, null, null, null, null, null, null, renews_on
    from member where id = root_id)`
