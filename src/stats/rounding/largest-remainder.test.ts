import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { largestRemainder } from './largest-remainder.ts'

describe('largest remainder', () => {
  it('gives missing units to the largest remainders', () => {
    expect(largestRemainder([33.4, 33.3, 33.3])).toEqual([34, 33, 33])
    expect(largestRemainder([10.6, -3.3])).toEqual([10, -3])
    expect(largestRemainder([])).toEqual([])
    expect(largestRemainder([-0, 0])).toEqual([0, 0])
  })

  it('keeps the rounded sum, and every part within one unit', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { maxLength: 30 }), (parts) => {
        const rounded = largestRemainder(parts)
        const total = Math.round(parts.reduce((sum, part) => sum + part, 0))
        expect(rounded.reduce((sum, part) => sum + part, 0)).toBe(total === 0 ? 0 : total)
        for (const [index, part] of rounded.entries())
          expect(Math.abs(part - parts[index]!)).toBeLessThanOrEqual(1)
      }),
    )
  })
})
