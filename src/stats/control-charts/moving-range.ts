import { compensatedSum } from '../numerics/compensated-sum.ts'
import { insist, StatsError } from '../stats-error.ts'
import type { Stage } from './stages.ts'

/** d2(2): the mean of |X - Y| of two standard normal values. */
const meanStep = 2 / Math.sqrt(Math.PI)

/** The mean of the ranges |x_i - x_(i-1)| of a stage's baseline, between rows that both belong to it and follow each other. */
export type MovingRange = Readonly<{ mean: number; sigma: number }>

/**
 * The spread of single values from one to the next: the mean moving range of a stage's baseline, and sigma = mean / d2(2).
 *
 * Source: Montgomery (2009), section 6.4. Assumes that one value says nothing of the next; values that follow each
 * other closely make it too small. Cost: O(baseline).
 *
 * @param values one a row of the chart
 * @throws StatsError not_enough_data when no two rows of the baseline follow each other
 * @example
 * const [stage] = stagesOf(4)
 * movingRangeOf(stage, [3, 5, 4, 6]) // { mean: 1.6666667, sigma: 1.4770449 }
 */
export function movingRangeOf(stage: Stage, values: ArrayLike<number>): MovingRange {
  const within = new Set(stage.baseline)
  const ranges = stage.baseline
    .filter((row) => within.has(row - 1))
    .map((row) => Math.abs(values[row]! - values[row - 1]!))
  if (ranges.length === 0)
    throw new StatsError(
      'not_enough_data',
      `From row ${stage.start} on, no two rows follow each other in the baseline: wait for more before declaring a change.`,
    )
  const mean = compensatedSum(ranges) / ranges.length
  return { mean, sigma: mean / meanStep }
}

/**
 * How uncertain a sigma from moving ranges is: its squared coefficient of variation, nearly 0.8264 / (values - 1).
 *
 * Source: for normal X - Y and Y - Z of variance 2 and correlation -1/2, E|X - Y||Y - Z| = (4 / pi) (sqrt(3) / 2 + pi / 12), so the
 * sum is pi / 2 - 1 + 2 (sqrt(3) / 2 + pi / 12 - 1). Assumes independent normal values; the ends are neglected. Cost: O(1).
 *
 * @throws StatsError bad_input unless there are two values or more
 * @example
 * movingRangeVariation(21) // 0.0413223
 */
export function movingRangeVariation(values: number): number {
  insist(values >= 2, `A moving range takes two values or more, not ${values}.`)
  const shared = Math.sqrt(3) / 2 + Math.PI / 12 - 1
  return (Math.PI / 2 - 1 + 2 * shared) / (values - 1)
}
