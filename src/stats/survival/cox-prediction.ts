import { StatsError, insist } from '../stats-error.ts'
import { hazardSteps } from './cox-hazard-steps.ts'
import type { CoxFit } from './cox-regression.ts'
import { type Columns, coxRiskSets } from './cox-risk-sets.ts'
import { shiftedLinear } from './cox-likelihood.ts'
import type { FollowUp } from './follow-up.ts'
import { countUpTo } from './step-lookup.ts'

/** Cumulative hazard of a row whose covariates are the means of the fit; values hold from their time to the next. */
export type BaselineHazard = Readonly<{
  stratum: number
  time: Float64Array
  cumulativeHazard: Float64Array
  /** The last time at which a row of the stratum was followed. */
  lastTime: number
}>

/**
 * The baseline of a Cox model, H_0(t) = sum over event times of d / sum of risk scores (Breslow), under Efron's ties sum
 * over the deaths of 1 / (sum of risk scores less the share of the deaths before it); one for each stratum with events.
 *
 * Source: Breslow, discussion of Cox, J. R. Statist. Soc. B 34 (1972) 216; Therneau and Grambsch, Modeling Survival Data
 * (2000), section 10.2; as R's basehaz, here always at the plain means. Cost: O(n p + n log n).
 *
 * @param followUp the rows that `fit` was fitted on, and `columns` and `strata` likewise
 * @throws StatsError bad_input
 * @example
 * const seen = { time: [4, 3, 1, 1, 2, 2, 3], event: [1, 1, 1, 0, 1, 1, 0] }
 * const x = [[0, 2, 1, 1, 1, 0, 0]]
 * const [baseline] = baselineHazard(seen, x, await coxRegression(seen, x))
 * baseline.time // [1, 2, 3, 4]
 */
export function baselineHazard(
  followUp: FollowUp,
  columns: Columns,
  fit: CoxFit,
  { strata }: Readonly<{ strata?: ArrayLike<number> }> = {},
): BaselineHazard[] {
  const sets = coxRiskSets(followUp, columns, strata)
  insist(
    fit.coefficients.length === sets.terms,
    `The fit has ${fit.coefficients.length} covariates, not ${sets.terms}.`,
  )
  const { linear, shift } = shiftedLinear(
    sets,
    fit.coefficients.map((value, j) => value * sets.spread[j]!),
  )
  const scale = Math.exp(-shift)
  return hazardSteps(sets, linear, fit.ties).map((steps) => {
    let sum = 0
    const cumulativeHazard = Float64Array.from(steps.hazard, (hazard) => (sum += hazard * scale))
    const lastTime = sets.time[sets.stratum.indexOf(steps.stratum)]!
    return { stratum: steps.stratum, time: Float64Array.from(steps.time), cumulativeHazard, lastTime }
  })
}

/**
 * Linear predictor of each row: its covariates, less the means of the fit, times the coefficients. The larger, the sooner
 * one leaves.
 *
 * Source: Cox, J. R. Statist. Soc. B 34 (1972) 187. Cost: O(n p).
 *
 * @throws StatsError bad_input unless there are as many columns as coefficients
 * @example
 * const seen = { time: [4, 3, 1, 1, 2, 2, 3], event: [1, 1, 1, 0, 1, 1, 0] }
 * const fit = await coxRegression(seen, [[0, 2, 1, 1, 1, 0, 0]])
 * coxLinearPredictor(fit, [[2]]) // [0.592428]
 */
export function coxLinearPredictor(
  { coefficients, means }: Pick<CoxFit, 'coefficients' | 'means'>,
  columns: Columns,
): Float64Array {
  insist(
    columns.length === coefficients.length,
    `The fit has ${coefficients.length} covariates, not ${columns.length}.`,
  )
  const linear = new Float64Array(columns[0]!.length)
  columns.forEach((column, j) => {
    insist(
      column.length === linear.length,
      `Covariate ${j} has ${column.length} values for ${linear.length} rows.`,
    )
    for (let i = 0; i < linear.length; i++) {
      if (!Number.isFinite(column[i]))
        insist(false, `Covariate ${j} is ${column[i]} in row ${i}: give finite numbers.`)
      linear[i]! += coefficients[j]! * (column[i]! - means[j]!)
    }
  })
  return linear
}

/**
 * Share of rows with the given linear predictors that survive time `t`: exp(-H_0(t) exp(linear)).
 *
 * Source: Therneau and Grambsch (2000), section 10.2. Cost: O(n + log times).
 *
 * @throws StatsError not_enough_data when t lies beyond the follow-up of the baseline
 * @example
 * const baseline = { stratum: 0, time: [1, 2], cumulativeHazard: [0.1, 0.3], lastTime: 3 }
 * coxSurvival(baseline, [0, 1], 1.5) // [0.904837, 0.761985]
 */
export function coxSurvival(baseline: BaselineHazard, linear: ArrayLike<number>, t: number): Float64Array {
  if (t > baseline.lastTime)
    throw new StatsError(
      'not_enough_data',
      `Nobody was followed beyond ${baseline.lastTime}: ask for a time of at most that, not ${t}.`,
    )
  const step = countUpTo(baseline.time, t)
  const hazard = step === 0 ? 0 : baseline.cumulativeHazard[step - 1]!
  return Float64Array.from(linear, (value) => Math.exp(-hazard * Math.exp(value)))
}
