import { studentTQuantile } from './student-t-quantile.ts'

/**
 * Half the width of the interval that holds the mean of the next `future` observations, when `past` independent
 * observations of the same normal distribution had the standard deviation `sd` (n - 1 in the denominator):
 * t(past - 1) * sd * sqrt(1 / future + 1 / past).
 *
 * G. J. Hahn and W. Q. Meeker, Statistical Intervals (1991), section 4.8.
 *
 * @throws RangeError when past < 2 or future < 1
 */
export function predictionHalfWidth(sd: number, past: number, future: number, level = 0.95): number {
  if (!(past >= 2 && future >= 1))
    throw new RangeError(`A prediction needs two past and one future value, not ${past} and ${future}.`)
  return studentTQuantile(1 - (1 - level) / 2, past - 1) * sd * Math.sqrt(1 / future + 1 / past)
}
