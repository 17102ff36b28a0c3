import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawExponential } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { binFeatures, missingCode } from './feature-bins.ts'

const value = fc.oneof(
  fc.double({ noDefaultInfinity: true }),
  fc.integer({ min: -3, max: 3 }),
  fc.constant(0.1 + 0.2),
  fc.constant(0.3),
)

describe('bins', () => {
  it('hold a value below a cut exactly when it is not above it, so that trees read raw values alike', () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 2, max: 12 }),
        (a, bins) => {
          const { cuts, codes } = binFeatures({ a }, seededRandom(1), bins)
          expect(cuts[0]!.length).toBeLessThan(bins)
          for (const [row, found] of a.entries()) {
            if (Number.isNaN(found)) expect(codes[row]).toBe(missingCode)
            else cuts[0]!.forEach((cut, bin) => expect(codes[row]! <= bin).toBe(found <= cut))
          }
        },
      ),
    )
  })

  it('keep few values apart, even those that no number lies between', () => {
    const near = [0, 1, 2, 3, 4].map((step) => 1 + step * Number.EPSILON)
    expect(binFeatures({ near }, seededRandom(1)).codes).toEqual(Uint8Array.of(0, 1, 2, 3, 4))
    const wide = [-Number.MAX_VALUE, Number.MAX_VALUE]
    expect(binFeatures({ wide }, seededRandom(1)).cuts[0]).toEqual(Float64Array.of(0))
  })

  it('hold about equally many rows of many values', () => {
    const random = seededRandom(2)
    const a = Float64Array.from({ length: 200_000 }, () => drawExponential(random, 1))
    const { codes } = binFeatures({ a }, random, 20)
    const counts = Array.from({ length: 20 }, () => 0)
    for (const code of codes) counts[code]! += 1
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(700)
  })

  it('give all missing columns one bin', () => {
    const { cuts, codes } = binFeatures({ a: [NaN, NaN], b: [1, NaN] }, seededRandom(1))
    expect(cuts.map((found) => found.length)).toEqual([0, 0])
    expect(codes).toEqual(Uint8Array.of(missingCode, 0, missingCode, missingCode))
  })
})
