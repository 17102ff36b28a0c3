import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { StatsError } from '../stats-error.ts'
import { deviancePart } from './deviance-part.ts'
import { stirlingError } from './stirling-error.ts'

describe("what Stirling's formula leaves over", () => {
  // C. Loader (2000), appendix: the errors of n!, for n of 1, 2, 10, 15.
  it.each([
    [1, 0.08106146679532726],
    [2, 0.0413406959554093],
    [10, 0.008330563433362871],
    [15, 0.005554733551962801],
  ])('of %d', (n, value) => expect(Math.abs(stirlingError(n) - value)).toBeLessThan(1e-14))

  it('does not step where the series begins', () => {
    expect(Math.abs(stirlingError(10 - 1e-9) - stirlingError(10))).toBeLessThan(1e-12)
  })

  it('refuses no number', () => expect(() => stirlingError(0)).toThrow(StatsError))
})

describe('deviance of a count', () => {
  it('keeps its digits next to the mean, where it is half the squared distance', () => {
    // (x - m)^2 / (2 m) - (x - m)^3 / (6 m^2)
    expectNear(deviancePart(1e6 + 1, 1e6), 0.5e-6 - 1e-12 / 6, 1e-12)
  })

  it('does not step where the series ends', () => {
    const edge = 1.1 / 0.9
    expectNear(deviancePart(edge * (1 - 1e-12), 1), deviancePart(edge * (1 + 1e-12), 1), 1e-10)
    expectNear(deviancePart(edge, 1), edge * Math.log(edge) + 1 - edge, 1e-13)
  })

  it('is none at the mean, and the mean at none', () => {
    expect(deviancePart(7, 7)).toBe(0)
    expect(deviancePart(0, 7)).toBe(7)
    expect(() => deviancePart(1, 0)).toThrow(StatsError)
  })
})
