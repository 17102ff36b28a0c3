import { normalCdf } from '../distributions/normal.ts'
import { studentTQuantile } from '../distributions/student-t.ts'
import { findRoot } from '../numerics/root.ts'
import { insist } from '../stats-error.ts'
import { groupSizes, plannedDesign, powerReach, type GroupSizes, type StudyDesign } from './study-design.ts'

const points = 2000
const negligible = 40

/**
 * Chance that a noncentral t value exceeds t: the mean of Phi(shift - t s) over s = sqrt(chi^2 / df), by the trapezoidal
 * rule on u = log s, whose density exp(df (u - (e^2u - 1) / 2)) vanishes so fast that the rule is exact to rounding.
 */
function noncentralTUpperTail(t: number, df: number, shift: number): number {
  const low = -negligible / df - Math.sqrt((2 * negligible) / df)
  const high = Math.min(3, Math.sqrt((2 * negligible) / df))
  const step = (high - low) / points
  let [weights, sum] = [0, 0]
  for (let i = 0; i <= points; i += 1) {
    const u = low + i * step
    const weight = Math.exp(df * (u - Math.expm1(2 * u) / 2))
    weights += weight
    sum += weight * normalCdf(shift - t * Math.exp(u))
  }
  return sum / weights
}

/**
 * Power of the two-sample t test with `n` values in the first group and ratio * n in the second: the chance that a noncentral
 * t value with n (1 + r) - 2 degrees of freedom and shift effect sqrt(n r / (1 + r)) exceeds the quantile of Student's t. A
 * finding in the wrong direction is no success.
 *
 * Source: J. Cohen, Statistical Power Analysis for the Behavioral Sciences, 2nd ed. (1988), section 2.5; R's power.t.test.
 * The integral is L. N. Trefethen and J. A. C. Weideman, SIAM Review 56 (2014) 385-458. Assumes normal values of one spread.
 * Cost: 2,000 normal chances.
 *
 * @param effect difference of the means in standard deviations
 * @throws StatsError bad_input unless the effect is finite and not 0, n and ratio * n are 1 or more, 3 together
 * @example
 * twoMeansPower(1, 20) // 0.8689528017
 */
export function twoMeansPower(effect: number, n: number, design: StudyDesign = {}): number {
  insist(Number.isFinite(effect) && effect !== 0, `An effect to be found is finite and not 0, not ${effect}.`)
  const { alpha, sides, ratio } = plannedDesign(design)
  insist(
    n >= 1 && ratio * n >= 1 && n * (1 + ratio) >= 3,
    `Groups of ${n} and ${ratio * n} hold too few to compare means.`,
  )
  const df = n * (1 + ratio) - 2
  const shift = Math.abs(effect) * Math.sqrt((n * ratio) / (1 + ratio))
  return noncentralTUpperTail(-studentTQuantile(alpha / sides, df), df, shift)
}

/**
 * How many values show that two means differ, with the given power: the inverse of twoMeansPower.
 *
 * Source: Cohen (1988), section 2.4; R's power.t.test(tol = 1e-12). Assumes what twoMeansPower does. Cost: some 20 powers.
 *
 * @param effect difference of the means in standard deviations
 * @throws StatsError bad_input unless the effect is finite and not 0, and power lies between alpha / sides and 1
 * @example
 * twoMeansSize(1, 0.9) // { first: 23, second: 23, exact: 22.0210956 }
 */
export function twoMeansSize(effect: number, power = 0.8, design: StudyDesign = {}): GroupSizes {
  const { ratio, reach } = plannedDesign(design)
  const least = Math.max(2, 1 / ratio)
  const missing = (n: number) => twoMeansPower(effect, n, design) - power
  // The normal test needs fewer; from there the t test is found by doubling.
  let high = Math.max(2 * least, (((reach + powerReach(power, design)) / effect) ** 2 * (1 + ratio)) / ratio)
  if (missing(least) >= 0) return groupSizes(least, ratio)
  while (missing(high) < 0) high *= 2
  return groupSizes(findRoot(missing, least, high), ratio)
}
