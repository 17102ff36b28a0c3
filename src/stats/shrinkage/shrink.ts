import type { Interval } from '../inference/wilson.ts'
import { insist } from '../stats-error.ts'
import { betaInterval, betaMean, betaPosterior, type Belief } from './beta-binomial.ts'
import { gammaInterval, gammaMean, gammaPosterior } from './poisson-gamma.ts'

/** A group after shrinkage; `shareOfPrior` in (0, 1] is how much of the mean is the belief's. */
export type ShrunkGroup = Readonly<{ mean: number; interval: Interval; shareOfPrior: number }>

/**
 * Each group's share after what the belief says: mean (weight * m + events) / (weight + trials), the interval of its beta
 * distribution, and the share of the belief in the mean, weight / (weight + trials).
 *
 * Source: Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), sections 2.4 and 5.3. Assumes that the belief holds for
 * each group; fitted to these groups, it makes intervals a little narrow where they are few. Cost: two beta quantiles a group.
 *
 * @param events in each group
 * @param trials of each group; with none the group is the belief
 * @throws StatsError bad_input when lengths differ, events exceed trials, or the belief is none
 * @example
 * const [small, large] = shrinkShares([1, 100], [2, 200], { mean: 0.1, weight: 18 })
 * small // { mean: 0.14, interval: [0.029119, 0.317796], shareOfPrior: 0.9 }
 * large.shareOfPrior // 0.0825688
 */
export function shrinkShares(
  events: ArrayLike<number>,
  trials: ArrayLike<number>,
  belief: Belief,
  level = 0.95,
): ShrunkGroup[] {
  insist(events.length === trials.length, 'Each group has its events and its trials.')
  return Array.from(events, (happened, i) => {
    const posterior = betaPosterior(belief, happened, trials[i]!)
    return {
      mean: betaMean(posterior),
      interval: betaInterval(posterior, level),
      shareOfPrior: belief.weight / (belief.weight + trials[i]!),
    }
  })
}

/**
 * Each group's rate after what the belief says: mean (weight * m + events) / (weight + exposure), the interval of its gamma
 * distribution, and the share of the belief in the mean, weight / (weight + exposure).
 *
 * Source: Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), sections 2.6 and 2.7. Assumes that the belief holds for
 * each group; fitted to these groups, it makes intervals a little narrow where they are few. Cost: two gamma quantiles a
 * group.
 *
 * @param events in each group
 * @param exposure of each group; with none the group is the belief
 * @throws StatsError bad_input when lengths differ, a number is negative, or the belief is none
 * @example
 * const [small, large] = shrinkRates([3, 30], [12, 120], { mean: 0.4, weight: 20 })
 * small // { mean: 0.34375, interval: [0.171599, 0.574699], shareOfPrior: 0.625 }
 * large.mean // 0.271428571
 */
export function shrinkRates(
  events: ArrayLike<number>,
  exposure: ArrayLike<number>,
  belief: Belief,
  level = 0.95,
): ShrunkGroup[] {
  insist(events.length === exposure.length, 'Each group has its events and its exposure.')
  return Array.from(events, (happened, i) => {
    const posterior = gammaPosterior(belief, happened, exposure[i]!)
    return {
      mean: gammaMean(posterior),
      interval: gammaInterval(posterior, level),
      shareOfPrior: belief.weight / (belief.weight + exposure[i]!),
    }
  })
}
