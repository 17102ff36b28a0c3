import { placementValues } from './placements.ts'

/**
 * Area under the ROC curve: the chance that a row with the event scores above one without, ties by half.
 *
 * Source: D. Bamber, Journal of Mathematical Psychology 12 (1975) 387-415; U / (m n) of Mann and Whitney. Exact to the last
 * digit: the pairs won are counted. Cost: O(n), by a radix sort.
 *
 * @param events 0 or 1 a row
 * @param scores chances, or anything that rises with them
 * @throws StatsError bad_input as `insistScores`; empty_stratum when there are only events or none
 * @example
 * auc([1, 0, 1, 0, 0], [0.9, 0.4, 0.4, 0.1, 0.6]) // 0.75
 */
export function auc(events: ArrayLike<number>, scores: ArrayLike<number>): number {
  return placementValues(events, scores).auc
}
