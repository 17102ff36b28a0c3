import { sql } from 'kysely'
import type { RevenueMonth } from '../schema.ts'
import { movements } from './movements.ts'
import type { Scope } from './pieces.ts'

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
