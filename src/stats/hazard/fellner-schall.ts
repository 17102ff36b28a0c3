import type { Design, DesignTerm } from './design.ts'
import { choleskyFactor, choleskyInverse, logDeterminant } from '../numerics/cholesky.ts'
import {
  solvePenalised,
  type PenalisedSolution,
  type Penalties,
  type Quadratic,
} from './penalised-solution.ts'

/** The penalty of a term on its range, as a factor: what its inverse and its determinant are read from. */
function rangeFactor(term: DesignTerm, smoothing: Float64Array): Float64Array {
  const sum = new Float64Array(term.rank ** 2)
  for (const penalty of term.penalties) {
    const factor = smoothing[penalty.smoothing]!
    for (let i = 0; i < sum.length; i++) sum[i]! += factor * penalty.ranged[i]!
  }
  return choleskyFactor(sum, term.rank)
}

/**
 * Log determinant of all penalties on their range, log |sum of lambda_j S_j|+.
 *
 * Source: S. N. Wood, Generalized Additive Models, 2nd ed. (2017), section 6.2.6. Cost: O(terms basis^3).
 *
 * @example
 * const design = buildDesign({ age: [1, 2, 3, 4] }, [{ kind: 'linear', column: 'age' }])
 * logPenaltyDeterminant(design, Float64Array.of(Math.E)) // 1.000000
 */
export function logPenaltyDeterminant(design: Design, smoothing: Float64Array): number {
  return design.terms.reduce(
    (sum, term) => (term.rank === 0 ? sum : sum + logDeterminant(rangeFactor(term, smoothing), term.rank)),
    0,
  )
}

/** tr(a b) of two symmetric matrices, of which `a` is a block of a larger one. */
function traceOfProduct(
  a: Float64Array,
  width: number,
  first: number,
  b: Float64Array,
  size: number,
): number {
  let sum = 0
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) sum += a[(first + i) * width + first + j]! * b[i * size + j]!
  }
  return sum
}

function quadraticForm(
  matrix: Float64Array,
  coefficients: Float64Array,
  first: number,
  size: number,
): number {
  let sum = 0
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++)
      sum += coefficients[first + i]! * matrix[i * size + j]! * coefficients[first + j]!
  }
  return sum
}

/** Freedom that each penalty would have alone and has with the data, and how rough the coefficients are. */
function tallies(design: Design, smoothing: Float64Array, { coefficients, covariance }: PenalisedSolution) {
  const gain = new Float64Array(smoothing.length)
  const roughness = new Float64Array(smoothing.length)
  const used = new Float64Array(smoothing.length)
  for (const term of design.terms) {
    if (term.rank === 0) continue
    const inverse = choleskyInverse(rangeFactor(term, smoothing), term.rank)
    for (const { smoothing: at, matrix, ranged } of term.penalties) {
      const posterior = traceOfProduct(covariance, design.size, term.first, matrix, term.size)
      gain[at]! += traceOfProduct(inverse, term.rank, 0, ranged, term.rank) - posterior
      roughness[at]! += quadraticForm(matrix, coefficients, term.first, term.size)
      used[at]! += smoothing[at]! * posterior
    }
  }
  return { gain, roughness, used }
}

/**
 * The information of the data over the size of each penalty: a smoothing factor of this size lets both weigh the same.
 *
 * Source: the start of R's mgcv (initial.sp). Cost: O(coefficients).
 *
 * @param information of the data, size x size
 * @example
 * const design = buildDesign({ age: [1, 2, 3, 4] }, [{ kind: 'linear', column: 'age' }])
 * smoothingScale(design, Float64Array.of(4, 0, 0, 8)) // [8]
 */
export function smoothingScale(design: Design, information: Float64Array): Float64Array {
  const data = new Float64Array(design.smoothingNames.length)
  const penalty = new Float64Array(design.smoothingNames.length)
  for (const term of design.terms) {
    for (const { smoothing, matrix } of term.penalties) {
      for (let k = 0; k < term.size; k++) {
        const own = matrix[k * term.size + k]!
        if (own === 0) continue
        data[smoothing]! += information[(term.first + k) * (design.size + 1)]!
        penalty[smoothing]! += own
      }
    }
  }
  return data.map((value, at) => Math.max(value, 1e-8) / penalty[at]!)
}

const rounds = 60
/** Smoothing factors are sought within these of where penalty and data weigh the same. */
const widest = 1e7
const largestStep = 20

function nextFactor(factor: number, gain: number, roughness: number, scale: number): number {
  // A curve without any roughness is as smooth as can be: its factor may stay.
  const ratio = roughness > 0 ? Math.max(gain, 0) / roughness : 1
  const step = Math.min(Math.max(ratio, 1 / largestStep), largestStep)
  return Math.min(Math.max(factor * step, scale / widest), scale * widest)
}

/**
 * Smoothing factors that maximise the restricted likelihood of a quadratic: each is multiplied by the freedom that its
 * penalty takes over the roughness of the coefficients, until no freedom moves by more than `tolerance`.
 *
 * Source: S. N. Wood and M. Fasiolo, A generalized Fellner-Schall method for smoothing parameter optimization, Biometrics 73
 * (2017) 1071-1081, equation 6. Cost: O(coefficients^3) a round.
 *
 * @example
 * const design = buildDesign({ age: [1, 2, 3, 4] }, [{ kind: 'linear', column: 'age' }])
 * const quadratic = { information: Float64Array.of(4, 0, 0, 4), pull: Float64Array.of(0, 8) }
 * const penalties = { design, smoothing: Float64Array.of(1), intercept: undefined, barrierStrength: 1 }
 * fellnerSchall(quadratic, penalties, new Float64Array(2), 1e-9) // [0.266667]
 */
export function fellnerSchall(
  quadratic: Quadratic,
  penalties: Penalties,
  start: Float64Array,
  tolerance: number,
): Float64Array {
  const { design } = penalties
  const scale = smoothingScale(design, quadratic.information)
  let smoothing = penalties.smoothing
  if (smoothing.length === 0) return smoothing
  let coefficients = start
  let before: Float64Array | undefined
  for (let round = 0; round < rounds; round++) {
    const solution = solvePenalised(quadratic, { ...penalties, smoothing }, coefficients)
    const { gain, roughness, used } = tallies(design, smoothing, solution)
    if (before?.every((value, at) => Math.abs(value - used[at]!) <= tolerance)) break
    before = used
    coefficients = solution.coefficients
    smoothing = smoothing.map((factor, at) => nextFactor(factor, gain[at]!, roughness[at]!, scale[at]!))
  }
  return smoothing
}
