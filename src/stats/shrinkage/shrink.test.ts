import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawBeta, drawBinomial, drawGamma, drawPoisson } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { climbPair } from './climb-pair.ts'
import { betaBinomialByLikelihood, betaBinomialByMoments } from './fit-beta-binomial.ts'
import { poissonGammaByLikelihood, poissonGammaByMoments } from './fit-poisson-gamma.ts'
import type { FittedBelief } from './fitted-belief.ts'
import { logRising } from './log-rising.ts'
import { gammaInterval, gammaMean, gammaPosterior } from './poisson-gamma.ts'
import { shrinkRates, shrinkShares } from './shrink.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })

// Tumours in 71 groups of rats: R. E. Tarone, Biometrics 38 (1982) 215-220; Gelman et al. (2013), table 5.1.
const tumours = [
  0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 5, 2, 5, 3,
  2, 7, 7, 3, 3, 2, 9, 10, 4, 4, 4, 4, 4, 4, 4, 10, 4, 4, 4, 5, 11, 12, 5, 5, 6, 5, 6, 6, 6, 6, 16, 15, 15, 9,
  4,
]
const rats = [
  20, 20, 20, 20, 20, 20, 20, 19, 19, 19, 19, 18, 18, 17, 20, 20, 20, 20, 19, 19, 18, 18, 25, 24, 23, 20, 20,
  20, 20, 20, 20, 10, 49, 19, 46, 27, 17, 49, 47, 20, 20, 13, 48, 50, 20, 20, 20, 20, 20, 20, 20, 48, 19, 19,
  19, 22, 46, 49, 20, 20, 23, 19, 22, 20, 20, 20, 52, 46, 47, 24, 14,
]
// Failures of ten pumps: D. P. Gaver and I. G. O'Muircheartaigh, Technometrics 29 (1987) 1-15.
const failures = [5, 1, 5, 14, 3, 19, 1, 1, 4, 22]
const hours = [94.32, 15.72, 62.88, 125.76, 5.24, 31.44, 1.048, 1.048, 2.096, 10.48]

function beliefOf(fitted: FittedBelief) {
  if (fitted.kind !== 'spread') throw new Error(`The groups are ${fitted.kind}.`)
  return fitted.belief
}

const expectBelief = (fitted: FittedBelief, mean: number, weight: number, digits: number) => {
  const belief = beliefOf(fitted)
  expect(belief.mean / mean).toBeCloseTo(1, digits)
  expect(belief.weight / weight).toBeCloseTo(1, digits)
}

describe('belief of groups in a share', () => {
  it('agrees with R', () => {
    // R: optim of sum(lbeta(a + y, b + n - y) - lbeta(a, b)); mean a / (a + b), weight a + b
    expectBelief(betaBinomialByLikelihood(tumours, rats), 0.142291857232832, 16.456420166922648, 6)
    expectBelief(
      betaBinomialByLikelihood([1, 9, 3, 14], [20, 20, 20, 20]),
      0.334567875431911,
      3.367728587685112,
      6,
    )
    const small = betaBinomialByLikelihood([0, 1, 0, 2, 0, 0, 1, 8], [1, 2, 3, 4, 5, 1, 1, 9])
    expectBelief(small, 0.36300798159478, 1.461970711481204, 6)
    expectBelief(betaBinomialByLikelihood([0, 5, 7], [2203, 347, 7]), 0.40107187, 0.16420454, 6)
    expectBelief(
      betaBinomialByLikelihood([0, 0, 2, 0, 0, 0], [77, 3, 58, 2, 26, 11]),
      0.01078334,
      75.75197,
      6,
    )
    // Two tops: the other, of weight 1,115, is lower by 0.46.
    const twoTops = betaBinomialByLikelihood([436, 1197, 1, 5], [1062, 2711, 14, 24])
    expectBelief(twoTops, 0.3239176, 14.7606704, 5)
    // Reopened tickets of the five largest categories of the incident log; R's optimum is flat here.
    const [events, tickets] = [
      [37, 28, 33, 12, 16],
      [2823, 2814, 2345, 1993, 1276],
    ]
    expectBelief(betaBinomialByLikelihood(events, tickets), 0.0111578953879379, 2966.0723860792, 3)
    // R: Kleinman's g with weights n
    expectBelief(betaBinomialByMoments(tumours, rats), 0.153536515238643, 21.795953425172272, 11)
    expectBelief(betaBinomialByMoments(events, tickets), 0.0111990045329304, 2154.58995715507, 10)
  })

  it('says that groups are alike, all or nothing, or tell nothing', () => {
    for (const fit of [betaBinomialByMoments, betaBinomialByLikelihood]) {
      expect(fit([4, 5, 4], [20, 20, 20])).toEqual({ kind: 'alike', mean: 13 / 60 })
      expect(fit([0, 5, 0, 7], [6, 5, 3, 7])).toEqual({ kind: 'apart', mean: 12 / 21 })
      expect(() => fit([0, 0], [5, 9])).toThrow(code('too_few_events'))
      expect(() => fit([5, 9], [5, 9])).toThrow(code('no_variation'))
      expect(() => fit([2], [9])).toThrow(code('not_enough_data'))
      expect(() => fit([2, 0], [9, 0])).toThrow(code('not_enough_data'))
      expect(() => fit([1, 0, 1], [1, 1, 1])).toThrow(code('not_enough_data'))
      expect(() => fit([3, 1], [2, 4])).toThrow(code('bad_input'))
      expect(() => fit([0.5, 1], [2, 4])).toThrow(code('bad_input'))
      expect(() => fit([1], [2, 4])).toThrow(code('bad_input'))
    }
  })

  it('does not depend on the order of groups or on empty ones, and mirrors with the outcome', () => {
    const order = tumours.map((_, i) => (i * 29) % tumours.length)
    const turned = [order.map((i) => tumours[i]!), order.map((i) => rats[i]!)] as const
    const missed = tumours.map((count, i) => rats[i]! - count)
    for (const fit of [betaBinomialByMoments, betaBinomialByLikelihood]) {
      const { mean, weight } = beliefOf(fit(tumours, rats))
      expectBelief(fit(...turned), mean, weight, 9)
      expectBelief(fit([...tumours, 0], [...rats, 0]), mean, weight, 9)
      expectBelief(fit(missed, rats), 1 - mean, weight, 8)
    }
  })

  it('finds the belief that groups were drawn from', () => {
    const random = seededRandom(71)
    const trials = Array.from({ length: 2000 }, (_, i) => 5 + (i % 60))
    const events = trials.map((n) => drawBinomial(random, n, drawBeta(random, 2, 18)))
    for (const fit of [betaBinomialByMoments, betaBinomialByLikelihood]) {
      const { mean, weight } = beliefOf(fit(events, trials))
      expect(mean).toBeCloseTo(0.1, 2)
      expect(weight / 20).toBeGreaterThan(0.85)
      expect(weight / 20).toBeLessThan(1.15)
    }
  })
})

describe('belief of groups in a rate', () => {
  it('agrees with R', () => {
    // R: optim of sum(lgamma(a + y) - lgamma(a) + a * log(b / (b + e)) - y * log(b + e)); mean a / b, weight b
    expectBelief(poissonGammaByLikelihood(failures, hours), 0.653136158531574, 1.258954512451627, 6)
    expectBelief(
      poissonGammaByLikelihood([5, 1, 14, 22], [94, 16, 126, 10]),
      0.583371831523459,
      0.85870135192802,
      6,
    )
    // R: the formula in the docstring
    expectBelief(poissonGammaByMoments(failures, hours), 0.214266124240069, 1.063839435822466, 11)
  })

  it('scales with the unit of exposure', () => {
    const days = hours.map((hour) => hour / 24)
    for (const fit of [poissonGammaByMoments, poissonGammaByLikelihood]) {
      const { mean, weight } = beliefOf(fit(failures, hours))
      expectBelief(fit(failures, days), mean * 24, weight / 24, 8)
    }
  })

  it('says that groups are alike or tell nothing', () => {
    for (const fit of [poissonGammaByMoments, poissonGammaByLikelihood]) {
      expect(fit([4, 5, 4], [20, 20, 20])).toEqual({ kind: 'alike', mean: 13 / 60 })
      expect(() => fit([0, 0], [5, 9])).toThrow(code('too_few_events'))
      expect(() => fit([2], [9])).toThrow(code('not_enough_data'))
      expect(() => fit([2, 1], [9, 0])).toThrow(code('bad_input'))
      expect(() => fit([1.5, 1], [9, 3])).toThrow(code('bad_input'))
      expect(() => fit([1, 1], [9])).toThrow(code('bad_input'))
    }
  })

  it('finds the belief that groups were drawn from', () => {
    const random = seededRandom(37)
    const exposure = Array.from({ length: 2000 }, (_, i) => 1 + (i % 24))
    const events = exposure.map((e) => drawPoisson(random, e * drawGamma(random, 3, 15)))
    for (const fit of [poissonGammaByMoments, poissonGammaByLikelihood]) {
      const { mean, weight } = beliefOf(fit(events, exposure))
      expect(mean).toBeCloseTo(0.2, 2)
      expect(weight / 15).toBeGreaterThan(0.85)
      expect(weight / 15).toBeLessThan(1.15)
    }
  })
})

describe('shrunk groups', () => {
  const belief = { mean: 0.1, weight: 20 }
  const count = fc.nat(200)

  it('lie between the belief and what was seen, by the share of the belief', () => {
    fc.assert(
      fc.property(count, count, (events, others) => {
        const trials = events + others
        const [group] = shrinkShares([events], [trials], belief)
        const seen = trials === 0 ? 0 : events / trials
        const { mean, interval, shareOfPrior } = group!
        expect(mean).toBeCloseTo(shareOfPrior * belief.mean + (1 - shareOfPrior) * seen, 12)
        expect(interval[0]).toBeGreaterThanOrEqual(0)
        expect(interval[1]).toBeLessThanOrEqual(1)
        expect(interval[0]).toBeLessThan(interval[1])
      }),
    )
  })

  it('of a rate do too', () => {
    fc.assert(
      fc.property(count, fc.double({ min: 0.1, max: 500, noNaN: true }), (events, exposure) => {
        const [group] = shrinkRates([events], [exposure], belief)
        const { mean, interval, shareOfPrior } = group!
        expect(mean / (shareOfPrior * belief.mean + ((1 - shareOfPrior) * events) / exposure)).toBeCloseTo(
          1,
          12,
        )
        expect(interval[0]).toBeLessThan(mean)
        expect(interval[1]).toBeGreaterThan(mean)
      }),
    )
  })

  it('have intervals that hold the truth about as often as they say, the belief being fitted', () => {
    const random = seededRandom(53)
    const groups = 1500
    const shares = Array.from({ length: groups }, () => drawBeta(random, 2, 18))
    const trials = shares.map((_, i) => 3 + (i % 40))
    const events = shares.map((share, i) => drawBinomial(random, trials[i]!, share))
    const shrunk = shrinkShares(events, trials, beliefOf(betaBinomialByLikelihood(events, trials)))
    const rates = shares.map(() => drawGamma(random, 3, 15))
    const seen = rates.map((rate, i) => drawPoisson(random, rate * trials[i]!))
    const shrunkRates = shrinkRates(seen, trials, beliefOf(poissonGammaByLikelihood(seen, trials)))
    const covered = (truth: readonly number[], found: typeof shrunk) =>
      truth.filter((value, i) => found[i]!.interval[0] <= value && value <= found[i]!.interval[1]).length /
      groups
    const luck = 4 * Math.sqrt((0.05 * 0.95) / groups)
    expect(Math.abs(covered(shares, shrunk) - 0.95)).toBeLessThan(luck)
    expect(Math.abs(covered(rates, shrunkRates) - 0.95)).toBeLessThan(luck)
    const missedBy = (value: (i: number) => number) =>
      shares.reduce((sum, share, i) => sum + (value(i) - share) ** 2, 0)
    expect(missedBy((i) => shrunk[i]!.mean)).toBeLessThan(0.7 * missedBy((i) => events[i]! / trials[i]!))
  })

  it('refuse lengths that differ and beliefs that are none', () => {
    expect(() => shrinkShares([1], [2, 3], belief)).toThrow(code('bad_input'))
    expect(() => shrinkRates([1], [2, 3], belief)).toThrow(code('bad_input'))
    expect(() => shrinkShares([1], [2], { mean: 0, weight: 3 })).toThrow(code('bad_input'))
    expect(() => shrinkRates([1], [-2], belief)).toThrow(code('bad_input'))
    expect(shrinkShares([], [], belief)).toEqual([])
  })
})

describe('Poisson-gamma', () => {
  it('adds evidence to belief', () => {
    const posterior = gammaPosterior({ mean: 0.4, weight: 20 }, 3, 12)
    expect(posterior).toEqual({ shape: 11, rate: 32 })
    expect(gammaMean(posterior)).toBe(11 / 32)
    // R: qgamma(c(.025, .975), 11, 32)
    const [low, high] = gammaInterval(posterior)
    expect(low).toBeCloseTo(0.171598761476151, 12)
    expect(high).toBeCloseTo(0.574698626313056, 12)
  })

  it('refuses what is no rate', () => {
    expect(() => gammaPosterior({ mean: 0, weight: 1 }, 1, 2)).toThrow(code('bad_input'))
    expect(() => gammaPosterior({ mean: 1, weight: 1 }, -1, 2)).toThrow(code('bad_input'))
    expect(() => gammaPosterior({ mean: 1, weight: 1 }, 1, Number.POSITIVE_INFINITY)).toThrow(
      code('bad_input'),
    )
    expect(() => gammaInterval({ shape: 1, rate: 1 }, 1)).toThrow(code('bad_input'))
  })
})

describe('rising factorial', () => {
  it('is the same by factors and by gamma functions', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1000, noNaN: true }), (a) => {
        const [value, first, second] = logRising(a, 30)
        const factors = Array.from({ length: 30 }, (_, r) => a + r)
        const sum = (term: (factor: number) => number) =>
          factors.reduce((all, factor) => all + term(factor), 0)
        expect(value).toBeCloseTo(sum(Math.log), 8)
        expect(first / sum((factor) => 1 / factor)).toBeCloseTo(1, 9)
        expect(second / sum((factor) => -1 / factor ** 2)).toBeCloseTo(1, 8)
        const [few] = logRising(a, 3)
        expect(few).toBeCloseTo(Math.log(a * (a + 1) * (a + 2)), 9)
      }),
    )
    expect(logRising(0.3, 0)[0]).toBe(0)
  })
})

describe('climb', () => {
  it('says when there is no top', () => {
    const slope = ([x, y]: readonly [number, number]) => ({
      value: x + y,
      slope: [1, 1] as const,
      curvature: [0, 0, 0] as const,
    })
    expect(() => climbPair(slope, [[0, 0]])).toThrow(code('no_convergence'))
  })
})
