import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { StatsError } from '../stats-error.ts'
import { symmetricEigen } from './symmetric-eigen.ts'

function randomSymmetric(n: number, seed: number): Float64Array {
  const random = seededRandom(seed)
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = random() - 0.5
  return matrix
}

describe('eigenvalues of a symmetric matrix', () => {
  it('are those of a chain of springs', () => {
    const n = 7
    const chain = Float64Array.from({ length: n * n }, (_, at) => {
      const apart = Math.abs(Math.floor(at / n) - (at % n))
      return apart === 0 ? 2 : apart === 1 ? -1 : 0
    })
    symmetricEigen(chain, n).values.forEach((value, k) =>
      expectNear(value, 2 - 2 * Math.cos(((k + 1) * Math.PI) / (n + 1)), 1e-13),
    )
  })

  it('keep the digits of the small beside the large', () => {
    const { values } = symmetricEigen(Float64Array.of(1e12, 1, 1, 1e-6), 2)
    expectNear(values[0] as number, 1e-6 - 1e-12, 1e-9)
    expectNear(values[1] as number, 1e12, 1e-14)
  })

  it('give back the matrix, and are of length one at right angles', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer(), (n, seed) => {
        const matrix = randomSymmetric(n, seed)
        const { values, vectors } = symmetricEigen(matrix, n)
        for (let i = 0; i < n; i++) {
          for (let j = 0; j < n; j++) {
            let [whole, angle] = [0, 0]
            for (let k = 0; k < n; k++) {
              whole += (vectors[i * n + k] as number) * (values[k] as number) * (vectors[j * n + k] as number)
              angle += (vectors[k * n + i] as number) * (vectors[k * n + j] as number)
            }
            expect(whole).toBeCloseTo(matrix[i * n + j] as number, 12)
            expect(angle).toBeCloseTo(i === j ? 1 : 0, 12)
          }
        }
        expect(Array.from(values)).toEqual(Array.from(values).toSorted((a, b) => a - b))
      }),
      { numRuns: 40 },
    )
  })

  it('refuse what is not symmetric', () => {
    expect(() => symmetricEigen(Float64Array.of(1, 2, 3, 4), 2)).toThrow(StatsError)
    expect(() => symmetricEigen(Float64Array.of(Number.NaN), 1)).toThrow(StatsError)
    expect(() => symmetricEigen(Float64Array.of(1, 2), 2)).toThrow(StatsError)
  })
})
