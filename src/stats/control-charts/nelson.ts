import { insist } from '../stats-error.ts'
import { onEitherSide, pointsCompleting } from './run-rule.ts'

const { POSITIVE_INFINITY: far } = Number

/** Those of Nelson's rules that are windows on z: for `pointsCompleting` and `ruleRunLength`. Rules 3 and 4 compare neighbours. */
export const nelson = {
  rule1: onEitherSide(1, 1, 3),
  rule2: onEitherSide(9, 9, 0),
  rule5: onEitherSide(2, 3, 2),
  rule6: onEitherSide(4, 5, 1),
  rule7: [{ atLeast: 15, of: 15, inside: [[-1, 1]] }],
  rule8: [
    {
      atLeast: 8,
      of: 8,
      inside: [
        [-far, -1],
        [1, far],
      ],
    },
  ],
} as const

/**
 * Points beyond 3 sigma: a single cause.
 *
 * Source: L. S. Nelson, The Shewhart control chart: tests for special causes, J. Qual. Tech. 16 (1984) 237-239, test 1. Assumes
 * normal points that are independent; one in 370 is flagged by chance. Cost: O(points).
 *
 * @param z (value - center) / sigma of each point
 * @throws StatsError bad_input when a point is no number
 * @example
 * nelsonRule1([0, 3.1, -2, -4]) // [1, 3]
 */
export function nelsonRule1(z: readonly number[]): number[] {
  return pointsCompleting(nelson.rule1, z)
}

/**
 * Points that end 9 or more in a row on the same side of the center: a lasting shift. A point on the center ends a run.
 *
 * Source: Nelson (1984), test 2. Assumptions as for rule 1, and a center near the median. Cost: O(points).
 *
 * @throws StatsError bad_input when a point is no number
 * @example
 * nelsonRule2([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, -1]) // [8, 9]
 */
export function nelsonRule2(z: readonly number[]): number[] {
  return pointsCompleting(nelson.rule2, z)
}

/** Points that end a chain of `steps` steps, each of which carries on from the step before. */
function endsOfChain(
  z: readonly number[],
  steps: number,
  carriesOn: (step: number, before: number) => boolean,
): number[] {
  insist(z.every(Number.isFinite), 'Rules read finite z-scores only.')
  const ends: number[] = []
  let [length, before] = [0, 0]
  for (let i = 1; i < z.length; i++) {
    const step = z[i]! - z[i - 1]!
    if (step === 0) length = 0
    else length = length > 0 && carriesOn(step, before) ? length + 1 : 1
    if (length >= steps) ends.push(i)
    before = step
  }
  return ends
}

/**
 * Points that end 6 or more in a row which all rise, or all fall: a drift. Equal neighbours end it.
 *
 * Source: Nelson (1984), test 3. Assumptions as for rule 1; it adds false alarms and sees drifts hardly sooner (R. B. Davis and W.
 * H. Woodall, Performance of the control chart trend rule under linear shift, J. Qual. Tech. 20 (1988) 260). Cost: O(points).
 *
 * @throws StatsError bad_input when a point is no number
 * @example
 * nelsonRule3([0, 1, 2, 3, 4, 5, 4]) // [5]
 */
export function nelsonRule3(z: readonly number[]): number[] {
  return endsOfChain(z, 5, (step, before) => step > 0 === before > 0)
}

/**
 * Points that end 14 or more in a row which go up and down in turn: two causes that alternate. Equal neighbours end it.
 *
 * Source: Nelson (1984), test 4. Assumptions as for rule 1. Cost: O(points).
 *
 * @throws StatsError bad_input when a point is no number
 * @example
 * nelsonRule4([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 1]) // [13]
 */
export function nelsonRule4(z: readonly number[]): number[] {
  return endsOfChain(z, 13, (step, before) => step > 0 !== before > 0)
}

/**
 * Points beyond 2 sigma of which 2 among the last 3 are, on the same side: a middling shift.
 *
 * Source: Nelson (1984), test 5. Assumptions as for rule 1. Cost: O(points).
 *
 * @throws StatsError bad_input when a point is no number
 * @example
 * nelsonRule5([-2.3, 0.1, -2.4, -0.5]) // [2]
 */
export function nelsonRule5(z: readonly number[]): number[] {
  return pointsCompleting(nelson.rule5, z)
}

/**
 * Points beyond 1 sigma of which 4 among the last 5 are, on the same side: a small shift.
 *
 * Source: Nelson (1984), test 6. Assumptions as for rule 1. Cost: O(points).
 *
 * @throws StatsError bad_input when a point is no number
 * @example
 * nelsonRule6([1.2, 1.4, 0.2, 1.3, 1.6, 0.5]) // [4]
 */
export function nelsonRule6(z: readonly number[]): number[] {
  return pointsCompleting(nelson.rule6, z)
}

/**
 * Points that end 15 or more in a row within 1 sigma: the limits are too wide, as when subgroups mix two sources.
 *
 * Source: Nelson (1984), test 7. Assumptions as for rule 1. Cost: O(points).
 *
 * @throws StatsError bad_input when a point is no number
 * @example
 * nelsonRule7([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0.5, 1]) // [14]
 */
export function nelsonRule7(z: readonly number[]): number[] {
  return pointsCompleting(nelson.rule7, z)
}

/**
 * Points that end 8 or more in a row beyond 1 sigma, on either side: two levels that mix.
 *
 * Source: Nelson (1984), test 8. Assumptions as for rule 1. Cost: O(points).
 *
 * @throws StatsError bad_input when a point is no number
 * @example
 * nelsonRule8([1.5, -1.3, 1.2, 1.1, -1.6, 1.4, -1.2, 1.3, 0]) // [7]
 */
export function nelsonRule8(z: readonly number[]): number[] {
  return pointsCompleting(nelson.rule8, z)
}
