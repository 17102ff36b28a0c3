import { onEitherSide, pointsCompleting } from './run-rule.ts'

/** The four rules of Western Electric, as windows on z: for `pointsCompleting` and `ruleRunLength`. */
export const westernElectric = {
  rule1: onEitherSide(1, 1, 3),
  rule2: onEitherSide(2, 3, 2),
  rule3: onEitherSide(4, 5, 1),
  rule4: onEitherSide(8, 8, 0),
} as const

/**
 * Points beyond 3 sigma.
 *
 * Source: Western Electric, Statistical Quality Control Handbook (1956), pages 25-27. Assumes normal points that are independent;
 * one in 370 is flagged by chance. Cost: O(points).
 *
 * @throws StatsError bad_input when a point is no number
 * @example
 * westernElectricRule1([0, 3.1, -2, -4]) // [1, 3]
 */
export function westernElectricRule1(z: readonly number[]): number[] {
  return pointsCompleting(westernElectric.rule1, z)
}

/**
 * Points beyond 2 sigma of which 2 among the last 3 are, on the same side.
 *
 * Source: Western Electric (1956), pages 25-27. Assumptions as for rule 1. Cost: O(points).
 *
 * @throws StatsError bad_input when a point is no number
 * @example
 * westernElectricRule2([2.1, 0, 2.2, -2.3, 0]) // [2]
 */
export function westernElectricRule2(z: readonly number[]): number[] {
  return pointsCompleting(westernElectric.rule2, z)
}

/**
 * Points beyond 1 sigma of which 4 among the last 5 are, on the same side.
 *
 * Source: Western Electric (1956), pages 25-27. Assumptions as for rule 1. Cost: O(points).
 *
 * @throws StatsError bad_input when a point is no number
 * @example
 * westernElectricRule3([1.1, 1.2, 0, 1.3, 1.4, 0]) // [4]
 */
export function westernElectricRule3(z: readonly number[]): number[] {
  return pointsCompleting(westernElectric.rule3, z)
}

/**
 * Points that end 8 or more in a row on the same side of the center; a point on the center ends a run.
 *
 * Source: Western Electric (1956), pages 25-27. Assumptions as for rule 1, and a center near the median. Cost: O(points).
 *
 * @throws StatsError bad_input when a point is no number
 * @example
 * westernElectricRule4([1, 1, 1, 1, 1, 1, 1, 1, 1, -1]) // [7, 8]
 */
export function westernElectricRule4(z: readonly number[]): number[] {
  return pointsCompleting(westernElectric.rule4, z)
}
