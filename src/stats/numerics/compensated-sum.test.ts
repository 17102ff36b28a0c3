import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StatsError } from '../stats-error.ts'
import { compensatedSum } from './compensated-sum.ts'

describe('compensated sum', () => {
  it('does not lose the small beside the large', () => {
    expect(compensatedSum([1e16, 1, 1, 1, -1e16])).toBe(3)
    expect(compensatedSum(new Float64Array(1_000_000).fill(0.1))).toBe(100_000)
    expect(compensatedSum([])).toBe(0)
  })

  it('refuses what has no finite sum', () => {
    expect(() => compensatedSum([1, Number.POSITIVE_INFINITY])).toThrow(StatsError)
    expect(() => compensatedSum([1e308, 1e308])).toThrow(StatsError)
  })

  it('does not mind the order', () => {
    const values = fc.array(fc.double({ min: -1e12, max: 1e12, noNaN: true }))
    fc.assert(
      fc.property(values, (numbers) => {
        const size = numbers.reduce((sum, value) => sum + Math.abs(value), 0)
        const difference = compensatedSum(numbers) - compensatedSum(numbers.toReversed())
        expect(Math.abs(difference)).toBeLessThanOrEqual(4e-16 * size)
      }),
    )
  })
})
