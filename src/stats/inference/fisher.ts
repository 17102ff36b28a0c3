import {
  hypergeometricCdf,
  hypergeometricUpperTail,
  logHypergeometricProbability,
} from '../distributions/hypergeometric.ts'
import type { Alternative } from './alternative.ts'
import { observedShare, type Proportion } from './proportion.ts'

/** `midP` counts tables as likely as the observed one by half: less strict, nearer to the level that is asked for. */
export type FisherTest = Readonly<{ p: number; midP: number }>

// R's tolerance: chances that differ by rounding alone are the same chance.
const sameChance = 1e-7

/** The first of from, from + 1, ... up to `to` at which `holds`, which once true stays true; to + 1 if none. */
function firstWhere(from: number, to: number, holds: (k: number) => boolean): number {
  let [low, high] = [from, to + 1]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

/**
 * Fisher's exact test that two proportions are of one chance, all four margins of the table fixed. Two-sided, p adds the
 * chances of all tables no likelier than the observed; 'greater' looks for a first share above the second.
 *
 * Source: R. A. Fisher, Statistical Methods for Research Workers, 5th ed. (1934), section 21.02; two-sided as R's
 * fisher.test; mid-p by H. O. Lancaster, JASA 56 (1961) 223-234. Assumes independent trials; it is strict, rejecting less
 * often than alpha says. Far tails keep their digits. Cost: O(log n + sqrt n), for counts in the millions too.
 *
 * @throws StatsError bad_input unless both are proportions of whole counts
 * @example
 * fisherExact({ successes: 3, trials: 4 }, { successes: 1, trials: 4 }).p // 0.48571428571
 * fisherExact({ successes: 56, trials: 70 }, { successes: 48, trials: 80 }, 'greater').p // 0.0063247111
 */
export function fisherExact(
  first: Proportion,
  second: Proportion,
  alternative: Alternative = 'two_sided',
): FisherTest {
  observedShare(first)
  observedShare(second)
  const k = first.successes
  const urn = [first.trials, k + second.successes, first.trials + second.trials] as const
  const logObserved = logHypergeometricProbability(k, ...urn)
  const observed = Math.exp(logObserved)
  const lower = () => hypergeometricCdf(k, ...urn)
  const upper = () => hypergeometricUpperTail(k, ...urn)
  if (alternative !== 'two_sided') {
    const p = Math.min(1, alternative === 'less' ? lower() : upper())
    return { p, midP: Math.max(0, p - observed / 2) }
  }

  const [drawn, marked, total] = urn
  const least = Math.max(0, drawn + marked - total)
  const greatest = Math.min(drawn, marked)
  const mode = Math.floor(((drawn + 1) * (marked + 1)) / (total + 2))
  const noLikelier = (j: number) => logHypergeometricProbability(j, ...urn) <= logObserved + sameChance
  // Chances rise to the mode and fall from it, so the tables no likelier are two tails.
  const right = firstWhere(mode, greatest, noLikelier)
  const left = -firstWhere(-mode, -least, (j) => noLikelier(-j))
  const p =
    right <= left + 1
      ? 1
      : Math.min(1, hypergeometricCdf(left, ...urn) + hypergeometricUpperTail(right, ...urn))
  const likely = (j: number) => Math.abs(logHypergeometricProbability(j, ...urn) - logObserved) <= sameChance
  const twin = [left, right, mode - 1].some((j) => j !== k && likely(j))
  return { p, midP: Math.max(0, p - (twin ? observed : observed / 2)) }
}
