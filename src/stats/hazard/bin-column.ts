import { insist } from '../stats-error.ts'

/**
 * A column in few bins: the bin of each row, and the mean of the values in each bin. The bin `missing` holds the NaN; all other
 * values lie from `low` to `high`.
 */
export type BinnedColumn = Readonly<{
  bins: Uint16Array
  values: Float64Array
  missing: number | undefined
  low: number
  high: number
}>

const sampleSize = 65_536
const goldenRatio = (Math.sqrt(5) - 1) / 2

/** Sorted values, of one row from each of `size` stretches; its place within wanders, so that no season is left out. */
function sortedSample(column: ArrayLike<number>, size: number): Float64Array {
  const sample = new Float64Array(size)
  const stretch = column.length / size
  let kept = 0
  for (let at = 0; at < size; at++) {
    const value = column[stretch === 1 ? at : Math.floor((at + ((at * goldenRatio) % 1)) * stretch)]!
    if (!Number.isNaN(value)) sample[kept++] = value
  }
  // Where every row that was looked at is missing, all are looked at.
  if (kept === 0 && stretch > 1) return sortedSample(column, column.length)
  return sample.subarray(0, kept).sort()
}

const distinct = (sorted: Float64Array) => sorted.filter((value, index) => value !== sorted[index - 1])

/** Upper ends of bins: half of them hold equally many rows, half are equally wide, so that neither mass nor tail is coarse. */
function upperEnds(sorted: Float64Array, count: number): Float64Array {
  const half = Math.floor(count / 2)
  const low = sorted[0]!
  const step = (sorted[sorted.length - 1]! - low) / half
  const ends = new Float64Array(2 * half - 1)
  for (let i = 1; i < half; i++) ends[i - 1] = sorted[Math.floor((i * sorted.length) / half)]!
  for (let i = 1; i < half; i++) ends[half - 2 + i] = low + i * step
  ends[2 * half - 2] = Number.POSITIVE_INFINITY
  return distinct(ends.sort())
}

/** The first index whose end is not below `value`. */
function firstAtLeast(ends: Float64Array, value: number): number {
  let low = 0
  let high = ends.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (ends[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

const holds = (sorted: Float64Array, value: number) => sorted[firstAtLeast(sorted, value)] === value

/** All distinct values, or nothing when there are more than `limit`. */
function fewValues(column: ArrayLike<number>, sorted: Float64Array, limit: number): Float64Array | undefined {
  const known = distinct(sorted)
  if (known.length > limit) return undefined
  const others = new Set<number>()
  for (let row = 0; row < column.length; row++) {
    const value = column[row]!
    if (Number.isNaN(value) || holds(known, value)) continue
    others.add(value)
    if (known.length + others.size > limit) return undefined
  }
  return Float64Array.from([...known, ...others]).sort()
}

/**
 * Compresses a column to at most `limit` bins. Up to `limit` distinct values keep a bin each, and nothing is lost;
 * otherwise half of the bins are quantiles, half are equally wide, and the mean of its values stands for a bin.
 *
 * Source: S. N. Wood, Z. Li, G. Shaddick and N. H. Augustin, Generalized additive models for gigadata, JASA 112 (2017)
 * 1199-1210, section 2.1; bin means in place of rounding leave the linear part unchanged. Cost: O(rows log limit).
 *
 * @param limit bins for values, from 4 to 65,535; missing values have one more
 * @throws StatsError bad_input when the column is empty or holds an infinite value, or the limit is out of range
 * @example
 * const binned = binColumn([3, 1, 3, NaN], 256)
 * binned.bins // [1, 0, 1, 2]
 * binned.missing // 2
 */
export function binColumn(column: ArrayLike<number>, limit: number): BinnedColumn {
  insist(column.length > 0, 'A column needs rows.')
  insist(limit >= 4 && limit < 65_536, `Between 4 and 65,535 bins are possible, not ${limit}.`)
  const sorted = sortedSample(column, Math.min(column.length, sampleSize))
  const ends = sorted.length === 0 ? new Float64Array() : fewValues(column, sorted, limit)
  return assign(column, ends ?? upperEnds(sorted, limit))
}

function assign(column: ArrayLike<number>, ends: Float64Array): BinnedColumn {
  const bins = new Uint16Array(column.length)
  const counts = new Float64Array(ends.length + 1)
  const values = new Float64Array(ends.length + 1)
  let value = Number.NaN
  let bin = ends.length
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let row = 0; row < column.length; row++) {
    const next = column[row]!
    if (next !== value) {
      value = next
      // The sentence is built only when it is said: this loop sees every row.
      if (value === Infinity || value === -Infinity)
        insist(false, `Row ${row} holds ${value}: values must be finite.`)
      bin = Number.isNaN(value) ? ends.length : firstAtLeast(ends, value)
      if (value < low) low = value
      if (value > high) high = value
    }
    bins[row] = bin
    counts[bin]!++
    // Means are updated, so that many rows of one value give that value exactly.
    values[bin]! += (next - values[bin]!) / counts[bin]!
  }
  for (let i = 0; i < ends.length; i++) if (counts[i] === 0) values[i] = middleOf(ends, i)
  const missing = counts[ends.length]! > 0 ? ends.length : undefined
  return { bins, values: missing === undefined ? values.slice(0, ends.length) : values, missing, low, high }
}

/** A bin without rows needs a finite value only so that its basis exists. */
function middleOf(ends: Float64Array, bin: number): number {
  const high = ends[bin]!
  const low = ends[bin - 1] ?? high
  return Number.isFinite(high) ? (low + high) / 2 : low
}
