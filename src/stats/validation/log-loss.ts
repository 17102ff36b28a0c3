import { compensatedSum } from '../numerics/compensated-sum.ts'
import { insist } from '../stats-error.ts'
import { insistChances } from './predicted-rows.ts'

/**
 * Log loss of each row in nats: -log p for an event, -log(1 - p) for none.
 *
 * Source: I. J. Good, Rational decisions, JRSS B 14 (1952) 107-114. Cost: O(n).
 *
 * @throws StatsError bad_input as `insistChances`, and for a chance of 0 or 1 that came out otherwise: its loss is infinite
 * @example
 * logLosses([1, 0, 0], [0.5, 0.5, 0]) // [0.693147, 0.693147, 0]
 */
export function logLosses(events: ArrayLike<number>, chances: ArrayLike<number>): Float64Array {
  insistChances(events, chances)
  const losses = new Float64Array(events.length)
  for (let row = 0; row < losses.length; row++) {
    const loss = events[row] === 1 ? -Math.log(chances[row]!) : -Math.log1p(-chances[row]!)
    if (loss === Infinity)
      insist(false, `Row ${row} had the chance ${chances[row]} and came out otherwise: keep inside (0, 1).`)
    losses[row] = loss
  }
  return losses
}

/**
 * Mean log loss of a row in nats: -mean(y log p + (1 - y) log(1 - p)).
 *
 * Source: I. J. Good, Rational decisions, JRSS B 14 (1952) 107-114; a strictly proper score. Cost: O(n).
 *
 * @throws StatsError bad_input as `logLosses`
 * @example
 * logLoss([1, 0], [0.8, 0.1]) // 0.164252
 */
export function logLoss(events: ArrayLike<number>, chances: ArrayLike<number>): number {
  return compensatedSum(logLosses(events, chances)) / events.length
}
