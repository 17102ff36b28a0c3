import { chiSquaredUpperTail } from '../distributions/chi-squared.ts'
import { choleskySolve } from '../numerics/cholesky.ts'
import { StatsError, insist } from '../stats-error.ts'
import { coxLikelihood } from './cox-likelihood.ts'
import type { CoxFit, CoxTest } from './cox-regression.ts'
import { type Columns, type RiskSets, coxRiskSets } from './cox-risk-sets.ts'
import { factorOrSay } from './factor-or-say.ts'
import type { FollowUp } from './follow-up.ts'
import { riskTable } from './risk-table.ts'
import { countBelow, countUpTo } from './step-lookup.ts'

/** On which scale of time an effect may drift: 1 - Kaplan-Meier just before, time itself, or the rank of the time. */
export type TimeScale = 'km' | 'identity' | 'rank'

/** 1 - S(t-) of all rows, whatever their stratum. */
function shareGone(followUp: FollowUp): (t: number) => number {
  const { time, atRisk, events } = riskTable(followUp)
  const survival = new Float64Array(time.length + 1).fill(1)
  for (let i = 0; i < time.length; i++)
    survival[i + 1] = (survival[i]! * (atRisk[i]! - events[i]!)) / atRisk[i]!
  return (t) => 1 - survival[countBelow(time, t)]!
}

/** Mean rank of a time among all rows, events and censored. */
function meanRank(followUp: FollowUp): (t: number) => number {
  const sorted = Float64Array.from(followUp.time).sort()
  return (t) => (countBelow(sorted, t) + countUpTo(sorted, t) + 1) / 2
}

function scaleOf(transform: TimeScale, followUp: FollowUp): (t: number) => number {
  if (transform === 'identity') return (t) => t
  return transform === 'km' ? shareGone(followUp) : meanRank(followUp)
}

type DriftSums = Readonly<{
  score: Float64Array
  plain: Float64Array
  cross: Float64Array
  drift: Float64Array
}>

/** Score of the drifting terms, and the blocks of the information of (beta, drift), lower triangles. */
function driftSums(
  sets: RiskSets,
  beta: Float64Array,
  ties: CoxFit['ties'],
  g: (t: number) => number,
): DriftSums {
  const { terms, rows, event, time } = sets
  let sum = 0
  let events = 0
  for (let i = 0; i < rows; i++) {
    if (event[i] === 0) continue
    sum += g(time[i]!)
    events++
  }
  const centre = sum / events
  const score = new Float64Array(terms)
  const cross = new Float64Array(terms * terms)
  const drift = new Float64Array(terms * terms)
  const { information } = coxLikelihood(sets, beta, ties, (part, { time: t }) => {
    const at = g(t) - centre
    for (let i = 0; i < terms; i++) score[i]! += at * part.score[i]!
    for (let i = 0; i < terms * terms; i++) {
      cross[i]! += at * part.information[i]!
      drift[i]! += at * at * part.information[i]!
    }
  })
  return { score, plain: information, cross, drift }
}

const tooFewTimes = () =>
  'Events came at too few times to tell an effect from its drift: test fewer covariates, or leave the test out.'

/** Score test of the drift of some covariates beside all coefficients. */
function driftTest(sums: DriftSums, terms: number, drifting: readonly number[]): CoxTest {
  const size = terms + drifting.length
  const matrix = new Float64Array(size * size)
  const at = (block: Float64Array, i: number, j: number) => block[Math.max(i, j) * terms + Math.min(i, j)]!
  const put = (i: number, j: number, value: number) => {
    matrix[i * size + j] = value
    matrix[j * size + i] = value
  }
  for (let i = 0; i < terms; i++) for (let j = 0; j <= i; j++) put(i, j, at(sums.plain, i, j))
  drifting.forEach((covariate, i) => {
    for (let j = 0; j < terms; j++) put(terms + i, j, at(sums.cross, covariate, j))
    drifting
      .slice(0, i + 1)
      .forEach((other, j) => put(terms + i, terms + j, at(sums.drift, covariate, other)))
  })
  for (let i = terms; i < size; i++)
    if (!(matrix[i * size + i]! > 0)) throw new StatsError('singular', tooFewTimes())
  // Ones on the diagonal: the scale of time has no say in whether the matrix is singular.
  const scale = Float64Array.from({ length: size }, (_, i) => 1 / Math.sqrt(matrix[i * size + i]!))
  const score = Float64Array.from(
    { length: size },
    (_, i) => (i < terms ? 0 : sums.score[drifting[i - terms]!]!) * scale[i]!,
  )
  const scaled = matrix.map((value, k) => value * scale[Math.floor(k / size)]! * scale[k % size]!)
  const solved = choleskySolve(factorOrSay(scaled, size, tooFewTimes), size, score)
  const statistic = score.reduce((total, value, i) => total + value * solved[i]!, 0)
  return { statistic, df: drifting.length, p: chiSquaredUpperTail(statistic, drifting.length) }
}

/**
 * Does a covariate's effect drift with time? Score test for adding x g(t) to a fitted Cox model, for each covariate (or
 * each group of columns that make one, such as the levels of a factor) and for all at once. A small p says that one hazard
 * ratio is no fair summary.
 *
 * Source: Grambsch and Therneau, Biometrika 81 (1994) 515; the exact score test of R's cox.zph since survival 3.0. Cost:
 * O(n p^2 + times p^2).
 *
 * @param followUp the rows that `fit` was fitted on, and `columns` and `strata` likewise
 * @param groups columns tested together; each column alone unless told
 * @throws StatsError bad_input; singular when too few event times tell drift from effect
 * @example
 * const seen = { time: [4, 3, 1, 1, 2, 2, 3], event: [1, 1, 1, 0, 1, 1, 0] }
 * const x = [[0, 2, 1, 1, 1, 0, 0]]
 * const fit = await coxRegression(seen, x)
 * proportionalHazardsTest(seen, x, fit, { transform: 'identity' }).global.statistic // 0.483046
 */
export function proportionalHazardsTest(
  followUp: FollowUp,
  columns: Columns,
  fit: CoxFit,
  {
    transform = 'km',
    strata,
    groups = columns.map((_, j) => [j]),
  }: Readonly<{
    transform?: TimeScale
    strata?: ArrayLike<number>
    groups?: readonly (readonly number[])[]
  }> = {},
): Readonly<{ terms: readonly CoxTest[]; global: CoxTest }> {
  const sets = coxRiskSets(followUp, columns, strata)
  insist(
    fit.coefficients.length === sets.terms,
    `The fit has ${fit.coefficients.length} covariates, not ${sets.terms}.`,
  )
  const known = groups.flat()
  insist(
    known.every((j) => Number.isInteger(j) && j >= 0 && j < sets.terms) &&
      new Set(known).size === known.length,
    `Groups hold each of the columns 0 to ${sets.terms - 1} at most once.`,
  )
  const beta = Float64Array.from(fit.coefficients, (value, j) => value * sets.spread[j]!)
  const sums = driftSums(sets, beta, fit.ties, scaleOf(transform, followUp))
  return {
    terms: groups.map((group) => driftTest(sums, sets.terms, group)),
    global: driftTest(
      sums,
      sets.terms,
      columns.map((_, j) => j),
    ),
  }
}
