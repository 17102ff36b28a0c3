/** Matrices are row-major Float64Arrays; sizes travel beside them. */

/**
 * Product of a (rows x inner) and b (inner x columns).
 *
 * Source: the definition, in the order that reads memory in rows. Cost: O(rows inner columns).
 *
 * @example
 * multiplyDense(Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 1), 2, 2, 1) // [3, 7]
 */
export function multiplyDense(
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): Float64Array {
  const product = new Float64Array(rows * columns)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k]!
      if (factor === 0) continue
      for (let j = 0; j < columns; j++) product[i * columns + j]! += factor * b[k * columns + j]!
    }
  }
  return product
}

/**
 * Product of the transpose of a (inner x rows) and b (inner x columns).
 *
 * Source: the definition. Cost: O(rows inner columns).
 *
 * @example
 * multiplyTransposed(Float64Array.of(1, 2, 3, 4), Float64Array.of(1, 1), 2, 2, 1) // [4, 6]
 */
export function multiplyTransposed(
  a: Float64Array,
  b: Float64Array,
  inner: number,
  rows: number,
  columns: number,
): Float64Array {
  const product = new Float64Array(rows * columns)
  for (let k = 0; k < inner; k++) {
    for (let i = 0; i < rows; i++) {
      const factor = a[k * rows + i]!
      if (factor === 0) continue
      for (let j = 0; j < columns; j++) product[i * columns + j]! += factor * b[k * columns + j]!
    }
  }
  return product
}

/**
 * The quadratic form of a symmetric matrix in new coordinates: q' s q, for s (natural x natural) and q (natural x size).
 *
 * Source: congruence of matrices. Cost: O(natural^2 size).
 *
 * @example
 * inCoordinates(Float64Array.of(2, 0, 0, 3), Float64Array.of(1, 1), 2, 1) // [5]
 */
export function inCoordinates(s: Float64Array, q: Float64Array, natural: number, size: number): Float64Array {
  return multiplyTransposed(q, multiplyDense(s, q, natural, natural, size), natural, size, size)
}

/**
 * The identity matrix.
 *
 * Source: the definition. Cost: O(size^2).
 *
 * @example
 * identityMatrix(2) // [1, 0, 0, 1]
 */
export function identityMatrix(size: number): Float64Array {
  const matrix = new Float64Array(size * size)
  for (let i = 0; i < size; i++) matrix[i * size + i] = 1
  return matrix
}

/**
 * The Kronecker product of a (rows x columns) and b (bRows x bColumns).
 *
 * Source: the definition. Cost: O(entries of the product).
 *
 * @example
 * kroneckerProduct(Float64Array.of(1, 2), 1, 2, Float64Array.of(1, 3), 2, 1) // [1, 2, 3, 6]
 */
export function kroneckerProduct(
  a: Float64Array,
  rows: number,
  columns: number,
  b: Float64Array,
  bRows: number,
  bColumns: number,
): Float64Array {
  const width = columns * bColumns
  const product = new Float64Array(rows * bRows * width)
  for (let i = 0; i < rows * bRows; i++) {
    for (let j = 0; j < width; j++) {
      const left = a[Math.floor(i / bRows) * columns + Math.floor(j / bColumns)]!
      product[i * width + j] = left * b[(i % bRows) * bColumns + (j % bColumns)]!
    }
  }
  return product
}
