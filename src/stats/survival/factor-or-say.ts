import { choleskyFactor } from '../numerics/cholesky.ts'
import { StatsError } from '../stats-error.ts'

const leading = (matrix: Float64Array, n: number, size: number) =>
  Float64Array.from({ length: size * size }, (_, at) => matrix[Math.floor(at / size) * n + (at % size)]!)

function isSingular(matrix: Float64Array, n: number): boolean {
  try {
    choleskyFactor(matrix, n)
    return false
  } catch (error) {
    if (error instanceof StatsError && error.code === 'singular') return true
    throw error
  }
}

/**
 * Cholesky's factor of a matrix of covariances; where there is none, the error says in the caller's words which row
 * repeats the ones before it.
 *
 * Source: Golub and Van Loan, Matrix Computations (2013), algorithm 4.2.2. Cost: O(n^3), O(n^4) on the way to an error.
 *
 * @param sentence what to say of the first row (from 0) that repeats the ones before it
 * @throws StatsError singular, saying `sentence`
 * @example
 * factorOrSay(Float64Array.of(4, 2, 2, 5), 2, (row) => `Leave out ${row}.`) // [2, 0, 1, 2]
 */
export function factorOrSay(
  matrix: Float64Array,
  n: number,
  sentence: (row: number) => string,
): Float64Array {
  if (!isSingular(matrix, n)) return choleskyFactor(matrix, n)
  let row = 0
  while (!isSingular(leading(matrix, n, row + 1), row + 1)) row++
  throw new StatsError('singular', sentence(row))
}
