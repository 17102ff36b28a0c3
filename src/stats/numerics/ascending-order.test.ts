import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ascendingOrder } from './ascending-order.ts'

describe('the order of rows', () => {
  it('agrees with a stable sort by comparison', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom(0, -0, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, -Number.MAX_VALUE),
    )
    fc.assert(
      fc.property(fc.array(value, { maxLength: 200 }), (values) => {
        const compared = values.map((_, i) => i).sort((a, b) => values[a]! - values[b]!)
        expect(Array.from(ascendingOrder(values))).toEqual(compared)
      }),
    )
  })
})
