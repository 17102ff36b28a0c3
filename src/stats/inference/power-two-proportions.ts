import { normalCdf } from '../distributions/normal.ts'
import { insist } from '../stats-error.ts'
import { groupSizes, plannedDesign, powerReach, type GroupSizes, type StudyDesign } from './study-design.ts'

function spreads(first: number, second: number, ratio: number) {
  insist(
    [first, second].every((chance) => chance > 0 && chance < 1) && first !== second,
    `Two different chances inside (0, 1) are compared, not ${first} and ${second}.`,
  )
  const pooled = (first + ratio * second) / (1 + ratio)
  return {
    alike: Math.sqrt(pooled * (1 - pooled) * (1 + 1 / ratio)),
    apart: Math.sqrt(first * (1 - first) + (second * (1 - second)) / ratio),
    difference: Math.abs(first - second),
  }
}

/**
 * Power of the two-proportion z test with `n` trials in the first group and ratio * n in the second:
 * Phi((sqrt(n) |p1 - p2| - z sqrt(p q (1 + 1/r))) / sqrt(p1 q1 + p2 q2 / r)), p the pooled chance. A finding in the wrong
 * direction is no success.
 *
 * Source: J. L. Fleiss, B. Levin and M. C. Paik, Statistical Methods for Rates and Proportions, 3rd ed. (2003), sections
 * 4.2 and 4.4 without correction; with ratio 1 R's power.prop.test. Assumes expected counts of 5 or more. Cost: O(1).
 *
 * @throws StatsError bad_input unless the chances differ inside (0, 1), and n >= 1
 * @example
 * twoProportionPower(0.5, 0.75, 50) // 0.740165901
 */
export function twoProportionPower(
  first: number,
  second: number,
  n: number,
  design: StudyDesign = {},
): number {
  insist(n >= 1, `A group holds one or more, not ${n}.`)
  const { reach, ratio } = plannedDesign(design)
  const { alike, apart, difference } = spreads(first, second, ratio)
  return normalCdf((Math.sqrt(n) * difference - reach * alike) / apart)
}

/**
 * How many trials show that two chances differ, with the given power: the inverse of twoProportionPower.
 *
 * Source: Fleiss, Levin and Paik (2003), eq. 4.14 and 4.18; R's power.prop.test. Assumes what twoProportionPower does.
 * Cost: O(1).
 *
 * @throws StatsError bad_input unless the chances differ inside (0, 1), and power lies between alpha / sides and 1
 * @example
 * twoProportionSize(0.5, 0.75, 0.9) // { first: 77, second: 77, exact: 76.70693 }
 * twoProportionSize(0.1, 0.06, 0.8, { ratio: 4 }).first // 424
 */
export function twoProportionSize(
  first: number,
  second: number,
  power = 0.8,
  design: StudyDesign = {},
): GroupSizes {
  const { reach, ratio } = plannedDesign(design)
  const { alike, apart, difference } = spreads(first, second, ratio)
  return groupSizes(((reach * alike + powerReach(power, design) * apart) / difference) ** 2, ratio)
}
