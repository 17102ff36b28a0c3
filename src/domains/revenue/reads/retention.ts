import { sql } from 'kysely'
import { workspaceOf } from '../../team/reads.ts'
import { retentionOf, type Retention } from '../model.ts'
import { movements } from './movements.ts'
import type { Scope } from './pieces.ts'

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
