import { insist, StatsError } from '../stats-error.ts'

/** A pivot below this share of its diagonal has nothing but rounding in it. */
const LEAST_PIVOT = 1e-13

function insistSquare(matrix: Float64Array, n: number): void {
  insist(
    Number.isInteger(n) && n >= 1 && matrix.length === n * n,
    `A matrix of ${n} rows and columns has their product of entries, not ${matrix.length}.`,
  )
}

/**
 * The lower triangle L of a symmetric positive definite matrix A = L L^T, row by row; the upper triangle is zero. Only the
 * lower triangle of A is read.
 *
 * Source: G. H. Golub and C. F. Van Loan, Matrix Computations, 4th ed. (2013), algorithm 4.2.2. Cost: O(n^3 / 3).
 *
 * @param matrix n * n entries, row-major
 * @throws StatsError bad_input for a wrong size or an entry that is no number; singular unless A is positive definite to
 * working precision
 * @example
 * choleskyFactor(Float64Array.of(4, 2, 2, 5), 2) // [2, 0, 1, 2]
 */
export function choleskyFactor(matrix: Float64Array, n: number): Float64Array {
  insistSquare(matrix, n)
  const factor = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    const row = i * n
    for (let j = 0; j <= i; j++) {
      const other = j * n
      let sum = matrix[row + j] as number
      for (let k = 0; k < j; k++) sum -= (factor[row + k] as number) * (factor[other + k] as number)
      if (i > j) {
        factor[row + j] = sum / (factor[other + j] as number)
        continue
      }
      const diagonal = matrix[row + i] as number
      insist(
        Number.isFinite(sum) && Number.isFinite(diagonal),
        'A matrix to factor holds finite numbers only.',
      )
      if (sum <= LEAST_PIVOT * diagonal)
        throw new StatsError(
          'singular',
          `Column ${i + 1} repeats the columns before it: leave one of them out, or add a ridge.`,
        )
      factor[row + i] = Math.sqrt(sum)
    }
  }
  return factor
}

/** Solves L y = rhs in place. */
function forward(factor: Float64Array, n: number, y: Float64Array): void {
  for (let i = 0; i < n; i++) {
    let sum = y[i] as number
    for (let k = 0; k < i; k++) sum -= (factor[i * n + k] as number) * (y[k] as number)
    y[i] = sum / (factor[i * n + i] as number)
  }
}

/** Solves L^T x = y in place, running along the rows of L. */
function backward(factor: Float64Array, n: number, x: Float64Array): void {
  for (let i = n - 1; i >= 0; i--) {
    const value = (x[i] as number) / (factor[i * n + i] as number)
    x[i] = value
    for (let k = 0; k < i; k++) x[k] = (x[k] as number) - (factor[i * n + k] as number) * value
  }
}

/**
 * The solution x of A x = rhs, of a factor of A from `choleskyFactor`.
 *
 * Source: Golub and Van Loan (2013), section 4.2.4. Cost: O(n^2).
 *
 * @param rhs n values, which stay as they are
 * @throws StatsError bad_input for a wrong size
 * @example
 * choleskySolve(Float64Array.of(2, 0, 1, 2), 2, [8, 12]) // [1, 2]
 */
export function choleskySolve(factor: Float64Array, n: number, rhs: ArrayLike<number>): Float64Array {
  insistSquare(factor, n)
  insist(rhs.length === n, `A system of ${n} equations has as many right sides, not ${rhs.length}.`)
  const x = Float64Array.from(rhs)
  forward(factor, n, x)
  backward(factor, n, x)
  return x
}

/** The inverse of the lower triangle, itself a lower triangle. */
function invertTriangle(factor: Float64Array, n: number): Float64Array {
  const inverse = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    inverse[j * n + j] = 1 / (factor[j * n + j] as number)
    for (let i = j + 1; i < n; i++) {
      let sum = 0
      for (let k = j; k < i; k++) sum -= (factor[i * n + k] as number) * (inverse[k * n + j] as number)
      inverse[i * n + j] = sum / (factor[i * n + i] as number)
    }
  }
  return inverse
}

/**
 * The inverse of A, whole and symmetric, of a factor of A from `choleskyFactor`: of an information matrix, the covariances.
 *
 * Source: Golub and Van Loan (2013), section 4.2: (L^-1)^T L^-1. Cost: O(2 n^3 / 3).
 *
 * @throws StatsError bad_input for a wrong size
 * @example
 * choleskyInverse(Float64Array.of(2, 0, 1, 2), 2) // [0.3125, -0.125, -0.125, 0.25]
 */
export function choleskyInverse(factor: Float64Array, n: number): Float64Array {
  insistSquare(factor, n)
  const half = invertTriangle(factor, n)
  const inverse = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let k = i; k < n; k++) sum += (half[k * n + i] as number) * (half[k * n + j] as number)
      inverse[i * n + j] = sum
      inverse[j * n + i] = sum
    }
  }
  return inverse
}

/**
 * The logarithm of the determinant of A, of a factor of A from `choleskyFactor`.
 *
 * Source: Golub and Van Loan (2013), section 4.2: twice the sum of the logarithms of L's diagonal. Cost: O(n).
 *
 * @throws StatsError bad_input for a wrong size
 * @example
 * logDeterminant(Float64Array.of(2, 0, 1, 2), 2) // 2.772588722240
 */
export function logDeterminant(factor: Float64Array, n: number): number {
  insistSquare(factor, n)
  let sum = 0
  for (let i = 0; i < n; i++) sum += Math.log(factor[i * n + i] as number)
  return 2 * sum
}
