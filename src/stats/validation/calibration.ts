import { normalReach } from '../distributions/normal.ts'
import type { Interval } from '../inference/wilson.ts'
import { insist } from '../stats-error.ts'
import { fitLogisticLine } from './logistic-line.ts'
import { insistChances } from './predicted-rows.ts'

export type CalibrationEstimate = Readonly<{ estimate: number; standardError: number; interval: Interval }>

/** Intercept 0 and slope 1 are perfect; a slope below 1 says that the chances are too far from the mean. */
export type CalibrationLine = Readonly<{ intercept: CalibrationEstimate; slope: CalibrationEstimate }>

function estimateOf(estimate: number, variance: number, level: number): CalibrationEstimate {
  const standardError = Math.sqrt(variance)
  const half = normalReach(level) * standardError
  return { estimate, standardError, interval: [estimate - half, estimate + half] }
}

/**
 * Log odds of chances: log(p / (1 - p)).
 *
 * Source: J. Berkson, JASA 39 (1944) 357-365. Cost: O(n).
 *
 * @throws StatsError bad_input for a chance that is not inside (0, 1)
 * @example
 * logOdds([0.5, 0.9]) // [0, 2.197225]
 */
export function logOdds(chances: ArrayLike<number>): Float64Array {
  const odds = new Float64Array(chances.length)
  for (let row = 0; row < odds.length; row++) {
    const chance = chances[row]!
    odds[row] = Math.log(chance) - Math.log1p(-chance)
    if (!Number.isFinite(odds[row]))
      insist(false, `Row ${row} has the chance ${chance}: log odds are of chances inside (0, 1).`)
  }
  return odds
}

/**
 * Calibration in the large: the intercept a of logit(y) = a + logit(p). Above 0 more events came than were predicted.
 *
 * Source: D. R. Cox, Two further applications of a model for binary regression, Biometrika 45 (1958) 562-565; E. W.
 * Steyerberg, Clinical Prediction Models, 2nd ed. (2019), section 15.3. Assumes independent rows. Cost: O(n) a Newton step.
 *
 * @param chances inside (0, 1)
 * @throws StatsError bad_input as `insistChances` or for a chance of 0 or 1; empty_stratum with only events or none
 * @example
 * calibrationInTheLarge([1, 0, 1, 0], [0.2, 0.2, 0.2, 0.2]).estimate // 1.386294
 */
export function calibrationInTheLarge(
  events: ArrayLike<number>,
  chances: ArrayLike<number>,
  level = 0.95,
): CalibrationEstimate {
  insistChances(events, chances)
  const fit = fitLogisticLine(events, logOdds(chances), 1)
  return estimateOf(fit.intercept, fit.interceptVariance, level)
}

/**
 * Calibration intercept a and slope b of logit(y) = a + b logit(p).
 *
 * Source: D. R. Cox, Biometrika 45 (1958) 562-565; B. Van Calster et al., Journal of Clinical Epidemiology 74 (2016)
 * 167-176, weak calibration; R's glm(y ~ qlogis(p), binomial). Assumes independent rows; wants 100 events or more. Cost:
 * O(n) a Newton step.
 *
 * @param chances inside (0, 1)
 * @throws StatsError bad_input as `insistChances` or for a chance of 0 or 1; empty_stratum with only events or none;
 * separation; no_variation when all chances are the same
 * @example
 * const { slope } = calibrationSlope([0, 1, 0, 1, 1, 0], [0.1, 0.3, 0.4, 0.6, 0.9, 0.2])
 * slope.estimate // 2.170224
 */
export function calibrationSlope(
  events: ArrayLike<number>,
  chances: ArrayLike<number>,
  level = 0.95,
): CalibrationLine {
  insistChances(events, chances)
  const fit = fitLogisticLine(events, logOdds(chances))
  return {
    intercept: estimateOf(fit.intercept, fit.interceptVariance, level),
    slope: estimateOf(fit.slope, fit.slopeVariance, level),
  }
}
