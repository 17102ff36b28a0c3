import { insist } from '../stats-error.ts'

/**
 * Sum of values whose rounding errors are summed beside it, so that many small values beside a large one are not lost.
 *
 * Source: A. Neumaier, Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen, ZAMM 54 (1974) 39; error of
 * one unit in the last place, nearly whatever the number of values. Cost: O(n), four additions a value.
 *
 * @throws StatsError bad_input unless the values and their sum are finite
 * @example
 * compensatedSum([1, 1e100, 1, -1e100]) // 2
 */
export function compensatedSum(values: ArrayLike<number>): number {
  let sum = 0
  let lost = 0
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number
    const next = sum + value
    lost += Math.abs(sum) >= Math.abs(value) ? sum - next + value : value - next + sum
    sum = next
  }
  insist(Number.isFinite(sum + lost), 'Only finite values have a sum.')
  return sum + lost
}
