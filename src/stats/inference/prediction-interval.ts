import { studentTQuantile } from '../distributions/student-t.ts'
import { insist } from '../stats-error.ts'

/**
 * Half the width of the interval that holds the mean of the next `future` observations, when `past` observations had the
 * standard deviation `sd` (n - 1 in the denominator): t(past - 1) * sd * sqrt(1 / future + 1 / past).
 *
 * Source: G. J. Hahn and W. Q. Meeker, Statistical Intervals (1991), section 4.8. Assumes independent observations of one
 * normal distribution. Cost: O(1).
 *
 * @throws StatsError bad_input unless sd >= 0, past >= 2, future >= 1 and 0 < level < 1
 * @example
 * predictionHalfWidth(2, 8, 4) // 2.89606
 */
export function predictionHalfWidth(sd: number, past: number, future: number, level = 0.95): number {
  insist(
    past >= 2 && future >= 1,
    `A prediction needs two past values and one future value, not ${past} and ${future}.`,
  )
  insist(sd >= 0 && Number.isFinite(sd), `A standard deviation is finite and not negative, not ${sd}.`)
  insist(level > 0 && level < 1, `A level of confidence lies inside (0, 1), not at ${level}.`)
  return -studentTQuantile((1 - level) / 2, past - 1) * sd * Math.sqrt(1 / future + 1 / past)
}
