import type { Interval } from '../inference/wilson.ts'
import { compensatedSum } from '../numerics/compensated-sum.ts'
import { insist } from '../stats-error.ts'
import { type ControlChart, drawChart } from './control-chart.ts'
import { movingRangeOf } from './moving-range.ts'
import { type ChartOptions, type Stage, stagesOf } from './stages.ts'

/** d3(2) / d2(2): the standard deviation of |X - Y| of two normal values over its mean. */
const relativeSigma = Math.sqrt(Math.PI / 2 - 1)

/** The chart of the values, and that of the steps between them, which has no point where a stage begins. */
export type IndividualsChart = Readonly<{ individuals: ControlChart; movingRanges: ControlChart }>

/**
 * The XmR chart of single values: mean +- 3 sigma, sigma = mean moving range / d2(2); and the chart of the moving ranges, mean (1
 * +- 3 d3 / d2), cut off at 0.
 *
 * Source: Montgomery (2009), section 6.4. Assumes values that do not follow each other closely and are not very
 * skewed; times are: chart their logarithms, or the share within a promised time. Of the ranges only points beyond the limits
 * say something, as each shares a value with the next. Cost: O(rows).
 *
 * @param options `bounds` are the ends of what a value can be, such as [0, Infinity]
 * @throws StatsError bad_input for a value that is no number; not_enough_data for a stage of one row; no_variation when all of a
 * baseline are equal
 * @example
 * const { individuals, movingRanges } = individualsChart([3, 5, 4, 6])
 * individuals.points[0] // { value: 3, center: 4.5, sigma: 1.4770449, lower: 0.0688654, upper: 8.9311346 }
 * movingRanges.points[0] // { row: 1, value: 2, center: 1.6666667, lower: 0, upper: 5.4442199 }
 */
export function individualsChart(
  values: readonly number[],
  options: ChartOptions & Readonly<{ bounds?: Interval }> = {},
): IndividualsChart {
  insist(values.every(Number.isFinite), 'A chart of values holds finite numbers only.')
  const stages = stagesOf(values.length, options)
  const ofValues = (stage: Stage) => {
    const center = compensatedSum(stage.baseline.map((row) => values[row]!)) / stage.baseline.length
    const { sigma } = movingRangeOf(stage, values)
    return (row: number) => ({ value: values[row]!, center, sigma })
  }
  const ofRanges = (stage: Stage) => {
    const center = movingRangeOf(stage, values).mean
    const sigma = center * relativeSigma
    return (row: number) =>
      row === stage.start ? undefined : { value: Math.abs(values[row]! - values[row - 1]!), center, sigma }
  }
  const { reach } = options
  return {
    individuals: drawChart(stages, ofValues, options),
    movingRanges: drawChart(stages, ofRanges, { reach, bounds: [0, Number.POSITIVE_INFINITY] }),
  }
}
