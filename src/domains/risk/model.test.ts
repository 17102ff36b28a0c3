import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binomial, uniform } from '../../../test/harness/random.ts'
import { betaQuantile } from '../../stats/distributions/beta.ts'
import {
  defaultBelief,
  exposureOf,
  ladderOf,
  priorOf,
  rateFor,
  riskReadings,
  segmentWeight,
  withinMonths,
  type Frame,
  type History,
  type Subject,
} from './model.ts'

const asOf = '2026-11-02'
const stays = { left: false, on: null, decidedBy: 'subscriptions' } as const
const history = (change: Partial<History> = {}): History => ({
  segment: 'Retail',
  verdict: stays,
  startedOn: null,
  spells: [],
  departures: [],
  ...change,
})
const subject = (change: Partial<Subject> = {}): Subject => ({
  accountId: '01990000-0000-7000-8000-00000000000a',
  segment: 'Retail',
  stage: 'adopting',
  verdict: stays,
  renewal: null,
  arrCents: 3_840_000,
  staleSince: null,
  ...change,
})
const frame = (histories: readonly History[] = []): Frame => ({
  prior: priorOf(histories, asOf),
  snapshotId: '01990000-0000-7000-8000-000000000001',
  asOf: `${asOf}T00:00:00.000Z`,
  day: asOf,
  currency: 'USD',
})

const term = { from: 'term', decidedBy: null, termMonths: 12 } as const
const inDays = (days: number) => new Date(Date.parse(asOf) + days * 86_400_000).toISOString().slice(0, 10)

/** A history that brings so many account-months and one departure, or none. */
const months = (segment: string, count: number, left: boolean): History[] =>
  Array.from({ length: count }, () =>
    history({ segment, spells: [{ from: '2026-10-01', to: left ? '2026-10-05' : null }] }),
  )

describe('exposure', () => {
  it('counts months as a life table does', () => {
    const spells = [
      { from: '2025-01-01', to: '2025-03-15' },
      { from: '2025-06-01', to: null },
    ]
    // Two whole months and the one of leaving, then 17 whole months until today.
    expect(exposureOf(history({ spells }), asOf)).toEqual({ months: 3 + 17, events: 1 })
    expect(exposureOf(history({ spells: [{ from: asOf, to: null }] }), asOf)).toEqual({
      months: 0,
      events: 0,
    })
  })

  it('counts the month of leaving once, also where it was whole', () => {
    const until = (to: string) => exposureOf(history({ spells: [{ from: '2025-01-31', to }] }), asOf)
    expect(until('2025-03-31')).toEqual({ months: 2, events: 1 })
    expect(until('2025-04-01')).toEqual({ months: 3, events: 1 })
    expect(until('2025-02-01')).toEqual({ months: 1, events: 1 })
    // A tenure of a month that was counted back from the 31st.
    const short = { from: '2025-09-30', to: '2025-10-31' }
    expect(exposureOf(history({ spells: [short] }), asOf)).toEqual({ months: 1, events: 1 })
  })

  it('sees nobody when nothing was seen', () => {
    const prior = priorOf([history({ spells: [{ from: '2020-01-01', to: null }] })], null)
    expect(prior).toMatchObject({ observedThrough: null, company: { months: 0, events: 0 } })
  })

  it('knows nothing of the future', () => {
    const spells = [
      { from: '2026-09-01', to: '2026-12-31' },
      { from: '2027-01-31', to: null },
    ]
    expect(exposureOf(history({ spells }), asOf)).toEqual({ months: 2, events: 0 })
  })

  it('follows the source that decides, and says when no record tells the start', () => {
    const left = { left: true, on: '2026-03-02', decidedBy: 'churn_events' } as const
    const departures = [{ on: '2026-03-02', returnedOn: null }]
    expect(exposureOf(history({ verdict: left, startedOn: '2026-01-01', departures }), asOf)).toEqual({
      months: 3,
      events: 1,
    })
    // Who came back stays, but the departure remains one; the months away are not at risk.
    const back = { ...stays, decidedBy: 'churn_events' } as const
    const returned = [{ on: '2026-03-02', returnedOn: '2026-06-01' }]
    expect(
      exposureOf(history({ verdict: back, startedOn: '2026-01-01', departures: returned }), asOf),
    ).toEqual({ months: 3 + 5, events: 1 })
    const flagged = { left: true, on: null, decidedBy: 'flag' } as const
    expect(exposureOf(history({ verdict: flagged, startedOn: '2026-01-01' }), asOf)).toEqual({
      months: 11,
      events: 1,
    })
    expect(exposureOf(history({ verdict: flagged }), asOf)).toBeNull()
    const silent = { left: null, on: null, decidedBy: null } as const
    expect(exposureOf(history({ verdict: silent, startedOn: '2026-01-01' }), asOf)).toEqual({
      months: 10,
      events: 0,
    })
  })

  it('never holds more departures than months', () => {
    const day = fc
      .integer({ min: 0, max: 2_000 })
      .map((d) => new Date(Date.UTC(2020, 0, 1 + d)).toISOString().slice(0, 10))
    fc.assert(
      fc.property(fc.uniqueArray(day, { maxLength: 8 }), day, (days, at) => {
        const edges = days.toSorted()
        const spells = edges.flatMap((from, index) =>
          index % 2 === 0 ? [{ from, to: edges[index + 1] ?? null }] : [],
        )
        const exposure = exposureOf(history({ spells }), at)!
        expect(exposure.events).toBeLessThanOrEqual(exposure.months)
        expect(exposure.months).toBeGreaterThanOrEqual(0)
      }),
    )
  })
})

describe('the prior', () => {
  it('is the belief where nothing was seen', () => {
    const { company, segments, unplaced } = priorOf([], asOf)
    expect(company).toMatchObject({ months: 0, events: 0, a: 4.5, b: 295.5 })
    expect(company.monthly).toBeCloseTo(0.015, 12)
    expect(segments).toEqual([])
    expect(unplaced).toBe(0)
  })

  it('moves with what was seen, segments towards the company', () => {
    const { company, segments } = priorOf(
      [...months('A', 12, true), ...months('B', 700, false), ...months('B', 0, true)],
      asOf,
    )
    expect(company).toMatchObject({ months: 12 + 700, events: 12 })
    expect(company.monthly).toBeCloseTo((4.5 + 12) / (300 + 712), 12)
    const [a, b] = segments
    expect(a?.monthly).toBeCloseTo((segmentWeight * company.monthly + 12) / (segmentWeight + 12), 12)
    expect(a!.monthly).toBeGreaterThan(company.monthly)
    expect(b!.monthly).toBeLessThan(company.monthly)
    expect(b!.monthly).toBeGreaterThan(0)
  })

  it('does not depend on the order of customers', () => {
    const some = [
      ...months('A', 3, true),
      ...months('B', 40, false),
      history({ verdict: { ...stays, decidedBy: 'flag' } }),
    ]
    expect(priorOf(some.toReversed(), asOf)).toEqual(priorOf(some, asOf))
    expect(priorOf(some, asOf).unplaced).toBe(1)
  })

  // 1,500 segments: three standard errors of a coverage of 95 % are 1.7 points.
  it('covers true rates of segments 19 times of 20, and misses them by less than raw rates do', () => {
    const next = uniform(42)
    const company = 0.015
    const size = [20, 100, 400]
    let [covered, shrunkError, rawError] = [0, 0, 0]
    const segments = 1_500
    for (let index = 0; index < segments; index += 1) {
      const truth = betaQuantile(next(), company * segmentWeight, (1 - company) * segmentWeight)
      const trials = size[index % size.length]!
      const left = binomial(next, trials, truth)
      const prior = {
        ...priorOf([], asOf, { mean: company, weight: 1e6 }),
        segments: priorOf([...months('S', left, true), ...months('S', trials - left, false)], asOf, {
          mean: company,
          weight: 1e6,
        }).segments,
      }
      const rate = rateFor(prior, 'S')
      if (rate.low <= truth && truth <= rate.high) covered += 1
      shrunkError += (rate.monthly - truth) ** 2
      rawError += (left / trials - truth) ** 2
    }
    expect(covered / segments).toBeGreaterThan(0.933)
    expect(covered / segments).toBeLessThan(0.967)
    expect(shrunkError).toBeLessThan(rawError / 2)
  })
})

describe('renewal risk', () => {
  it('compounds the monthly rate to the next renewal, or to twelve months', () => {
    const [risk] = riskReadings(subject({ segment: null }), frame())
    expect(risk.value).toBeCloseTo(1 - 0.985 ** 12, 12)
    expect(risk).toMatchObject({
      state: 'ok',
      detail: { horizonMonths: 12, horizon: 'twelve_months', basis: 'belief' },
    })
    const renewal = {
      renewsOn: '2026-12-31',
      days: 59,
      from: 'term',
      decidedBy: null,
      termMonths: 12,
    } as const
    const [near] = riskReadings(subject({ segment: null, renewal }), frame())
    expect(near.value).toBeCloseTo(1 - 0.985 ** 2, 12)
    expect(near.detail).toMatchObject({ horizon: 'renewal', renewsOn: '2026-12-31', label: 'prior' })
    const horizon = (renewsOn: string) =>
      riskReadings(subject({ renewal: { ...term, renewsOn, days: 1 } }), frame())[0].detail.horizonMonths
    expect(['2026-11-03', '2026-12-02', '2026-12-03', '2027-11-02'].map(horizon)).toEqual([1, 1, 2, 12])
    expect(withinMonths(0, 12)).toBeCloseTo(0, 15)
  })

  it('says where it stands on the ladder', () => {
    expect(ladderOf(0)).toMatchObject({ rung: 'prior', dataAllows: 'prior', next: { fromEvents: 10 } })
    expect(ladderOf(9).dataAllows).toBe('prior')
    expect(ladderOf(10)).toMatchObject({ dataAllows: 'few_terms', next: { rung: 'ridge', fromEvents: 30 } })
    expect(ladderOf(299).next).toEqual({ rung: 'pairs', fromEvents: 300 })
    expect(ladderOf(300).next).toBeNull()
    expect(ladderOf(5_000)).toMatchObject({ rung: 'prior', dataAllows: 'pairs', next: null })
  })

  it('does not apply to who has left or is not a customer yet', () => {
    const left = { left: true, on: '2026-05-01', decidedBy: 'subscriptions' } as const
    for (const reading of riskReadings(subject({ verdict: left }), frame()))
      expect(reading).toMatchObject({ state: 'not_enough_data', value: null, detail: { missing: ['left'] } })
    const [evaluating] = riskReadings(subject({ stage: 'evaluating', arrCents: null }), frame())
    expect(evaluating.detail).toMatchObject({ notApplicable: 'evaluating' })
  })

  it('leaves the loss open where revenue is not known', () => {
    const [risk, loss] = riskReadings(subject({ arrCents: null }), frame())
    expect(risk.state).toBe('ok')
    expect(loss).toMatchObject({ state: 'not_enough_data', value: null, detail: { missing: ['revenue'] } })
  })

  it('has parts that add up exactly, inside its interval, in probability and in money', () => {
    const cases = fc.record({
      left: fc.nat(30),
      stayed: fc.nat(400),
      others: fc.nat(400),
      days: fc.option(fc.integer({ min: 1, max: 1_200 })),
      arrCents: fc.nat(1_000_000_000),
      segment: fc.constantFrom('A', 'B', 'never seen', null),
    })
    fc.assert(
      fc.property(cases, ({ left, stayed, others, days, arrCents, segment }) => {
        const seen = frame([
          ...months('A', left, true),
          ...months('A', stayed, false),
          ...months('B', others, false),
        ])
        const renewal = days === null ? null : { ...term, days, renewsOn: inDays(days) }
        const [risk, loss] = riskReadings(subject({ segment, renewal, arrCents }), seen)
        for (const one of [risk, loss])
          expect(one.contributions.reduce((sum, { amount }) => sum + amount, 0)).toBe(one.value)
        expect(risk.contributions[0]?.code).toBe('risk.base')
        expect(risk.value).toBeGreaterThan(risk.low!)
        expect(risk.value).toBeLessThan(risk.high!)
        expect(risk.high).toBeLessThan(1)
        expect(Number.isInteger(loss.value)).toBe(true)
        expect(Math.abs(loss.value! - risk.value! * arrCents)).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('uses the belief of 1.5 % a month worth 300 account-months unless told otherwise', () => {
    expect(defaultBelief).toEqual({ mean: 0.015, weight: 300 })
  })
})
