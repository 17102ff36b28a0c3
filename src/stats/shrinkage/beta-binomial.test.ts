import { describe, expect, it } from 'vitest'
import { betaInterval, betaMean, betaPosterior } from './beta-binomial.ts'
import { betaQuantile } from '../distributions/beta.ts'
import { StatsError } from '../stats-error.ts'

describe('Beta-binomial', () => {
  // R: qbeta(p, a, b)
  it.each([
    [0.025, 4.5, 295.5, 0.00453203733720824],
    [0.975, 4.5, 295.5, 0.03149217837235927],
    [0.025, 450, 29550, 0.013655438332323458],
    [0.975, 450, 29550, 0.016405801654775592],
    [0.025, 14.3, 685.7, 0.011310759825648171],
    [0.5, 2, 5, 0.26444998329566005],
  ])('quantile %d of Beta(%d, %d)', (p, a, b, expected) => {
    expect(Math.abs(betaQuantile(p, a, b) - expected)).toBeLessThan(1e-13)
  })

  it('adds evidence to belief', () => {
    const posterior = betaPosterior({ mean: 0.015, weight: 300 }, 10, 400)
    expect(posterior).toEqual({ a: 14.5, b: 685.5 })
    expect(betaMean(posterior)).toBeCloseTo(14.5 / 700, 15)
    const [low, high] = betaInterval(posterior)
    expect(low).toBeLessThan(14.5 / 700)
    expect(high).toBeGreaterThan(14.5 / 700)
  })

  it('is the belief itself without evidence', () => {
    expect(betaMean(betaPosterior({ mean: 0.015, weight: 300 }, 0, 0))).toBeCloseTo(0.015, 15)
  })

  it('refuses impossible counts and beliefs', () => {
    expect(() => betaPosterior({ mean: 0.5, weight: 1 }, 3, 2)).toThrow(StatsError)
    expect(() => betaPosterior({ mean: 0, weight: 1 }, 0, 2)).toThrow(StatsError)
    expect(() => betaPosterior({ mean: 0.5, weight: Number.POSITIVE_INFINITY }, 0, 2)).toThrow(StatsError)
    expect(() => betaPosterior({ mean: 0.5, weight: 1 }, 0, Number.POSITIVE_INFINITY)).toThrow(StatsError)
    expect(() => betaQuantile(2, 1, 1)).toThrow(StatsError)
  })
})
