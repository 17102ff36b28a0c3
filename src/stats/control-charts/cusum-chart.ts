import { insist } from '../stats-error.ts'
import type { ChartPoint, ControlChart } from './control-chart.ts'

/** In units of sigma: half the shift to be seen, the sum that signals, and the sum to start with. */
export type Cusum = Readonly<{ allowance?: number; decision?: number; headStart?: number }>

/**
 * The sums above and below after one row. `upperSince` and `lowerSince` are the rows at which the sums last left 0: where a shift
 * that they show probably began; with a head start, the first row of the stage at the earliest.
 */
export type CusumPoint = Readonly<{
  row: number
  upper: number
  lower: number
  upperSince: number | null
  lowerSince: number | null
}>

/** The sums, and the rows at which each is above the decision interval. */
export type CusumChart = Readonly<{
  points: readonly CusumPoint[]
  above: readonly number[]
  below: readonly number[]
}>

/**
 * Ends the call unless these are the settings of a cumulative sum.
 *
 * Source: Montgomery (2009), section 9.1. Cost: O(1).
 *
 * @throws StatsError bad_input unless allowance >= 0, decision > 0 and 0 <= headStart < decision
 * @example
 * insistCusum(0.5, 5, 0) // undefined
 */
export function insistCusum(allowance: number, decision: number, headStart: number): void {
  const good = allowance >= 0 && decision > 0 && headStart >= 0 && headStart < decision
  insist(
    good && Number.isFinite(allowance) && Number.isFinite(decision),
    `A cumulative sum takes an allowance from 0, a decision above 0 and a head start below that, not ${allowance}, ${decision}, ${headStart}.`,
  )
}

/** One sum going on: max(0, sum + step), and the row at which it last left 0. */
type Sum = Readonly<{ sum: number; since: number | null }>

function add({ sum, since }: Sum, step: number, row: number): Sum {
  const next = Math.max(0, sum + step)
  if (next === 0) return { sum: 0, since: null }
  return { sum: next, since: since ?? row }
}

/**
 * The two-sided tabular CUSUM of another chart's z-scores: upper = max(0, z - k + upper before), lower = max(0, -z - k + lower
 * before), with a signal above h. It starts anew with each stage, and goes on after a signal.
 *
 * Source: E. S. Page, Continuous inspection schemes, Biometrika 41 (1954) 100-115; Montgomery (2009), section 9.1; head start: J.
 * M. Lucas and R. B. Crosier, Fast initial response for CUSUM quality-control schemes, Technometrics 24 (1982) 199-205. Assumes
 * points that are independent. k 0.5 and h 5 have one false alarm in 465 points and see a shift of 1 sigma after 10. Cost:
 * O(points).
 *
 * @throws StatsError bad_input for settings that are none
 * @example
 * const { individuals } = individualsChart([1, 0, 1, 0, 1, 0, 4, 4], { baseline: 6 })
 * const { points, above, below } = cusumChart(individuals, { decision: 5 })
 * points[7] // { row: 7, upper: 6.8986542, lower: 0, upperSince: 6, lowerSince: null }
 * above // [7]
 * below // []
 */
export function cusumChart(chart: ControlChart, settings: Cusum = {}): CusumChart {
  const { allowance = 0.5, decision = 5, headStart = 0 } = settings
  insistCusum(allowance, decision, headStart)
  const points = chart.stages.flatMap(({ start, end }) => {
    const first: Sum = { sum: headStart, since: null }
    let [upper, lower] = [first, first]
    const follow = ({ row, z }: ChartPoint): CusumPoint => {
      upper = add(upper, z - allowance, row)
      lower = add(lower, -z - allowance, row)
      return { row, upper: upper.sum, lower: lower.sum, upperSince: upper.since, lowerSince: lower.since }
    }
    return chart.points.filter(({ row }) => row >= start && row < end).map(follow)
  })
  const rowsWhere = (side: 'upper' | 'lower') =>
    points.filter((point) => point[side] > decision).map(({ row }) => row)
  return { points, above: rowsWhere('upper'), below: rowsWhere('lower') }
}
