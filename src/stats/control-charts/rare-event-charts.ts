import { compensatedSum } from '../numerics/compensated-sum.ts'
import { insist } from '../stats-error.ts'
import { type ControlChart, drawChart } from './control-chart.ts'
import { individualsChart } from './individuals-chart.ts'
import { type ChartOptions, type Stage, stagesOf } from './stages.ts'

/**
 * The g chart of cases between rare events: center g = mean, limits g +- 3 sqrt(g (g + 1)), cut off at 0.
 *
 * Source: J. C. Benneyan, Number-between g-type statistical quality control charts for monitoring adverse events, Health Care
 * Management Science 4 (2001) 305-318. Assumes that each case is an event with one chance, independently. The lower limit is
 * always cut off: the chart signals events that became rarer, and not that they became more frequent. For that take `tChart` with
 * times, or `pChart` over longer rows. Cost: O(events).
 *
 * @param gaps cases from one event to the next, whole, 0 when two follow each other
 * @throws StatsError bad_input for a gap that is no count; no_variation when all gaps of a baseline are 0
 * @example
 * gChart([12, 3, 30, 7]).points[2] // { value: 30, center: 13, sigma: 13.4907376, upper: 53.4722127, clipped: 'lower' }
 */
export function gChart(gaps: readonly number[], options: ChartOptions = {}): ControlChart {
  insist(
    gaps.every((gap) => Number.isInteger(gap) && gap >= 0),
    'Cases between events are whole numbers from 0.',
  )
  const expect = ({ baseline }: Stage) => {
    const center = compensatedSum(baseline.map((row) => gaps[row]!)) / baseline.length
    const sigma = Math.sqrt(center * (center + 1))
    return (row: number) => ({ value: gaps[row]!, center, sigma })
  }
  const bounds = [0, Number.POSITIVE_INFINITY] as const
  return drawChart(stagesOf(gaps.length, options), expect, { ...options, bounds })
}

/** A time between events with its limits, in the unit of the times. */
export type TimePoint = Readonly<{ row: number; value: number; center: number; lower: number; upper: number }>

/** `roots` holds the chart on which rules are read, of times^(1/3.6); `times` the same points as times, to be drawn. */
export type TimesChart = Readonly<{ times: readonly TimePoint[]; roots: ControlChart }>

const power = 3.6

const timeOf = (root: number) => Math.max(0, root) ** power

/**
 * The t chart of times between rare events: the individuals chart of y = t^(1/3.6), which turns exponential times nearly normal,
 * with its center and limits turned back. It signals on both sides: events that became rarer or more frequent.
 *
 * Source: L. S. Nelson, A control chart for parts-per-million nonconforming items, J. Qual. Tech. 26 (1994) 239-240. Assumes events
 * that come at one rate, independently. Cost: O(events).
 *
 * @param times from one event to the next, 0 or more, in any unit
 * @throws StatsError bad_input for a time below 0; not_enough_data for a stage of one time; no_variation when all are equal
 * @example
 * const { times, roots } = tChart([12.5, 3, 30, 7, 20])
 * times[1] // { row: 1, value: 3, center: 11.9573108, lower: 0, upper: 174.3253361 }
 * roots.points[1].z // -0.8658558
 */
export function tChart(times: readonly number[], options: ChartOptions = {}): TimesChart {
  insist(
    times.every((time) => time >= 0 && Number.isFinite(time)),
    'Times between events are finite and 0 or more.',
  )
  const roots = times.map((time) => time ** (1 / power))
  const bounds = [0, Number.POSITIVE_INFINITY] as const
  const { individuals } = individualsChart(roots, { ...options, bounds })
  const drawn = individuals.points.map(({ row, center, lower, upper }) => ({
    row,
    value: times[row]!,
    center: timeOf(center),
    lower: timeOf(lower),
    upper: timeOf(upper),
  }))
  return { times: drawn, roots: individuals }
}
