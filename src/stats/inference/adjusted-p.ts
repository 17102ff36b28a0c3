import { ascendingOrder } from '../numerics/ascending-order.ts'
import { insist } from '../stats-error.ts'

function risingOrder(chances: ArrayLike<number>): Uint32Array {
  for (let i = 0; i < chances.length; i += 1)
    insist(chances[i]! >= 0 && chances[i]! <= 1, `A p-value lies in [0, 1], not at ${chances[i]}.`)
  return ascendingOrder(chances)
}

/**
 * Holm's adjusted p-values, in the order given: those below alpha keep the chance of any false alarm below alpha,
 * whatever the dependence. The i-th smallest becomes the greatest of (m - j + 1) p_j over j <= i, at most 1.
 *
 * Source: S. Holm, A simple sequentially rejective multiple test procedure, Scand. J. Statist. 6 (1979) 65-70; R's
 * p.adjust(method = 'holm'). Cost: O(m).
 *
 * @throws StatsError bad_input when a p-value lies outside [0, 1]
 * @example
 * holmAdjusted([0.01, 0.04, 0.03, 0.005]) // [0.03, 0.06, 0.06, 0.02]
 */
export function holmAdjusted(chances: ArrayLike<number>): Float64Array {
  const adjusted = new Float64Array(chances.length)
  let greatest = 0
  risingOrder(chances).forEach((index, rank) => {
    greatest = Math.max(greatest, Math.min(1, (chances.length - rank) * chances[index]!))
    adjusted[index] = greatest
  })
  return adjusted
}

/**
 * Benjamini and Hochberg's adjusted p-values, in the order given: of those below q, a share of at most q is false on
 * average. The i-th smallest becomes the least of (m / j) p_j over j >= i, at most 1.
 *
 * Source: Y. Benjamini and Y. Hochberg, Controlling the false discovery rate, J. R. Statist. Soc. B 57 (1995) 289-300;
 * R's p.adjust(method = 'BH'). Assumes tests that are independent or positively dependent. Cost: O(m).
 *
 * @throws StatsError bad_input when a p-value lies outside [0, 1]
 * @example
 * benjaminiHochbergAdjusted([0.01, 0.04, 0.03, 0.005]) // [0.02, 0.04, 0.04, 0.02]
 */
export function benjaminiHochbergAdjusted(chances: ArrayLike<number>): Float64Array {
  const adjusted = new Float64Array(chances.length)
  const order = risingOrder(chances)
  let least = 1
  for (let rank = order.length; rank >= 1; rank -= 1) {
    const index = order[rank - 1]!
    least = Math.min(least, (chances.length / rank) * chances[index]!)
    adjusted[index] = least
  }
  return adjusted
}
