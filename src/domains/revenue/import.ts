import { sql, type RawBuilder } from 'kysely'
import type { Ctx } from '../../platform/context.ts'
import { currencies } from '../../platform/money.ts'
import {
  booleanOf,
  error,
  field,
  numberOf,
  past,
  required,
  textOf,
  warning,
  type Answers,
  type Disagreement,
  type Draft,
  type Fault,
  type ImportRow,
  type ImportType,
  type Mapped,
  type Reference,
} from '../imports/import-type.ts'
import { workspaceOf } from '../team/reads.ts'
import { addMonths, keptPrice, monthOf, monthsOf, type Price } from './model.ts'
import { leftAccounts } from './reads/churn.ts'
import { churnDisagreements } from './reads/disagreements.ts'
import { today } from './reads/today.ts'
import { revenueTotals } from './reads/totals.ts'

const accountField = required(
  field(
    'account',
    'Account id',
    'text',
    'account id',
    'customer id',
    'account',
    'customer',
    'company id',
    'org id',
  ),
)
const currencyField = field('currency', 'Currency', 'text', 'currency', 'currency code')

const accountOf = (cells: ImportRow['cells']): Reference => ({
  entity: 'account',
  externalId: String(cells.account),
})

/** The currency of the row, else the one that was asked for; a code that is none is a fault. */
function currencyOf(cells: ImportRow['cells'], answers: Answers): { currency: string; faults: Fault[] } {
  const currency = (textOf(cells.currency) ?? answers.currency).toUpperCase()
  return {
    currency,
    faults: currencies.has(currency) ? [] : [error('unknown_currency', 'currency', { value: currency })],
  }
}

const refused = (faults: readonly Fault[]): boolean => faults.some(({ severity }) => severity === 'error')
const mapped = (drafts: readonly Draft[], faults: readonly Fault[]): Mapped => ({
  drafts: refused(faults) ? [] : drafts,
  faults,
})

/** An amount in minor units and the months that it covers. */
/** The price as the row states it: for a year, for a month, or for each billing. The longer is the exact one. */
function priceOf(cells: ImportRow['cells']): { price: Price | null; faults: Fault[] } {
  const [mrr, arr, price] = [numberOf(cells.mrr), numberOf(cells.arr), numberOf(cells.price)]
  if (mrr !== null) {
    const year = arr === null ? null : { cents: arr, months: 12 }
    if (year && monthOf(year) === mrr) return { price: year, faults: [] }
    const faults = year ? [warning('arr_is_not_12_mrr', 'arr', { mrr, arr })] : []
    return { price: { cents: mrr, months: 1 }, faults }
  }
  if (arr !== null) return { price: { cents: arr, months: 12 }, faults: [] }
  if (price === null) return { price: null, faults: [] }
  const billing = textOf(cells.billing)
  const months = billing === null ? null : monthsOf(billing)
  return months === null
    ? { price: null, faults: [error('unknown_billing', 'billing', { value: billing })] }
    : { price: { cents: price, months }, faults: [] }
}

/** Months of the term; billing tells it where no term is given. */
function termOf(cells: ImportRow['cells']): { months: number | null; faults: Fault[] } {
  const words = textOf(cells.term)
  if (words !== null) {
    const months = monthsOf(words)
    return { months, faults: months === null ? [warning('unknown_term', 'term', { value: words })] : [] }
  }
  const billing = textOf(cells.billing)
  return { months: billing === null ? null : monthsOf(billing), faults: [] }
}

function subscriptionRow({ cells }: ImportRow, answers: Answers): Mapped {
  const { currency, faults } = currencyOf(cells, answers)
  const amount = priceOf(cells)
  const term = termOf(cells)
  const isTrial = booleanOf(cells.trial) ?? false
  const price = amount.price ?? (isTrial ? { cents: 0, months: 1 } : null)
  const kept = price && keptPrice(price)
  faults.push(...amount.faults, ...term.faults)
  if (price === null && amount.faults.length === 0) faults.push(error('amount_missing', 'mrr'))
  if (price !== null && price.cents < 0)
    faults.push(error('negative_amount', 'mrr', { value: monthOf(price) }))
  const [startsOn, endsOn] = [textOf(cells.starts_on), textOf(cells.ends_on)]
  if (startsOn === null) faults.push(error('start_missing', 'starts_on'))
  else if (endsOn !== null && endsOn < startsOn)
    faults.push(error('ends_before_start', 'ends_on', { startsOn, endsOn }))
  const draft: Draft = {
    entity: 'subscription',
    externalId: textOf(cells.id),
    values: {
      plan: textOf(cells.plan),
      seats: numberOf(cells.seats),
      mrr_cents: kept && kept.mrrCents,
      stated_cents: kept && kept.statedCents,
      stated_months: kept && kept.statedMonths,
      currency,
      term_months: term.months,
      is_trial: isTrial,
      auto_renew: booleanOf(cells.auto_renew),
      starts_on: startsOn,
      ends_on: endsOn,
    },
    refs: { account_id: accountOf(cells) },
  }
  return mapped([draft], faults)
}

async function counts(ctx: Ctx, table: 'subscription' | 'invoice' | 'churn_event') {
  const { rows } = await sql<{ records: number; accounts: number }>`
    select count(*) as records, count(distinct a.root_id) as accounts
    from ${sql.table(table)} r join account a on a.id = r.account_id
    where r.workspace_id = ${ctx.workspace}`.execute(ctx.pg)
  return { records: rows[0]?.records ?? 0, accounts: rows[0]?.accounts ?? 0 }
}

/**
 * A total of money under its plain name where all of it is in the workspace's currency; else one for each currency, as
 * `name:EUR`, for amounts of several currencies have no sum.
 */
async function moneyTotals(
  ctx: Ctx,
  name: string,
  amounts: RawBuilder<{ currency: string; cents: number }>,
): Promise<Record<string, number>> {
  const [{ rows }, home] = [await amounts.execute(ctx.pg), (await workspaceOf(ctx)).currency]
  if (rows.every(({ currency }) => currency === home)) return { [name]: rows[0]?.cents ?? 0 }
  return Object.fromEntries(rows.map(({ currency, cents }) => [`${name}:${currency}`, cents]))
}

/** Accounts whose sources contradict each other about whether they left, with the rule that decides. */
async function churnConflicts(ctx: Ctx): Promise<readonly Disagreement[]> {
  const { rule, disagreeing, sources } = await churnDisagreements(ctx, await today(ctx), { limit: 1 })
  return disagreeing === 0 ? [] : [{ code: 'churn_sources', params: { rule, sources }, count: disagreeing }]
}

async function subscriptionTotals(ctx: Ctx): Promise<Record<string, number>> {
  const { records, accounts } = await counts(ctx, 'subscription')
  const { rows } = await sql<{ ended: number; trials: number }>`
    select count(*) filter (where ends_on is not null) as ended, count(*) filter (where is_trial) as trials
    from subscription where workspace_id = ${ctx.workspace}`.execute(ctx.pg)
  const { ended = 0, trials = 0 } = rows[0] ?? {}
  const money = await moneyTotals(
    ctx,
    'mrr_cents_of_all',
    sql`select currency,
        round(sum(coalesce(stated_cents, mrr_cents) * 12.0 / coalesce(stated_months, 1)) / 12) as cents from subscription
      where workspace_id = ${ctx.workspace} and not is_trial group by currency order by currency`,
  )
  return { subscriptions: records, accounts, ended, trials, ...money }
}

/** Subscriptions, one row each. */
export const subscriptionImport: ImportType = {
  kind: 'subscriptions',
  label: 'Subscriptions',
  says: 'One row a subscription: account, start, end and what it brings a month or a year.',
  target: 'records',
  asks: ['unknownAccounts', 'currency'],
  fields: [
    field('id', 'Subscription id', 'text', 'subscription id', 'id', 'contract id'),
    accountField,
    field('plan', 'Plan', 'text', 'plan', 'plan tier', 'plan name', 'product', 'edition'),
    field('seats', 'Seats', 'integer', 'seats', 'quantity', 'licences', 'licenses'),
    field('mrr', 'Revenue a month', 'money', 'mrr', 'mrr amount', 'monthly revenue', 'monthly amount'),
    field('arr', 'Revenue a year', 'money', 'arr', 'arr amount', 'annual revenue', 'acv', 'yearly amount'),
    field('price', 'Price for each billing', 'money', 'price', 'amount', 'billing amount'),
    field('billing', 'Billing', 'text', 'billing', 'billing frequency', 'billing period', 'interval'),
    currencyField,
    required(field('starts_on', 'Start', 'day', 'start date', 'starts on', 'start', 'begin date')),
    field('ends_on', 'End (first day without service)', 'day', 'end date', 'ends on', 'end', 'cancelled on'),
    field('trial', 'Trial', 'boolean', 'is trial', 'trial'),
    field('term', 'Term', 'text', 'term', 'term months', 'contract term', 'contract length'),
    field('auto_renew', 'Renews by itself', 'boolean', 'auto renew', 'auto renew flag', 'autorenew'),
  ],
  custom: false,
  map: subscriptionRow,
  disagreements: churnConflicts,
  totals: subscriptionTotals,
}

function invoiceRow({ cells }: ImportRow, answers: Answers): Mapped {
  const { currency, faults } = currencyOf(cells, answers)
  const amount = numberOf(cells.amount)
  const issuedOn = textOf(cells.issued_on)
  const [from, to] = [textOf(cells.period_from), textOf(cells.period_to)]
  if (amount === null) faults.push(error('amount_missing', 'amount'))
  if (issuedOn === null) faults.push(error('issue_day_missing', 'issued_on'))
  if ((from === null) !== (to === null))
    faults.push(error('half_a_period', from ? 'period_to' : 'period_from'))
  else if (from !== null && to !== null && to <= from)
    faults.push(error('ends_before_start', 'period_to', { startsOn: from, endsOn: to }))
  const draft: Draft = {
    entity: 'invoice',
    externalId: textOf(cells.id) ?? textOf(cells.number),
    values: {
      number: textOf(cells.number),
      amount_cents: amount,
      currency,
      issued_on: issuedOn,
      period_from: from,
      period_to: to,
    },
    refs: { account_id: accountOf(cells) },
  }
  return mapped([draft], faults)
}

/** Invoices, one row each; those with a service period give recurring revenue where there are no subscriptions. */
export const invoiceImport: ImportType = {
  kind: 'invoices',
  label: 'Invoices',
  says: 'One row an invoice: account, amount, day and the service period that it pays for.',
  target: 'records',
  asks: ['unknownAccounts', 'currency'],
  fields: [
    field('id', 'Invoice id', 'text', 'invoice id', 'id'),
    accountField,
    field('number', 'Invoice number', 'text', 'invoice number', 'number', 'invoice no'),
    required(field('amount', 'Amount', 'money', 'amount', 'total', 'invoice amount', 'net amount')),
    currencyField,
    required(field('issued_on', 'Issued on', 'day', 'issued on', 'invoice date', 'date', 'issue date')),
    field(
      'period_from',
      'Service from',
      'day',
      'period start',
      'service start',
      'period from',
      'service period start',
    ),
    {
      ...field(
        'period_to',
        'Service to',
        'day',
        'period end',
        'service end',
        'period to',
        'service period end',
      ),
      help: 'The first day that is no longer paid for.',
    },
  ],
  custom: false,
  map: invoiceRow,
  async totals(ctx) {
    const { records, accounts } = await counts(ctx, 'invoice')
    const { rows } = await sql<{ recurring: number }>`
      select count(*) as recurring from invoice
      where workspace_id = ${ctx.workspace} and period_from is not null`.execute(ctx.pg)
    const money = await moneyTotals(
      ctx,
      'amount_cents',
      sql`select currency, sum(amount_cents) as cents from invoice
        where workspace_id = ${ctx.workspace} group by currency order by currency`,
    )
    return { invoices: records, accounts, with_service_period: rows[0]?.recurring ?? 0, ...money }
  },
}

function churnRow({ cells }: ImportRow, answers: Answers): Mapped {
  const { currency, faults } = currencyOf(cells, answers)
  const onDay = textOf(cells.on_day)
  const refund = numberOf(cells.refund)
  if (onDay === null) faults.push(error('day_missing', 'on_day'))
  const draft: Draft = {
    entity: 'churn_event',
    externalId: textOf(cells.id),
    values: {
      on_day: onDay,
      reason: textOf(cells.reason),
      comment: textOf(cells.comment),
      is_reactivation: booleanOf(cells.is_reactivation) ?? false,
      refund_cents: refund,
      currency: refund === null ? null : currency,
    },
    refs: { account_id: accountOf(cells) },
  }
  return mapped([draft], faults)
}

/** Customers that left, one row each time. */
export const churnEventImport: ImportType = {
  kind: 'churn_events',
  label: 'Churn events',
  says: 'One row each time that a customer left: account, day and the reason given.',
  target: 'records',
  asks: ['unknownAccounts', 'currency'],
  fields: [
    field('id', 'Churn event id', 'text', 'churn event id', 'event id', 'id'),
    accountField,
    past(
      required(
        field('on_day', 'Left on', 'day', 'churn date', 'churned on', 'date', 'left on', 'cancel date'),
      ),
    ),
    field('reason', 'Reason', 'text', 'reason code', 'reason', 'churn reason', 'cancel reason'),
    field('comment', 'Comment', 'text', 'feedback text', 'comment', 'feedback', 'notes'),
    field('is_reactivation', 'Had come back before', 'boolean', 'is reactivation', 'reactivated'),
    field('refund', 'Refund', 'money', 'refund amount', 'refund amount usd', 'refund'),
    currencyField,
  ],
  custom: false,
  map: churnRow,
  disagreements: churnConflicts,
  async totals(ctx) {
    const { records, accounts } = await counts(ctx, 'churn_event')
    const money = await moneyTotals(
      ctx,
      'refund_cents',
      sql`select currency, sum(refund_cents) as cents from churn_event
        where workspace_id = ${ctx.workspace} and refund_cents is not null and currency is not null
        group by currency order by currency`,
    )
    return { churn_events: records, accounts, ...money }
  },
}

function snapshotRow({ cells, others }: ImportRow, answers: Answers): Mapped {
  const { currency, faults } = currencyOf(cells, answers)
  const { asOf } = answers
  const [id, contract] = [textOf(cells.id), textOf(cells.contract)]
  const [tenure, price] = [numberOf(cells.tenure), numberOf(cells.price)]
  const churned = booleanOf(cells.churned)
  const term = contract === null ? null : monthsOf(contract)
  if (asOf === null) faults.push(error('as_of_missing'))
  if (id === null) faults.push(error('id_missing', 'id'))
  if (tenure === null || tenure < 0) faults.push(error('tenure_missing', 'tenure', { value: cells.tenure }))
  if (price === null) faults.push(warning('price_missing', 'price'))
  if (price !== null && price < 0) faults.push(error('negative_amount', 'price', { value: price }))
  if (contract !== null && term === null)
    faults.push(warning('unknown_term', 'contract', { value: contract }))
  if (asOf === null || id === null || tenure === null || refused(faults)) return { drafts: [], faults }
  const startsOn = addMonths(asOf, -tenure)
  const account: Draft = {
    entity: 'account',
    externalId: id,
    values: {
      name: textOf(cells.name) ?? id,
      segment: textOf(cells.segment),
      region: textOf(cells.region),
      plan: contract,
      seats: numberOf(cells.seats),
      started_on: startsOn,
      churn_flag: churned,
      custom: others,
    },
  }
  const refs = { account_id: { entity: 'account', externalId: id } } as const
  const subscription: Draft = {
    entity: 'subscription',
    externalId: id,
    values: {
      plan: contract,
      seats: numberOf(cells.seats),
      mrr_cents: price,
      currency,
      term_months: term,
      is_trial: false,
      auto_renew: null,
      starts_on: startsOn,
      ends_on: churned === true ? asOf : null,
    },
    refs,
  }
  const churn: Draft = {
    entity: 'churn_event',
    externalId: id,
    values: {
      on_day: asOf,
      reason: textOf(cells.reason),
      comment: null,
      is_reactivation: false,
      refund_cents: null,
      currency: null,
    },
    refs,
  }
  return {
    drafts: [account, ...(price === null ? [] : [subscription]), ...(churned === true ? [churn] : [])],
    faults,
  }
}

/** A picture of all customers on one day: how long each has been one tells the start. */
export const snapshotImport: ImportType = {
  kind: 'snapshot',
  label: 'Snapshot',
  says: 'One row a customer with tenure and monthly price, as they were on one day.',
  target: 'records',
  asks: ['asOf', 'currency'],
  custom: true,
  fields: [
    required(field('id', 'Customer id', 'text', 'customer id', 'customerid', 'account id', 'id')),
    field('name', 'Name', 'text', 'name', 'customer name', 'account name', 'company'),
    {
      ...required(
        field(
          'tenure',
          'Tenure in months',
          'integer',
          'tenure',
          'tenure months',
          'months',
          'months as customer',
        ),
      ),
      help: 'The start is the day of the snapshot less these months.',
    },
    field(
      'price',
      'Price a month',
      'money',
      'monthly charges',
      'monthlycharges',
      'monthly price',
      'mrr',
      'price',
    ),
    currencyField,
    field('contract', 'Contract', 'text', 'contract', 'contract type', 'term', 'plan'),
    field(
      'churned',
      'Has left (yes or no)',
      'boolean',
      'churn',
      'churned',
      'has left',
      'churn flag',
      'exited',
    ),
    field('reason', 'Reason for leaving', 'text', 'churn reason', 'reason'),
    field('segment', 'Segment', 'text', 'segment', 'industry', 'vertical'),
    field('region', 'Region', 'text', 'region', 'country', 'territory'),
    field('seats', 'Seats', 'integer', 'seats', 'licences', 'licenses'),
  ],
  map: snapshotRow,
  disagreements: churnConflicts,
  async totals(ctx) {
    const day = await today(ctx)
    const { rows } = await sql<{ accounts: number }>`
      select count(*) as accounts from account
      where workspace_id = ${ctx.workspace} and merged_into is null`.execute(ctx.pg)
    const subscriptions = await subscriptionTotals(ctx)
    const running = await revenueTotals(ctx, day)
    return {
      accounts: rows[0]?.accounts ?? 0,
      subscriptions: subscriptions.subscriptions ?? 0,
      left: (await leftAccounts(ctx, day)).length,
      mrr_cents: running.mrrCents,
    }
  },
}
