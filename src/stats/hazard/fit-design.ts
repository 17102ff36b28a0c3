import { pause, type LongRun } from '../long-run.ts'
import { insist, StatsError } from '../stats-error.ts'
import { crossProducts, type CrossProducts } from './cross-products.ts'
import { multiplyDense } from './dense.ts'
import type { Design } from './design.ts'
import { fellnerSchall, logPenaltyDeterminant, smoothingScale } from './fellner-schall.ts'
import { linkOf, logLikelihood, type Link, type Outcomes } from './likelihood.ts'
import {
  penaltyAt,
  solvePenalised,
  type PenalisedSolution,
  type Penalties,
  type Quadratic,
} from './penalised-solution.ts'

/** What is believed of the linear predictor of the mean customer before the data. */
export type InterceptPrior = Readonly<{ mean: number; sd: number }>

/** How smooth curves are: as the restricted likelihood has it, or by given factors in the order of the design's names. */
export type Smoothing = 'reml' | readonly number[]

export type FitOptions = Readonly<{
  link: Link
  smoothing: Smoothing
  intercept: InterceptPrior | undefined
  /** Fewer events than this are refused. */
  minEvents: number
}>

/** Events (0 or 1), and weights and offsets where there are any. */
export type FitRows = Readonly<{
  events: ArrayLike<number>
  weights?: ArrayLike<number>
  offset?: ArrayLike<number>
}>

/** A fit in the coordinates of its design. `information` is that of the data alone. */
export type DesignFit = Readonly<{
  coefficients: Float64Array
  covariance: Float64Array
  information: Float64Array
  smoothing: Float64Array
  logLikelihood: number
  remlScore: number
  events: number
  rows: number
  iterations: number
}>

type Start = Readonly<{ coefficients: Float64Array; smoothing: Float64Array | undefined }>
type Rows = Outcomes & Readonly<{ offset: Float64Array | undefined }>

const asFloats = (values: ArrayLike<number> | undefined) =>
  values === undefined || values instanceof Float64Array ? values : Float64Array.from(values)

/** The first row whose value is refused, or -1. */
function firstRow(values: ArrayLike<number>, isRefused: (value: number) => boolean): number {
  for (let row = 0; row < values.length; row++) if (isRefused(values[row]!)) return row
  return -1
}

function checkedRows({ events, weights, offset }: FitRows): Rows {
  const length = events.length
  insist(length > 0, 'A fit needs rows.')
  insist(
    (weights?.length ?? length) === length && (offset?.length ?? length) === length,
    'Events, weights and offsets must have one length.',
  )
  const rows = { events: Uint8Array.from(events), weights: asFloats(weights), offset: asFloats(offset) }
  const odd = firstRow(events, (event) => event !== 0 && event !== 1)
  insist(odd < 0, `Row ${odd} has ${events[odd]} events: a row is an account in a month, with 0 or 1.`)
  const heavy = firstRow(weights ?? [], (weight) => !(weight >= 0 && weight < Infinity))
  insist(heavy < 0, `Row ${heavy} weighs ${weights?.[heavy]}: weights are finite and not negative.`)
  const far = firstRow(offset ?? [], (value) => !Number.isFinite(value))
  insist(far < 0, `The offset of row ${far} is not finite.`)
  return rows
}

function insistBeliefs({ smoothing, intercept }: FitOptions): void {
  insist(
    intercept === undefined || (intercept.sd > 0 && Number.isFinite(intercept.mean + intercept.sd)),
    'The prior of the intercept needs a finite mean and an sd above 0.',
  )
  insist(
    smoothing === 'reml' || smoothing.every((factor) => factor >= 0 && factor < Infinity),
    'Smoothing factors are finite and not negative.',
  )
}

/** Rows and events that weigh anything, and the weighted share of events. */
function tally({ events, weights }: Rows) {
  let [rows, hits, total, weighted] = [0, 0, 0, 0]
  for (let row = 0; row < events.length; row++) {
    const weight = weights === undefined ? 1 : weights[row]!
    if (weight === 0) continue
    rows++
    total += weight
    if (events[row] === 0) continue
    hits++
    weighted += weight
  }
  return { rows, events: hits, share: weighted / total }
}

function insistEvents(counts: ReturnType<typeof tally>, { minEvents, intercept }: FitOptions): void {
  const least = Math.max(minEvents, intercept === undefined ? 1 : 0)
  if (counts.rows === 0)
    throw new StatsError('not_enough_data', 'No row weighs anything: give rows with a weight above 0.')
  if (counts.events < least) {
    throw new StatsError(
      'too_few_events',
      `${counts.events} events are fewer than the ${least} that this fit needs: wait, or lean on priors.`,
    )
  }
  if (counts.events === counts.rows && intercept === undefined) {
    throw new StatsError('no_variation', 'Every row has an event, so that no chance below 1 can be told.')
  }
}

/**
 * Linear predictor of each binned row.
 *
 * Source: the additive model, eta = offset + b_0 + sum of f_j. Cost: O(rows terms).
 *
 * @example
 * const design = buildDesign({ age: [1, 2, 3] }, [{ kind: 'linear', column: 'age', ridge: false }])
 * linearPredictor(design, Float64Array.of(-2, 0), new Float64Array(3)) // [-2, -2, -2]
 */
export function linearPredictor(
  design: Design,
  coefficients: Float64Array,
  into: Float64Array,
  offset?: Float64Array,
): Float64Array {
  if (offset === undefined) into.fill(coefficients[0]!)
  else for (let row = 0; row < into.length; row++) into[row] = coefficients[0]! + offset[row]!
  for (const { bins, table, binCount, size, first } of design.terms) {
    const byBin = new Float64Array(binCount)
    for (let bin = 0; bin < binCount; bin++) {
      for (let k = 0; k < size; k++) byBin[bin]! += table[bin * size + k]! * coefficients[first + k]!
    }
    for (let row = 0; row < into.length; row++) into[row]! += byBin[bins[row]!]!
  }
  return into
}

/** Every `stride`-th row of a design: a start for the fit of all. */
function thinned(design: Design, rows: Rows, stride: number): readonly [Design, Rows] {
  const size = Math.ceil(design.rows / stride)
  const thin = <A extends Uint8Array | Uint16Array | Float64Array>(column: A): A => {
    const kept = column.slice(0, size) as A
    for (let row = 0; row < size; row++) kept[row] = column[row * stride]!
    return kept
  }
  const terms = design.terms.map((term) => ({ ...term, bins: thin(term.bins) }))
  const { events, weights, offset } = rows
  return [
    { ...design, rows: size, terms },
    { events: thin(events), weights: weights && thin(weights), offset: offset && thin(offset) },
  ]
}

const iterationLimit = 60
/** Squared length of a step in standard errors, below which the fit stands still. */
const stillness = 1e-10
/** Freedom of a curve, in degrees, that smoothing may still move by when it stands still. */
const smoothingTolerance = 1e-4
/** Below this squared step smoothing is settled, and only coefficients move on. */
const nearlyStill = 1e-6
/** After a longer squared step the quadratic is too far from the likelihood to say how smooth a curve is. */
const nearEnough = 1
/** Smoothing and weights can chase each other in a circle: from these rounds on smoothing moves half way, or stays. */
const dampedFrom = 10
const fixedFrom = 25
/** Rows of the start of a large fit. */
const thinRows = 150_000
/** A standard error on the link scale that only a coefficient without a finite estimate has. */
const runaway = 30

function quadraticForm(matrix: Float64Array, vector: Float64Array): number {
  const size = vector.length
  let sum = 0
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) sum += vector[i]! * matrix[i * size + j]! * vector[j]!
  }
  return sum
}

function quadraticAt({ information, gradient }: CrossProducts, coefficients: Float64Array): Quadratic {
  const size = coefficients.length
  const pull = multiplyDense(information, coefficients, size, size, 1)
  return { information, pull: pull.map((value, k) => value + gradient[k]!) }
}

function meanDiagonal(matrix: Float64Array, size: number): number {
  let sum = 0
  for (let k = 0; k < size; k++) sum += matrix[k * (size + 1)]!
  return sum / size
}

function coldStart(design: Design, rows: Rows, options: FitOptions, share: number): Start {
  const coefficients = new Float64Array(design.size)
  const offset =
    rows.offset === undefined ? 0 : rows.offset.reduce((sum, value) => sum + value, 0) / rows.offset.length
  coefficients[0] = (options.intercept?.mean ?? linkOf(options.link, share)) - offset
  return {
    coefficients,
    smoothing: options.smoothing === 'reml' ? undefined : Float64Array.from(options.smoothing),
  }
}

/** Log of the restricted likelihood, the coefficients integrated out by Laplace's approximation. */
function remlScore({ design, smoothing }: Penalties, objective: number, logDeterminant: number): number {
  const free = design.terms.reduce((size, { rank }) => size - rank, design.size)
  return (
    objective + (logPenaltyDeterminant(design, smoothing) - logDeterminant + free * Math.log(2 * Math.PI)) / 2
  )
}

/** A coefficient that no data hold back has a standard error without bounds: its term tells events from the rest. */
function insistNoSeparation(design: Design, covariance: Float64Array): void {
  for (const { shape, table, binCount, first, size } of design.terms) {
    for (let bin = 0; bin < binCount; bin++) {
      const row = table.subarray(bin * size, (bin + 1) * size)
      let variance = 0
      for (let i = 0; i < size; i++) {
        for (let j = 0; j < size; j++)
          variance += row[i]! * covariance[(first + i) * design.size + first + j]! * row[j]!
      }
      if (variance < runaway ** 2) continue
      throw new StatsError(
        'separation',
        `${shape.name} tells events from the rest without error, so that its effect has no bounds: give it ridge or a prior, or leave it out.`,
      )
    }
  }
}

/** State of the iterations: where the coefficients stand, and what the rows say there. */
type State = { coefficients: Float64Array; logLikelihood: number }

/** Everything that a round needs and does not change. */
type Problem = Readonly<{
  design: Design
  rows: Rows
  options: FitOptions
  eta: Float64Array
  weights: Float64Array
  scores: Float64Array
}>

/** Log likelihood at `coefficients`; weights and scores of the rows are left behind. */
function evaluate(
  { design, rows, options, eta, weights, scores }: Problem,
  coefficients: Float64Array,
): State {
  linearPredictor(design, coefficients, eta, rows.offset)
  return { coefficients, logLikelihood: logLikelihood(options.link, eta, rows, weights, scores) }
}

const objectiveOf = (penalties: Penalties, { coefficients, logLikelihood }: State) =>
  logLikelihood - penaltyAt(penalties, coefficients)

/** Goes towards `target`, half as far each time that the penalised likelihood would fall. */
function advance(problem: Problem, penalties: Penalties, from: State, target: Float64Array): State {
  const before = objectiveOf(penalties, from)
  for (let share = 1; ; share /= 2) {
    const to = evaluate(
      problem,
      from.coefficients.map((value, k) => value + share * (target[k]! - value)),
    )
    const after = objectiveOf(penalties, to)
    if (after >= before - 1e-10 * Math.abs(before) || share < 1e-6) return to
  }
}

function nextSmoothing(
  quadratic: Quadratic,
  penalties: Penalties,
  from: Float64Array,
  iteration: number,
): Float64Array {
  const smoothing = fellnerSchall(quadratic, penalties, from, smoothingTolerance)
  if (iteration < dampedFrom) return smoothing
  return smoothing.map((factor, at) => Math.sqrt(factor * penalties.smoothing[at]!))
}

/** Smoothing, where it moves, and coefficients of one round. */
function solveRound(
  quadratic: Quadratic,
  given: Penalties,
  { coefficients }: State,
  iterations: number,
  smooths: boolean,
): Readonly<{ penalties: Penalties; solution: PenalisedSolution }> {
  try {
    const smoothing = smooths ? nextSmoothing(quadratic, given, coefficients, iterations) : given.smoothing
    const penalties = { ...given, smoothing }
    return { penalties, solution: solvePenalised(quadratic, penalties, coefficients) }
  } catch (error) {
    if (iterations === 1 || !(error instanceof StatsError) || error.code !== 'singular') throw error
    // There was a solution in the first round: since then chances have gone to 0 and 1, which say nothing more.
    throw new StatsError(
      'separation',
      'The terms tell events from the rest without error, so that effects have no bounds: give them priors, or leave one out.',
    )
  }
}

type End = Readonly<{
  state: State
  penalties: Penalties
  products: CrossProducts
  solution: PenalisedSolution
  iterations: number
}>

async function iterate(
  design: Design,
  rows: Rows,
  options: FitOptions,
  start: Start,
  run: LongRun,
): Promise<End> {
  const column = () => new Float64Array(rows.events.length)
  const problem = { design, rows, options, eta: column(), weights: column(), scores: column() }
  let state = evaluate(problem, start.coefficients)
  let penalties: Penalties | undefined
  let settled = options.smoothing !== 'reml'
  let near = start.smoothing !== undefined
  for (let iterations = 1; iterations <= iterationLimit; iterations++) {
    await pause(run, 1 - 0.7 ** iterations)
    const products = await crossProducts(design, problem.weights, problem.scores, run)
    penalties ??= {
      design,
      smoothing: start.smoothing ?? smoothingScale(design, products.information),
      intercept: options.intercept,
      barrierStrength: 1e6 * meanDiagonal(products.information, design.size),
    }
    const quadratic = quadraticAt(products, state.coefficients)
    const smooths = near && !settled
    const round = solveRound(quadratic, penalties, state, iterations, smooths)
    const { solution } = round
    penalties = round.penalties
    const step = solution.coefficients.map((value, k) => value - state.coefficients[k]!)
    state = advance(problem, penalties, state, solution.coefficients)
    const length = quadraticForm(solution.precision, step)
    if (length < stillness && (smooths || settled))
      return { state, penalties, products, solution, iterations }
    settled ||= (smooths && length < nearlyStill) || iterations >= fixedFrom
    near = length < nearEnough
  }
  throw new StatsError(
    'no_convergence',
    `The fit did not stand still after ${iterationLimit} rounds: leave out terms, or give them ridge or priors.`,
  )
}

/** A start from some of the rows, where there are many: smoothing and coefficients are then near, and few full rounds remain. */
async function warmStart(
  design: Design,
  rows: Rows,
  options: FitOptions,
  start: Start,
  run: LongRun,
): Promise<Start> {
  if (design.rows < 4 * thinRows) return start
  const [few, thin] = thinned(design, rows, Math.floor(design.rows / thinRows))
  try {
    const { state, penalties } = await iterate(few, thin, options, start, { signal: run.signal })
    return { coefficients: state.coefficients, smoothing: penalties.smoothing }
  } catch (error) {
    // What some of the rows cannot tell, all of them may.
    if (error instanceof StatsError && error.code !== 'aborted') return start
    throw error
  }
}

/**
 * Fits a binned design by penalised iteratively reweighted least squares (Fisher scoring with halved steps): the log
 * likelihood less sum of lambda_j b'S_j b / 2 and less fixed priors is maximised, the lambda by generalised Fellner-Schall
 * steps on the restricted likelihood of each working model. Monotone curves are held by an asymmetric penalty on
 * first differences. The whole is convex for given lambda, so that its maximum is the only one.
 *
 * Source: S. N. Wood and M. Fasiolo, A generalized Fellner-Schall method for smoothing parameter optimization, Biometrics 73
 * (2017) 1071-1081; Wood, Li, Shaddick and Augustin (2017); K. Bollaerts, P. H. C. Eilers and I. van Mechelen,
 * Simple and multiple P-splines regression with shape constraints, Br. J. Math. Stat. Psychol. 59 (2006) 451-469;
 * G. Marra and S. N. Wood, Comput. Stat. Data Anal. 55 (2011) 2372-2387 for `select`. Intervals do not hold the doubt
 * about lambda. Cost: O(rows terms^2 + coefficients^3) a round.
 *
 * @throws StatsError bad_input, not_enough_data, too_few_events, no_variation, separation, singular, no_convergence, aborted
 * @example
 * const design = buildDesign({ old: [0, 0, 0, 1, 1, 1] }, [{ kind: 'linear', column: 'old', ridge: false }])
 * const options = { link: 'logit', smoothing: 'reml', intercept: undefined, minEvents: 1 }
 * const fit = await fitDesign(design, { events: [0, 0, 1, 0, 1, 1] }, options)
 * fit.logLikelihood // -3.819085
 */
export async function fitDesign(
  design: Design,
  given: FitRows,
  options: FitOptions,
  run: LongRun = {},
): Promise<DesignFit> {
  const rows = checkedRows(given)
  insist(
    design.terms.length === 0 || rows.events.length === design.rows,
    'Events and columns must have one length.',
  )
  insist(
    options.smoothing === 'reml' || options.smoothing.length === design.smoothingNames.length,
    `Give a smoothing factor for each of ${design.smoothingNames.join(', ')}.`,
  )
  insistBeliefs(options)
  const counts = tally(rows)
  insistEvents(counts, options)
  const cold = coldStart(design, rows, options, counts.share)
  const start = await warmStart(design, rows, options, cold, run)
  const { state, penalties, products, solution, iterations } = await iterate(
    design,
    rows,
    options,
    start,
    run,
  )
  insistNoSeparation(design, solution.covariance)
  run.onProgress?.(1)
  return {
    coefficients: state.coefficients,
    covariance: solution.covariance,
    information: products.information,
    smoothing: penalties.smoothing,
    logLikelihood: state.logLikelihood,
    remlScore: remlScore(penalties, objectiveOf(penalties, state), solution.logDeterminant),
    events: counts.events,
    rows: counts.rows,
    iterations,
  }
}
