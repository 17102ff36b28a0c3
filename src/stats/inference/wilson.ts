import { normalReach } from '../distributions/normal.ts'
import { observedShare } from './proportion.ts'

/** The two ends of an interval. */
export type Interval = readonly [low: number, high: number]

/**
 * Wilson's score interval of a proportion, which stays inside [0, 1] and holds for few trials.
 *
 * Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209-212;
 * the same as R's prop.test(k, n, correct = FALSE). Assumes independent trials of one chance. Cost: O(1).
 *
 * @throws StatsError bad_input unless trials > 0 and 0 <= successes <= trials, both finite
 * @example
 * wilsonInterval(9, 14) // [0.387644, 0.836553]
 */
export function wilsonInterval(successes: number, trials: number, level = 0.95): Interval {
  const z = normalReach(level)
  const share = observedShare({ successes, trials })
  const spread = (z * z) / trials
  const upper = share + spread / 2 + Math.sqrt(spread * (share * (1 - share) + spread / 4))
  // The low end is the other root of the same equation, by their product, which does not cancel.
  return [(share * share) / upper, share === 1 ? 1 : Math.min(1, upper / (1 + spread))]
}
