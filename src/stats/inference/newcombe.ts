import { observedShare, type Proportion } from './proportion.ts'
import { wilsonInterval, type Interval } from './wilson.ts'

/**
 * Difference of two independent proportions, first - second, with Newcombe's hybrid score interval: each side adds the
 * distances of the two Wilson intervals in squares. It stays inside [-1, 1] and holds with no success or nothing but.
 *
 * Source: R. G. Newcombe, Interval estimation for the difference between independent proportions, Statistics in Medicine
 * 17 (1998) 873-890, method 10. Assumes independent trials, one chance a group. Cost: O(1).
 *
 * @throws StatsError bad_input unless both are proportions and 0 < level < 1
 * @example
 * const helped = { successes: 56, trials: 70 }
 * const left = { successes: 48, trials: 80 }
 * newcombeDifference(helped, left) // { difference: 0.2, interval: [0.052431, 0.333873] }
 */
export function newcombeDifference(
  first: Proportion,
  second: Proportion,
  level = 0.95,
): Readonly<{ difference: number; interval: Interval }> {
  const [p, q] = [observedShare(first), observedShare(second)]
  const [pLow, pHigh] = wilsonInterval(first.successes, first.trials, level)
  const [qLow, qHigh] = wilsonInterval(second.successes, second.trials, level)
  const difference = p - q
  return {
    difference,
    interval: [difference - Math.hypot(p - pLow, qHigh - q), difference + Math.hypot(pHigh - p, q - qLow)],
  }
}
