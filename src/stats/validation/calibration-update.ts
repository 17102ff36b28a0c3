import { chiSquaredUpperTail } from '../distributions/chi-squared.ts'
import { insist } from '../stats-error.ts'
import { logOdds } from './calibration.ts'
import { logLoss } from './log-loss.ts'
import { fitLogisticLine, type LogisticLine } from './logistic-line.ts'
import { insistChances, insistScores } from './predicted-rows.ts'

/** The least change that the outcomes ask for, and the two tests that led to it. */
export type CalibrationUpdate = LogisticLine &
  Readonly<{ kind: 'none' | 'intercept' | 'intercept_and_slope'; anyChange: number; slopeChange: number }>

/**
 * Chances from scores by a line on the log odds: 1 / (1 + exp(-(a + b x))).
 *
 * Source: J. Platt, Probabilistic outputs for support vector machines, in Advances in Large Margin Classifiers (2000), eq. 3,
 * with the sign of a rising line. Cost: O(n).
 *
 * @throws StatsError bad_input for a score that is not finite
 * @example
 * chancesOnLine([0, 1], { intercept: 0, slope: 2 }) // [0.5, 0.880797]
 */
export function chancesOnLine(scores: ArrayLike<number>, { intercept, slope }: LogisticLine): Float64Array {
  const chances = new Float64Array(scores.length)
  for (let row = 0; row < chances.length; row++) {
    chances[row] = 1 / (1 + Math.exp(-(intercept + slope * scores[row]!)))
    if (Number.isNaN(chances[row])) insist(false, `Row ${row} has no finite score: ${scores[row]}.`)
  }
  return chances
}

/**
 * Chances moved by a calibration update: logit(p') = a + b logit(p).
 *
 * Source: E. W. Steyerberg, Clinical Prediction Models, 2nd ed. (2019), section 20.2, methods 1 and 2. Cost: O(n).
 *
 * @param chances inside (0, 1)
 * @throws StatsError bad_input for a chance of 0 or 1
 * @example
 * recalibratedChances([0.2, 0.5], { intercept: Math.log(2), slope: 1 }) // [0.333333, 0.666667]
 */
export function recalibratedChances(chances: ArrayLike<number>, line: LogisticLine): Float64Array {
  return chancesOnLine(logOdds(chances), line)
}

/**
 * The smallest update of a model that new outcomes ask for, by closed testing: nothing unless intercept and slope together
 * raise the likelihood (two degrees of freedom); then the intercept alone unless the slope adds to it (one).
 *
 * Source: Y. Vergouwe et al., A closed testing procedure to select an appropriate method for updating prediction models,
 * Statistics in Medicine 36 (2017) 4529-4539, without its last step, a refit. Assumes independent rows that the model has not
 * seen. Cost: O(n) a Newton step, two fits.
 *
 * @param chances inside (0, 1)
 * @param alpha chance to change what is right; 0.05 unless told
 * @throws StatsError bad_input as `insistChances`; empty_stratum with only events or none; separation; no_variation
 * @example
 * const events = Array.from({ length: 300 }, (_, row) => (row % 3 === 0 ? 1 : 0))
 * const chances = events.map((event, row) => (row % 2 === 0 ? 0.1 : 0.12))
 * calibrationUpdate(events, chances).kind // 'intercept'
 */
export function calibrationUpdate(
  events: ArrayLike<number>,
  chances: ArrayLike<number>,
  alpha = 0.05,
): CalibrationUpdate {
  insistChances(events, chances)
  insist(alpha > 0 && alpha < 1, `An alpha lies inside (0, 1), not at ${alpha}.`)
  const odds = logOdds(chances)
  const line = fitLogisticLine(events, odds)
  const level = fitLogisticLine(events, odds, 1)
  const now = -events.length * logLoss(events, chances)
  const anyChange = chiSquaredUpperTail(Math.max(0, 2 * (line.logLikelihood - now)), 2)
  const slopeChange = chiSquaredUpperTail(Math.max(0, 2 * (line.logLikelihood - level.logLikelihood)), 1)
  const tests = { anyChange, slopeChange }
  if (anyChange >= alpha) return { kind: 'none', intercept: 0, slope: 1, ...tests }
  if (slopeChange >= alpha) return { kind: 'intercept', intercept: level.intercept, slope: 1, ...tests }
  return { kind: 'intercept_and_slope', intercept: line.intercept, slope: line.slope, ...tests }
}

/**
 * Platt scaling: the line that turns any score into chances, fitted to targets (N+ + 1) / (N+ + 2) for events and
 * 1 / (N- + 2) for the rest, so that it stays finite where scores separate them.
 *
 * Source: J. Platt (2000), section 2.2; H.-T. Lin, C.-J. Lin and R. C. Weng, Machine Learning 68 (2007) 267-276. Use
 * `chancesOnLine` with it. Cost: O(n) a Newton step.
 *
 * @param scores finite, of rows that the scores were not fitted on
 * @throws StatsError bad_input as `insistScores`; empty_stratum with only events or none; no_variation when all scores are
 * the same
 * @example
 * plattScaling([0, 0, 1, 1], [-2, -1, 1, 2]) // { intercept: 0, slope: 0.673996 }
 */
export function plattScaling(events: ArrayLike<number>, scores: ArrayLike<number>): LogisticLine {
  insistScores(events, scores)
  let positive = 0
  for (let row = 0; row < events.length; row++) positive += events[row]!
  // Smoothed targets would hide that a group is empty.
  if (positive === 0 || positive === events.length) fitLogisticLine(events, scores)
  const forEvent = (positive + 1) / (positive + 2)
  const forOther = 1 / (events.length - positive + 2)
  const targets = new Float64Array(events.length)
  for (let row = 0; row < targets.length; row++) targets[row] = events[row] === 1 ? forEvent : forOther
  const { intercept, slope } = fitLogisticLine(targets, scores)
  return { intercept, slope }
}
