import { StatsError } from '../stats-error.ts'
import type { Design, DesignTerm } from './design.ts'
import { choleskyFactor, choleskyInverse, choleskySolve, logDeterminant } from '../numerics/cholesky.ts'

/** A quadratic log likelihood around its maximum: -b' information b / 2 + b' pull. */
export type Quadratic = Readonly<{ information: Float64Array; pull: Float64Array }>

/** Penalties and priors: smoothing factors, the intercept's prior, and how hard monotone terms are held. */
export type Penalties = Readonly<{
  design: Design
  smoothing: Float64Array
  intercept: Readonly<{ mean: number; sd: number }> | undefined
  barrierStrength: number
}>

/** Coefficients that maximise a penalised quadratic, their precision, and its inverse. */
export type PenalisedSolution = Readonly<{
  coefficients: Float64Array
  precision: Float64Array
  covariance: Float64Array
  logDeterminant: number
}>

function addBlock(
  matrix: Float64Array,
  size: number,
  { first, size: block }: DesignTerm,
  addend: Float64Array,
  factor: number,
): void {
  for (let i = 0; i < block; i++) {
    for (let j = 0; j < block; j++) matrix[(first + i) * size + first + j]! += factor * addend[i * block + j]!
  }
}

/** Adds what penalties and fixed priors know to a precision and its pull. */
function addPenalties(
  { design, smoothing, intercept }: Penalties,
  precision: Float64Array,
  pull: Float64Array,
): void {
  if (intercept !== undefined) {
    precision[0]! += intercept.sd ** -2
    pull[0]! += intercept.mean / intercept.sd ** 2
  }
  for (const term of design.terms) {
    for (const penalty of term.penalties)
      addBlock(precision, design.size, term, penalty.matrix, smoothing[penalty.smoothing]!)
    if (term.prior === undefined) continue
    addBlock(precision, design.size, term, term.prior.precision, 1)
    for (let k = 0; k < term.size; k++) pull[term.first + k]! += term.prior.pull[k]!
  }
}

/** How far each line of a term's barrier is broken: its value where that is negative, otherwise 0. */
function breaches({ barrier, first, size }: DesignTerm, coefficients: Float64Array): Float64Array {
  const rows = barrier.length / size
  return Float64Array.from({ length: rows }, (_, row) => {
    let value = 0
    for (let k = 0; k < size; k++) value += barrier[row * size + k]! * coefficients[first + k]!
    return Math.min(value, 0)
  })
}

function brokenLines(design: Design, coefficients: Float64Array): boolean[] {
  return design.terms.flatMap((term) => Array.from(breaches(term, coefficients), (breach) => breach < 0))
}

function addBarriers(
  design: Design,
  broken: readonly boolean[],
  strength: number,
  precision: Float64Array,
): void {
  let line = 0
  for (const term of design.terms) {
    for (let row = 0; row * term.size < term.barrier.length; row++, line++) {
      if (!broken[line]) continue
      const direction = term.barrier.subarray(row * term.size, (row + 1) * term.size)
      for (let i = 0; i < term.size; i++) {
        for (let j = 0; j < term.size; j++) {
          precision[(term.first + i) * design.size + term.first + j]! +=
            strength * direction[i]! * direction[j]!
        }
      }
    }
  }
}

/**
 * What penalties and priors take off the log likelihood: sum of lambda_j b'S_j b / 2, and (b - m)^2 / (2 sd^2) of each fixed prior.
 *
 * Source: S. N. Wood, Generalized Additive Models, 2nd ed. (2017), section 6.1. Cost: O(coefficients^2).
 *
 * @example
 * const design = buildDesign({ age: [1, 2, 3, 4] }, [{ kind: 'linear', column: 'age' }])
 * const penalties = { design, smoothing: Float64Array.of(3), intercept: { mean: 1, sd: 0.5 }, barrierStrength: 1 }
 * penaltyAt(penalties, Float64Array.of(0, 2)) // 8
 */
export function penaltyAt(penalties: Penalties, coefficients: Float64Array): number {
  const { design, intercept } = penalties
  const { size } = design
  const precision = new Float64Array(size * size)
  const pull = new Float64Array(size)
  addPenalties(penalties, precision, pull)
  let sum = intercept === undefined ? 0 : intercept.mean ** 2 / (2 * intercept.sd ** 2)
  for (let i = 0; i < size; i++) {
    let row = 0
    for (let j = 0; j < size; j++) row += precision[i * size + j]! * coefficients[j]!
    sum += coefficients[i]! * (row / 2 - pull[i]!)
  }
  for (const term of design.terms) {
    sum += term.prior?.atNought ?? 0
    for (const breach of breaches(term, coefficients))
      sum += (penalties.barrierStrength * breach * breach) / 2
  }
  return sum
}

/** The factor of a precision; what makes it singular is said in words of the model. */
function factorOf(precision: Float64Array, size: number): Float64Array {
  try {
    return choleskyFactor(precision, size)
  } catch (error) {
    if (!(error instanceof StatsError) || error.code !== 'singular') throw error
    throw new StatsError(
      'singular',
      'Covariates repeat each other, or have no rows: leave one of them out, or give it ridge or a prior.',
    )
  }
}

const barrierRounds = 30

/**
 * Maximises a quadratic log likelihood less its penalties. Lines of a barrier that would be broken are held, until the lines
 * that are held no longer change.
 *
 * Source: K. Bollaerts, P. H. C. Eilers and I. van Mechelen, Simple and multiple P-splines regression with shape constraints,
 * Br. J. Math. Stat. Psychol. 59 (2006) 451-469, section 2.2. Cost: O(coefficients^3) a round.
 *
 * @param start coefficients that tell which lines are held first
 * @throws StatsError singular
 * @example
 * const design = buildDesign({ age: [1, 2, 3, 4] }, [{ kind: 'linear', column: 'age' }])
 * const penalties = { design, smoothing: Float64Array.of(4), intercept: undefined, barrierStrength: 1 }
 * const quadratic = { information: Float64Array.of(4, 0, 0, 4), pull: Float64Array.of(2, 8) }
 * solvePenalised(quadratic, penalties, new Float64Array(2)).coefficients // [0.5, 1]
 */
export function solvePenalised(
  quadratic: Quadratic,
  penalties: Penalties,
  start: Float64Array,
): PenalisedSolution {
  const { design, barrierStrength } = penalties
  const precision = Float64Array.from(quadratic.information)
  const pull = Float64Array.from(quadratic.pull)
  addPenalties(penalties, precision, pull)
  let broken = brokenLines(design, start)
  for (let round = 1; ; round++) {
    const held = Float64Array.from(precision)
    addBarriers(design, broken, barrierStrength, held)
    const factor = factorOf(held, design.size)
    const coefficients = choleskySolve(factor, design.size, pull)
    const next = brokenLines(design, coefficients)
    if (round === barrierRounds || next.every((value, line) => value === broken[line])) {
      return {
        coefficients,
        precision: held,
        covariance: choleskyInverse(factor, design.size),
        logDeterminant: logDeterminant(factor, design.size),
      }
    }
    broken = next
  }
}
