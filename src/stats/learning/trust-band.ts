import { betaInterval } from '../shrinkage/beta-binomial.ts'
import type { Interval } from '../inference/wilson.ts'
import { insist } from '../stats-error.ts'

/** Trust at 0 or 1 would leave no doubt at all; the band is that of a trust this far inside. */
const inside = 1e-6

/**
 * How many independent experiences trust now rests on, the anchor's among them: 1 / (w_0^2 / kappa + sum of w_j^2) for the
 * weights that are left, kept by u -> (1 - a)^2 u + a^2 from u = 1 / kappa. With rates 1 / (kappa + k) it is kappa + n.
 *
 * Source: L. Kish, Survey Sampling (1965), section 11.2: the effective size of a weighted sample. Assumes that experiences vary
 * alike and independently. Cost: O(n).
 *
 * @param rates at which the experiences were learned, in [0, 1]
 * @param anchorStrength how many experiences the anchor is worth, above 0
 * @throws StatsError bad_input
 * @example
 * trustStrength([1 / 5, 1 / 6, 1 / 7], 4) // 7.0000000
 * trustStrength([], 4) // 4
 */
export function trustStrength(rates: ArrayLike<number>, anchorStrength: number): number {
  insist(
    anchorStrength > 0,
    `An anchor that leaves a band is worth more than 0 experiences, not ${anchorStrength}.`,
  )
  let spread = 1 / anchorStrength
  for (let i = 0; i < rates.length; i += 1) {
    const rate = rates[i]!
    insist(rate >= 0 && rate <= 1, `A rate of learning lies in [0, 1], not at ${rate}.`)
    spread = (1 - rate) ** 2 * spread + rate ** 2
  }
  return 1 / spread
}

/**
 * The strength that is left after silence: 1 / (1 / s + q t). Silence widens the band and leaves trust where it is.
 *
 * Source: the prediction step of the Kalman filter, P + Q t, in units of one experience's variance: R. E. Kalman, J. Basic
 * Engineering 82 (1960) 35. Cost: O(1).
 *
 * @param elapsed time without an experience, at or above 0; count it from where silence begins to matter, such as 90 days
 * @param drift variance, in units of one experience's, that trust gathers in a unit of time, at or above 0
 * @throws StatsError bad_input
 * @example
 * fadedStrength(10, 0, 0.01) // 10
 * fadedStrength(10, 30, 0.01) // 2.5
 */
export function fadedStrength(strength: number, elapsed: number, drift: number): number {
  insist(strength > 0 && Number.isFinite(strength), `A strength lies above 0, not at ${strength}.`)
  insist(elapsed >= 0 && drift >= 0, `Time and drift lie at 0 or above, not at ${elapsed} and ${drift}.`)
  return 1 / (1 / strength + drift * elapsed)
}

/**
 * The band around trust: the interval of Beta(s T, s (1 - T)), s experiences strong, widened to hold T itself.
 *
 * Source: Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), section 2.4. Exact for the beta-binomial case (pace 1, no least
 * rate, no asymmetry, outcomes 0 or 1); outcomes between 0 and 1 vary less, which makes it wider than need be; asymmetry shifts
 * what it is about. Cost: two beta quantiles.
 *
 * @param trust in [0, 1]
 * @param strength of trustStrength or fadedStrength, above 0
 * @throws StatsError bad_input
 * @example
 * trustBand(0.6, 14) // [0.343074, 0.829904]
 */
export function trustBand(trust: number, strength: number, level = 0.95): Interval {
  insist(trust >= 0 && trust <= 1, `Trust lies in [0, 1], not at ${trust}.`)
  insist(strength > 0 && Number.isFinite(strength), `A strength lies above 0, not at ${strength}.`)
  insist(level > 0 && level < 1, `A level of confidence lies inside (0, 1), not at ${level}.`)
  const mean = Math.min(1 - inside, Math.max(inside, trust))
  const [low, high] = betaInterval({ a: strength * mean, b: strength * (1 - mean) }, level)
  return [Math.min(low, trust), Math.max(high, trust)]
}
