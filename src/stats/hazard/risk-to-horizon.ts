import { normalReach } from '../distributions/normal.ts'
import type { Interval } from '../inference/wilson.ts'
import { insist } from '../stats-error.ts'
import { multiplyTransposed } from './dense.ts'
import type { HazardModel } from './hazard-model.ts'
import { chanceOf, type Link } from './likelihood.ts'
import { predictLinear } from './predict-hazard.ts'
import { centredTable, shapeColumns } from './term-shape.ts'
import type { Columns } from './term.ts'

/**
 * Shares that are still there after each month: S_t = (1 - h_1) ... (1 - h_t).
 *
 * Source: J. P. Klein and M. L. Moeschberger, Survival Analysis, 2nd ed. (2003), section 2.4. Cost: O(months).
 *
 * @throws StatsError bad_input when a hazard is not in [0, 1]
 * @example
 * survivalFromHazards([0.5, 0.5, 0]) // [0.5, 0.25, 0.25]
 */
export function survivalFromHazards(hazards: ArrayLike<number>): Float64Array {
  let survival = 1
  return Float64Array.from(hazards, (hazard) => {
    insist(hazard >= 0 && hazard <= 1, `A hazard lies in [0, 1], not at ${hazard}.`)
    return (survival *= 1 - hazard)
  })
}

/** Chance to leave by the end of a path of months, with its interval. */
export type HorizonRisk = Readonly<{ risk: number; interval: Interval }>

/** Log of a month's cumulative hazard, log(-log(1 - h)), and its derivative by the linear predictor. */
function logCumulative(link: Link, eta: number): Readonly<{ logHazard: number; slope: number }> {
  // Below, the two links are the same to the last digit.
  if (link === 'cloglog' || eta < -40) return { logHazard: eta, slope: 1 }
  const hazard = Math.max(eta, 0) + Math.log1p(Math.exp(-Math.abs(eta)))
  return { logHazard: Math.log(hazard), slope: chanceOf('logit', eta) / hazard }
}

/** log(sum of exp), where the exponentials themselves may be beyond all numbers. */
function logOfSum(logs: Float64Array): number {
  const most = logs.reduce((high, value) => Math.max(high, value))
  return most + Math.log(logs.reduce((sum, value) => sum + Math.exp(value - most), 0))
}

/** Derivative by the coefficients of what has these slopes by the months' linear predictors. */
function gradientAlong(model: HazardModel, path: Columns, slopes: Float64Array): Float64Array {
  const gradient = new Float64Array(model.coefficients.length)
  gradient[0] = slopes.reduce((sum, slope) => sum + slope, 0)
  for (const { shape, first, size } of model.terms) {
    const [x, y = x] = shapeColumns(shape).map((name) => path[name]!)
    const table = centredTable(shape, x!, y!)
    gradient.set(multiplyTransposed(slopes, table, slopes.length, 1, size), first)
  }
  return gradient
}

/**
 * Chance that a customer leaves within the months of `path`, 1 - prod(1 - h_t): one row of covariates a month ahead. With all but
 * tenure and calendar left as they are today, it is the risk if current behaviour persists. The interval holds
 * the coefficients' doubt, not that of the path: normal on the log of the cumulative hazard, by the delta method.
 *
 * Source: J. D. Kalbfleisch and R. L. Prentice, The Statistical Analysis of Failure Time Data, 2nd ed. (2002), section 1.4
 * for the transformation. Cost: O(months coefficients + coefficients^2).
 *
 * @throws StatsError bad_input when the path is empty, or as `predictLinear`
 * @example
 * const events = Array.from({ length: 100 }, (_, row) => (row < 4 ? 1 : 0))
 * const columns = { old: events.map((_, row) => row % 2) }
 * const model = await fitHazard({ columns, events }, [{ kind: 'linear', column: 'old', ridge: false }])
 * riskToHorizon(model, { old: [0, 0, 0] }) // { risk: 0.115264, interval: [0.030161, 0.387202] }
 */
export function riskToHorizon(model: HazardModel, path: Columns, level = 0.95): HorizonRisk {
  const eta = predictLinear(model, path)
  insist(eta.length > 0, 'A path needs a month.')
  const reach = normalReach(level)
  const months = Array.from(eta, (value) => logCumulative(model.link, value))
  const total = logOfSum(Float64Array.from(months, ({ logHazard }) => logHazard))
  const slopes = Float64Array.from(months, (month) => Math.exp(month.logHazard - total) * month.slope)
  const half = reach * Math.sqrt(varianceAlong(model, gradientAlong(model, path, slopes)))
  const riskAt = (logHazard: number) => 0 - Math.expm1(-Math.exp(logHazard))
  return { risk: riskAt(total), interval: [riskAt(total - half), riskAt(total + half)] }
}

function varianceAlong({ covariance, coefficients }: HazardModel, gradient: Float64Array): number {
  const size = coefficients.length
  let variance = 0
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) variance += gradient[i]! * covariance[i * size + j]! * gradient[j]!
  }
  return Math.max(variance, 0)
}
