import { insist } from '../stats-error.ts'

/** Successes counted in independent trials. */
export type Proportion = Readonly<{ successes: number; trials: number }>

/**
 * The share of trials that were successes: successes / trials.
 *
 * Source: the definition. Cost: O(1).
 *
 * @throws StatsError bad_input unless trials > 0 and 0 <= successes <= trials, both finite
 * @example
 * observedShare({ successes: 56, trials: 70 }) // 0.8
 */
export function observedShare({ successes, trials }: Proportion): number {
  insist(
    trials > 0 && Number.isFinite(trials) && successes >= 0 && successes <= trials,
    `${successes} of ${trials} is no proportion: give successes from 0 to the number of trials.`,
  )
  return successes / trials
}
