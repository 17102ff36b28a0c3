import { normalQuantile } from '../distributions/normal.ts'
import { insist } from '../stats-error.ts'

/**
 * How two groups will be compared. `ratio` is the size of the second group for one in the first: 4 where a fifth is left
 * alone and four fifths are helped. `alpha` is 0.05, `sides` 2 and `ratio` 1 unless told.
 */
export type StudyDesign = Readonly<{ alpha?: number; sides?: 1 | 2; ratio?: number }>

/** Sizes of both groups in whole units, and that of the first before it was rounded up. */
export type GroupSizes = Readonly<{ first: number; second: number; exact: number }>

/**
 * The design with its defaults, and the normal deviate `reach` that the test must pass.
 *
 * Source: the quantile of the standard normal distribution at 1 - alpha / sides. Cost: O(1).
 *
 * @throws StatsError bad_input unless 0 < alpha < 1, ratio > 0 and sides is 1 or 2
 * @example
 * plannedDesign({}) // { alpha: 0.05, sides: 2, ratio: 1, reach: 1.959963984540 }
 */
export function plannedDesign({ alpha = 0.05, sides = 2, ratio = 1 }: StudyDesign) {
  insist(alpha > 0 && alpha < 1, `Alpha lies inside (0, 1), not at ${alpha}.`)
  insist(sides === 1 || sides === 2, `A test has one side or two, not ${String(sides)}.`)
  insist(ratio > 0 && Number.isFinite(ratio), `The ratio of the groups lies above 0, not at ${ratio}.`)
  return { alpha, sides, ratio, reach: -normalQuantile(alpha / sides) }
}

/**
 * The normal deviate that lies above chance by as much as the power asks: the quantile at `power`.
 *
 * Source: J. L. Fleiss, B. Levin and M. C. Paik, Statistical Methods for Rates and Proportions (2003), section 4.2.
 * Cost: O(1).
 *
 * @throws StatsError bad_input unless power lies between alpha / sides and 1
 * @example
 * powerReach(0.8, {}) // 0.841621233573
 */
export function powerReach(power: number, design: StudyDesign): number {
  const { alpha, sides } = plannedDesign(design)
  insist(
    power > alpha / sides && power < 1,
    `Power lies between ${alpha / sides}, which chance alone gives, and 1, not at ${power}.`,
  )
  return normalQuantile(power)
}

/**
 * Whole sizes of both groups from the size of the first.
 *
 * Source: rounding up, so that the power is reached. Cost: O(1).
 *
 * @example
 * groupSizes(76.7, 2) // { first: 77, second: 154, exact: 76.7 }
 */
export function groupSizes(exact: number, ratio: number): GroupSizes {
  // What exceeds a whole number by rounding alone needs nobody more.
  const up = (size: number) => Math.max(1, Math.ceil(size * (1 - 1e-12)))
  return { first: up(exact), second: up(exact * ratio), exact }
}
