import { type RiskSets, type RiskSums, sweepRiskSets } from './cox-risk-sets.ts'

/**
 * How events at the same time share a risk set: `efron` takes the tied deaths out of it by and by, `breslow` leaves all in.
 */
export type Ties = 'efron' | 'breslow'

/** Log partial likelihood with its first derivatives and the information (row-major, lower triangle filled). */
export type PartialLikelihood = {
  logLikelihood: number
  score: Float64Array
  information: Float64Array
}

const nothing = (terms: number): PartialLikelihood => ({
  logLikelihood: 0,
  score: new Float64Array(terms),
  information: new Float64Array(terms * terms),
})

/** Adds one event time to `total`. */
function addEventTime(
  sums: RiskSums,
  ties: Ties,
  terms: number,
  mean: Float64Array,
  total: PartialLikelihood,
) {
  const { all, dead, deaths, deadX } = sums
  const { score, information } = total
  // Breslow's steps are all alike: one of them counts for every death.
  const steps = ties === 'efron' ? deaths : 1
  const weight = deaths / steps
  total.logLikelihood += sums.deadLinear
  for (let i = 0; i < terms; i++) score[i]! += deadX[i]!
  for (let k = 0; k < steps; k++) {
    const gone = k / steps
    const risk = all[0]! - gone * dead[0]!
    total.logLikelihood -= weight * Math.log(risk)
    let slot = 1 + terms
    for (let i = 0; i < terms; i++) {
      mean[i] = (all[1 + i]! - gone * dead[1 + i]!) / risk
      score[i]! -= weight * mean[i]!
      for (let j = 0; j <= i; j++) {
        const product = (all[slot]! - gone * dead[slot]!) / risk
        information[i * terms + j]! += weight * (product - mean[i]! * mean[j]!)
        slot++
      }
    }
  }
}

/**
 * The linear predictor at each place of the risk sets, less its largest value: risk scores then lie in (0, 1].
 *
 * Source: the partial likelihood does not change when a constant is added to all. Cost: O(n p).
 *
 * @param beta coefficients of the standardised covariates
 * @example
 * const sets = coxRiskSets({ time: [1, 3, 2], event: [1, 1, 0] }, [[5, 6, 7]])
 * shiftedLinear(sets, [0]).linear // [0, 0, 0]
 */
export function shiftedLinear(
  { rows, terms, x }: RiskSets,
  beta: ArrayLike<number>,
): { linear: Float64Array; shift: number } {
  const linear = new Float64Array(rows)
  let shift = -Infinity
  for (let i = 0; i < rows; i++) {
    let sum = 0
    for (let j = 0; j < terms; j++) sum += x[i * terms + j]! * beta[j]!
    linear[i] = sum
    if (sum > shift) shift = sum
  }
  for (let i = 0; i < rows; i++) linear[i]! -= shift
  return { linear, shift }
}

/**
 * Cox's log partial likelihood at `beta`, with score and information, and `visit` shown the part of each event time (the
 * same object each time).
 *
 * Source: Cox, Biometrika 62 (1975) 269; Efron, JASA 72 (1977) 557; Breslow, Biometrics 30 (1974) 89. Cost: O(n p^2).
 *
 * @param beta coefficients of the standardised covariates
 * @example
 * const sets = coxRiskSets({ time: [1, 3, 2], event: [1, 1, 0] }, [[5, 6, 7]])
 * coxLikelihood(sets, [0], 'efron').logLikelihood // -1.0986
 */
export function coxLikelihood(
  sets: RiskSets,
  beta: ArrayLike<number>,
  ties: Ties,
  visit?: (part: PartialLikelihood, sums: RiskSums) => void,
): PartialLikelihood {
  const { terms } = sets
  const total = nothing(terms)
  const part = visit ? nothing(terms) : total
  const mean = new Float64Array(terms)
  sweepRiskSets(sets, shiftedLinear(sets, beta).linear, (sums) => {
    addEventTime(sums, ties, terms, mean, part)
    if (!visit) return
    visit(part, sums)
    total.logLikelihood += part.logLikelihood
    for (let i = 0; i < terms; i++) total.score[i]! += part.score[i]!
    for (let i = 0; i < terms * terms; i++) total.information[i]! += part.information[i]!
    part.logLikelihood = 0
    part.score.fill(0)
    part.information.fill(0)
  })
  return total
}
