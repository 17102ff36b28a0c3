import { insist, StatsError } from '../stats-error.ts'
import { climbPair, type Surface } from './climb-pair.ts'
import type { FittedBelief } from './fitted-belief.ts'
import { logRising } from './log-rising.ts'

/** Groups that say something of spread: whole counts, two groups or more, events and non-events somewhere. */
function pooledShare(events: ArrayLike<number>, trials: ArrayLike<number>): number {
  insist(events.length === trials.length, 'Each group has its events and its trials.')
  let [happened, tried, groups, most] = [0, 0, 0, 0]
  for (let i = 0; i < events.length; i += 1) {
    const [y, n] = [events[i]!, trials[i]!]
    insist(
      Number.isInteger(y) && Number.isInteger(n) && y >= 0 && y <= n,
      `${y} events in ${n} trials are no group: give whole counts, events from 0 to the trials.`,
    )
    happened += y
    tried += n
    if (n > 0) groups += 1
    most = Math.max(most, n)
  }
  if (groups < 2 || most < 2)
    throw new StatsError('not_enough_data', 'A spread needs two groups, one of them with two trials or more.')
  if (happened === 0)
    throw new StatsError('too_few_events', 'No group had an event, so their spread is unknown.')
  if (happened === tried)
    throw new StatsError('no_variation', 'Every trial was an event, so the spread of the groups is unknown.')
  return happened / tried
}

function isApart(events: ArrayLike<number>, trials: ArrayLike<number>): boolean {
  for (let i = 0; i < events.length; i += 1) if (events[i]! > 0 && events[i]! < trials[i]!) return false
  return true
}

/**
 * What groups believe of each other's share, by moments: the mean is the pooled share p, and the weight 1 / g - 1 with
 * g = (S / (p (1 - p)) - (k - 1)) / sum (n_i - 1)(1 - n_i / N), S = sum n_i (p_i - p)^2.
 *
 * Source: J. C. Kleinman, Proportions with extraneous variance, JASA 68 (1973) 46-54, weights n_i. Assumes groups drawn from
 * one population and independent trials within. Cost: O(groups).
 *
 * @param events in each group
 * @param trials of each group; groups without trials are passed over
 * @throws StatsError bad_input unless all are whole counts, events from 0 to the trials
 * @throws StatsError not_enough_data with fewer than two groups, or one trial in each
 * @throws StatsError too_few_events, no_variation when there are no events, or nothing else
 * @example
 * betaBinomialByMoments([1, 9, 3, 14], [20, 20, 20, 20]) // { kind: 'spread', belief: { mean: 0.3375, weight: 1.79081 } }
 * betaBinomialByMoments([4, 5, 4], [20, 20, 20]).kind // 'alike'
 */
export function betaBinomialByMoments(events: ArrayLike<number>, trials: ArrayLike<number>): FittedBelief {
  const mean = pooledShare(events, trials)
  let [groups, total, squares] = [0, 0, 0]
  for (let i = 0; i < trials.length; i += 1) {
    const n = trials[i]!
    if (n === 0) continue
    groups += 1
    total += n
    squares += n * (events[i]! / n - mean) ** 2
  }
  let freedom = 0
  for (let i = 0; i < trials.length; i += 1) {
    if (trials[i]! > 0) freedom += (trials[i]! - 1) * (1 - trials[i]! / total)
  }
  const correlation = (squares / (mean * (1 - mean)) - (groups - 1)) / freedom
  if (correlation <= 0) return { kind: 'alike', mean }
  return correlation >= 1
    ? { kind: 'apart', mean }
    : { kind: 'spread', belief: { mean, weight: 1 / correlation - 1 } }
}

/** Twice the slope of the log likelihood by 1 / weight where that is 0: above 0, groups differ by more than chance. */
function spreadBeyondChance(events: ArrayLike<number>, trials: ArrayLike<number>, mean: number): number {
  let slope = 0
  for (let i = 0; i < events.length; i += 1) {
    const [y, n] = [events[i]!, trials[i]!]
    slope += (y * (y - 1)) / mean + ((n - y) * (n - y - 1)) / (1 - mean) - n * (n - 1)
  }
  return slope
}

/** The log likelihood in the logarithms of a and b, without the binomial coefficients. */
function likelihood(
  events: ArrayLike<number>,
  trials: ArrayLike<number>,
  [logA, logB]: readonly [number, number],
): Surface {
  const [a, b] = [Math.exp(logA), Math.exp(logB)]
  let [value, byA, byB, byAA, byBB, common] = [0, 0, 0, 0, 0, 0]
  for (let i = 0; i < events.length; i += 1) {
    const [y, n] = [events[i]!, trials[i]!]
    const happened = logRising(a, y)
    const missed = logRising(b, n - y)
    const all = logRising(a + b, n)
    value += happened[0] + missed[0] - all[0]
    byA += happened[1] - all[1]
    byB += missed[1] - all[1]
    byAA += happened[2]
    byBB += missed[2]
    common += all[2]
  }
  return {
    value,
    slope: [a * byA, b * byB],
    curvature: [a * a * (byAA - common) + a * byA, -a * b * common, b * b * (byBB - common) + b * byB],
  }
}

/**
 * What groups believe of each other's share, by the greatest marginal likelihood of the beta-binomial distribution, which
 * weighs groups by what they know and is the sharper of the two fits.
 *
 * Source: D. A. Griffiths, Maximum likelihood estimation for the beta-binomial distribution, Biometrics 29 (1973) 637-648;
 * 'alike' by the slope at no spread, R. E. Tarone, Biometrika 66 (1979) 585-590. Assumes groups drawn from one beta
 * distribution and independent trials within; the interval of a group does not know that the belief was fitted, so ask for
 * 10 groups or more. Cost: O(groups) for each of some 10 steps from
 * each of three starts.
 *
 * @param events in each group
 * @param trials of each group; groups without trials say nothing
 * @throws StatsError bad_input unless all are whole counts, events from 0 to the trials
 * @throws StatsError not_enough_data with fewer than two groups, or one trial in each
 * @throws StatsError too_few_events, no_variation when there are no events, or nothing else
 * @throws StatsError no_convergence when the likelihood has no top that is found
 * @example
 * const fitted = betaBinomialByLikelihood([1, 9, 3, 14], [20, 20, 20, 20])
 * fitted // { kind: 'spread', belief: { mean: 0.33457, weight: 3.36773 } }
 */
export function betaBinomialByLikelihood(events: ArrayLike<number>, trials: ArrayLike<number>): FittedBelief {
  const mean = pooledShare(events, trials)
  if (isApart(events, trials)) return { kind: 'apart', mean }
  if (spreadBeyondChance(events, trials, mean) <= 0) return { kind: 'alike', mean }
  const near = betaBinomialByMoments(events, trials)
  // The likelihood may have a top for little and one for much in common.
  const weights = [near.kind === 'spread' ? near.belief.weight : 30, 3, 300]
  const starts = weights.map((weight) => [Math.log(weight * mean), Math.log(weight * (1 - mean))] as const)
  const [logA, logB] = climbPair((at) => likelihood(events, trials, at), starts)
  const [a, b] = [Math.exp(logA), Math.exp(logB)]
  return { kind: 'spread', belief: { mean: a / (a + b), weight: a + b } }
}
