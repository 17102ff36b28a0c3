import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StatsError } from '../stats-error.ts'
import { findMinimum } from './minimum.ts'

describe('minimum', () => {
  it.each([
    ['a parabola', (x: number) => (x - 2) ** 2, -10, 10, 2],
    ['x log x', (x: number) => x * Math.log(x), 1e-9, 3, 1 / Math.E],
    ['a corner', (x: number) => Math.abs(x - 0.3), -1, 4, 0.3],
    ['a slope, at its end', (x: number) => x, 1, 2, 1],
    ['a flat fourth power', (x: number) => (x - 1) ** 4, -3, 2, 1],
  ])('of %s', (_, f, low, high, at) => {
    const found = findMinimum(f, low, high)
    expect(Math.abs(found.at - at)).toBeLessThan(1e-3)
    expect(found.value - f(at)).toBeLessThan(1e-7)
    expect(found.value).toBe(f(found.at))
  })

  it('is found to half of the digits wherever it is', () => {
    fc.assert(
      fc.property(fc.double({ min: -90, max: 90, noNaN: true }), (at) => {
        const found = findMinimum((x) => Math.cosh((x - at) / 10), -100, 100)
        expect(Math.abs(found.at - at)).toBeLessThan(1e-5)
      }),
    )
  })

  it('takes few steps for a smooth function', () => {
    let calls = 0
    findMinimum((x) => (calls++, Math.exp(x) - 5 * x), -10, 10)
    expect(calls).toBeLessThan(30)
  })

  it('refuses ends without anything between, and says where no number is', () => {
    expect(() => findMinimum((x) => x, 1, 1)).toThrow(StatsError)
    expect(() => findMinimum((x) => x, 0, Number.POSITIVE_INFINITY)).toThrow(StatsError)
    expect(() => findMinimum(() => Number.NaN, 0, 1)).toThrow('stopped')
  })
})
