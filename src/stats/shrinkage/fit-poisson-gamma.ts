import { insist, StatsError } from '../stats-error.ts'
import { climbPair, type Surface } from './climb-pair.ts'
import type { FittedBelief } from './fitted-belief.ts'
import { logRising } from './log-rising.ts'

/** Groups that say something of spread: two or more with exposure, and an event somewhere. */
function pooledRate(events: ArrayLike<number>, exposure: ArrayLike<number>): number {
  insist(events.length === exposure.length, 'Each group has its events and its exposure.')
  let [happened, exposed, groups] = [0, 0, 0]
  for (let i = 0; i < events.length; i += 1) {
    const [y, e] = [events[i]!, exposure[i]!]
    insist(
      Number.isInteger(y) && y >= 0 && e >= 0 && Number.isFinite(e) && (e > 0 || y === 0),
      `${y} events in an exposure of ${e} are no group: give whole counts, and exposure wherever there are events.`,
    )
    happened += y
    exposed += e
    if (e > 0) groups += 1
  }
  if (groups < 2) throw new StatsError('not_enough_data', 'A spread needs two groups with exposure.')
  if (happened === 0)
    throw new StatsError('too_few_events', 'No group had an event, so their spread is unknown.')
  return happened / exposed
}

/**
 * What groups believe of each other's rate, by moments: the mean is the pooled rate m, and the weight 1 / f with
 * f = (S / m - (k - 1)) / (E - sum e_i^2 / E), S = sum e_i (r_i - m)^2.
 *
 * Source: the moments of Kleinman (1973) for rates; R. J. Marshall, Mapping disease and mortality rates using empirical
 * Bayes estimators, Applied Statistics 40 (1991) 283-294, eq. 2.3 to 2.5 with k - 1. Assumes groups drawn from one
 * population and independent events within. Cost: O(groups).
 *
 * @param events in each group
 * @param exposure of each group, such as customer months; groups without are passed over
 * @throws StatsError bad_input unless events are whole counts and exposure is finite and not negative
 * @throws StatsError not_enough_data with fewer than two groups
 * @throws StatsError too_few_events when there are none
 * @example
 * poissonGammaByMoments([5, 1, 14, 22], [94, 16, 126, 10]) // { kind: 'spread', belief: { mean: 0.170732, weight: 0.577498 } }
 */
export function poissonGammaByMoments(events: ArrayLike<number>, exposure: ArrayLike<number>): FittedBelief {
  const mean = pooledRate(events, exposure)
  let [groups, total, ofSquares, squares] = [0, 0, 0, 0]
  for (let i = 0; i < exposure.length; i += 1) {
    const e = exposure[i]!
    if (e === 0) continue
    groups += 1
    total += e
    ofSquares += e * e
    squares += e * (events[i]! / e - mean) ** 2
  }
  const spread = (squares / mean - (groups - 1)) / (total - ofSquares / total)
  return spread <= 0 ? { kind: 'alike', mean } : { kind: 'spread', belief: { mean, weight: 1 / spread } }
}

/** Twice the slope of the log likelihood by 1 / weight where that is 0, times the mean. */
function spreadBeyondChance(events: ArrayLike<number>, exposure: ArrayLike<number>, mean: number): number {
  let slope = 0
  for (let i = 0; i < events.length; i += 1) slope += (events[i]! - mean * exposure[i]!) ** 2 - events[i]!
  return slope
}

/** The log likelihood in the logarithms of shape and rate, without what depends on neither. */
function likelihood(
  events: ArrayLike<number>,
  exposure: ArrayLike<number>,
  [logShape, logRate]: readonly [number, number],
): Surface {
  const [shape, rate] = [Math.exp(logShape), Math.exp(logRate)]
  let [value, byShape, byRate, byShapes, byRates, cross] = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i < events.length; i += 1) {
    const [y, e] = [events[i]!, exposure[i]!]
    const rising = logRising(shape, y)
    const kept = Math.log1p(e / rate)
    value += rising[0] - shape * kept - y * Math.log(rate + e)
    byShape += rising[1] - kept
    byShapes += rising[2]
    byRate += (shape * e) / (rate * (rate + e)) - y / (rate + e)
    byRates += shape * (1 / (rate + e) ** 2 - 1 / rate ** 2) + y / (rate + e) ** 2
    cross += e / (rate * (rate + e))
  }
  return {
    value,
    slope: [shape * byShape, rate * byRate],
    curvature: [
      shape * shape * byShapes + shape * byShape,
      shape * rate * cross,
      rate * rate * byRates + rate * byRate,
    ],
  }
}

/**
 * What groups believe of each other's rate, by the greatest marginal likelihood, that of the negative binomial
 * distribution, which weighs groups by what they know and is the sharper of the two fits.
 *
 * Source: D. Clayton and J. Kaldor, Empirical Bayes estimates of age-standardized relative risks, Biometrics 43 (1987)
 * 671-681, section 2.1; 'alike' by the slope at no spread, C. Dean and J. F. Lawless, JASA 84 (1989) 467-472. Assumes groups
 * drawn from one gamma distribution and independent events within; the interval of a group does not know that the belief
 * was fitted, so ask for 10 groups or more. Cost: O(groups) for each of some 10 steps from
 * each of three starts.
 *
 * @param events in each group
 * @param exposure of each group, such as customer months; groups without say nothing
 * @throws StatsError bad_input unless events are whole counts and exposure is finite and not negative
 * @throws StatsError not_enough_data with fewer than two groups
 * @throws StatsError too_few_events when there are none
 * @throws StatsError no_convergence when the likelihood has no top that is found
 * @example
 * const pumps = [94.32, 15.72, 62.88, 125.76, 5.24, 31.44, 1.048, 1.048, 2.096, 10.48]
 * const fitted = poissonGammaByLikelihood([5, 1, 5, 14, 3, 19, 1, 1, 4, 22], pumps)
 * fitted // { kind: 'spread', belief: { mean: 0.65314, weight: 1.25895 } }
 */
export function poissonGammaByLikelihood(
  events: ArrayLike<number>,
  exposure: ArrayLike<number>,
): FittedBelief {
  const mean = pooledRate(events, exposure)
  if (spreadBeyondChance(events, exposure, mean) <= 0) return { kind: 'alike', mean }
  const near = poissonGammaByMoments(events, exposure)
  // The likelihood may have a top for little and one for much in common.
  const weights = [near.kind === 'spread' ? near.belief.weight : 10 / mean, 1 / mean, 100 / mean]
  const starts = weights.map((weight) => [Math.log(weight * mean), Math.log(weight)] as const)
  const [logShape, logRate] = climbPair((at) => likelihood(events, exposure, at), starts)
  return { kind: 'spread', belief: { mean: Math.exp(logShape - logRate), weight: Math.exp(logRate) } }
}
