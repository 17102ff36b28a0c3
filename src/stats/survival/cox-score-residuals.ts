import { hazardSteps } from './cox-hazard-steps.ts'
import { type Ties, shiftedLinear } from './cox-likelihood.ts'
import type { RiskSets } from './cox-risk-sets.ts'
import { countBelow, countUpTo } from './step-lookup.ts'

/** Running sums of rows of width `width`, with a row of zeros first. */
function runningSums(values: readonly number[], width: number): Float64Array {
  const sums = new Float64Array(values.length + width)
  for (let i = 0; i < values.length; i++) sums[i + width] = sums[i]! + values[i]!
  return sums
}

/**
 * Score residuals of a Cox model: how much each row pulls at each coefficient, by places of the risk sets (row-major). A
 * row's residual is its own event's surprise, x - mean of those at risk, less what the hazard it went through expected.
 *
 * Source: Therneau and Grambsch, Modeling Survival Data (2000), section 4.6 and 7.2; as R's residuals(type = "score").
 * Cost: O(n p + n log n).
 *
 * @param beta coefficients of the standardised covariates
 * @example
 * const sets = coxRiskSets({ time: [1, 3, 2], event: [1, 1, 0] }, [[5, 6, 7]])
 * coxScoreResiduals(sets, [0], 'efron') // [0, -0.408248, -0.816497]
 */
export function coxScoreResiduals(sets: RiskSets, beta: ArrayLike<number>, ties: Ties): Float64Array {
  const { rows, terms, stratum, time, event, entry, x } = sets
  const { linear } = shiftedLinear(sets, beta)
  const strata = new Map(
    hazardSteps(sets, linear, ties).map((steps) => [
      steps.stratum,
      { ...steps, hazardSums: runningSums(steps.hazard, 1), meanSums: runningSums(steps.meanHazard, terms) },
    ]),
  )
  const residuals = new Float64Array(rows * terms)
  for (let i = 0; i < rows; i++) {
    const steps = strata.get(stratum[i]!)
    if (!steps) continue
    const risk = Math.exp(linear[i]!)
    const from = entry ? countUpTo(steps.time, entry[i]!) : 0
    // The step of a row's own event is taken apart from the others: there it counts with its own share.
    const to = event[i] === 1 ? countBelow(steps.time, time[i]!) : countUpTo(steps.time, time[i]!)
    let hazard = steps.hazardSums[to]! - steps.hazardSums[from]!
    if (event[i] === 1) hazard += steps.ownHazard[to]!
    for (let j = 0; j < terms; j++) {
      let meanHazard = steps.meanSums[to * terms + j]! - steps.meanSums[from * terms + j]!
      const value = x[i * terms + j]!
      let surprise = 0
      if (event[i] === 1) {
        meanHazard += steps.ownMeanHazard[to * terms + j]!
        surprise = value - steps.ownMean[to * terms + j]!
      }
      residuals[i * terms + j] = surprise - risk * (value * hazard - meanHazard)
    }
  }
  return residuals
}
