import { sql } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { resolveAccount } from '../../accounts/reads.ts'
import { workspaceOf } from '../../team/reads.ts'
import { decideChurn, isStale, nextRenewal } from '../model.ts'
import type { AccountRevenue, Step } from '../schema.ts'
import { leftOutOf } from './left-out.ts'
import { observedOf } from './observed.ts'
import type { Scope } from './pieces.ts'
import { churnEventsOf, invoicesOf, subscriptionsOf } from './records.ts'
import { arrOf, mrrOf, standingsOf } from './standings.ts'
import { today } from './today.ts'

/** Recurring revenue of one account on a day, with its history, renewal and what it rests on. */
export async function getAccountRevenue(ctx: Ctx, anyId: string, asOf?: string): Promise<AccountRevenue> {
  const accountId = await resolveAccount(ctx, anyId)
  const [workspace, day] = [await workspaceOf(ctx), asOf ?? (await today(ctx))]
  const [[standing], observed, steps, subscriptions, invoices, churnEvents] = await Promise.all([
    standingsOf(ctx, [accountId], day),
    observedOf(ctx, [accountId]),
    stepsOf(ctx, accountId),
    subscriptionsOf(ctx, accountId),
    invoicesOf(ctx, accountId),
    churnEventsOf(ctx, accountId),
  ])
  if (!standing) throw new Error(`account ${accountId} has no standing`)
  const verdict = decideChurn(workspace.churnRule, standing.says)
  const observedThrough = observed.get(accountId) ?? null
  return {
    asOf: day,
    observedThrough,
    stale: isStale(observedThrough, day),
    currency: workspace.currency,
    mrrCents: mrrOf(standing),
    arrCents: arrOf(standing),
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
