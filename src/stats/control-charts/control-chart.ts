import type { Interval } from '../inference/wilson.ts'
import { insist, StatsError } from '../stats-error.ts'
import type { Stage } from './stages.ts'

/**
 * One point with its limits. `z` is (value - center) / sigma. `lower` and `upper` are cut off at the ends of what the value can
 * be; `clipped` names the ends that were, past which no point can signal.
 */
export type ChartPoint = Readonly<{
  row: number
  value: number
  center: number
  sigma: number
  z: number
  lower: number
  upper: number
  clipped: 'none' | 'lower' | 'upper' | 'both'
}>

/** A chart as plain data: its points, the stages whose baselines set the limits, and the rows outside the limits. */
export type ControlChart = Readonly<{
  points: readonly ChartPoint[]
  stages: readonly Stage[]
  beyond: readonly number[]
}>

/** What a kind of chart knows of one row: what is drawn, around which level, with which standard deviation. */
export type Expected = Readonly<{ value: number; center: number; sigma: number }>

function cutOff(lower: number, upper: number, [least, most]: Interval): ChartPoint['clipped'] {
  if (lower < least) return upper > most ? 'both' : 'lower'
  return upper > most ? 'upper' : 'none'
}

function pointOf(
  row: number,
  { value, center, sigma }: Expected,
  reach: number,
  bounds: Interval,
): ChartPoint {
  if (!(sigma > 0))
    throw new StatsError(
      'no_variation',
      `The baseline of row ${row} does not vary, so it sets no limits: take more rows, or chart the time between events.`,
    )
  const [lower, upper] = [center - reach * sigma, center + reach * sigma]
  return {
    row,
    value,
    center,
    sigma,
    z: (value - center) / sigma,
    lower: Math.max(lower, bounds[0]),
    upper: Math.min(upper, bounds[1]),
    clipped: cutOff(lower, upper, bounds),
  }
}

/**
 * A control chart of what is expected of each row: limits at center +- reach * sigma, cut off at `bounds`.
 *
 * Source: W. A. Shewhart, Economic Control of Quality of Manufactured Product (1931), chapter 20. Cost: O(rows).
 *
 * @param expect for a stage, the level and standard deviation of each of its rows; undefined leaves the row out
 * @throws StatsError bad_input unless reach is above 0; no_variation where sigma is not above 0
 * @example
 * const chart = drawChart(stagesOf(2), () => (row) => ({ value: 4 * row, center: 0, sigma: 1 }), { bounds: [0, 9] })
 * chart.points[1] // { row: 1, value: 4, z: 4, lower: 0, upper: 3, clipped: 'lower' }
 * chart.beyond // [1]
 */
export function drawChart(
  stages: readonly Stage[],
  expect: (stage: Stage) => (row: number) => Expected | undefined,
  { reach = 3, bounds = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as Interval } = {},
): ControlChart {
  insist(reach > 0 && Number.isFinite(reach), `Limits lie some standard deviations out, not ${reach}.`)
  const points: ChartPoint[] = []
  for (const stage of stages) {
    const at = expect(stage)
    for (let row = stage.start; row < stage.end; row++) {
      const expected = at(row)
      if (expected) points.push(pointOf(row, expected, reach, bounds))
    }
  }
  const beyond = points.filter((point) => Math.abs(point.z) > reach).map((point) => point.row)
  return { points, stages, beyond }
}
