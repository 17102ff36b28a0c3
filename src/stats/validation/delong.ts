import { normalReach, normalUpperTail } from '../distributions/normal.ts'
import { aucInterval } from '../inference/auc-interval.ts'
import type { Interval } from '../inference/wilson.ts'
import { StatsError } from '../stats-error.ts'
import { placementValues, type Placements } from './placements.ts'

/** `newcombe` where DeLong's variance says nothing: no two rows of a group, or all placed alike. */
export type AucEstimate = Readonly<{
  auc: number
  standardError: number
  interval: Interval
  method: 'delong' | 'newcombe'
}>

/** `difference` is first - second. */
export type AucComparison = Readonly<{
  first: number
  second: number
  difference: number
  standardError: number
  interval: Interval
  z: number
  p: number
}>

/** Covariance of two AUCs of the same rows, or the variance where both are one. */
function delongCovariance(events: ArrayLike<number>, a: Placements, b: Placements): number {
  let [ofEvents, ofOthers] = [0, 0]
  for (let row = 0; row < events.length; row++) {
    const product = (a.placements[row]! - a.auc) * (b.placements[row]! - b.auc)
    if (events[row] === 1) ofEvents += product
    else ofOthers += product
  }
  return ofEvents / ((a.events - 1) * a.events) + ofOthers / ((a.others - 1) * a.others)
}

/**
 * AUC with DeLong's interval, AUC +- z sqrt(S10 / m + S01 / n), S the variances of the placement values, kept inside [0, 1].
 * Where that variance is 0 or unknown the interval is Newcombe's and the standard error is what its width stands for.
 *
 * Source: E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44 (1988) 837-845, section 2; R's
 * pROC::ci.auc. Assumes independent rows; months of one account are nearly so when each has one event at most. Too narrow
 * for fewer than some 20 events or an AUC above .95. Cost: O(n).
 *
 * @param events 0 or 1 a row
 * @throws StatsError bad_input as `insistScores` or for a level outside (0, 1); empty_stratum with only events or none
 * @example
 * const compared = delongInterval([1, 1, 1, 0, 0, 0], [0.9, 0.8, 0.3, 0.4, 0.2, 0.1])
 * compared.auc // 0.888889
 * compared.interval // [0.580910, 1]
 */
export function delongInterval(
  events: ArrayLike<number>,
  scores: ArrayLike<number>,
  level = 0.95,
): AucEstimate {
  const reach = normalReach(level)
  const placed = placementValues(events, scores)
  const { auc } = placed
  const enough = placed.events > 1 && placed.others > 1
  const variance = enough ? delongCovariance(events, placed, placed) : 0
  if (variance <= 0) {
    const interval = aucInterval(auc, placed.events, placed.others, level)
    return { auc, standardError: (interval[1] - interval[0]) / (2 * reach), interval, method: 'newcombe' }
  }
  const standardError = Math.sqrt(variance)
  const interval = [
    Math.max(0, auc - reach * standardError),
    Math.min(1, auc + reach * standardError),
  ] as const
  return { auc, standardError, interval, method: 'delong' }
}

/**
 * DeLong's test whether two predictions of the same rows have one AUC. Predictions that order all rows alike differ by 0
 * with p = 1.
 *
 * Source: E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44 (1988) 837-845, section 3; R's pROC::roc.test,
 * paired. Assumes independent rows and models that were not fitted on them: for nested models on their own training rows
 * it misses differences (Demler, Pencina and D'Agostino, Statistics in Medicine 31 (2012) 2577). Cost: O(n).
 *
 * @param events 0 or 1 a row
 * @throws StatsError bad_input as `insistScores`; empty_stratum with only events or none; too_few_events with one row in a
 * group; no_variation when the AUCs differ but no row of a group is placed otherwise than the next
 * @example
 * const compared = delongTest([1, 1, 1, 0, 0, 0], [0.9, 0.8, 0.3, 0.4, 0.2, 0.1], [0.9, 0.2, 0.3, 0.4, 0.8, 0.1])
 * compared.difference // 0.333333
 * compared.p // 0.220671
 */
export function delongTest(
  events: ArrayLike<number>,
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  level = 0.95,
): AucComparison {
  const reach = normalReach(level)
  const [a, b] = [placementValues(events, first), placementValues(events, second)]
  if (a.events < 2 || a.others < 2)
    throw new StatsError('too_few_events', 'Two AUCs are compared over two rows or more of each group.')
  const separate: Placements = {
    ...a,
    auc: a.auc - b.auc,
    placements: difference(a.placements, b.placements),
  }
  const standardError = Math.sqrt(delongCovariance(events, separate, separate))
  const gap = separate.auc
  if (standardError === 0 && gap !== 0)
    throw new StatsError('no_variation', 'The AUCs differ, but too few rows tell how surely: add rows.')
  const z = standardError === 0 ? 0 : gap / standardError
  return {
    first: a.auc,
    second: b.auc,
    difference: gap,
    standardError,
    interval: [gap - reach * standardError, gap + reach * standardError],
    z,
    p: Math.min(1, 2 * normalUpperTail(Math.abs(z))),
  }
}

/** The variance of a difference is the variance of the differences; nothing cancels as it would in a + b - 2c. */
function difference(a: Float64Array, b: Float64Array): Float64Array {
  const found = new Float64Array(a.length)
  for (let row = 0; row < found.length; row++) found[row] = a[row]! - b[row]!
  return found
}
