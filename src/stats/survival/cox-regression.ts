import { chiSquaredUpperTail } from '../distributions/chi-squared.ts'
import { normalCdf, normalReach } from '../distributions/normal.ts'
import type { Interval } from '../inference/wilson.ts'
import { type LongRun, pause } from '../long-run.ts'
import { choleskyInverse, choleskySolve } from '../numerics/cholesky.ts'
import { StatsError, insist } from '../stats-error.ts'
import { type PartialLikelihood, type Ties, coxLikelihood } from './cox-likelihood.ts'
import { type Columns, type RiskSets, coxRiskSets } from './cox-risk-sets.ts'
import { coxScoreResiduals } from './cox-score-residuals.ts'
import { factorOrSay } from './factor-or-say.ts'
import type { FollowUp } from './follow-up.ts'

/** One covariate's part in a Cox model. */
export type CoxTerm = Readonly<{
  coefficient: number
  standardError: number
  z: number
  p: number
  /** exp(coefficient): how many times as fast one leaves for each unit more. */
  hazardRatio: number
  interval: Interval
}>

/** A test that no covariate matters. */
export type CoxTest = Readonly<{ statistic: number; df: number; p: number }>

export type CoxFit = Readonly<{
  terms: readonly CoxTerm[]
  coefficients: readonly number[]
  /** Row-major covariance of the coefficients: robust where clusters were given. */
  covariance: Float64Array
  /** Covariance from the information alone, the same where no clusters were given. */
  modelCovariance: Float64Array
  /** Mean of each covariate over the rows at risk when an event came: the reference of the baseline hazard. */
  means: readonly number[]
  logLikelihood: number
  nullLogLikelihood: number
  likelihoodRatio: CoxTest
  score: CoxTest
  wald: CoxTest
  rows: number
  events: number
  iterations: number
  ties: Ties
}>

export type CoxOptions = Readonly<{
  ties?: Ties
  /** Stratum of each row, 0, 1, 2 and so on, each with a baseline of its own. */
  strata?: ArrayLike<number>
  /** Cluster of each row, any numbers (an account's id): standard errors then allow for likeness within clusters. */
  cluster?: ArrayLike<number>
  level?: number
  maxIterations?: number
}> &
  LongRun

const leastDecrement = 1e-14
const mostHalvings = 30

/** Covariates that repeat each other leave a pivot this small after scaling; with rounding alone it would be 1e-16. */
const leastPivot = 1e-10

/** Information per event on a standardised covariate, about 1; what rounding leaves of none at all is far below. */
const leastInformation = 1e-13

const sameAmong = (term: number) =>
  new StatsError('singular', `Covariate ${term} does not differ among those at risk together: leave it out.`)

function insistDiffering({ information }: PartialLikelihood, n: number, events: number): void {
  for (let i = 0; i < n; i++) if (!(information[i * n + i]! > leastInformation * events)) throw sameAmong(i)
}

const repeats = (term: number) => `Covariate ${term} repeats the ones before it: leave it out.`

/** Factor of the information scaled to ones on its diagonal, and that scale. */
function scaledFactor(information: Float64Array, n: number): { factor: Float64Array; scale: Float64Array } {
  const scale = Float64Array.from({ length: n }, (_, i) => 1 / Math.sqrt(information[i * n + i]!))
  const idle = scale.findIndex((value) => !(value < Infinity))
  if (idle >= 0) throw sameAmong(idle)
  const matrix = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const value = information[i * n + j]! * scale[i]! * scale[j]!
      matrix[i * n + j] = value
      matrix[j * n + i] = value
    }
  const factor = factorOrSay(matrix, n, repeats)
  for (let i = 0; i < n; i++)
    if (factor[i * n + i]! ** 2 < leastPivot) throw new StatsError('singular', repeats(i))
  return { factor, scale }
}

/** Newton's step: inverse information times score. */
function newtonStep({ information, score }: PartialLikelihood, n: number): Float64Array {
  const { factor, scale } = scaledFactor(information, n)
  const solved = choleskySolve(
    factor,
    n,
    score.map((value, i) => value * scale[i]!),
  )
  return Float64Array.from(solved, (value, i) => value * scale[i]!)
}

function inverseInformation({ information }: PartialLikelihood, n: number): Float64Array {
  const { factor, scale } = scaledFactor(information, n)
  return Float64Array.from(
    choleskyInverse(factor, n),
    (value, at) => value * scale[Math.floor(at / n)]! * scale[at % n]!,
  )
}

const dot = (a: ArrayLike<number>, b: ArrayLike<number>) => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

/** The most by which a step moves any row's linear predictor. */
function reachOf({ rows, terms, x }: RiskSets, step: Float64Array): number {
  let most = 0
  for (let i = 0; i < rows; i++) {
    let moved = 0
    for (let j = 0; j < terms; j++) moved += x[i * terms + j]! * step[j]!
    most = Math.max(most, Math.abs(moved))
  }
  return most
}

function separated(step: Float64Array): StatsError {
  const largest = step.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const guilty = Array.from(step.keys()).filter((j) => Math.abs(step[j]!) > 0.1 * largest)
  return new StatsError(
    'separation',
    `Covariate ${guilty.join(', ')} tells who leaves first without error, so that its hazard ratio has no finite estimate: leave it out or join levels.`,
  )
}

type Maximum = Readonly<{
  beta: Float64Array
  at: PartialLikelihood
  start: PartialLikelihood
  iterations: number
}>

/**
 * Newton's method with halved steps. Where the likelihood rises for ever, the gain of a step dies away while its reach
 * does not: each step still moves somebody's linear predictor by about 1.
 */
async function maximise(
  sets: RiskSets,
  events: number,
  ties: Ties,
  maxIterations: number,
  run: LongRun,
): Promise<Maximum> {
  const { terms } = sets
  let beta = new Float64Array(terms)
  const start = coxLikelihood(sets, beta, ties)
  insistDiffering(start, terms, events)
  let at = start
  let step = newtonStep(at, terms)
  for (let iteration = 1; iteration <= maxIterations; iteration++) {
    await pause(run, iteration / (maxIterations + 1))
    const settled = dot(at.score, step) <= leastDecrement * (1 + Math.abs(at.logLikelihood))
    if (settled && reachOf(sets, step) > 0.1) throw separated(step)
    const next = halvedStep(sets, ties, beta, at, step)
    beta = next.beta
    at = next.at
    if (settled) return { beta, at, start, iterations: iteration }
    const last = step
    try {
      step = newtonStep(at, terms)
    } catch (error) {
      if (error instanceof StatsError && error.code === 'singular' && reachOf(sets, last) > 0.1)
        throw separated(last)
      throw error
    }
  }
  throw new StatsError(
    'no_convergence',
    `The Cox model did not settle in ${maxIterations} iterations: scale or leave out covariates, or allow more.`,
  )
}

function halvedStep(
  sets: RiskSets,
  ties: Ties,
  beta: Float64Array,
  before: PartialLikelihood,
  step: Float64Array,
): { beta: Float64Array<ArrayBuffer>; at: PartialLikelihood } {
  let share = 1
  for (let halving = 0; halving < mostHalvings; halving++) {
    const tried = Float64Array.from(beta, (value, j) => value + share * step[j]!)
    const at = coxLikelihood(sets, tried, ties)
    const enough = before.logLikelihood - 1e-12 * Math.abs(before.logLikelihood)
    if (Number.isFinite(at.logLikelihood) && at.logLikelihood >= enough) return { beta: tried, at }
    share /= 2
  }
  throw new StatsError(
    'no_convergence',
    'The likelihood of the Cox model does not rise along its own slope: scale or leave out covariates.',
  )
}

const tooFewClusters = () =>
  'There are too few clusters to tell the covariates apart: give finer clusters or fewer covariates.'

/** Sum over clusters of the outer product of their summed influence on the coefficients. */
function robustCovariance(
  sets: RiskSets,
  beta: Float64Array,
  ties: Ties,
  covariance: Float64Array,
  cluster: ArrayLike<number>,
): Float64Array {
  const { terms: n, rows, order } = sets
  const residuals = coxScoreResiduals(sets, beta, ties)
  const codes = new Map<number, number>()
  const codeOf = Uint32Array.from(order, (row) => {
    const code = codes.get(cluster[row]!) ?? codes.size
    codes.set(cluster[row]!, code)
    return code
  })
  // All pulls together are 0, so that one cluster fewer than these tells anything.
  if (codes.size <= n) throw new StatsError('singular', tooFewClusters())
  const pulls = new Float64Array(codes.size * n)
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < n; j++) pulls[codeOf[i]! * n + j]! += residuals[i * n + j]!
  const robust = new Float64Array(n * n)
  const influence = new Float64Array(n)
  for (let c = 0; c < codes.size; c++) {
    for (let i = 0; i < n; i++)
      influence[i] = dot(covariance.subarray(i * n, i * n + n), pulls.subarray(c * n, c * n + n))
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) robust[i * n + j]! += influence[i]! * influence[j]!
  }
  return robust
}

const testOf = (statistic: number, df: number): CoxTest => ({
  statistic,
  df,
  p: chiSquaredUpperTail(statistic, df),
})

const waldStatistic = (beta: Float64Array, covariance: Float64Array): number =>
  dot(beta, choleskySolve(factorOrSay(covariance, beta.length, tooFewClusters), beta.length, beta))

/** Covariance in the caller's units. */
const unscaled = (covariance: Float64Array, spread: Float64Array): Float64Array =>
  covariance.map(
    (value, at) => value / (spread[Math.floor(at / spread.length)]! * spread[at % spread.length]!),
  )

function termOf(coefficient: number, standardError: number, reach: number): CoxTerm {
  const z = coefficient / standardError
  return {
    coefficient,
    standardError,
    z,
    p: 2 * normalCdf(-Math.abs(z)),
    hazardRatio: Math.exp(coefficient),
    interval: [Math.exp(coefficient - reach * standardError), Math.exp(coefficient + reach * standardError)],
  }
}

/**
 * Cox's proportional hazards model h(t | x) = h_0(t) exp(x' beta), by Newton's method on the partial likelihood, with
 * Wald, score and likelihood ratio tests that all of beta is 0 (model based; Wald robust where clusters are given).
 *
 * Covariates may differ between rows of one account that follow each other in time (`entry`); then give the accounts as
 * clusters only if an account can have several events.
 *
 * Source: Cox, J. R. Statist. Soc. B 34 (1972) 187; ties: Efron, JASA 72 (1977) 557, Breslow, Biometrics 30 (1974) 89;
 * robust errors: Lin and Wei, JASA 84 (1989) 1074; as R's coxph. Assumes hazards in the same ratio at all times (see
 * proportionalHazardsTest), linear effects, censoring without regard to the event. Cost: O(n p^2) an iteration, about 6
 * iterations; the program runs on between them.
 *
 * @param followUp rows, times in any unit
 * @param columns one array a covariate, one finite value a row
 * @throws StatsError bad_input; all_censored; too_few_events when there are fewer than covariates; empty_stratum;
 *   no_variation for a constant covariate; singular when covariates repeat each other or clusters are too few; separation when one has no finite
 *   estimate; no_convergence; aborted. Covariates are counted from 0
 * @example
 * const seen = { time: [4, 3, 1, 1, 2, 2, 3], event: [1, 1, 1, 0, 1, 1, 0] }
 * const fit = await coxRegression(seen, [[0, 2, 1, 1, 1, 0, 0]])
 * fit.coefficients // [0.460778]
 * fit.terms[0].standardError // 0.562800
 */
export async function coxRegression(
  followUp: FollowUp,
  columns: Columns,
  options: CoxOptions = {},
): Promise<CoxFit> {
  const { ties = 'efron', strata, cluster, level = 0.95, maxIterations = 60 } = options
  const reach = normalReach(level)
  insist(maxIterations >= 1, `A fit needs at least one iteration, not ${maxIterations}.`)
  const sets = coxRiskSets(followUp, columns, strata)
  const { terms: df } = sets
  const rows = followUp.time.length
  insist(
    cluster === undefined || cluster.length === rows,
    `${rows} rows stand beside ${cluster?.length} clusters.`,
  )
  const events = sets.event.reduce((sum, came) => sum + came, 0)
  if (events < df)
    throw new StatsError(
      'too_few_events',
      `${events} events cannot tell ${df} covariates apart: use fewer covariates.`,
    )
  const { beta, at, start, iterations } = await maximise(sets, events, ties, maxIterations, options)
  const model = inverseInformation(at, df)
  const used = cluster ? robustCovariance(sets, beta, ties, model, cluster) : model
  const covariance = unscaled(used, sets.spread)
  const coefficients = Array.from(beta, (value, j) => value / sets.spread[j]!)
  return {
    terms: coefficients.map((value, j) => termOf(value, Math.sqrt(covariance[j * df + j]!), reach)),
    coefficients,
    covariance,
    modelCovariance: unscaled(model, sets.spread),
    means: Array.from(sets.mean),
    logLikelihood: at.logLikelihood,
    nullLogLikelihood: start.logLikelihood,
    likelihoodRatio: testOf(Math.max(0, 2 * (at.logLikelihood - start.logLikelihood)), df),
    score: testOf(dot(start.score, newtonStep(start, df)), df),
    wald: testOf(waldStatistic(beta, used), df),
    rows,
    events,
    iterations,
    ties,
  }
}
