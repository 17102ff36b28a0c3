import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import reference from '../../../test/reference/spc.json' with { type: 'json' }
import { drawnProportion } from './drawn-proportion.fixture.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { newcombeDifference } from './newcombe.ts'
import { oddsRatio, riskRatio } from './ratios.ts'
import { twoProportionTest } from './two-proportions.ts'

const helped = { successes: 56, trials: 70 }
const left = { successes: 48, trials: 80 }
const group = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([trials, share]) => ({ successes: Math.round(trials * share), trials }))

const near = (value: number, expected: number) =>
  expect(Math.abs(value - expected)).toBeLessThanOrEqual(5e-8 * Math.max(1e-3, Math.abs(expected)))

describe('two proportions', () => {
  it.each(reference.proportions)('$x1 of $n1 against $x2 of $n2', (expected) => {
    const first = { successes: expected.x1, trials: expected.n1 }
    const second = { successes: expected.x2, trials: expected.n2 }
    const plain = twoProportionTest(first, second)
    near(plain.difference, expected.diff)
    near(plain.z, expected.z)
    near(plain.p, expected.p_two_sided)
    const yates = twoProportionTest(first, second, { yates: true })
    near(yates.z ** 2, expected.chisq_yates)
    near(yates.p, expected.p_yates)
    const { interval } = newcombeDifference(first, second)
    near(interval[0], expected.newcombe_diff[0]!)
    near(interval[1], expected.newcombe_diff[1]!)
  })

  it('keep the sign when the groups change places', () => {
    fc.assert(
      fc.property(group, group, (first, second) => {
        const [there, back] = [newcombeDifference(first, second), newcombeDifference(second, first)]
        expect(there.interval[0]).toBeCloseTo(-back.interval[1], 12)
        expect(there.interval[0]).toBeGreaterThanOrEqual(-1 - 1e-12)
        expect(there.interval[1]).toBeLessThanOrEqual(1 + 1e-12)
        expect(there.interval[0]).toBeLessThanOrEqual(there.difference)
        expect(there.interval[1]).toBeGreaterThanOrEqual(there.difference)
      }),
    )
  })

  it('correction never makes a difference out of none', () => {
    // R: prop.test(c(5, 6), c(100, 110)) has the statistic 2e-31
    const { z, p } = twoProportionTest(
      { successes: 5, trials: 100 },
      { successes: 6, trials: 110 },
      { yates: true },
    )
    expect(Math.abs(z)).toBe(0)
    expect(p).toBe(1)
  })

  it('say that groups without difference within cannot be compared', () => {
    const none = { successes: 0, trials: 9 }
    expect(() => twoProportionTest(none, none)).toThrow(expect.objectContaining({ code: 'no_variation' }))
    expect(() => twoProportionTest(none, { successes: 0, trials: 0 })).toThrow(
      expect.objectContaining({ code: 'bad_input' }),
    )
    expect(newcombeDifference(none, none).interval[1]).toBeGreaterThan(0.2)
  })

  it('cover the true difference and ratios about as often as they say', () => {
    const random = seededRandom(6)
    const studies = 2000
    const covered = { difference: 0, odds: 0, risk: 0 }
    for (let study = 0; study < studies; study += 1) {
      const [first, second] = [drawnProportion(random, 120, 0.3), drawnProportion(random, 80, 0.15)]
      const holds = ([low, high]: readonly [number, number], truth: number) =>
        Number(low <= truth && truth <= high)
      covered.difference += holds(newcombeDifference(first, second).interval, 0.15)
      covered.odds += holds(oddsRatio(first, second, { added: 0.5 }).interval, 0.3 / 0.7 / (0.15 / 0.85))
      covered.risk += holds(riskRatio(first, second, { added: 0.5 }).interval, 2)
    }
    for (const count of Object.values(covered)) {
      expect(count / studies).toBeGreaterThan(0.935)
      expect(count / studies).toBeLessThan(0.975)
    }
  })
})

describe('ratios', () => {
  it('agree with their formulas', () => {
    // R: exp(log(56 * 32 / (14 * 48)) + c(-1, 1) * qnorm(.975) * sqrt(1/56 + 1/14 + 1/48 + 1/32))
    const odds = oddsRatio(helped, left)
    expect(odds.ratio).toBeCloseTo(8 / 3, 12)
    expect(odds.interval[0]).toBeCloseTo(1.276217870536434, 10)
    expect(odds.interval[1]).toBeCloseTo(5.572019696074378, 10)
    // R: exp(log((56/70) / (48/80)) + c(-1, 1) * qnorm(.975) * sqrt(1/56 - 1/70 + 1/48 - 1/80))
    const risk = riskRatio(helped, left)
    expect(risk.ratio).toBeCloseTo(4 / 3, 12)
    expect(risk.interval[0]).toBeCloseTo(1.076626422763193, 10)
    expect(risk.interval[1]).toBeCloseTo(1.651248511266387, 10)
  })

  it('turn over when the groups change places, and odds also when success and failure do', () => {
    const failures = ({ successes, trials }: typeof helped) => ({ successes: trials - successes, trials })
    for (const turned of [oddsRatio(left, helped), oddsRatio(failures(helped), failures(left))]) {
      expect(turned.ratio).toBeCloseTo(3 / 8, 12)
      expect(turned.interval[0]).toBeCloseTo(1 / oddsRatio(helped, left).interval[1], 12)
    }
    expect(riskRatio(left, helped).interval[1]).toBeCloseTo(1 / riskRatio(helped, left).interval[0], 12)
  })

  it('say which cell is empty instead of giving an infinity', () => {
    const none = { successes: 0, trials: 9 }
    const all = { successes: 9, trials: 9 }
    const tooFew = expect.objectContaining({ code: 'too_few_events' })
    expect(() => oddsRatio(helped, none)).toThrow(tooFew)
    expect(() => oddsRatio(all, left)).toThrow(tooFew)
    expect(() => riskRatio(none, left)).toThrow(tooFew)
    expect(() => riskRatio(all, all)).toThrow(expect.objectContaining({ code: 'no_variation' }))
    expect(riskRatio(all, left).interval[0]).toBeGreaterThan(1)
    expect(oddsRatio(none, left, { added: 0.5 }).ratio).toBeLessThan(0.1)
    expect(() => oddsRatio(helped, left, { added: -1 })).toThrow(
      expect.objectContaining({ code: 'bad_input' }),
    )
  })
})
