import { betaMean, type Beta } from '../shrinkage/beta-binomial.ts'
import { insist } from '../stats-error.ts'

/** An outcome from 0 to 1, and the time since the one before it (1 unless told). */
export type SharedOutcome = Readonly<{ outcome: number; elapsed?: number }>

/** The beta distribution after an outcome, and its mean. */
export type BeliefStep = Beta & Readonly<{ mean: number }>

/**
 * A share learned from outcomes, whose evidence fades towards the prior: a = a_0 + g^t (a - a_0) + o, b = b_0 + g^t (b - b_0) +
 * 1 - o. With a memory g of 1 it is the beta-binomial posterior; the band is `betaInterval` of a step.
 *
 * Source: A. Josang and R. Ismail, The beta reputation system, 15th Bled Electronic Commerce Conference (2002), section 3.4,
 * fading to the prior instead of to nothing. Assumes exchangeable outcomes within the memory of about 1 / (1 - g). Cost: O(n).
 *
 * @param prior shapes above 0
 * @param memory share of the evidence that is left after a unit of time, in [0, 1]
 * @throws StatsError bad_input
 * @example
 * decayingBelief({ a: 2.4, b: 1.6 }, [{ outcome: 1 }, { outcome: 0 }], 0.95).map((step) => step.mean) // [0.68, 0.56302521]
 */
export function decayingBelief(
  prior: Beta,
  outcomes: readonly SharedOutcome[],
  memory: number,
): BeliefStep[] {
  insist(prior.a > 0 && prior.b > 0, `A prior has shapes above 0, not ${prior.a} and ${prior.b}.`)
  insist(memory >= 0 && memory <= 1, `A memory lies in [0, 1], not at ${memory}.`)
  let [good, bad] = [0, 0]
  return outcomes.map(({ outcome, elapsed = 1 }) => {
    insist(outcome >= 0 && outcome <= 1, `An outcome lies in [0, 1], not at ${outcome}.`)
    insist(elapsed >= 0, `Time lies at 0 or above, not at ${elapsed}.`)
    const left = memory ** elapsed
    good = left * good + outcome
    bad = left * bad + 1 - outcome
    const belief = { a: prior.a + good, b: prior.b + bad }
    return { ...belief, mean: betaMean(belief) }
  })
}
