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
  const scale = 1 + (z * z) / trials
  const middle = (share + (z * z) / (2 * trials)) / scale
  const half = (z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials))) / scale
  return [Math.max(0, middle - half), Math.min(1, middle + half)]
}
