import { betaQuantile } from '../distributions/beta.ts'
import type { Interval } from '../inference/wilson.ts'
import { insist } from '../stats-error.ts'

/** A belief about a probability: its mean, and how many observations it is worth. */
export type Belief = Readonly<{ mean: number; weight: number }>

/** A Beta(a, b) distribution of a probability. */
export type Beta = Readonly<{ a: number; b: number }>

/**
 * What to believe about a probability after `events` in `trials`, given what was believed before: Beta(weight * mean +
 * events, weight * (1 - mean) + trials - events).
 *
 * Source: Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), section 2.4. Assumes exchangeable trials. Cost: O(1).
 *
 * @throws StatsError bad_input when the mean is not inside (0, 1), the weight not positive and finite, or events exceed
 * trials
 * @example
 * betaPosterior({ mean: 0.015, weight: 300 }, 10, 400) // { a: 14.5, b: 685.5 }
 */
export function betaPosterior({ mean, weight }: Belief, events: number, trials: number): Beta {
  insist(
    mean > 0 && mean < 1 && weight > 0 && Number.isFinite(weight),
    `A belief needs a mean inside (0, 1) and a weight above 0, not ${mean} and ${weight}.`,
  )
  insist(
    events >= 0 && trials >= events && Number.isFinite(trials),
    `${events} events cannot happen in ${trials} trials.`,
  )
  return { a: weight * mean + events, b: weight * (1 - mean) + trials - events }
}

/**
 * Mean of a Beta(a, b) distribution: a / (a + b).
 *
 * Source: Gelman et al. (2013), appendix A. Cost: O(1).
 *
 * @example
 * betaMean({ a: 3, b: 1 }) // 0.75
 */
export const betaMean = ({ a, b }: Beta): number => a / (a + b)

/**
 * Equal-tailed interval that holds the probability with the given chance.
 *
 * Source: Gelman et al. (2013), section 2.3. Cost: two beta quantiles.
 *
 * @throws StatsError bad_input unless a, b > 0 and 0 <= level <= 1
 * @example
 * betaInterval({ a: 14.5, b: 685.5 }) // [0.011524, 0.032486]
 */
export function betaInterval({ a, b }: Beta, level = 0.95): Interval {
  const tail = (1 - level) / 2
  return [betaQuantile(tail, a, b), betaQuantile(1 - tail, a, b)]
}
