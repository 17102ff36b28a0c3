import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { StatsError } from '../stats-error.ts'
import { normalCdf, normalDensity, normalQuantile, normalReach, normalUpperTail } from './normal.ts'

// R: pnorm(x)
const LOWER = [
  [-37, 5.725571222524577e-300],
  [-30, 4.906713927148187e-198],
  [-20, 2.753624118606234e-89],
  [-10, 7.619853024160527e-24],
  [-5, 2.866515718791939e-7],
  [-2, 0.02275013194817921],
  [-0.5, 0.3085375387259869],
  [-1e-10, 0.4999999999601057],
  [0.5, 0.691462461274013],
  [2, 0.9772498680518208],
  [5, 0.9999997133484281],
  [8, 0.9999999999999993],
] as const

// R: qnorm(p)
const QUANTILES = [
  [1e-300, -37.0470962993612],
  [1e-200, -30.20559417957963],
  [1e-50, -14.93333753478849],
  [1e-12, -7.034483825301132],
  [1e-5, -4.264890793922826],
  [0.01, -2.326347874040841],
  [0.3, -0.5244005127080407],
  [0.7, 0.5244005127080407],
  [0.99, 2.326347874040841],
] as const

describe('normal distribution', () => {
  it.each(LOWER)('lies below %d', (x, chance) => {
    expectNear(normalCdf(x), chance, 2e-13)
    expect(normalUpperTail(-x)).toBe(normalCdf(x))
  })

  it.each(QUANTILES)('has its quantile %d', (p, quantile) => expectNear(normalQuantile(p), quantile, 1e-13))

  it('has a quantile that the distribution takes back', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-300, max: 0.5, noNaN: true }), (p) => {
        // An error of the quantile z counts z^2 times in the chance.
        expectNear(normalCdf(normalQuantile(p)), p, 1e-9)
      }),
    )
  })

  // R: -qnorm(2^-54)
  it('reaches far, not endlessly, next to certainty', () =>
    expectNear(normalReach(1 - 2 ** -53), 8.292361075813595, 1e-13))

  it('refuses what is no chance and no number', () => {
    expect(() => normalQuantile(1.5)).toThrow(StatsError)
    for (const chance of [normalDensity, normalCdf, normalUpperTail])
      expect(() => chance(Number.NaN)).toThrow(StatsError)
  })
})
