import { insist } from '../stats-error.ts'

/** What the anchor and each experience weigh in the trust of today; they add to 1. */
export type LearningWeights = Readonly<{ anchor: number; experiences: Float64Array }>

/** What the anchor and each experience add to the trust of today; they add to it. */
export type TrustContributions = Readonly<{ anchor: number; experiences: Float64Array }>

/**
 * What the anchor and each experience still weigh after all of them, by the rates at which they were learned: the product of
 * 1 - a over all, and a_j times that over those after j. Realised rates make it exact under asymmetry as well.
 *
 * Source: the recurrence of learnTrust, unrolled; for exponential weights R. G. Brown, Smoothing, Forecasting and Prediction
 * (1963), section 7.1. Cost: O(n).
 *
 * @param rates in [0, 1], in the order of the experiences
 * @throws StatsError bad_input
 * @example
 * learningWeights([0.2, 0.25]) // { anchor: 0.6, experiences: [0.15, 0.25] }
 */
export function learningWeights(rates: ArrayLike<number>): LearningWeights {
  const experiences = new Float64Array(rates.length)
  let left = 1
  for (let i = rates.length - 1; i >= 0; i -= 1) {
    const rate = rates[i]!
    insist(rate >= 0 && rate <= 1, `A rate of learning lies in [0, 1], not at ${rate}.`)
    experiences[i] = rate * left
    left *= 1 - rate
  }
  return { anchor: left, experiences }
}

/**
 * Trust taken apart: what the anchor and each experience add to it, weight times value. The parts add to the trust that
 * learnTrust gave, so that each point of it has its cause.
 *
 * Source: learningWeights. Cost: O(n).
 *
 * @param rates those of the moves of learnTrust
 * @throws StatsError bad_input when lengths differ
 * @example
 * trustContributions(0.6, [1, 0], [0.2, 0.25]) // { anchor: 0.36, experiences: [0.15, 0] }
 */
export function trustContributions(
  anchor: number,
  outcomes: ArrayLike<number>,
  rates: ArrayLike<number>,
): TrustContributions {
  insist(outcomes.length === rates.length, 'Each outcome has the rate at which it was learned.')
  const weights = learningWeights(rates)
  return {
    anchor: anchor * weights.anchor,
    experiences: weights.experiences.map((weight, i) => weight * outcomes[i]!),
  }
}
