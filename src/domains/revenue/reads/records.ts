import { sql, type RawBuilder } from 'kysely'
import { versionOf } from '../../../platform/version.ts'
import { membersOf } from '../../accounts/reads.ts'
import type { ChurnEvent, Invoice, Subscription } from '../schema.ts'
import { idArray, type Scope } from './pieces.ts'

/** Records of one account are few; a list longer than this is cut at its oldest end. */
const mostRecords = 2_000

async function recordsOf<Row>(ctx: Scope, accountId: string, columns: RawBuilder<unknown>): Promise<Row[]> {
  const members = [...(await membersOf(ctx, [accountId])).keys()]
  const { rows } = await sql<Row>`
    select ${columns} where workspace_id = ${ctx.workspace} and account_id = any(${idArray(members)})
    order by 1 desc, 2 limit ${mostRecords}`.execute(ctx.pg)
  return rows
}

/** What people may change of a subscription. */
const content = [
  'plan',
  'seats',
  'mrrCents',
  'statedCents',
  'statedMonths',
  'currency',
  'termMonths',
  'isTrial',
  'autoRenew',
  'startsOn',
  'endsOn',
] as const

export const subscriptionVersion = (row: Readonly<Record<(typeof content)[number], unknown>>): string =>
  versionOf(row, content)

export async function subscriptionsOf(ctx: Scope, accountId: string): Promise<Subscription[]> {
  const rows = await recordsOf<Omit<Subscription, 'version'>>(
    ctx,
    accountId,
    sql`starts_on, id, plan, seats, mrr_cents, stated_cents, stated_months, currency, term_months, is_trial, auto_renew, ends_on
      from subscription`,
  )
  return rows.map((row) => ({ ...row, version: subscriptionVersion(row) }))
}

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
