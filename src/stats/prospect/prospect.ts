import { compensatedSum } from '../numerics/compensated-sum.ts'
import { insist } from '../stats-error.ts'

/** One thing that may happen: a gain (above 0) or loss (below 0) from the reference point, and its chance. */
export type Outcome = Readonly<{ amount: number; chance: number }>

/** Everything that may happen when one option is taken; the chances add to 1. */
export type Prospect = readonly Outcome[]

/**
 * Ends the call unless the outcomes are a prospect: finite amounts, chances in [0, 1] that add to 1.
 *
 * Source: J. von Neumann and O. Morgenstern, Theory of Games and Economic Behavior (1953), section 3.4. Cost: O(outcomes).
 *
 * @throws StatsError bad_input
 * @example
 * insistProspect([{ amount: 10, chance: 1 }]) // undefined
 */
export function insistProspect(prospect: Prospect): void {
  for (const { amount, chance } of prospect) {
    insist(Number.isFinite(amount), `An amount is a finite number, not ${amount}.`)
    insist(chance >= 0 && chance <= 1, `A chance lies in [0, 1], not at ${chance}.`)
  }
  const total = compensatedSum(prospect.map(({ chance }) => chance))
  insist(
    Math.abs(total - 1) <= 1e-9,
    `The chances of all outcomes add to 1, not to ${total}: give what else may happen.`,
  )
}

/**
 * The mean of what may happen, each amount by its chance: what the option brings on average if taken many times.
 *
 * Source: C. Huygens, De ratiociniis in ludo aleae (1657), proposition 3. Cost: O(outcomes).
 *
 * @throws StatsError bad_input when the chances do not add to 1
 * @example
 * expectedValue([{ amount: 28500, chance: 0.12 }, { amount: -1500, chance: 0.88 }]) // 2100
 */
export function expectedValue(prospect: Prospect): number {
  insistProspect(prospect)
  return compensatedSum(prospect.map(({ amount, chance }) => amount * chance))
}
