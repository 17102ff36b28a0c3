import { insist, StatsError } from '../stats-error.ts'

/**
 * The expectile of a set of values: the e at which share times what lies above balances 1 - share times what lies below,
 * share sum of (x - e)+ = (1 - share) sum of (e - x)+. Half is the mean.
 *
 * Source: W. K. Newey and J. L. Powell, Asymmetric least squares estimation and testing, Econometrica 55 (1987) 819, eq. 2.3.
 * Exact: the balance is a broken line, solved on its piece. Cost: O(n log n).
 *
 * @param values finite numbers, one or more
 * @param share inside (0, 1)
 * @throws StatsError bad_input; not_enough_data without values
 * @example
 * expectile([0, 1], 0.25) // 0.25
 * expectile([1, 2, 6], 0.5) // 3
 */
export function expectile(values: ArrayLike<number>, share: number): number {
  insist(share > 0 && share < 1, `A share lies inside (0, 1), not at ${share}.`)
  if (values.length === 0) throw new StatsError('not_enough_data', 'Without values there is no expectile.')
  const sorted = Float64Array.from(values).sort()
  let total = 0
  for (const value of sorted) {
    insist(Number.isFinite(value), `A value is a finite number, not ${value}.`)
    total += value
  }
  let below = 0
  for (let count = 1; count < sorted.length; count += 1) {
    below += sorted[count - 1]!
    const above = sorted.length - count
    // The zero of the piece on which `count` values lie below.
    const balance = (share * (total - below) + (1 - share) * below) / (share * above + (1 - share) * count)
    if (balance <= sorted[count]!) return Math.max(sorted[count - 1]!, balance)
  }
  return sorted[sorted.length - 1]!
}

/**
 * Where trust ends if outcomes go on as these were, while it learns slowly: the 1 / (1 + lossFactor) expectile of them. It is
 * their mean only without asymmetry; a loss factor of 2.25 takes outcomes even over [0, 1] to 0.4.
 *
 * Source: the fixed point of learnTrust, at which moves up and down balance; Newey and Powell (1987), eq. 2.3. Assumes small
 * rates and outcomes without order. Cost: O(n log n).
 *
 * @throws StatsError bad_input unless lossFactor > 0; not_enough_data without outcomes
 * @example
 * longRunTrust([0, 1, 1], 2) // 0.5
 */
export function longRunTrust(outcomes: ArrayLike<number>, lossFactor: number): number {
  insist(lossFactor > 0 && Number.isFinite(lossFactor), `A loss factor lies above 0, not at ${lossFactor}.`)
  return expectile(outcomes, 1 / (1 + lossFactor))
}
