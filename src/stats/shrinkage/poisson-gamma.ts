import { gammaQuantile } from '../distributions/gamma.ts'
import type { Interval } from '../inference/wilson.ts'
import { insist } from '../stats-error.ts'
import type { Belief } from './beta-binomial.ts'

/** A Gamma(shape, rate) distribution of a rate of events; its mean is shape / rate. */
export type Gamma = Readonly<{ shape: number; rate: number }>

/**
 * What to believe about a rate after `events` in `exposure`, given what was believed before: Gamma(weight * mean + events,
 * weight + exposure). The belief's mean is a rate, its weight the exposure that it is worth.
 *
 * Source: Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), section 2.6. Assumes events that come singly and
 * independently, at one rate. Cost: O(1).
 *
 * @param exposure what the rate is per, such as customer months
 * @throws StatsError bad_input unless mean and weight are above 0, and events and exposure finite and not negative
 * @example
 * gammaPosterior({ mean: 0.4, weight: 20 }, 3, 12) // { shape: 11, rate: 32 }
 */
export function gammaPosterior({ mean, weight }: Belief, events: number, exposure: number): Gamma {
  insist(
    mean > 0 && weight > 0 && Number.isFinite(mean) && Number.isFinite(weight),
    `A belief in a rate needs a mean and a weight above 0, not ${mean} and ${weight}.`,
  )
  insist(
    events >= 0 && exposure >= 0 && Number.isFinite(events) && Number.isFinite(exposure),
    `${events} events in an exposure of ${exposure} are no rate: both are finite and not negative.`,
  )
  return { shape: weight * mean + events, rate: weight + exposure }
}

/**
 * Mean of a Gamma(shape, rate) distribution: shape / rate.
 *
 * Source: Gelman et al. (2013), appendix A. Cost: O(1).
 *
 * @example
 * gammaMean({ shape: 11, rate: 32 }) // 0.34375
 */
export const gammaMean = ({ shape, rate }: Gamma): number => shape / rate

/**
 * Equal-tailed interval that holds the rate with the given chance.
 *
 * Source: Gelman et al. (2013), section 2.3. Cost: two gamma quantiles.
 *
 * @throws StatsError bad_input unless shape and rate are above 0 and 0 < level < 1
 * @example
 * gammaInterval({ shape: 11, rate: 32 }) // [0.171599, 0.574699]
 */
export function gammaInterval({ shape, rate }: Gamma, level = 0.95): Interval {
  insist(level > 0 && level < 1, `A level of confidence lies inside (0, 1), not at ${level}.`)
  const tail = (1 - level) / 2
  return [gammaQuantile(tail, shape, rate), gammaQuantile(1 - tail, shape, rate)]
}
