import { insist } from '../stats-error.ts'
import { inCoordinates, multiplyDense } from './dense.ts'
import { rawTerm, type RawTerm } from './raw-term.ts'
import {
  barrierOf,
  coordinatesOf,
  fixedPrior,
  meanRow,
  penaltyNames,
  type FixedPrior,
} from './term-coordinates.ts'
import { basisTable, shapeSize, type TermShape } from './term-shape.ts'
import { termName, type Columns, type Term } from './term.ts'

/** A penalty of a term: `smoothing` is the place of its factor, `matrix` is size x size, `ranged` the same on the range. */
export type Penalty = Readonly<{ smoothing: number; matrix: Float64Array; ranged: Float64Array }>

/**
 * A term ready to be fitted, in coordinates without redundancy: row b of `table` (bins x size) is the centred basis of bin b,
 * and its own coefficients are `transform` (naturalSize x size) times the fitted ones, which start at place `first`. `rank`
 * is that of all penalties together, `barrier` (rows x size) what must not become negative.
 */
export type DesignTerm = Readonly<{
  shape: TermShape
  bins: Uint16Array
  binCount: number
  table: Float64Array
  first: number
  size: number
  transform: Float64Array
  naturalSize: number
  penalties: readonly Penalty[]
  rank: number
  prior: FixedPrior | undefined
  barrier: Float64Array
}>

/** The rows in bins, and the terms' tables: all of a fit but events, weights and offsets. Place 0 is the intercept. */
export type Design = Readonly<{
  rows: number
  size: number
  terms: readonly DesignTerm[]
  /** What each smoothing factor belongs to: a term's name, or 'ridge' for the slopes that share one. */
  smoothingNames: readonly string[]
}>

function binWeights({ bins, x }: RawTerm, weights: ArrayLike<number> | undefined): Float64Array {
  const sums = new Float64Array(x.length)
  for (let row = 0; row < bins.length; row++) sums[bins[row]!]! += weights === undefined ? 1 : weights[row]!
  return sums
}

function designTerm(
  raw: RawTerm,
  weights: Float64Array,
  first: number,
  smoothingNames: readonly string[],
): DesignTerm {
  const naturalSize = shapeSize(raw.shape)
  const natural = basisTable(raw.shape, raw.x, raw.y)
  const mean = meanRow(natural, weights, naturalSize)
  const coordinates = coordinatesOf(raw, mean, weights)
  const { transform, size, range, rank } = coordinates
  const centred = natural.map((value, at) => value - mean[at % naturalSize]!)
  const names = penaltyNames(raw.term)
  return {
    shape: { ...raw.shape, centre: [...mean] },
    bins: raw.bins,
    binCount: raw.x.length,
    table: multiplyDense(centred, transform, raw.x.length, naturalSize, size),
    first,
    size,
    transform,
    naturalSize,
    penalties: coordinates.penalties.map((matrix, k) => ({
      smoothing: smoothingNames.indexOf(names[k]!),
      matrix,
      ranged: inCoordinates(matrix, range, size, rank),
    })),
    rank,
    prior: fixedPrior(raw, coordinates),
    barrier: barrierOf(raw, coordinates),
  }
}

/**
 * Compresses rows and lays out the additive model: no matrix of rows x coefficients is ever made.
 *
 * Source: S. N. Wood, Z. Li, G. Shaddick and N. H. Augustin, Generalized additive models for gigadata, JASA 112 (2017)
 * 1199-1210, section 2; coordinates as in `coordinatesOf`. Cost: O(rows terms log bins), 2 bytes a row and term.
 *
 * @param weights of the rows, for the means that are taken off; 1 each unless given
 * @param maxBins of a curve or slope (256); a column with no more values than this is used exactly
 * @throws StatsError bad_input when columns differ in length, are not there, or hold what their term cannot take, terms
 * repeat, or no weight is above 0; no_variation when a covariate has one value only
 * @example
 * const design = buildDesign({ age: [1, 2, 3, 4] }, [{ kind: 'linear', column: 'age' }])
 * design.size // 2
 */
export function buildDesign(
  columns: Columns,
  terms: readonly Term[],
  weights?: ArrayLike<number>,
  maxBins = 256,
): Design {
  insist(new Set(terms.map(termName)).size === terms.length, 'Each term may stand in the model once.')
  const raw = terms.map((term) => rawTerm(term, columns, maxBins))
  const rows = raw[0]?.bins.length ?? 0
  insist(
    raw.every(({ bins }) => bins.length === rows),
    'All columns must have the same number of rows.',
  )
  insist(raw.length === 0 || (weights?.length ?? rows) === rows, 'Columns and weights must have one length.')
  const smoothingNames = [...new Set(terms.flatMap(penaltyNames))]
  const built: DesignTerm[] = []
  let size = 1
  for (const term of raw) {
    const weighed = binWeights(term, weights)
    insist(
      weighed.some((weight) => weight > 0),
      'No row weighs anything: give rows with a weight above 0.',
    )
    const next = designTerm(term, weighed, size, smoothingNames)
    built.push(next)
    size += next.size
  }
  return { rows, size, terms: built, smoothingNames }
}
