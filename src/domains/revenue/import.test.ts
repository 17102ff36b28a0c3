import { describe, expect, it } from 'vitest'
import type { Answers, Cell, ImportType } from '../imports/import-type.ts'
import { churnEventImport, invoiceImport, snapshotImport, subscriptionImport } from './import.ts'

const answers: Answers = {
  source: 'test',
  asOf: '2024-12-31',
  unknownAccounts: 'refuse',
  currency: 'USD',
  timeZone: 'UTC',
}

function map(type: ImportType, cells: Record<string, Cell>, change: Partial<Answers> = {}, others = {}) {
  if (type.target !== 'records') throw new Error('takes rows')
  return type.map({ rowNumber: 2, cells, others }, { ...answers, ...change })
}
const codes = ({ faults }: ReturnType<typeof map>) => faults.map(({ code }) => code)

describe('subscriptions', () => {
  const row = { id: 'S-1', account: 'A-1', mrr: 278_600, arr: 3_343_200, starts_on: '2023-12-23' }
  it('take revenue a month as it stands and the term from billing', () => {
    const { drafts, faults } = map(subscriptionImport, { ...row, billing: 'annual', trial: false })
    expect(faults).toEqual([])
    expect(drafts).toMatchObject([
      {
        externalId: 'S-1',
        values: { mrr_cents: 278_600, currency: 'USD', term_months: 12, is_trial: false, ends_on: null },
        refs: { account_id: { entity: 'account', externalId: 'A-1' } },
      },
    ])
  })
  it('work out the month from a yearly amount or a price for each billing', () => {
    const amount = (cells: Record<string, Cell>) =>
      map(subscriptionImport, { account: 'A', starts_on: '2024-01-01', ...cells }).drafts[0]?.values.mrr_cents
    expect(amount({ arr: 120_000 })).toBe(10_000)
    expect(amount({ price: 30_000, billing: 'quarterly' })).toBe(10_000)
    expect(amount({ trial: true })).toBe(0)
  })
  it('keep a price as it was stated, for the months that it covers', () => {
    const stated = (cells: Record<string, Cell>) => {
      const values = map(subscriptionImport, { account: 'A', starts_on: '2024-01-01', ...cells }).drafts[0]
        ?.values
      return [values?.mrr_cents, values?.stated_cents, values?.stated_months]
    }
    expect(stated({ arr: 100_000 })).toEqual([8_333, 100_000, 12])
    expect(stated({ mrr: 8_333, arr: 100_000 })).toEqual([8_333, 100_000, 12])
    expect(stated({ price: 100, billing: 'quarterly' })).toEqual([33, 100, 3])
    expect(stated({ price: 100, billing: 'monthly' })).toEqual([100, null, null])
    expect(stated({ mrr: 8_333 })).toEqual([8_333, null, null])
  })
  it('take no three letters for a currency that are none', () => {
    expect(codes(map(subscriptionImport, { ...row, currency: 'sek' }))).toEqual([])
    expect(codes(map(subscriptionImport, { ...row, currency: 'ABC' }))).toEqual(['unknown_currency'])
  })
  it('refuse what cannot be right, and say what it is', () => {
    const faulty = (cells: Record<string, Cell>) => {
      const result = map(subscriptionImport, { ...row, ...cells })
      expect(result.drafts).toEqual([])
      return codes(result)
    }
    expect(faulty({ mrr: null, arr: null })).toEqual(['amount_missing'])
    expect(faulty({ mrr: null, arr: null, price: 5, billing: 'sometimes' })).toEqual(['unknown_billing'])
    expect(faulty({ ends_on: '2023-12-22' })).toEqual(['ends_before_start'])
    expect(faulty({ mrr: -1, arr: null })).toEqual(['negative_amount'])
    expect(faulty({ starts_on: null })).toEqual(['start_missing'])
    expect(faulty({ currency: 'dollars' })).toEqual(['unknown_currency'])
  })
  it('keep a row whose year is not twelve months, with a warning', () => {
    const result = map(subscriptionImport, { ...row, arr: 1 })
    expect(codes(result)).toEqual(['arr_is_not_12_mrr'])
    expect(result.drafts).toHaveLength(1)
  })
})

it('invoices need both ends of a service period or none', () => {
  const row = { account: 'A', amount: 5_000, issued_on: '2024-01-05', number: 'INV-1' }
  expect(map(invoiceImport, row).drafts).toMatchObject([
    { externalId: 'INV-1', values: { period_from: null } },
  ])
  expect(codes(map(invoiceImport, { ...row, period_from: '2024-01-01' }))).toEqual(['half_a_period'])
})

it('churn events keep reason, words and refund', () => {
  const cells = { id: 'C-1', account: 'A', on_day: '2024-10-27', reason: 'pricing', refund: 403 }
  expect(map(churnEventImport, cells).drafts[0]?.values).toEqual({
    on_day: '2024-10-27',
    reason: 'pricing',
    comment: null,
    is_reactivation: false,
    refund_cents: 403,
    currency: 'USD',
  })
})

describe('a snapshot', () => {
  const row = { id: '3668-QPYBK', tenure: 2, price: 5_385, contract: 'Month-to-month', churned: true }
  it('gives account, subscription and churn of a customer who left', () => {
    const { drafts } = map(snapshotImport, row, {}, { gender: 'Male' })
    expect(drafts).toMatchObject([
      {
        entity: 'account',
        values: {
          name: '3668-QPYBK',
          started_on: '2024-10-31',
          churn_flag: true,
          custom: { gender: 'Male' },
        },
      },
      {
        entity: 'subscription',
        values: { starts_on: '2024-10-31', ends_on: '2024-12-31', term_months: 1, mrr_cents: 5_385 },
      },
      { entity: 'churn_event', values: { on_day: '2024-12-31' } },
    ])
  })
  it('of a customer who stays has no end, and of one without a price no subscription', () => {
    const stays = map(snapshotImport, { ...row, churned: false, contract: 'Two year' })
    expect(stays.drafts.map(({ entity }) => entity)).toEqual(['account', 'subscription'])
    expect(stays.drafts[1]?.values).toMatchObject({ ends_on: null, term_months: 24, plan: 'Two year' })
    const priceless = map(snapshotImport, { ...row, price: null, churned: false })
    expect(priceless.drafts.map(({ entity }) => entity)).toEqual(['account'])
    expect(codes(priceless)).toEqual(['price_missing'])
  })
  it('needs its day', () => {
    expect(codes(map(snapshotImport, row, { asOf: null }))).toEqual(['as_of_missing'])
  })
})
