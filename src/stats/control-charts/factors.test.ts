import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { drawNormal } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { StatsError } from '../stats-error.ts'
import { spcReference } from './classic-series.fixture.ts'
import { controlChartFactors, meanDeviation } from './control-chart-factors.ts'
import { meanRange, rangeDeviation } from './range-moments.ts'

// R: integrate over Tippett's 1 - F^n - (1 - F)^n, and over 2 w P(range > w), both to 1e-13
const MOMENTS = [
  [2, 1.128379167095513, 0.8525024664274128],
  [3, 1.692568750643269, 0.8883680040451996],
  [5, 2.32592894728104, 0.8640819410994923],
  [10, 3.077505461670346, 0.797050673519403],
  [25, 3.930629219507113, 0.7084407658886362],
  [50, 4.4981472587797, 0.652142588429955],
  [100, 5.01518727288337, 0.605179109487793],
] as const

// R: sqrt(2 / (n - 1)) * exp(lgamma(n / 2) - lgamma((n - 1) / 2))
const DEVIATIONS = [
  [2, 0.7978845608028654],
  [3, 0.8862269254527581],
  [10, 0.9726592741215883],
  [25, 0.9896403755857015],
  [1000, 0.9997497811012311],
] as const

describe('factors of control charts', () => {
  it.each(MOMENTS)('knows the range of %d values', (n, mean, deviation) => {
    expectNear(meanRange(n), mean, 1e-12)
    expectNear(rangeDeviation(n), deviation, 1e-11)
  })

  it('has the closed forms of two and three values', () => {
    expectNear(meanRange(2), 2 / Math.sqrt(Math.PI), 1e-14)
    expectNear(meanRange(3), 3 / Math.sqrt(Math.PI), 1e-14)
    expectNear(rangeDeviation(2), Math.sqrt(2 - 4 / Math.PI), 1e-12)
  })

  it.each(DEVIATIONS)('knows the standard deviation of %d values', (n, mean) => {
    expectNear(meanDeviation(n), mean, 1e-12)
  })

  it.each(spcReference.constants)(
    'agrees with all seven digits printed for $n values',
    ({ n, ...printed }) => {
      const factors = controlChartFactors(n)
      for (const [name, value] of Object.entries(printed))
        expectNear(factors[name as keyof typeof printed], value, 5e-7, name)
      expectNear(factors.E2 * factors.d2, 3, 1e-14)
    },
  )

  it('is what ranges of drawn values are', () => {
    const random = seededRandom(5)
    const draws = 20_000
    const ranges = Array.from({ length: draws }, () => {
      const values = Array.from({ length: 7 }, () => drawNormal(random))
      return Math.max(...values) - Math.min(...values)
    })
    const mean = ranges.reduce((sum, range) => sum + range, 0) / draws
    const square = ranges.reduce((sum, range) => sum + (range - mean) ** 2, 0) / draws
    expect(Math.abs(mean - meanRange(7))).toBeLessThan((4 * rangeDeviation(7)) / Math.sqrt(draws))
    expectNear(Math.sqrt(square), rangeDeviation(7), 4 / Math.sqrt(2 * draws))
  })

  it.each([1, 2.5, 101, Number.NaN])('refuses %d values', (n) => {
    expect(() => meanRange(n)).toThrow(StatsError)
    expect(() => rangeDeviation(n)).toThrow(StatsError)
  })

  it('refuses the standard deviation of one value', () => {
    expect(() => meanDeviation(1)).toThrow(StatsError)
  })
})
