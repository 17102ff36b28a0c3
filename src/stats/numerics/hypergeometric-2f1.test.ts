import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { StatsError } from '../stats-error.ts'
import { hypergeometric2F1 } from './hypergeometric-2f1.ts'
import { integrate } from './quadrature.ts'

const parameters = fc.double({ min: 0.1, max: 40, noNaN: true })

describe('hypergeometric function', () => {
  it.each([
    [1, 1, 2, 0.9, -Math.log(0.1) / 0.9],
    [1, 1, 2, -3, Math.log(4) / 3],
    [0.5, 1, 1.5, -1, Math.PI / 4],
    [0.5, 0.5, 1.5, 0.25, Math.asin(0.5) / 0.5],
    [3, 2, 2, 0.4, 0.6 ** -3],
    [1, 1, 2, 0.9999, -Math.log(1 - 0.9999) / 0.9999],
    [1, 1, 3, 1, 2],
    [2, 5, 3, 0, 1],
  ])('has its closed form for %d, %d, %d at %d', (a, b, c, z, value) => {
    expectNear(hypergeometric2F1(a, b, c, z), value, 1e-12)
  })

  it('is the integral of Euler', () => {
    const [b, c] = [2.5, 4.2]
    for (const [a, z] of [
      [1, 0.99],
      [3.3, 0.7],
      [1.5, -20],
    ] as const) {
      const weight = (t: number) => t ** (b - 1) * (1 - t) ** (c - b - 1)
      const above = integrate((t) => weight(t) * (1 - z * t) ** -a, 0, 1).value
      expectNear(hypergeometric2F1(a, b, c, z), above / integrate(weight, 0, 1).value, 1e-9)
    }
  })

  it('does not mind the order, and its neighbours keep their relation', () => {
    fc.assert(
      fc.property(
        parameters,
        parameters,
        parameters,
        fc.double({ min: -0.9, max: 0.95, noNaN: true }),
        (a, b, above, z) => {
          // Below z = 0 the digits are promised only for c above the other two.
          const c = z < 0 ? Math.max(a + 2, b) + above : above
          const f = (shift: number) => hypergeometric2F1(a + shift, b, c, z)
          expectNear(hypergeometric2F1(b, a, c, z), f(0), 1e-9)
          // Abramowitz and Stegun (1964), 15.2.10, about a + 1.
          const [down, here, up] = [f(0), f(1), f(2)]
          const middle = a + 1
          const terms = [
            (c - middle) * down,
            (2 * middle - c - middle * z + b * z) * here,
            middle * (z - 1) * up,
          ]
          const size = terms.reduce((sum, term) => sum + Math.abs(term), 0)
          expect(Math.abs(terms.reduce((sum, term) => sum + term, 0))).toBeLessThanOrEqual(1e-9 * size)
        },
      ),
    )
  })

  it('says what it cannot give', () => {
    expect(() => hypergeometric2F1(1, 1, 2, 1)).toThrow(StatsError)
    expect(() => hypergeometric2F1(1, 1, 2, 1.5)).toThrow(StatsError)
    expect(() => hypergeometric2F1(0, 1, 2, 0.5)).toThrow(StatsError)
    expect(() => hypergeometric2F1(900, 900, 1, 0.9)).toThrow('greatest number')
    expect(() => hypergeometric2F1(50, 50, 51, 1 - 1e-16)).toThrow('greatest number')
  })
})
