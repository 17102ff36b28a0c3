import { compensatedSum } from '../numerics/compensated-sum.ts'
import { insist } from '../stats-error.ts'
import { meanDeviation } from './control-chart-factors.ts'
import { type ControlChart, drawChart } from './control-chart.ts'
import { meanRange, rangeDeviation } from './range-moments.ts'
import { type ChartOptions, type Stage, stagesOf } from './stages.ts'

/** The chart of the means, and that of the spreads within the subgroups: their ranges or standard deviations. */
export type SubgroupCharts = Readonly<{ means: ControlChart; spreads: ControlChart }>

/** A measure of spread, and its mean and standard deviation for n standard normal values. */
type Spread = Readonly<{ of: (values: readonly number[]) => number; mean: number; deviation: number }>

const meanOf = (values: readonly number[]) => compensatedSum(values) / values.length

const rangeOf = (values: readonly number[]) => Math.max(...values) - Math.min(...values)

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values)
  return Math.sqrt(compensatedSum(values.map((value) => (value - mean) ** 2)) / (values.length - 1))
}

function chartsOf(
  subgroups: readonly (readonly number[])[],
  spreadFor: (size: number) => Spread,
  options: ChartOptions,
): SubgroupCharts {
  insist(
    subgroups.every((values) => values.length >= 2 && values.every(Number.isFinite)),
    'A subgroup holds two finite numbers or more: chart single values with individualsChart.',
  )
  const stages = stagesOf(subgroups.length, options)
  const sizes = [...new Set(subgroups.map((values) => values.length))]
  const spreads = new Map(sizes.map((size) => [size, spreadFor(size)]))
  const rows = subgroups.map((values) => {
    const spread = spreads.get(values.length)!
    return { ...spread, size: values.length, average: meanOf(values), value: spread.of(values) }
  })
  const sigmaOf = ({ baseline }: Stage) => {
    const weights = baseline.map((row) => (rows[row]!.mean / rows[row]!.deviation) ** 2)
    const estimates = baseline.map((row, i) => (weights[i]! * rows[row]!.value) / rows[row]!.mean)
    return compensatedSum(estimates) / compensatedSum(weights)
  }
  const ofMeans = (stage: Stage) => {
    const center = meanOf(stage.baseline.flatMap((row) => subgroups[row]!))
    const sigma = sigmaOf(stage)
    return (row: number) => ({ value: rows[row]!.average, center, sigma: sigma / Math.sqrt(rows[row]!.size) })
  }
  const ofSpreads = (stage: Stage) => {
    const sigma = sigmaOf(stage)
    return (row: number) => {
      const { value, mean, deviation } = rows[row]!
      return { value, center: mean * sigma, sigma: deviation * sigma }
    }
  }
  const { reach } = options
  return {
    means: drawChart(stages, ofMeans, { reach }),
    spreads: drawChart(stages, ofSpreads, { reach, bounds: [0, Number.POSITIVE_INFINITY] }),
  }
}

/**
 * The charts of the means and ranges of small subgroups: mean +- 3 sigma / sqrt(n_i) with sigma from the ranges, and d2 sigma +- 3
 * d3 sigma, cut off at 0. With equal sizes these are mean +- A2 R and D3 R, D4 R.
 *
 * Source: Montgomery (2009), section 6.2; I. W. Burr, Control charts for measurements with varying sample sizes, J. Qual. Tech. 1
 * (1969) 163-167 for the weights (d2 / d3)^2 of unequal sizes. Assumes values that are normal and independent within a subgroup;
 * ranges waste much beyond 10 values: take `meanAndDeviationCharts`. Cost: O(values), and a `rangeDeviation` a size.
 *
 * @param subgroups 2 to 100 values each
 * @throws StatsError bad_input for smaller subgroups or no numbers; no_variation when every range of a baseline is 0
 * @example
 * const { means, spreads } = meanAndRangeCharts([[3, 5, 4], [6, 4, 5], [4, 2, 6]])
 * means.points[0] // { value: 4, center: 4.3333333, lower: 1.6044621, upper: 7.0622046 }
 * spreads.points[0] // { value: 2, center: 2.6666667, lower: 0, upper: 6.8655768 }
 */
export function meanAndRangeCharts(
  subgroups: readonly (readonly number[])[],
  options: ChartOptions = {},
): SubgroupCharts {
  const ranges = (size: number) => ({ of: rangeOf, mean: meanRange(size), deviation: rangeDeviation(size) })
  return chartsOf(subgroups, ranges, options)
}

/**
 * The charts of the means and standard deviations of subgroups: mean +- 3 sigma / sqrt(n_i) with sigma from the deviations, and c4
 * sigma +- 3 sigma sqrt(1 - c4^2), cut off at 0. With equal sizes these are mean +- A3 s and B3 s, B4 s.
 *
 * Source: Montgomery (2009), section 6.3; Burr (1969) for the weights c4^2 / (1 - c4^2) of unequal sizes. Assumes values that are
 * normal and independent within a subgroup; with very large ones the means vary by more than the values within tell, and
 * `individualsChart` of the means is right. Cost: O(values).
 *
 * @param subgroups 2 values or more each
 * @throws StatsError bad_input for smaller subgroups or no numbers; no_variation when no value of a baseline varies
 * @example
 * const { means, spreads } = meanAndDeviationCharts([[3, 5, 4], [6, 4, 5], [4, 2, 6]])
 * means.points[0] // { value: 4, center: 4.3333333, lower: 1.7274533, upper: 6.9392134 }
 * spreads.points[0] // { value: 1, center: 1.3333333, lower: 0, upper: 3.4242261 }
 */
export function meanAndDeviationCharts(
  subgroups: readonly (readonly number[])[],
  options: ChartOptions = {},
): SubgroupCharts {
  const deviations = (size: number) => {
    const mean = meanDeviation(size)
    return { of: deviationOf, mean, deviation: Math.sqrt(1 - mean * mean) }
  }
  return chartsOf(subgroups, deviations, options)
}
