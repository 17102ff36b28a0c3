import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addMonths,
  churnDisagrees,
  daysBetween,
  decideChurn,
  monthsOf,
  nextAnniversary,
  nextRenewal,
  retentionOf,
  type ChurnSays,
  type Paying,
} from './model.ts'

const day = fc
  .integer({ min: Date.UTC(1996, 0, 1) / 86_400_000, max: Date.UTC(2060, 11, 31) / 86_400_000 })
  .map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10))
const lastOf = (month: string) =>
  new Date(Date.UTC(Number(month.slice(0, 4)), Number(month.slice(5, 7)), 0)).getUTCDate()

const paying = (change: Partial<Paying> = {}): Paying => ({
  id: 'a',
  kind: 'subscription',
  startsOn: '2025-03-15',
  endsOn: null,
  termMonths: 12,
  mrrCents: 10_000,
  pays: true,
  ...change,
})

describe('addMonths', () => {
  it('stays on the day, or on the last day of a shorter month', () => {
    expect(addMonths('2024-01-31', 1)).toBe('2024-02-29')
    expect(addMonths('2024-01-31', 2)).toBe('2024-03-31')
    expect(addMonths('2024-02-29', 12)).toBe('2025-02-28')
    expect(addMonths('2024-02-29', 48)).toBe('2028-02-29')
    expect(addMonths('2024-03-31', -1)).toBe('2024-02-29')
    expect(addMonths('2024-01-15', -13)).toBe('2022-12-15')
  })
  it('moves by whole months and never past the month', () => {
    fc.assert(
      fc.property(day, fc.integer({ min: -600, max: 600 }), (start, months) => {
        const moved = addMonths(start, months)
        const index = (text: string) => Number(text.slice(0, 4)) * 12 + Number(text.slice(5, 7))
        expect(index(moved) - index(start)).toBe(months)
        expect(Number(moved.slice(8))).toBe(Math.min(Number(start.slice(8)), lastOf(moved)))
      }),
    )
  })
})

describe('nextAnniversary', () => {
  it('is the first one after the day, counted from the start', () => {
    expect(nextAnniversary('2024-01-31', 1, '2024-02-28')).toBe('2024-02-29')
    expect(nextAnniversary('2024-01-31', 1, '2024-02-29')).toBe('2024-03-31')
    expect(nextAnniversary('2024-02-29', 12, '2027-05-01')).toBe('2028-02-29')
    expect(nextAnniversary('2024-06-01', 12, '2024-06-01')).toBe('2025-06-01')
  })
  it('is in the future, a whole number of terms away, and none lies between', () => {
    fc.assert(
      fc.property(day, day, fc.integer({ min: 1, max: 120 }), (a, b, term) => {
        const [start, asOf] = a <= b ? [a, b] : [b, a]
        const next = nextAnniversary(start, term, asOf)
        expect(next > asOf).toBe(true)
        const terms = [...Array(1_000).keys()].find((k) => addMonths(start, k * term) === next) ?? 0
        expect(terms).toBeGreaterThan(0)
        expect(addMonths(start, (terms - 1) * term) <= asOf).toBe(true)
      }),
    )
  })
})

describe('nextRenewal', () => {
  const asOf = '2026-11-02'
  it('takes the word of a source while that day is still to come', () => {
    expect(nextRenewal('2026-12-01', [paying()], asOf)).toMatchObject({
      renewsOn: '2026-12-01',
      days: 29,
      from: 'source',
      decidedBy: null,
    })
    expect(nextRenewal('2026-11-02', [paying()], asOf)?.renewsOn).toBe('2027-03-15')
  })
  it('prefers long terms over monthly ones, and says when a term is assumed', () => {
    const monthly = paying({ id: 'm', startsOn: '2026-10-20', termMonths: 1 })
    const unknown = paying({ id: 'u', startsOn: '2026-01-10', termMonths: null })
    expect(nextRenewal(null, [monthly, unknown], asOf)).toMatchObject({
      renewsOn: '2027-01-10',
      from: 'assumed_term',
      decidedBy: { id: 'u' },
    })
    expect(nextRenewal(null, [monthly], asOf)).toMatchObject({ renewsOn: '2026-11-20', from: 'term' })
  })
  it('is the end where that comes before the anniversary', () => {
    expect(nextRenewal(null, [paying({ endsOn: '2026-12-31' })], asOf)).toMatchObject({
      renewsOn: '2026-12-31',
      from: 'end',
    })
    expect(nextRenewal(null, [paying({ endsOn: '2028-12-31' })], asOf)?.renewsOn).toBe('2027-03-15')
  })
  it('is never that of a credit note', () => {
    const credit = paying({ id: 'c', kind: 'invoice', endsOn: '2026-12-01', mrrCents: -500, pays: false })
    expect(nextRenewal(null, [credit], asOf)).toBeNull()
    expect(nextRenewal(null, [credit, paying()], asOf)?.decidedBy?.id).toBe('a')
  })
  it('is unknown where nothing runs', () => {
    expect(nextRenewal(null, [], asOf)).toBeNull()
    expect(nextRenewal('2026-01-01', [paying({ endsOn: asOf })], asOf)).toBeNull()
    expect(nextRenewal(null, [paying({ startsOn: '2027-01-01' })], asOf)).toBeNull()
  })
  it('does not depend on the order of subscriptions and its days lead to its day', () => {
    const some = fc.array(
      fc.record({ startsOn: day, term: fc.option(fc.integer({ min: 1, max: 36 })) }).map(paying_),
      { maxLength: 6 },
    )
    fc.assert(
      fc.property(some, day, (list, on) => {
        const renewal = nextRenewal(null, list, on)
        expect(nextRenewal(null, list.toReversed(), on)).toEqual(renewal)
        if (renewal) expect(renewal.days).toBe(daysBetween(on, renewal.renewsOn))
        expect(renewal === null).toBe(list.every(({ startsOn }) => startsOn > on))
      }),
    )
  })
})

const paying_ = ({ startsOn, term }: { startsOn: string; term: number | null }) =>
  paying({ id: `${startsOn}${term}`, startsOn, termMonths: term })

it('reads words for terms and billing', () => {
  const words = [
    'Month-to-month',
    'One year',
    'Two year',
    'annual',
    'monthly',
    '24 months',
    '36',
    'quarterly',
  ]
  expect(words.map(monthsOf)).toEqual([1, 12, 24, 12, 1, 24, 36, 3])
  expect(['', 'sometimes', '0', '500 years'].map(monthsOf)).toEqual([null, null, null, null])
})

describe('churn', () => {
  const left = { left: true, on: '2024-05-01' }
  const stays = { left: false, on: null }
  it('is decided by the rule, then by the next source that says something', () => {
    const says: ChurnSays = { subscriptions: stays, churn_events: left, flag: null }
    expect(decideChurn('subscriptions', says)).toEqual({ ...stays, decidedBy: 'subscriptions' })
    expect(decideChurn('churn_events', says)).toEqual({ ...left, decidedBy: 'churn_events' })
    expect(decideChurn('flag', says)).toEqual({ ...stays, decidedBy: 'subscriptions' })
    expect(decideChurn('flag', { subscriptions: null, churn_events: null, flag: null })).toEqual({
      left: null,
      on: null,
      decidedBy: null,
    })
    expect(churnDisagrees(says)).toBe(true)
  })
  it('silence contradicts nobody', () => {
    expect(churnDisagrees({ subscriptions: left, churn_events: null, flag: null })).toBe(false)
    expect(churnDisagrees({ subscriptions: null, churn_events: null, flag: null })).toBe(false)
  })
})

it('retention without customers is unknown, not nought', () => {
  expect(retentionOf({ accounts: 0, startCents: 0, endCents: 0, cappedCents: 0, kept: 0 })).toMatchObject({
    nrr: null,
    grr: null,
    logo: null,
  })
  expect(
    retentionOf({ accounts: 2, startCents: 200, endCents: 300, cappedCents: 150, kept: 1 }),
  ).toMatchObject({ nrr: 1.5, grr: 0.75, logo: 0.5 })
})
