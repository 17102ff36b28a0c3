import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AccountRevenue, RiskReading } from './queries.ts'
import {
  daysLate,
  daysSince,
  monthlyRevenue,
  movementReason,
  pastSteps,
  renewalSource,
  outOfBand,
  priorText,
  riskChange,
  riskParts,
  riskReason,
  riskTone,
  trendReason,
  weeksFace,
  type StoredReading,
} from './reasons.ts'

const reading = (more: Partial<StoredReading>): StoredReading => ({
  state: 'ok',
  value: null,
  low: null,
  high: null,
  n: null,
  asOf: '2026-10-15T00:00:00.000Z',
  series: null,
  usual: null,
  ...more,
})

describe('use', () => {
  test('few weeks are told as counts with their interval, never as a bare percentage', () => {
    expect(weeksFace(reading({ value: 0.75, low: 0.41, high: 0.93, n: 8 }))).toEqual({
      value: '6 of 8',
      qualifier: 'weeks with use, 41 to 93%',
    })
    expect(weeksFace(reading({ value: 0.75, low: 0.6, high: 0.86, n: 40 }))?.value).toBe('75%')
    expect(weeksFace(reading({}))).toBeNull()
  })

  test('a change counts only where its interval does not hold nought', () => {
    expect(outOfBand(reading({ value: -0.6, low: -0.7, high: -0.5 }))).toBe('down')
    expect(outOfBand(reading({ value: 0.6, low: 0.1, high: 0.9 }))).toBe('up')
    expect(outOfBand(reading({ value: -0.6, low: -0.9, high: 0.1 }))).toBeNull()
    expect(trendReason(reading({ value: -0.62, low: -0.7, high: -0.5 }))).toBe('Fell 62% from its usual')
    expect(trendReason(reading({ n: 5 }))).toContain('5 of 8 weeks')
  })
})

describe('risk', () => {
  const risk = (amounts: readonly number[]): RiskReading => ({
    accountId: '00000000-0000-4000-8000-000000000001',
    code: 'risk.renewal',
    state: 'ok',
    value: amounts.reduce((sum, amount) => sum + amount, 0),
    low: 0,
    high: 1,
    n: 100,
    asOf: '2026-10-15T00:00:00.000Z',
    snapshotId: null,
    contributions: amounts.map((amount, i) => ({
      code: i ? 'risk.segment' : 'risk.base',
      params: {},
      amount,
    })),
    evidence: [],
    detail: {},
  })

  test('shown parts add up to the shown total', () => {
    const share = fc.double({ min: 0, max: 0.5, noNaN: true })
    fc.assert(
      fc.property(share, fc.double({ min: -0.2, max: 0.5, noNaN: true }), (base, part) => {
        const shown = riskParts(risk([base, part]))!
        const scale = 10 ** shown.decimals
        const sum = [shown.base, ...shown.parts].reduce(
          (total, { value }) => total + Math.round(value * scale),
          0,
        )
        expect(sum - Math.round(shown.total * scale)).toBeCloseTo(0, 9)
      }),
    )
  })

  test('the line and the chart tell the same points', () => {
    // As rounded each by itself: a part of 0.1 beside a total that needs 0.2.
    const told = risk([0.0034, -0.00146])
    const [part] = riskParts(told)!.parts
    expect(riskReason(told)).toContain(
      `${Math.abs(part!.value).toFixed(riskParts(told)!.decimals)} points under`,
    )
  })

  test('a small risk keeps the decimals that show it', () => {
    expect(riskParts(risk([0.0003, 0.0002]))).toMatchObject({
      base: { value: 0.03 },
      parts: [{ value: 0.02 }],
      total: 0.05,
      decimals: 2,
    })
  })

  test('the next rung is named while there is one, and enough history is said to be enough', () => {
    const withNext = (next: { rung: string; fromEvents: number } | null): RiskReading => ({
      ...risk([0.3]),
      detail: { ladder: { next } },
    })
    const some = withNext({ rung: 'ridge', fromEvents: 30 })
    expect(priorText(some)).toContain('From 30 departures')
    expect(riskChange(some)).toContain('from 30 departures')
    expect(priorText(withNext(null))).toContain('There is enough history for a fitted model')
    expect(riskChange(withNext(null))).not.toContain('departures')
  })

  test('the ground turns at fifteen and twenty-five percent', () => {
    expect([0.149, 0.15, 0.249, 0.25].map(riskTone)).toEqual(['plain', 'ochre', 'ochre', 'rust'])
  })
})

test('months before the first payment are not known, and not nought', () => {
  const steps = [
    { on: '2026-08-10', kind: 'new', deltaCents: 100, mrrCents: 100 },
    { on: '2026-09-30', kind: 'churn', deltaCents: -100, mrrCents: 0 },
  ]
  const revenue = { steps, asOf: '2026-10-15' } as unknown as AccountRevenue
  expect(monthlyRevenue(revenue, 4)).toEqual([null, 100, 0, 0])
})

test('a task is late from the day after its due day on', () => {
  expect([null, '2026-10-15', '2026-10-14'].map((due) => daysLate(due, '2026-10-15'))).toEqual([0, 0, 1])
})

test('an age counts days of the calendar where the workspace is', () => {
  const here = { timeZone: 'Europe/Berlin', today: '2026-10-16' }
  // An hour apart, on two days in Berlin and on one in UTC.
  expect(daysSince('2026-10-15T21:30:00Z', here)).toBe(1)
  expect(daysSince('2026-10-15T22:30:00Z', here)).toBe(0)
  expect(daysSince('2026-10-17T08:00:00Z', here)).toBe(0)
})

describe('what is planned', () => {
  const steps = [
    { on: '2026-11-01', kind: 'new', deltaCents: 10_000, mrrCents: 10_000 },
    { on: '2027-01-31', kind: 'churn', deltaCents: -10_000, mrrCents: 0 },
  ]
  const invoice = { id: 'i', kind: 'invoice' }
  const paid = {
    steps,
    asOf: '2026-11-23',
    currency: 'USD',
    subscriptions: [],
    leftOut: [],
    arrCents: 120_000,
    renewal: { days: 69, from: 'end', termMonths: 3, decidedBy: invoice },
  } as unknown as AccountRevenue
  const subscribed = {
    ...paid,
    subscriptions: [{}],
    renewal: { ...paid.renewal, decidedBy: { ...invoice, kind: 'subscription' } },
  } as unknown as AccountRevenue

  test('is told as coming, and not among what has happened', () => {
    expect(movementReason(subscribed, '2026-11-23')).toBe('Ends 31 Jan')
    expect(movementReason({ ...subscribed, asOf: '2027-02-01' }, '2027-02-01')).toMatch(/^Ended 31 Jan/)
    expect(pastSteps(subscribed).map(({ kind }) => kind)).toEqual(['new'])
  })

  test('an invoice ends no subscription', () => {
    expect(movementReason(paid, '2026-11-23')).toBe('Paid until 31 Jan')
    expect(renewalSource(paid)).toContain('it is paid until then')
    expect(renewalSource(subscribed)).toContain('its subscription ends then')
  })
})
