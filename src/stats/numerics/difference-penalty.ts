import { insist } from '../stats-error.ts'

/** The signed binomial coefficients of a difference of an order: [1, -2, 1] for the second. */
function differenceWeights(order: number): Float64Array {
  const weights = new Float64Array(order + 1)
  weights[0] = 1
  for (let done = 1; done <= order; done++)
    for (let j = done; j >= 0; j--)
      weights[j] = (j > 0 ? (weights[j - 1] as number) : 0) - (weights[j] as number)
  return weights
}

/**
 * The penalty D'D on the differences of neighbouring coefficients of a P-spline: b' (D'D) b is the sum of squares of b's
 * differences of the order. It leaves polynomials of a degree below the order free.
 *
 * Source: P. H. C. Eilers and B. D. Marx, Flexible smoothing with B-splines and penalties, Statist. Sci. 11 (1996) 89, eq. 9
 * and section 3. Assumes equally spaced knots. Cost: O(size^2).
 *
 * @returns size * size entries, row-major, of rank size - order
 * @throws StatsError bad_input unless order is 1, 2 or 3 and size is whole and greater
 * @example
 * differencePenalty(3, 1) // [1, -1, 0, -1, 2, -1, 0, -1, 1]
 */
export function differencePenalty(size: number, order = 2): Float64Array {
  insist([1, 2, 3].includes(order), `Differences are of order 1, 2 or 3, not ${order}.`)
  insist(
    Number.isInteger(size) && size > order,
    `Differences of order ${order} need more than ${order} values.`,
  )
  const weights = differenceWeights(order)
  const penalty = new Float64Array(size * size)
  for (let start = 0; start + order < size; start++) {
    for (let j = 0; j <= order; j++) {
      for (let k = 0; k <= order; k++) {
        const at = (start + j) * size + start + k
        penalty[at] = (penalty[at] as number) + (weights[j] as number) * (weights[k] as number)
      }
    }
  }
  return penalty
}
