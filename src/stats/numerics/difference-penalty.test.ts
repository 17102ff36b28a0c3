import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StatsError } from '../stats-error.ts'
import { differencePenalty } from './difference-penalty.ts'

const quadratic = (penalty: Float64Array, b: readonly number[]) =>
  b.reduce(
    (sum, x, i) => sum + x * b.reduce((row, y, j) => row + y * (penalty[i * b.length + j] as number), 0),
    0,
  )

describe('difference penalty', () => {
  it('is that of R', () => {
    // R: D <- diff(diag(6), differences = 3); t(D) %*% D
    expect(Array.from(differencePenalty(6, 3))).toEqual(
      [
        [1, -3, 3, -1, 0, 0],
        [-3, 10, -12, 6, -1, 0],
        [3, -12, 19, -15, 6, -1],
        [-1, 6, -15, 19, -12, 3],
        [0, -1, 6, -12, 10, -3],
        [0, 0, -1, 3, -3, 1],
      ].flat(),
    )
  })

  it('is the sum of squared differences', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 4, maxLength: 12 }),
        fc.constantFrom(1, 2, 3),
        (b, order) => {
          let differences = b
          for (let i = 0; i < order; i++)
            differences = differences.slice(1).map((x, j) => x - (differences[j] as number))
          const squares = differences.reduce((sum, x) => sum + x * x, 0)
          expect(quadratic(differencePenalty(b.length, order), b)).toBe(squares)
        },
      ),
    )
  })

  it('leaves lines free at the second order', () => {
    expect(quadratic(differencePenalty(5), [1, 3, 5, 7, 9])).toBe(0)
    expect(quadratic(differencePenalty(5), [1, 3, 5, 7, 10])).toBeGreaterThan(0)
  })

  it('refuses other orders and too few coefficients', () => {
    expect(() => differencePenalty(5, 4)).toThrow(StatsError)
    expect(() => differencePenalty(2, 2)).toThrow(StatsError)
  })
})
