import type { Ties } from './cox-likelihood.ts'
import { type RiskSets, sweepRiskSets } from './cox-risk-sets.ts'

/**
 * The steps of one stratum's cumulative hazard, times ascending. `hazard` and `meanHazard` (hazard times the mean
 * covariate of those at risk, row-major) fall on all who are at risk; `own...` on those who have their event then, who
 * under Efron's ties count less and less; `ownMean` is the covariate mean that a death is compared with.
 */
export type HazardSteps = Readonly<{
  stratum: number
  time: number[]
  hazard: number[]
  ownHazard: number[]
  meanHazard: number[]
  ownMeanHazard: number[]
  ownMean: number[]
}>

const emptySteps = (stratum: number): HazardSteps => ({
  stratum,
  time: [],
  hazard: [],
  ownHazard: [],
  meanHazard: [],
  ownMeanHazard: [],
  ownMean: [],
})

/**
 * The steps of the hazard of each stratum that has events, at risk scores exp(linear).
 *
 * Source: Therneau and Grambsch, Modeling Survival Data (2000), sections 3.3 and 4.6. Cost: O(n p).
 *
 * @param linear linear predictor at each place of `sets`
 * @example
 * const sets = coxRiskSets({ time: [1, 3, 2], event: [1, 1, 0] }, [[5, 6, 7]])
 * hazardSteps(sets, new Float64Array(3), 'efron')[0].hazard // [0.333333, 1]
 */
export function hazardSteps(sets: RiskSets, linear: Float64Array, ties: Ties): HazardSteps[] {
  const { terms } = sets
  const found: HazardSteps[] = []
  const meanHazard = new Float64Array(terms)
  const ownMeanHazard = new Float64Array(terms)
  const ownMean = new Float64Array(terms)
  sweepRiskSets(
    sets,
    linear,
    ({ stratum, time, deaths, all, dead }) => {
      if (found.at(-1)?.stratum !== stratum) found.push(emptySteps(stratum))
      const steps = found.at(-1)!
      let hazard = 0
      let ownHazard = 0
      meanHazard.fill(0)
      ownMeanHazard.fill(0)
      ownMean.fill(0)
      for (let k = 0; k < deaths; k++) {
        const gone = ties === 'efron' ? k / deaths : 0
        const risk = all[0]! - gone * dead[0]!
        hazard += 1 / risk
        ownHazard += (1 - gone) / risk
        for (let i = 0; i < terms; i++) {
          const mean = (all[1 + i]! - gone * dead[1 + i]!) / risk
          meanHazard[i]! += mean / risk
          ownMeanHazard[i]! += ((1 - gone) * mean) / risk
          ownMean[i]! += mean / deaths
        }
      }
      steps.time.push(time)
      steps.hazard.push(hazard)
      steps.ownHazard.push(ownHazard)
      steps.meanHazard.push(...meanHazard)
      steps.ownMeanHazard.push(...ownMeanHazard)
      steps.ownMean.push(...ownMean)
    },
    { second: false },
  )
  return found.map((steps) => ascending(steps, terms))
}

/** Turns steps of falling time round. */
function ascending(steps: HazardSteps, terms: number): HazardSteps {
  const turn = (rows: readonly number[]) => {
    const width = terms
    const count = rows.length / width
    return rows.map((_, i) => rows[(count - 1 - Math.floor(i / width)) * width + (i % width)]!)
  }
  return {
    stratum: steps.stratum,
    time: steps.time.reverse(),
    hazard: steps.hazard.reverse(),
    ownHazard: steps.ownHazard.reverse(),
    meanHazard: turn(steps.meanHazard),
    ownMeanHazard: turn(steps.ownMeanHazard),
    ownMean: turn(steps.ownMean),
  }
}
