import { insist, StatsError } from '../stats-error.ts'

/** Eigenvalues, rising, and beside each its vector of length one: vector k is `vectors[i * n + k]` over i. */
export type Eigen = Readonly<{ values: Float64Array; vectors: Float64Array }>

const SWEEPS = 60

/** Turns rows and columns p and q of `a` so that a[p][q] becomes 0, and the vectors with them. */
function rotate(a: Float64Array, vectors: Float64Array, n: number, p: number, q: number): void {
  const between = a[p * n + q] as number
  const theta = ((a[q * n + q] as number) - (a[p * n + p] as number)) / (2 * between)
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1))
  const cos = 1 / Math.hypot(t, 1)
  const sin = t * cos
  for (let i = 0; i < n; i++) {
    const [x, y] = [a[i * n + p] as number, a[i * n + q] as number]
    a[i * n + p] = cos * x - sin * y
    a[i * n + q] = sin * x + cos * y
  }
  for (let i = 0; i < n; i++) {
    const [x, y] = [a[p * n + i] as number, a[q * n + i] as number]
    a[p * n + i] = cos * x - sin * y
    a[q * n + i] = sin * x + cos * y
    const [u, v] = [vectors[i * n + p] as number, vectors[i * n + q] as number]
    vectors[i * n + p] = cos * u - sin * v
    vectors[i * n + q] = sin * u + cos * v
  }
  a[p * n + q] = 0
  a[q * n + p] = 0
}

/**
 * The eigenvalues and eigenvectors of a symmetric matrix, by Jacobi's rotations, which find small eigenvalues of a positive
 * definite matrix to their own digits.
 *
 * Source: G. H. Golub and C. F. Van Loan, Matrix Computations, 4th ed. (2013), section 8.5. Cost: O(n^3) a sweep, of which
 * there are five to ten: for n up to a few hundred.
 *
 * @param matrix n * n entries, row-major
 * @throws StatsError bad_input unless the matrix is square, finite and symmetric
 * @example
 * symmetricEigen(Float64Array.of(2, 1, 1, 2), 2).values // [1, 3]
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  insist(n >= 1 && matrix.length === n * n, `A matrix of ${n} rows and columns has their product of entries.`)
  const a = Float64Array.from(matrix)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const [x, y] = [a[i * n + j] as number, a[j * n + i] as number]
      const equal = Math.abs(x - y) <= 1e-12 * (Math.abs(x) + Math.abs(y))
      insist(
        equal && Number.isFinite(x),
        `Entries ${i + 1}, ${j + 1} and their mirror image are not one number.`,
      )
    }
  }
  const vectors = new Float64Array(n * n)
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1
  for (let sweep = 0, turned = true; turned; sweep++) {
    if (sweep === SWEEPS)
      throw new StatsError('no_convergence', 'The rotations of a symmetric matrix did not end.')
    turned = false
    for (let p = 0; p < n; p++) {
      for (let q = p + 1; q < n; q++) {
        const size = Math.sqrt(Math.abs((a[p * n + p] as number) * (a[q * n + q] as number)))
        const entry = Math.abs(a[p * n + q] as number)
        if (entry <= Number.EPSILON * size || entry < 1e-300) continue
        rotate(a, vectors, n, p, q)
        turned = true
      }
    }
  }
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => (a[i * n + i] as number) - (a[j * n + j] as number),
  )
  return {
    values: Float64Array.from(order, (k) => a[k * n + k] as number),
    vectors: Float64Array.from(
      { length: n * n },
      (_, at) => vectors[at - (at % n) + (order[at % n] as number)] as number,
    ),
  }
}
