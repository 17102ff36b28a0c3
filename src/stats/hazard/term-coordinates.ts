import { differencePenalty } from '../numerics/difference-penalty.ts'
import { insist, StatsError } from '../stats-error.ts'
import {
  identityMatrix,
  inCoordinates,
  kroneckerProduct,
  multiplyDense,
  multiplyTransposed,
} from './dense.ts'
import type { RawTerm } from './raw-term.ts'
import { shapeSize, splineTable, type RawShape } from './term-shape.ts'
import type { Term } from './term.ts'

/**
 * Coordinates without redundancy for a term: its own coefficients are `transform` (natural x size) times the fitted ones.
 * `penalties` are size x size; `range` (size x rank) spans what they take hold of together.
 */
export type TermCoordinates = Readonly<{
  transform: Float64Array
  size: number
  penalties: readonly Float64Array[]
  range: Float64Array
  rank: number
}>

/** A normal prior of fixed strength: its precision (size x size), the precision times its mean, and what it takes off at nought. */
export type FixedPrior = Readonly<{ precision: Float64Array; pull: Float64Array; atNought: number }>

/** An orthonormal basis (size x size - 1) of what is orthogonal to `vector`: a Householder reflection less its first column. */
function complement(vector: Float64Array): Float64Array {
  const size = vector.length
  const mirror = Float64Array.from(vector)
  mirror[0]! += Math.sign(mirror[0]! || 1) * Math.hypot(...vector)
  const squared = mirror.reduce((sum, value) => sum + value * value, 0)
  const basis = new Float64Array(size * (size - 1))
  for (let i = 0; i < size; i++) {
    for (let j = 1; j < size; j++) {
      basis[i * (size - 1) + j - 1] = (i === j ? 1 : 0) - (2 * mirror[i]! * mirror[j]!) / squared
    }
  }
  return basis
}

/** B-splines held to a mean of nought: free coordinates, the penalty on bends, and the straight line, which has none. */
function splineCoordinates(mean: Float64Array) {
  const splines = mean.length
  const size = splines - 1
  const free = complement(mean)
  const middle =
    mean.reduce((sum, share, k) => sum + share * k, 0) / mean.reduce((sum, share) => sum + share, 0)
  const line = Float64Array.from({ length: splines }, (_, k) => k - middle)
  return {
    size,
    free,
    bent: inCoordinates(differencePenalty(splines, 2), free, splines, size),
    straight: multiplyTransposed(free, line, splines, size, 1),
  }
}

/** Projection on a vector: the extra penalty that can make a curve vanish. */
function projection(vector: Float64Array): Float64Array {
  const squared = vector.reduce((sum, value) => sum + value * value, 0)
  return multiplyDense(vector, vector, vector.length, 1, vector.length).map((value) => value / squared)
}

function smoothCoordinates(mean: Float64Array, select: boolean): TermCoordinates {
  const { size, free, bent, straight } = splineCoordinates(mean)
  if (!select) {
    return { transform: free, size, penalties: [bent], range: complement(straight), rank: size - 1 }
  }
  const penalties = [bent, projection(straight)]
  return { transform: free, size, penalties, range: identityMatrix(size), rank: size }
}

function pairCoordinates(
  shape: RawShape & { kind: 'pair' },
  raw: RawTerm,
  weights: Float64Array,
): TermCoordinates {
  const splines = shape.basisSize
  const [first, second] = ([raw.x, raw.y] as const).map((values, side) =>
    splineCoordinates(meanRow(splineTable(values, shape.places[side]!, splines), weights, splines)),
  ) as [ReturnType<typeof splineCoordinates>, ReturnType<typeof splineCoordinates>]
  const width = splines - 1
  const one = identityMatrix(width)
  const size = width * width
  return {
    transform: kroneckerProduct(first.free, splines, width, second.free, splines, width),
    size,
    penalties: [
      kroneckerProduct(first.bent, width, width, one, width, width),
      kroneckerProduct(one, width, width, second.bent, width, width),
    ],
    range: complement(kroneckerProduct(first.straight, width, 1, second.straight, width, 1)),
    rank: size - 1,
  }
}

/** Standard deviation of a slope's covariate over the rows where it is not missing. */
function spread({ x, shape }: RawTerm, weights: Float64Array): number {
  let [total, mean, squares] = [0, 0, 0]
  for (let bin = 0; bin < x.length; bin++) {
    if (Number.isNaN(x[bin]!) || weights[bin] === 0) continue
    total += weights[bin]!
    const ahead = x[bin]! - mean
    mean += (ahead * weights[bin]!) / total
    squares += weights[bin]! * ahead * (x[bin]! - mean)
  }
  if (squares > 0) return Math.sqrt(squares / total)
  throw new StatsError('no_variation', `${shape.name} has one value only: leave the term out.`)
}

/** One coordinate more, without penalty, for the coefficient of a missing value. */
function withMissing({ transform, size, penalties, range, rank }: TermCoordinates): TermCoordinates {
  const natural = transform.length / size
  const bordered = (matrix: Float64Array, rows: number, columns: number, corner: number) => {
    const wider = new Float64Array((rows + 1) * (columns + 1))
    for (let i = 0; i < rows; i++)
      wider.set(matrix.subarray(i * columns, (i + 1) * columns), i * (columns + 1))
    wider[wider.length - 1] = corner
    return wider
  }
  const longer = new Float64Array(range.length + rank)
  longer.set(range)
  return {
    transform: bordered(transform, natural, size, 1),
    size: size + 1,
    penalties: penalties.map((penalty) => bordered(penalty, size, size, 0)),
    range: longer,
    rank,
  }
}

const ridged = (transform: Float64Array, size: number, ridge: boolean): TermCoordinates =>
  ridge
    ? { transform, size, penalties: [identityMatrix(size)], range: identityMatrix(size), rank: size }
    : { transform, size, penalties: [], range: new Float64Array(), rank: 0 }

/** Whether a term has a ridge penalty: slopes unless they have a prior, and factors, unless it is told not to. */
const hasRidge = (term: Term) =>
  (term.kind === 'factor' && term.ridge !== false) ||
  (term.kind === 'linear' && (term.ridge ?? term.prior === undefined))

/**
 * Names of the smoothing factors of a term, in the order of its penalties; slopes share one, 'ridge'.
 *
 * Source: the definition of the terms. Cost: O(1).
 *
 * @example
 * penaltyNames({ kind: 'smooth', column: 'age', select: true }) // ['age', 'age, straight part']
 */
export function penaltyNames(term: Term): readonly string[] {
  if (term.kind === 'pair') return term.columns.map((column) => `${term.columns.join(':')} along ${column}`)
  if (term.kind === 'smooth')
    return term.select ? [term.column, `${term.column}, straight part`] : [term.column]
  if (!hasRidge(term)) return []
  return [term.kind === 'linear' ? 'ridge' : term.column]
}

/**
 * Mean row of a table whose rows have weights.
 *
 * Source: the definition. Cost: O(rows columns).
 *
 * @example
 * meanRow(Float64Array.of(1, 0, 3, 4), Float64Array.of(1, 3), 2) // [2.5, 3]
 */
export function meanRow(table: Float64Array, weights: Float64Array, columns: number): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return multiplyTransposed(weights, table, weights.length, 1, columns).map((sum) => sum / total)
}

/**
 * Coordinates in which a term can be fitted beside an intercept: curves and factors have a mean of nought over the rows, a
 * pair holds nothing of what each covariate does alone, slopes are per standard deviation.
 *
 * Source: S. N. Wood, Generalized Additive Models, 2nd ed. (2017), sections 5.4.1 and 5.6.3; `select` as in G. Marra and S. N. Wood,
 * Computational Statistics and Data Analysis 55 (2011) 2372-2387. Cost: O(basis^3).
 *
 * @param mean basis row of the rows
 * @param weights of the bins
 * @throws StatsError no_variation when a slope's covariate has one value only
 * @example
 * const raw = rawTerm({ kind: 'linear', column: 'age' }, { age: [1, 3] }, 256)
 * coordinatesOf(raw, Float64Array.of(2), Float64Array.of(1, 1)).transform // [1]
 */
export function coordinatesOf(raw: RawTerm, mean: Float64Array, weights: Float64Array): TermCoordinates {
  const { term, shape } = raw
  if (shape.kind === 'pair') return pairCoordinates(shape, raw, weights)
  // A missing value is a level like any other.
  if (shape.kind === 'factor') return ridged(complement(mean), shapeSize(shape) - 1, hasRidge(term))
  const present =
    shape.kind === 'smooth'
      ? smoothCoordinates(mean.subarray(0, shape.basisSize), term.kind === 'smooth' && term.select === true)
      : ridged(Float64Array.of(1 / spread(raw, weights)), 1, hasRidge(term))
  return shape.missing ? withMissing(present) : present
}

/**
 * Priors that are given and not estimated: that of a slope, and one of mean 0 and sd 1 for the coefficient of a missing value,
 * which few events may have to tell.
 *
 * Source: maximum a posteriori with normal priors; A. Gelman et al., Bayesian Data Analysis, 3rd ed. (2013), section 16.3.
 * Cost: O(size^2).
 *
 * @throws StatsError bad_input when a prior's mean is not finite or its sd not above 0
 * @example
 * const raw = rawTerm({ kind: 'linear', column: 'age', prior: { mean: 3, sd: 0.5 } }, { age: [1, 3] }, 256)
 * fixedPrior(raw, coordinatesOf(raw, Float64Array.of(2), Float64Array.of(1, 1))).pull // [12]
 */
export function fixedPrior(
  { term, shape }: RawTerm,
  { transform, size }: TermCoordinates,
): FixedPrior | undefined {
  const given = term.kind === 'linear' ? term.prior : undefined
  const missing = shape.missing && shape.kind !== 'factor'
  if (given === undefined && !missing) return undefined
  const precision = new Float64Array(size * size)
  const pull = new Float64Array(size)
  let atNought = 0
  if (missing) precision[size * size - 1] = 1
  if (given !== undefined) {
    const { mean, sd } = given
    insist(
      sd > 0 && Number.isFinite(mean + sd),
      `The prior of ${shape.name} needs a finite mean and an sd above 0.`,
    )
    precision[0] = (transform[0]! / sd) ** 2
    pull[0] = (mean * transform[0]!) / sd ** 2
    atNought = (mean / sd) ** 2 / 2
  }
  return { precision, pull, atNought }
}

/**
 * What must not become negative so that a term is monotone (rows x size): steps between neighbouring B-splines, or the slope.
 *
 * Source: K. Bollaerts, P. H. C. Eilers and I. van Mechelen, Br. J. Math. Stat. Psychol. 59 (2006) 451-469: coefficients that
 * never fall make a curve that never falls. Cost: O(size^2).
 *
 * @example
 * const raw = rawTerm({ kind: 'linear', column: 'age', monotone: 'decreasing' }, { age: [1, 3] }, 256)
 * barrierOf(raw, coordinatesOf(raw, Float64Array.of(2), Float64Array.of(1, 1))) // [-1]
 */
export function barrierOf({ term, shape }: RawTerm, { transform, size }: TermCoordinates): Float64Array {
  const monotone = term.kind === 'smooth' || term.kind === 'linear' ? term.monotone : undefined
  if (monotone === undefined) return new Float64Array()
  const sign = monotone === 'increasing' ? 1 : -1
  const steps =
    shape.kind === 'smooth'
      ? transform.subarray(size, shape.basisSize * size).map((value, at) => value - transform[at]!)
      : transform.slice(0, size)
  return steps.map((value) => sign * value)
}
