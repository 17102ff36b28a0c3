import { compensatedSum } from '../numerics/compensated-sum.ts'
import { insist } from '../stats-error.ts'
import { type ControlChart, drawChart } from './control-chart.ts'
import { type ChartOptions, type Stage, stagesOf } from './stages.ts'

const isCount = (count: number) => Number.isInteger(count) && count >= 0

/**
 * Ends the call unless `counts` and `sizes` are events among so many trials.
 *
 * Source: the definition of a share. Cost: O(rows).
 *
 * @throws StatsError bad_input, telling which row
 * @example
 * insistEvents([1, 0], [5, 4]) // undefined
 */
export function insistEvents(counts: readonly number[], sizes: readonly number[]): void {
  insist(counts.length === sizes.length, `${counts.length} counts need as many sizes, not ${sizes.length}.`)
  counts.forEach((count, row) => {
    const size = sizes[row]!
    const good = isCount(count) && Number.isInteger(size) && size >= 1 && count <= size
    insist(good, `Row ${row} has ${count} of ${size}: leave out rows without cases; events are at most all.`)
  })
}

/**
 * Ends the call unless `counts` and `exposures` are events over an exposure above 0.
 *
 * Source: the definition of a rate. Cost: O(rows).
 *
 * @throws StatsError bad_input, telling which row
 * @example
 * insistRates([1, 0], [5.5, 4]) // undefined
 */
export function insistRates(counts: readonly number[], exposures: readonly number[]): void {
  const [rows, given] = [counts.length, exposures.length]
  insist(rows === given, `${rows} counts need as many exposures, not ${given}.`)
  counts.forEach((count, row) => {
    const exposure = exposures[row]!
    const good = isCount(count) && exposure > 0 && Number.isFinite(exposure)
    insist(good, `Row ${row} has ${count} events over ${exposure}: leave out rows without exposure.`)
  })
}

/**
 * Events over exposure of the baseline of a stage, pooled: sum of counts / sum of exposures.
 *
 * Source: Montgomery (2009), section 7.2. Cost: O(baseline).
 *
 * @example
 * const [stage] = stagesOf(2)
 * pooledRate(stage, [1, 3], [10, 10]) // 0.2
 */
export function pooledRate(
  { baseline }: Stage,
  counts: readonly number[],
  exposures: readonly number[],
): number {
  const over = (values: readonly number[]) => compensatedSum(baseline.map((row) => values[row]!))
  return over(counts) / over(exposures)
}

/**
 * The p chart of shares: center p = events / cases of the baseline, limits p +- 3 sqrt(p (1 - p) / n_i), cut off at 0 and 1.
 *
 * Source: Montgomery (2009), section 7.2. Assumes cases that are independent and of one chance within a
 * row; where n is large this fails, and nearly all points are outside: take `laneyPChart`. Cost: O(rows).
 *
 * @param counts events of each row; `sizes` its cases
 * @throws StatsError bad_input unless 0 <= count <= size, whole, in every row; no_variation when all or none are events
 * @example
 * const chart = pChart([12, 15, 8, 10, 4, 30], [50, 50, 50, 50, 50, 100], { baseline: 5 })
 * chart.points[0] // { value: 0.24, center: 0.196, lower: 0.0275805, upper: 0.3644195, clipped: 'none' }
 * chart.points[5].upper // 0.3150906
 */
export function pChart(
  counts: readonly number[],
  sizes: readonly number[],
  options: ChartOptions = {},
): ControlChart {
  insistEvents(counts, sizes)
  const expect = (stage: Stage) => {
    const center = pooledRate(stage, counts, sizes)
    return (row: number) => {
      const size = sizes[row]!
      return { value: counts[row]! / size, center, sigma: Math.sqrt((center * (1 - center)) / size) }
    }
  }
  return drawChart(stagesOf(counts.length, options), expect, { ...options, bounds: [0, 1] })
}

/**
 * The np chart of counts among equally many cases: n p +- 3 sqrt(n p (1 - p)), cut off at 0 and n.
 *
 * Source: Montgomery (2009), section 7.2. Assumptions as for `pChart`. Cost: O(rows).
 *
 * @param size cases of every row
 * @throws StatsError bad_input unless 0 <= count <= size, whole; no_variation when all or none are events
 * @example
 * npChart([12, 15, 8, 10, 4], 50).points[0] // { value: 12, center: 9.8, upper: 18.2209738 }
 */
export function npChart(counts: readonly number[], size: number, options: ChartOptions = {}): ControlChart {
  const sizes = counts.map(() => size)
  insistEvents(counts, sizes)
  const expect = (stage: Stage) => {
    const share = pooledRate(stage, counts, sizes)
    const [center, sigma] = [size * share, Math.sqrt(size * share * (1 - share))]
    return (row: number) => ({ value: counts[row]!, center, sigma })
  }
  return drawChart(stagesOf(counts.length, options), expect, { ...options, bounds: [0, size] })
}

/**
 * The u chart of events by exposure: center u = events / exposure of the baseline, limits u +- 3 sqrt(u / e_i), cut off at 0.
 *
 * Source: Montgomery (2009), section 7.3. Assumes events that come one by one and independently (Poisson); large
 * counts seldom do: take `laneyUChart`. Cost: O(rows).
 *
 * @param exposures of each row, above 0, in any unit: seats, hours, accounts
 * @throws StatsError bad_input unless counts are whole and exposures above 0; no_variation when no event was seen
 * @example
 * const chart = uChart([10, 12, 8, 14], [5, 5, 5, 10])
 * chart.points[3] // { value: 1.4, center: 1.76, lower: 0.5014294, upper: 3.0185706 }
 */
export function uChart(
  counts: readonly number[],
  exposures: readonly number[],
  options: ChartOptions = {},
): ControlChart {
  insistRates(counts, exposures)
  const expect = (stage: Stage) => {
    const center = pooledRate(stage, counts, exposures)
    return (row: number) => {
      const exposure = exposures[row]!
      return { value: counts[row]! / exposure, center, sigma: Math.sqrt(center / exposure) }
    }
  }
  const bounds = [0, Number.POSITIVE_INFINITY] as const
  return drawChart(stagesOf(counts.length, options), expect, { ...options, bounds })
}

/**
 * The c chart of events over equal exposures: c +- 3 sqrt(c), cut off at 0.
 *
 * Source: Montgomery (2009), section 7.3. Assumptions as for `uChart`. Cost: O(rows).
 *
 * @throws StatsError bad_input unless counts are whole and 0 or more; no_variation when no event was seen
 * @example
 * cChart([10, 12, 8, 14]).points[0] // { value: 10, center: 11, lower: 1.0501256, upper: 20.9498744 }
 */
export function cChart(counts: readonly number[], options: ChartOptions = {}): ControlChart {
  const each = counts.map(() => 1)
  return uChart(counts, each, options)
}
