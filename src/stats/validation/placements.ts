import { StatsError } from '../stats-error.ts'
import { ascendingOrder } from '../numerics/ascending-order.ts'
import { insistScores } from './predicted-rows.ts'

/**
 * How each row stands among the rows of the other group: for an event the share of non-events that score below it, for a
 * non-event the share of events that score above it, ties by half. The mean of either group is the AUC.
 */
export type Placements = Readonly<{ auc: number; events: number; others: number; placements: Float64Array }>

/** Both groups in a stretch of equal scores, and their places from the numbers already passed. */
function placeTies(
  events: ArrayLike<number>,
  order: Uint32Array,
  stretch: Readonly<{ from: number; to: number; eventsBelow: number; eventsWithin: number }>,
  sizes: Readonly<{ events: number; others: number }>,
  placements: Float64Array,
): void {
  const { from, to, eventsBelow, eventsWithin } = stretch
  const othersWithin = to - from - eventsWithin
  const forEvent = (from - eventsBelow + othersWithin / 2) / sizes.others
  const forOther = (sizes.events - eventsBelow - eventsWithin / 2) / sizes.events
  for (let at = from; at < to; at++) placements[order[at]!] = events[order[at]!] === 1 ? forEvent : forOther
}

/**
 * Placement values of all rows by one sort, in row order.
 *
 * Source: E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44 (1988) 837-845, the components V10 and V01 of
 * section 2; by ranks as X. Sun and W. Xu, Fast implementation of DeLong's algorithm, IEEE Signal Processing Letters 21
 * (2014) 1389-1393. Cost: O(n), by a radix sort.
 *
 * @param events 0 or 1 a row
 * @param scores higher where an event is expected
 * @throws StatsError bad_input as `insistScores`; empty_stratum when there are only events or none
 * @example
 * placementValues([1, 0, 1, 0], [0.9, 0.4, 0.4, 0.1]).placements // [1, 0.75, 0.75, 1]
 */
export function placementValues(events: ArrayLike<number>, scores: ArrayLike<number>): Placements {
  insistScores(events, scores)
  const rows = events.length
  let positive = 0
  for (let row = 0; row < rows; row++) positive += events[row]!
  const sizes = { events: positive, others: rows - positive }
  if (sizes.events === 0 || sizes.others === 0)
    throw new StatsError('empty_stratum', 'An AUC needs rows with the event and rows without it.')

  const order = ascendingOrder(scores)
  const placements = new Float64Array(rows)
  let [eventsBelow, wins] = [0, 0]
  for (let from = 0, to = 0; from < rows; from = to) {
    const score = scores[order[from]!]!
    let eventsWithin = 0
    for (; to < rows && scores[order[to]!] === score; to++) eventsWithin += events[order[to]!]!
    placeTies(events, order, { from, to, eventsBelow, eventsWithin }, sizes, placements)
    wins += eventsWithin * (from - eventsBelow + (to - from - eventsWithin) / 2)
    eventsBelow += eventsWithin
  }
  return { auc: wins / (sizes.events * sizes.others), ...sizes, placements }
}
