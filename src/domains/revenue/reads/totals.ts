import { sql } from 'kysely'
import { workspaceOf } from '../../team/reads.ts'
import { decideChurn } from '../model.ts'
import type { LeftOut, RevenueTotals } from '../schema.ts'
import { sumByCurrency } from './left-out.ts'
import type { Scope } from './pieces.ts'
import { saysColumns, toSays, type SaysRow } from './says.ts'
import { stackOf, yearly } from './stack.ts'

type Group = SaysRow &
  Readonly<{ mrrCents: number; arrCents: number; paying: number; running: number; leftOut: LeftOut[] | null }>

const sumOf = <T>(list: readonly T[], of: (item: T) => number): number =>
  list.reduce((sum, item) => sum + of(item), 0)

function totalOf(groups: readonly Group[]): Pick<RevenueTotals, 'mrrCents' | 'arrCents' | 'leftOut'> {
  const leftOut = sumByCurrency(groups.flatMap((group) => group.leftOut ?? []))
  return {
    mrrCents: sumOf(groups, (group) => group.mrrCents),
    arrCents: sumOf(groups, (group) => group.arrCents),
    leftOut: leftOut.toSorted((a, b) => (a.currency < b.currency ? -1 : 1)),
  }
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
      select ${saysColumns}, round(${yearly} / 12) as mrr, round(${yearly}) as arr,
        bool_or(stays and id is not null) is true as runs,
        jsonb_agg(jsonb_build_object('currency', currency, 'cents', round(amount / 12)))
          filter (where stays and id is not null and cents is null) as uncovered
      from stack group by account_id),
    sums as (
      select ${words}, coalesce(sum(mrr), 0) as mrr_cents, coalesce(sum(arr), 0) as arr_cents, count(*) filter (where arr > 0) as paying,
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
