import type { Interval } from '../inference/wilson.ts'
import { type ControlChart, drawChart } from './control-chart.ts'
import { insistEvents, insistRates, pooledRate } from './count-charts.ts'
import { movingRangeOf } from './moving-range.ts'
import { type ChartOptions, type Stage, stagesOf } from './stages.ts'

/** A chart whose limits are `sigmaZ` times those of independent events, one factor a stage: 1 says they are independent. */
export type LaneyChart = ControlChart & Readonly<{ sigmaZ: readonly number[] }>

/** Events over trials or exposure. */
type Shares = Readonly<{ counts: readonly number[]; exposures: readonly number[] }>

/** The variance of one trial, or over one unit of exposure, from the share or rate. */
type Variance = (center: number) => number

/**
 * The variance of one trial of a share: p (1 - p).
 *
 * Source: Montgomery (2009), section 7.2. Cost: O(1).
 *
 * @example
 * binomialVariance(0.2) // 0.16
 */
export function binomialVariance(share: number): number {
  return share * (1 - share)
}

/**
 * The variance of events over one unit of exposure: the rate itself.
 *
 * Source: Montgomery (2009), section 7.3. Cost: O(1).
 *
 * @example
 * poissonVariance(0.2) // 0.2
 */
export function poissonVariance(rate: number): number {
  return rate
}

/**
 * The level of a stage, and by how much its rows vary beyond independent events: sigmaZ = mean |z_i - z_(i-1)| / d2(2) with z_i =
 * (x_i / e_i - center) / sqrt(variance / e_i). 1 says they are independent.
 *
 * Source: D. B. Laney, Improved control charts for attributes, Quality Engineering 14 (2002) 531-537. Cost: O(baseline).
 *
 * @throws StatsError not_enough_data for a stage of one row
 * @example
 * const [stage] = stagesOf(4)
 * spreadBeyond(stage, { counts: [10, 60, 20, 90], exposures: [5, 10, 5, 10] }, poissonVariance) // { center: 6, sigmaZ: 3.3014762 }
 */
export function spreadBeyond(stage: Stage, { counts, exposures }: Shares, variance: Variance) {
  const center = pooledRate(stage, counts, exposures)
  const scores = new Float64Array(counts.length)
  for (const row of stage.baseline) {
    const sigma = Math.sqrt(variance(center) / exposures[row]!)
    if (sigma > 0) scores[row] = (counts[row]! / exposures[row]! - center) / sigma
  }
  return { center, sigmaZ: movingRangeOf(stage, scores).sigma }
}

function widened(shares: Shares, variance: Variance, bounds: Interval, options: ChartOptions): LaneyChart {
  const { counts, exposures } = shares
  const stages = stagesOf(counts.length, options)
  const spreads = new Map(stages.map((stage) => [stage, spreadBeyond(stage, shares, variance)]))
  const expect = (stage: Stage) => {
    const { center, sigmaZ } = spreads.get(stage)!
    return (row: number) => {
      const exposure = exposures[row]!
      return {
        value: counts[row]! / exposure,
        center,
        sigma: Math.sqrt(variance(center) / exposure) * sigmaZ,
      }
    }
  }
  const sigmaZ = [...spreads.values()].map((spread) => spread.sigmaZ)
  return { ...drawChart(stages, expect, { ...options, bounds }), sigmaZ }
}

/**
 * Laney's p' chart, for shares that vary from row to row by more than chance among independent cases: the z-scores of the p
 * chart are themselves charted by their moving range. Limits p +- 3 sqrt(p (1 - p) / n_i) sigmaZ, sigmaZ = mean |z_i - z_(i-1)| /
 * d2(2).
 *
 * Source: D. B. Laney, Improved control charts for attributes, Quality Engineering 14 (2002) 531-537. Assumes
 * that rows vary without a trend; a drift widens the limits little, a jump hardly. Cost: O(rows).
 *
 * @throws StatsError bad_input as for `pChart`; not_enough_data for a stage of one row; no_variation when z never moves
 * @example
 * const { sigmaZ, points } = laneyPChart([500, 620, 540, 700], [1000, 1000, 1000, 1000])
 * sigmaZ // [6.8376718]
 * points[0] // { value: 0.5, center: 0.59, lower: 0.2709583, upper: 0.9090417 }
 */
export function laneyPChart(
  counts: readonly number[],
  sizes: readonly number[],
  options: ChartOptions = {},
): LaneyChart {
  insistEvents(counts, sizes)
  return widened({ counts, exposures: sizes }, binomialVariance, [0, 1], options)
}

/**
 * Laney's u' chart, for rates that vary from row to row by more than Poisson counts do: u +- 3 sqrt(u / e_i) sigmaZ.
 *
 * Source: Laney (2002), as for `laneyPChart`. Assumptions as there. Cost: O(rows).
 *
 * @throws StatsError bad_input as for `uChart`; not_enough_data for a stage of one row; no_variation when z never moves
 * @example
 * laneyUChart([10, 60, 20, 90], [5, 10, 5, 10]).sigmaZ // [3.3014762]
 */
export function laneyUChart(
  counts: readonly number[],
  exposures: readonly number[],
  options: ChartOptions = {},
): LaneyChart {
  insistRates(counts, exposures)
  return widened({ counts, exposures }, poissonVariance, [0, Number.POSITIVE_INFINITY], options)
}
