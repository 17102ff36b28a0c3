import { compensatedSum } from '../numerics/compensated-sum.ts'
import { insist, StatsError } from '../stats-error.ts'
import { insistChances } from './predicted-rows.ts'

/** What is predicted without a model: one chance for all, or one a row, such as the event rate before its origin. */
export type BaseChances = number | ArrayLike<number>

/**
 * Squared error of each row: (p - y)^2.
 *
 * Source: G. W. Brier, Verification of forecasts expressed in terms of probability, Monthly Weather Review 78 (1950) 1-3,
 * for one of two classes. Cost: O(n).
 *
 * @throws StatsError bad_input as `insistChances`
 * @example
 * squaredErrors([1, 0], [0.75, 0.5]) // [0.0625, 0.25]
 */
export function squaredErrors(events: ArrayLike<number>, chances: ArrayLike<number>): Float64Array {
  insistChances(events, chances)
  const errors = new Float64Array(events.length)
  for (let row = 0; row < errors.length; row++) errors[row] = (chances[row]! - events[row]!) ** 2
  return errors
}

/**
 * Brier score: mean (p - y)^2, from 0 for certain foresight to 1.
 *
 * Source: G. W. Brier, Monthly Weather Review 78 (1950) 1-3, for one of two classes; a strictly proper score. Cost: O(n).
 *
 * @throws StatsError bad_input as `insistChances`
 * @example
 * brierScore([1, 0], [0.75, 0.5]) // 0.15625
 */
export function brierScore(events: ArrayLike<number>, chances: ArrayLike<number>): number {
  return compensatedSum(squaredErrors(events, chances)) / events.length
}

/**
 * The base chance of each row; unless told, the share of events among the rows themselves, which is harder to beat than
 * any constant known beforehand.
 *
 * Source: A. H. Murphy, Climatology, persistence, and their linear combination, Weather and Forecasting 7 (1992) 692-698.
 * Cost: O(n).
 *
 * @throws StatsError bad_input as `insistChances`
 * @example
 * baseChances([1, 0, 0, 0]) // [0.25, 0.25, 0.25, 0.25]
 */
export function baseChances(events: ArrayLike<number>, base?: BaseChances): Float64Array {
  const chance = typeof base === 'object' ? base : (base ?? compensatedSum(events) / events.length)
  const chances = new Float64Array(events.length)
  if (typeof chance === 'number') return chances.fill(chance)
  insist(chance.length === events.length, 'Give one base chance a row.')
  chances.set(chance)
  return chances
}

/**
 * Brier skill: 1 - B / B_base, the share of the base's squared error that the model takes away; below 0 it adds to it.
 *
 * Source: D. S. Wilks, Statistical Methods in the Atmospheric Sciences, 3rd ed. (2011), eq. 8.37. Cost: O(n).
 *
 * @param base see `baseChances`
 * @throws StatsError bad_input as `insistChances`; no_variation when the base is right without error
 * @example
 * brierSkill([1, 0, 0, 0], [0.5, 0.25, 0.25, 0]) // 0.5
 */
export function brierSkill(
  events: ArrayLike<number>,
  chances: ArrayLike<number>,
  base?: BaseChances,
): number {
  const score = brierScore(events, chances)
  const without = brierScore(events, baseChances(events, base))
  if (without === 0) throw new StatsError('no_variation', 'The base is never wrong: no skill can be told.')
  return 1 - score / without
}
