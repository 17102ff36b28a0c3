import { insist } from '../stats-error.ts'
import { logBeta } from './log-beta.ts'

/**
 * The logarithm of the number of ways to choose `k` of `n`.
 *
 * Source: C(n, k) = 1 / (k B(k, n - k + 1)), Abramowitz and Stegun (1964), 6.2.2 and 3.1.2. Cost: O(1).
 *
 * @throws StatsError bad_input unless k and n are whole and 0 <= k <= n
 * @example
 * logChoose(5, 2) // 2.302585092994
 */
export function logChoose(n: number, k: number): number {
  insist(
    Number.isInteger(n) && Number.isInteger(k) && k >= 0 && k <= n,
    `${k} of ${n} cannot be chosen: give whole numbers from 0 to all.`,
  )
  const chosen = Math.min(k, n - k)
  return chosen === 0 ? 0 : -Math.log(chosen) - logBeta(chosen, n - chosen + 1)
}
