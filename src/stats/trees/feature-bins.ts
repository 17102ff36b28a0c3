import type { Random } from '../random/seeded-random.ts'
import { insist } from '../stats-error.ts'

/** Columns by name, one value a row; NaN where there is none. */
export type FeatureColumns = Readonly<Record<string, ArrayLike<number>>>

/** The code of a missing value. */
export const missingCode = 255

/** Columns as small numbers, all columns of a row side by side: how many of the column's cuts lie below the value. */
export type BinnedFeatures = Readonly<{
  names: readonly string[]
  rows: number
  cuts: readonly Float64Array[]
  codes: Uint8Array
}>

const sampleSize = 65_536

/** Sorted values, of one row by chance from each of many stretches where there are more rows than the sample takes. */
function sortedSample(column: ArrayLike<number>, random: Random): Float64Array {
  const size = Math.min(column.length, sampleSize)
  const stretch = column.length / size
  const sample = new Float64Array(size)
  let kept = 0
  for (let at = 0; at < size; at++) {
    const value = column[stretch === 1 ? at : Math.floor((at + random()) * stretch)]!
    if (!Number.isNaN(value)) sample[kept++] = value
  }
  return sample.subarray(0, kept).sort()
}

const distinct = (sorted: Float64Array) => sorted.filter((value, at) => value !== sorted[at - 1])

/** The middle of two values; below the upper one even where no number lies between them. */
function between(low: number, high: number): number {
  const middle = low / 2 + high / 2
  return middle < high ? middle : low
}

function cutsBetween(sorted: Float64Array, bins: number): Float64Array {
  const values = distinct(sorted)
  if (values.length <= bins) return values.subarray(1).map((value, at) => between(values[at]!, value))
  const cuts = new Float64Array(bins - 1)
  for (let bin = 1; bin < bins; bin++) {
    const at = Math.floor((bin * sorted.length) / bins)
    cuts[bin - 1] = between(sorted[at - 1]!, sorted[at]!)
  }
  return distinct(cuts)
}

/** How many cuts lie below the value: its bin. A value equal to a cut stays below it. */
function binOf(cuts: Float64Array, value: number): number {
  let [low, high] = [0, cuts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (cuts[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

function fillCodes(
  column: ArrayLike<number>,
  cuts: Float64Array,
  codes: Uint8Array,
  at: number,
  step: number,
) {
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!
    if (value === Infinity || value === -Infinity)
      insist(false, `Row ${row} holds ${value}: values are finite, or NaN where there is none.`)
    codes[row * step + at] = Number.isNaN(value) ? missingCode : binOf(cuts, value)
  }
}

/**
 * Columns in at most `bins` bins of equal count, cut midway between values, so that trees need no more than sums by bin. Few
 * distinct values keep a bin each; of many rows the cuts are taken from 65,536 of them.
 *
 * Source: G. Ke et al., LightGBM, NIPS 30 (2017) 3146-3154, section 2.1; T. Chen and C. Guestrin, XGBoost, KDD (2016)
 * 785-794, section 3.2 (quantile cuts). Cost: O(rows log bins) a column, a byte a value.
 *
 * @param bins from 2 to 255; missing values have one more
 * @throws StatsError bad_input for no rows, columns of unequal length, infinite values or bins out of range
 * @example
 * const binned = binFeatures({ seats: [3, 1, NaN, 3] }, seededRandom(1))
 * binned.cuts // [[2]]
 * binned.codes // [1, 0, 255, 1]
 */
export function binFeatures(columns: FeatureColumns, random: Random, bins = 255): BinnedFeatures {
  const names = Object.keys(columns)
  const rows = columns[names[0] ?? '']?.length ?? 0
  insist(rows > 0, 'Trees need a column and a row.')
  insist(
    Number.isInteger(bins) && bins >= 2 && bins <= 255,
    `Between 2 and 255 bins are possible, not ${bins}.`,
  )
  const codes = new Uint8Array(rows * names.length)
  const cuts = names.map((name, at) => {
    const column = columns[name]!
    insist(column.length === rows, `Column ${name} has ${column.length} values for ${rows} rows.`)
    const found = cutsBetween(sortedSample(column, random), bins)
    fillCodes(column, found, codes, at, names.length)
    return found
  })
  return { names, rows, cuts, codes }
}
