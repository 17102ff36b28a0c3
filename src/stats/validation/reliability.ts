import { wilsonInterval, type Interval } from '../inference/wilson.ts'
import { insist } from '../stats-error.ts'
import { ascendingOrder } from '../numerics/ascending-order.ts'
import { insistChances } from './predicted-rows.ts'

/** A stretch of rows with like chances: what was predicted, and the share of events with Wilson's interval. */
export type ReliabilityBin = Readonly<{
  rows: number
  events: number
  meanChance: number
  observed: number
  interval: Interval
}>

/** Where the bins end in the sorted rows: equal counts, moved to the nearer end of a run of equal chances. */
function binEnds(chances: ArrayLike<number>, order: Uint32Array, bins: number): number[] {
  const rows = order.length
  const chanceAt = (at: number) => chances[order[at]!]!
  const larger = rows % bins
  const ends = new Set<number>()
  for (let bin = 1; bin <= bins; bin++) {
    const even = bin * Math.floor(rows / bins) + Math.min(bin, larger)
    let [down, up] = [even, even]
    while (down > 0 && down < rows && chanceAt(down - 1) === chanceAt(down)) down--
    while (up > 0 && up < rows && chanceAt(up - 1) === chanceAt(up)) up++
    ends.add(even - down <= up - even ? down : up)
  }
  return [...ends].filter((end) => end > 0).sort((a, b) => a - b)
}

/**
 * Predicted and observed chances in bins of equal count, rising. Rows of one chance stay in one bin, so that the order of
 * rows does not matter; with many equal chances there are fewer bins.
 *
 * Source: B. Van Calster et al., Calibration: the Achilles heel of predictive analytics, BMC Medicine 17 (2019) 230; E. B.
 * Wilson, JASA 22 (1927) 209-212. A curve wants 200 events or more. Cost: O(n), by a radix sort.
 *
 * @param bins 10 unless told
 * @throws StatsError bad_input as `insistChances`, or unless bins is whole and 1 or more
 * @example
 * const [low, high] = reliabilityBins([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.8], 2)
 * low.meanChance // 0.15
 * high.observed // 0.5
 */
export function reliabilityBins(
  events: ArrayLike<number>,
  chances: ArrayLike<number>,
  bins = 10,
  level = 0.95,
): ReliabilityBin[] {
  insistChances(events, chances)
  insist(Number.isInteger(bins) && bins >= 1, `Take 1 bin or more, not ${bins}.`)
  const order = ascendingOrder(chances)
  const found: ReliabilityBin[] = []
  let from = 0
  for (const end of binEnds(chances, order, bins)) {
    let [occurred, predicted] = [0, 0]
    for (let at = from; at < end; at++) {
      occurred += events[order[at]!]!
      predicted += chances[order[at]!]!
    }
    const rows = end - from
    found.push({
      rows,
      events: occurred,
      meanChance: predicted / rows,
      observed: occurred / rows,
      interval: wilsonInterval(occurred, rows, level),
    })
    from = end
  }
  return found
}

/**
 * Expected calibration error: the mean over rows of |observed - predicted| of their bin. It grows with noise where bins hold
 * few events: compare models on the same rows only.
 *
 * Source: M. P. Naeini, G. F. Cooper and M. Hauskrecht, Obtaining well calibrated probabilities using Bayesian binning,
 * AAAI (2015) 2901-2907, with bins of equal count. Cost: O(n).
 *
 * @throws StatsError bad_input as `reliabilityBins`
 * @example
 * calibrationError([0, 1, 0, 1], [0.1, 0.2, 0.3, 0.8], 2) // 0.2
 */
export function calibrationError(events: ArrayLike<number>, chances: ArrayLike<number>, bins = 10): number {
  return reliabilityBins(events, chances, bins).reduce(
    (sum, bin) => sum + (bin.rows * Math.abs(bin.observed - bin.meanChance)) / events.length,
    0,
  )
}

/** brier = reliability - resolution + uncertainty + within. */
export type BrierParts = Readonly<{
  brier: number
  /** How far the bins' chances lie from what was observed: 0 is best. */
  reliability: number
  /** How far the bins lie apart in what was observed: more is better. */
  resolution: number
  /** What no model can take away from this share of events: s (1 - s). */
  uncertainty: number
  /** What happens inside the bins; small with many of them. */
  within: number
}>

/**
 * The Brier score in parts that add up: over bins k of n_k rows, reliability = sum n_k (p_k - o_k)^2 / n, resolution =
 * sum n_k (o_k - o)^2 / n, uncertainty = o (1 - o), and what the bins hide.
 *
 * Source: A. H. Murphy, A new vector partition of the probability score, Journal of Applied Meteorology 12 (1973) 595-600;
 * D. B. Stephenson, C. A. S. Coelho and I. T. Jolliffe, Weather and Forecasting 23 (2008) 752-757, the two parts within
 * bins, here as one. Cost: O(n).
 *
 * @throws StatsError bad_input as `reliabilityBins`
 * @example
 * const parts = brierParts([0, 1, 0, 1], [0.25, 0.25, 0.75, 0.75], 2)
 * parts.reliability // 0.0625
 * parts.resolution // 0
 * parts.uncertainty // 0.25
 */
export function brierParts(events: ArrayLike<number>, chances: ArrayLike<number>, bins = 10): BrierParts {
  const found = reliabilityBins(events, chances, bins)
  const rows = events.length
  const share = found.reduce((sum, bin) => sum + bin.events, 0) / rows
  let [reliability, resolution, brier] = [0, 0, 0]
  for (const bin of found) {
    reliability += (bin.rows * (bin.meanChance - bin.observed) ** 2) / rows
    resolution += (bin.rows * (bin.observed - share) ** 2) / rows
  }
  for (let row = 0; row < rows; row++) brier += (chances[row]! - events[row]!) ** 2 / rows
  const uncertainty = share * (1 - share)
  return {
    brier,
    reliability,
    resolution,
    uncertainty,
    within: brier - (reliability - resolution + uncertainty),
  }
}
