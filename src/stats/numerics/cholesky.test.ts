import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { StatsError } from '../stats-error.ts'
import { choleskyFactor, choleskyInverse, choleskySolve, logDeterminant } from './cholesky.ts'

const hilbert = (n: number) =>
  Float64Array.from({ length: n * n }, (_, i) => 1 / (1 + (i % n) + Math.floor(i / n)))

const product = (a: Float64Array, b: Float64Array, n: number) =>
  Float64Array.from({ length: n * n }, (_, at) => {
    let sum = 0
    for (let k = 0; k < n; k++)
      sum += (a[Math.floor(at / n) * n + k] as number) * (b[k * n + (at % n)] as number)
    return sum
  })

/** X'X + I of a random X: positive definite. */
function randomMatrix(n: number, seed: number): Float64Array {
  const random = seededRandom(seed)
  const x = Float64Array.from({ length: n * n }, () => random() - 0.5)
  const transposed = Float64Array.from(
    { length: n * n },
    (_, i) => x[(i % n) * n + Math.floor(i / n)] as number,
  )
  return product(transposed, x, n).map((value, i) => value + (i % (n + 1) === 0 ? 1 : 0))
}

const codeOf = (work: () => unknown) => {
  try {
    work()
  } catch (error) {
    return error instanceof StatsError ? error.code : error
  }
  return 'no error'
}

describe('Cholesky', () => {
  it('has the determinant of a Hilbert matrix', () => {
    // The determinant for n = 6 is 1 / 186313420339200000.
    expectNear(logDeterminant(choleskyFactor(hilbert(6), 6), 6), -Math.log(186313420339200000), 1e-11)
  })

  it('has the inverse of a Hilbert matrix, whose entries are whole', () => {
    const inverse = choleskyInverse(choleskyFactor(hilbert(3), 3), 3)
    for (const [i, whole] of [9, -36, 30, -36, 192, -180, 30, -180, 180].entries())
      expectNear(inverse[i] as number, whole, 1e-12)
  })

  it('gives back the matrix, solves it and inverts it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer(), (n, seed) => {
        const matrix = randomMatrix(n, seed)
        const factor = choleskyFactor(matrix, n)
        const solution = Float64Array.from({ length: n }, (_, i) => i - 2)
        const rhs = Float64Array.from({ length: n }, (_, i) => {
          let sum = 0
          for (let k = 0; k < n; k++) sum += (matrix[i * n + k] as number) * (solution[k] as number)
          return sum
        })
        const solved = choleskySolve(factor, n, rhs)
        for (let i = 0; i < n; i++) expect(solved[i]).toBeCloseTo(solution[i] as number, 10)
        const unit = product(matrix, choleskyInverse(factor, n), n)
        unit.forEach((value, i) => expect(value).toBeCloseTo(i % (n + 1) === 0 ? 1 : 0, 10))
      }),
      { numRuns: 40 },
    )
  })

  it('reads the lower triangle only', () => {
    expect(choleskyFactor(Float64Array.of(4, Number.NaN, 2, 5), 2)).toEqual(Float64Array.of(2, 0, 1, 2))
  })

  it('says which column repeats the others, at any scale', () => {
    expect(codeOf(() => choleskyFactor(Float64Array.of(1, 2, 2, 4), 2))).toBe('singular')
    expect(codeOf(() => choleskyFactor(Float64Array.of(1e-20, 2e-20, 2e-20, 4e-20), 2))).toBe('singular')
    expect(codeOf(() => choleskyFactor(Float64Array.of(-1), 1))).toBe('singular')
    expect(codeOf(() => choleskyFactor(Float64Array.of(0), 1))).toBe('singular')
    expect(choleskyFactor(Float64Array.of(1e-40), 1)).toEqual(Float64Array.of(1e-20))
  })

  it('refuses other sizes and what is no number', () => {
    expect(codeOf(() => choleskyFactor(Float64Array.of(1, 2, 3), 2))).toBe('bad_input')
    expect(codeOf(() => choleskyFactor(Float64Array.of(Number.NaN), 1))).toBe('bad_input')
    expect(codeOf(() => choleskyFactor(Float64Array.of(1, 0, Number.NaN, 1), 2))).toBe('bad_input')
    expect(codeOf(() => choleskySolve(Float64Array.of(1), 1, [1, 2]))).toBe('bad_input')
  })
})
