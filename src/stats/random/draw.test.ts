import { describe, expect, it } from 'vitest'
import { betaCdf } from '../distributions/beta.ts'
import { logBinomialProbability } from '../distributions/binomial.ts'
import { chiSquaredUpperTail } from '../distributions/chi-squared.ts'
import { gammaCdf } from '../distributions/gamma.ts'
import { normalCdf } from '../distributions/normal.ts'
import { logPoissonProbability } from '../distributions/poisson.ts'
import { StatsError } from '../stats-error.ts'
import { drawBeta, drawBinomial, drawExponential, drawGamma, drawNormal, drawPoisson } from './draw.ts'
import { type Random, seededRandom } from './seeded-random.ts'

const DRAWS = 20_000

const many = (draw: (random: Random) => number) => {
  const random = seededRandom(20_260)
  return Float64Array.from({ length: DRAWS }, () => draw(random))
}

/** Kolmogorov's distance of the draws from a distribution, times sqrt n: above 1.95 in one of a thousand seeds. */
function distance(draws: Float64Array, cdf: (x: number) => number): number {
  const sorted = draws.toSorted()
  let most = 0
  sorted.forEach((x, i) => {
    const chance = cdf(x)
    most = Math.max(most, chance - i / DRAWS, (i + 1) / DRAWS - chance)
  })
  return most * Math.sqrt(DRAWS)
}

/** Pearson's chance that counts differ as much from their probabilities, over the counts that are expected at least five times. */
function agreement(draws: Float64Array, logProbability: (k: number) => number): number {
  const found = new Map<number, number>()
  for (const k of draws) found.set(k, (found.get(k) ?? 0) + 1)
  const greatest = Math.max(...found.keys())
  let [statistic, cells, restFound, restExpected] = [0, 0, DRAWS, DRAWS]
  for (let k = 0; k <= greatest; k++) {
    const expected = DRAWS * Math.exp(logProbability(k))
    if (expected < 5) continue
    const count = found.get(k) ?? 0
    statistic += (count - expected) ** 2 / expected
    cells++
    restFound -= count
    restExpected -= expected
  }
  if (restExpected >= 1)
    return chiSquaredUpperTail(statistic + (restFound - restExpected) ** 2 / restExpected, cells)
  return chiSquaredUpperTail(statistic, cells - 1)
}

describe('draws that follow their distribution', () => {
  it('normal', () => expect(distance(many(drawNormal), normalCdf)).toBeLessThan(1.95))

  it('exponential', () => {
    expect(
      distance(
        many((random) => drawExponential(random, 3)),
        (x) => -Math.expm1(-3 * x),
      ),
    ).toBeLessThan(1.95)
  })

  it.each([
    [0.02, 1],
    [0.3, 2],
    [1, 1],
    [2.5, 0.5],
    [400, 3],
  ])('gamma of shape %d and rate %d', (shape, rate) => {
    const draws = many((random) => drawGamma(random, shape, rate))
    expect(distance(draws, (x) => gammaCdf(x, shape, rate))).toBeLessThan(1.95)
  })

  it.each([
    [0.01, 0.02],
    [0.5, 0.5],
    [2, 5],
    [300, 1],
  ])('beta of shapes %d and %d', (a, b) => {
    const draws = many((random) => drawBeta(random, a, b))
    // Draws that round to 1 stand for all that is nearer to it than numbers are.
    const cdf = (x: number) => (x === 1 ? 1 : betaCdf(x, a, b))
    const atOne = draws.filter((x) => x === 1).length / DRAWS
    if (atOne === 0) expect(distance(draws, cdf)).toBeLessThan(1.95)
    else
      expect(Math.abs(draws.filter((x) => x <= 0.5).length / DRAWS - betaCdf(0.5, a, b))).toBeLessThan(0.012)
  })

  it.each([0.05, 1, 9.9, 10, 37.5, 800])('Poisson of mean %d', (mean) => {
    const draws = many((random) => drawPoisson(random, mean))
    expect(agreement(draws, (k) => logPoissonProbability(k, mean))).toBeGreaterThan(0.001)
  })

  it.each([
    [1, 0.3],
    [20, 0.1],
    [20, 0.5],
    [25, 0.9],
    [1000, 0.02],
    [4000, 0.4],
  ])('binomial of %d trials at %d', (n, p) => {
    const draws = many((random) => drawBinomial(random, n, p))
    expect(agreement(draws, (k) => logBinomialProbability(k, n, p))).toBeGreaterThan(0.001)
  })

  it('has the mean and the variance of large counts', () => {
    const draws = many((random) => drawPoisson(random, 1e9))
    const mean = draws.reduce((sum, x) => sum + x, 0) / DRAWS
    const variance = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0) / DRAWS
    expect(Math.abs(mean - 1e9) / Math.sqrt(1e9 / DRAWS)).toBeLessThan(4)
    expect(Math.abs(variance / 1e9 - 1)).toBeLessThan(4 * Math.sqrt(2 / DRAWS))
  })
})

describe('draws at the ends', () => {
  const random = seededRandom(3)

  it('are what is sure', () => {
    expect(drawPoisson(random, 0)).toBe(0)
    expect(drawBinomial(random, 0, 0.4)).toBe(0)
    expect(drawBinomial(random, 9, 0)).toBe(0)
    expect(drawBinomial(random, 9, 1)).toBe(9)
  })

  it('are numbers, even when chance gives its least and its greatest', () => {
    const usual = seededRandom(8)
    const atEnds: Random = () => {
      const u = usual()
      if (u < 0.2) return 0
      return u > 0.8 ? 1 - 2 ** -53 : u
    }
    for (const value of [
      drawExponential(atEnds, 1),
      drawGamma(atEnds, 0.001),
      drawBeta(atEnds, 1e-5, 1e-5),
      drawPoisson(atEnds, 5),
      drawPoisson(atEnds, 500),
      drawBinomial(atEnds, 1e6, 0.3),
    ])
      expect(Number.isFinite(value)).toBe(true)
  })

  it('refuse what is no distribution', () => {
    expect(() => drawExponential(random, 0)).toThrow(StatsError)
    expect(() => drawGamma(random, -1)).toThrow(StatsError)
    expect(() => drawBeta(random, 1, 0)).toThrow(StatsError)
    expect(() => drawPoisson(random, Number.NaN)).toThrow(StatsError)
    expect(() => drawBinomial(random, 1.5, 0.5)).toThrow(StatsError)
    expect(() => drawBinomial(random, 2, 1.5)).toThrow(StatsError)
  })
})
