import { insist, StatsError } from '../stats-error.ts'

/**
 * Share of the whole that the `count` greatest hold: how much hangs on a few customers.
 *
 * Source: the concentration ratio, G. Rosenbluth, in Business Concentration and Price Policy (1955), chapter 1. Cost:
 * O(n log n).
 *
 * @param values 0 or more each, such as value by account
 * @throws StatsError bad_input when a value is below 0 or count is not whole, from 1; no_variation when all are 0
 * @example
 * topShare([50, 20, 10, 10, 5, 5], 2) // 0.7
 */
export function topShare(values: ArrayLike<number>, count = 5): number {
  insist(Number.isInteger(count) && count >= 1, `A number of customers is whole, from 1, not ${count}.`)
  const sorted = Float64Array.from(values).sort()
  for (const value of sorted)
    insist(value >= 0 && Number.isFinite(value), `A value is 0 or more, not ${value}.`)
  // From the smallest up, so that little is lost by rounding.
  let [total, top] = [0, 0]
  sorted.forEach((value, i) => {
    total += value
    if (i >= sorted.length - count) top += value
  })
  if (total === 0) throw new StatsError('no_variation', 'All values are 0: nobody holds a share of nothing.')
  return top / total
}
