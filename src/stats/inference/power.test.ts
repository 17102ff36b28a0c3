import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { drawnProportion } from './drawn-proportion.fixture.ts'
import { customersForEvents, logRankEvents, logRankPower } from './power-log-rank.ts'
import { promoterScorePower, promoterScoreSize } from './power-promoter-score.ts'
import { twoMeansPower, twoMeansSize } from './power-two-means.ts'
import { twoProportionPower, twoProportionSize } from './power-two-proportions.ts'
import { twoProportionTest } from './two-proportions.ts'

const bad = expect.objectContaining({ code: 'bad_input' })

describe('power of two proportions', () => {
  it('agrees with R', () => {
    // R: power.prop.test(n = , p1 = , p2 = )$power
    expect(twoProportionPower(0.5, 0.75, 50)).toBeCloseTo(0.74016590133138793, 12)
    expect(twoProportionPower(0.05, 0.04, 2000)).toBeCloseTo(0.33190417371024317, 12)
    // R: power.prop.test(p1 = , p2 = , power = )$n, solved there to 1e-4
    expect(twoProportionSize(0.5, 0.75, 0.9).exact / 76.706930114107664).toBeCloseTo(1, 6)
    expect(twoProportionSize(0.05, 0.04).exact / 6744.93307488472).toBeCloseTo(1, 6)
    const strict = twoProportionSize(0.015, 0.01, 0.8, { alpha: 0.01, sides: 1 })
    expect(strict.exact / 9909.244674476678).toBeCloseTo(1, 6)
    // R: ((qnorm(.975) * sqrt(p * (1 - p) * 1.25) + qnorm(.8) * sqrt(.09 + .0564 / 4)) / .04)^2, p = .068
    expect(twoProportionSize(0.1, 0.06, 0.8, { ratio: 4 }).exact).toBeCloseTo(423.533875392124, 8)
  })

  it('a size has the power that was asked for', () => {
    for (const design of [{}, { ratio: 0.25 }, { alpha: 0.01, sides: 1 as const }]) {
      const { exact } = twoProportionSize(0.3, 0.2, 0.85, design)
      expect(twoProportionPower(0.3, 0.2, exact, design)).toBeCloseTo(0.85, 12)
    }
  })

  it('is what simulated studies find', () => {
    const random = seededRandom(7)
    const studies = 1500
    let found = 0
    for (let study = 0; study < studies; study += 1) {
      const [one, two] = [drawnProportion(random, 60, 0.5), drawnProportion(random, 180, 0.3)]
      if (twoProportionTest(one, two).p < 0.05) found += 1
    }
    const power = twoProportionPower(0.5, 0.3, 60, { ratio: 3 })
    expect(Math.abs(found / studies - power)).toBeLessThan(
      4 * Math.sqrt((power * (1 - power)) / studies) + 0.01,
    )
  })

  it('refuses chances that do not differ, and power that needs no study', () => {
    expect(() => twoProportionSize(0.2, 0.2)).toThrow(bad)
    expect(() => twoProportionSize(0, 0.2)).toThrow(bad)
    expect(() => twoProportionSize(0.1, 0.2, 0.02)).toThrow(bad)
    expect(() => twoProportionSize(0.1, 0.2, 1)).toThrow(bad)
    expect(() => twoProportionPower(0.1, 0.2, 0)).toThrow(bad)
    expect(() => twoProportionPower(0.1, 0.2, 5, { alpha: 0 })).toThrow(bad)
    expect(() => twoProportionPower(0.1, 0.2, 5, { ratio: 0 })).toThrow(bad)
  })
})

describe('power of two means', () => {
  // R: power.t.test(n = , delta = , sd = 1)$power
  it.each([
    [1, 20, 0.868952801692497778],
    [1, 2, 0.091317784361726217],
    [4, 3, 0.947937754171698344],
    [0.05, 10000, 0.9424179426916768],
    [5, 20, 1],
  ])('effect %d, %i a group', (effect, n, expected) => {
    expect(twoMeansPower(effect, n)).toBeCloseTo(expected, 10)
  })

  it('has sizes that agree with R', () => {
    // R: power.t.test(delta = , sd = , power = , tol = 1e-12)$n
    expect(twoMeansSize(1, 0.9).exact).toBeCloseTo(22.0210955700939621, 7)
    expect(twoMeansSize(1, 0.9, { sides: 1 }).exact).toBeCloseTo(17.847126, 4)
    expect(twoMeansSize(0.05).exact / 6280.0642963012769542).toBeCloseTo(1, 9)
    expect(twoMeansSize(4).exact).toBeCloseTo(2.4138937709241235, 8)
  })

  it('a size has the power that was asked for, with unlike groups too', () => {
    for (const design of [{ ratio: 0.25 }, { ratio: 5, alpha: 0.01 }]) {
      expect(twoMeansPower(0.4, twoMeansSize(0.4, 0.8, design).exact, design)).toBeCloseTo(0.8, 9)
    }
    expect(twoMeansPower(-0.4, 90)).toBe(twoMeansPower(0.4, 90))
  })

  it('needs some effect and two groups', () => {
    expect(() => twoMeansPower(0, 20)).toThrow(bad)
    expect(() => twoMeansPower(1, 1)).toThrow(bad)
    expect(twoMeansSize(200)).toMatchObject({ first: 2, second: 2 })
  })
})

describe('power of promoter scores', () => {
  const [before, after] = [
    { promoters: 0.4, detractors: 0.25 },
    { promoters: 0.5, detractors: 0.2 },
  ]

  it('agrees with its formula', () => {
    // R: pnorm(sqrt(400) * .15 / sqrt(v1 + v2) - qnorm(.975)); (qnorm(.975) + qnorm(.8))^2 * (v1 + v2) / .15^2
    expect(promoterScorePower(before, after, 400)).toBeCloseTo(0.769388793506998, 12)
    expect(promoterScoreSize(before, after).exact).toBeCloseTo(431.688385389199937, 9)
  })

  it('a size has the power that was asked for, whichever group is first', () => {
    const one = promoterScoreSize(before, after, 0.8, { ratio: 4 })
    expect(promoterScorePower(before, after, one.exact, { ratio: 4 })).toBeCloseTo(0.8, 12)
    expect(one.second).toBe(Math.ceil(4 * one.exact))
    expect(promoterScoreSize(after, before, 0.8, { ratio: 0.25 }).exact).toBeCloseTo(4 * one.exact, 9)
  })

  it('refuses what does not differ or does not fit', () => {
    expect(() => promoterScoreSize(before, before)).toThrow(bad)
    expect(() => promoterScoreSize(before, { promoters: 0.9, detractors: 0.2 })).toThrow(bad)
  })
})

describe('power of the log-rank test', () => {
  it('agrees with its formulas', () => {
    // R: 4 * (qnorm(.975) + qnorm(.8))^2 / log(.5)^2; 9 * (qnorm(.975) + qnorm(.8))^2
    expect(logRankEvents(0.5)).toBeCloseTo(65.345659258870896, 10)
    expect(logRankEvents(0.5, 0.8, { method: 'freedman' })).toBeCloseTo(70.639917609141776, 10)
    // R: pnorm(sqrt(66) * log(2) / 2 - qnorm(.975))
    expect(logRankPower(0.5, 66)).toBeCloseTo(0.803894109429089, 12)
  })

  it('does not change when the groups change places', () => {
    for (const method of ['schoenfeld', 'freedman'] as const) {
      const there = logRankEvents(0.6, 0.9, { ratio: 3, method })
      expect(logRankEvents(1 / 0.6, 0.9, { ratio: 1 / 3, method })).toBeCloseTo(there, 9)
      expect(logRankPower(0.6, there, { ratio: 3, method })).toBeCloseTo(0.9, 12)
    }
  })

  it('tells how many customers give the events', () => {
    expect(customersForEvents(60, [0.2, 0.1], 2)).toBeCloseTo(60 / ((0.2 + 2 * 0.1) / 3), 10)
    expect(() => customersForEvents(60, [0, 0])).toThrow(bad)
    expect(() => customersForEvents(60, [1.2, 0])).toThrow(bad)
    expect(() => customersForEvents(60, [0.2, 0.1], Number.POSITIVE_INFINITY)).toThrow(bad)
    expect(() => customersForEvents(Number.POSITIVE_INFINITY, [0.2, 0.1])).toThrow(bad)
  })

  it('refuses hazards that do not differ', () => {
    expect(() => logRankEvents(1)).toThrow(bad)
    expect(() => logRankEvents(0)).toThrow(bad)
    expect(() => logRankPower(0.5, 0)).toThrow(bad)
  })
})
