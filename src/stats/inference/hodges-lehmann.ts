import { normalReach } from '../distributions/normal.ts'
import { logChoose } from '../distributions/log-choose.ts'
import { insist, StatsError } from '../stats-error.ts'
import { rankSumProbabilities } from './rank-sum.ts'
import type { Interval } from './wilson.ts'

/** `coverage` is the level that the interval truly has; with few values it can be below the level asked for. */
export type Shift = Readonly<{ shift: number; interval: Interval; coverage: number }>

const exactBelow = 50

function sortedGroup(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0)
    throw new StatsError('empty_stratum', 'A group holds nobody: there is no shift to estimate.')
  insist(sorted.every(Number.isFinite), 'A shift is of finite values.')
  return sorted
}

/** How many differences x - y are at most `bound`, the greatest of them, and the least of the others. */
function split(x: Float64Array, y: Float64Array, bound: number) {
  let [count, j] = [0, 0]
  let [greatest, least] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  for (let i = 0; i < x.length; i += 1) {
    const value = x[i]!
    while (j < y.length && value - y[j]! > bound) j += 1
    count += y.length - j
    if (j < y.length && value - y[j]! > greatest) greatest = value - y[j]!
    if (j > 0 && value - y[j - 1]! < least) least = value - y[j - 1]!
  }
  return { count, greatest, least }
}

const fewValues = 1000

/** About a thousand of the sorted values, evenly by rank. */
function thinned(sorted: Float64Array): Float64Array {
  const kept = Math.min(sorted.length, fewValues)
  return Float64Array.from(
    { length: kept },
    (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / kept)]!,
  )
}

/** Two differences that the one of rank k most likely lies between, from those of a thousand values of each. */
function boundsOfRank(x: Float64Array, y: Float64Array, k: number): number[] {
  if (x.length <= fewValues && y.length <= fewValues) return []
  const [few, others] = [thinned(x), thinned(y)]
  const pairs = few.length * others.length
  const rank = (k / (x.length * y.length)) * pairs
  const margin = few.length + others.length
  const near = [Math.floor(rank - margin), Math.ceil(rank + margin)]
  return near.filter((at) => at >= 1 && at <= pairs).map((at) => differenceOfRank(few, others, at))
}

/**
 * The k-th smallest (from 1) of all differences x - y, from a range that is cut in proportion to the ranks that are left, or
 * now and then in half; each part ends at a true difference.
 */
function differenceOfRank(x: Float64Array, y: Float64Array, k: number): number {
  const cuts = boundsOfRank(x, y, k)
  let [low, high] = [x[0]! - y.at(-1)!, x.at(-1)! - y[0]!]
  let [below, upTo] = [0, x.length * y.length]
  for (let step = 0; low < high; step += 1) {
    const share = step % 3 === 2 ? 0.5 : (k - below - 0.5) / (upTo - below)
    const cut = cuts.pop() ?? low * (1 - share) + high * share
    const { count, greatest, least } = split(x, y, cut > low && cut < high ? cut : low)
    if (count >= k) [high, upTo] = [greatest, count]
    else [low, below] = [least, count]
  }
  // 0 - 0 may be -0.
  return low + 0
}

function hasTies(x: Float64Array, y: Float64Array): boolean {
  const all = new Float64Array(x.length + y.length)
  all.set(x)
  all.set(y, x.length)
  return all.sort().some((value, i) => i > 0 && value === all[i - 1])
}

/** The rank of the difference at which the interval starts, and the level that it has. */
function startOfInterval(
  x: Float64Array,
  y: Float64Array,
  level: number,
): { rank: number; coverage: number } {
  const [m, n] = [x.length, y.length]
  if (m >= exactBelow || n >= exactBelow || hasTies(x, y)) {
    const deviation = Math.sqrt(((m * n) / 12) * (m + n + 1))
    const rank = Math.floor((m * n) / 2 - normalReach(level) * deviation + 0.5)
    if (rank > 1) return { rank, coverage: level }
    return { rank: 1, coverage: Math.min(level, 1 - 2 * Math.exp(-logChoose(m + n, m))) }
  }
  const chances = rankSumProbabilities(m, n)
  let [rank, below] = [1, chances[0]!]
  while (below + chances[rank]! <= (1 - level) / 2) {
    below += chances[rank]!
    rank += 1
  }
  return { rank, coverage: 1 - 2 * below }
}

/**
 * How far the first group lies above the second: the median of all differences x - y, with the interval of Moses, the
 * differences of rank C and m n + 1 - C, which Mann and Whitney's test would not reject. Exact below 50 values a group
 * without ties; else C = floor(m n / 2 - z sqrt(m n (m + n + 1) / 12) + 1/2), a little wide where there are ties.
 *
 * Source: J. L. Hodges and E. L. Lehmann, Ann. Math. Statist. 34 (1963) 598-611; M. Hollander, D. A. Wolfe and E. Chicken,
 * Nonparametric Statistical Methods, 3rd ed. (2014), sections 4.2 and 4.3. Assumes groups that differ by a shift alone.
 * Cost: O(n log n) and 10 to 25 walks over the values for each of four ranks, never the m n differences.
 *
 * @throws StatsError bad_input when a value or difference is not finite or the level is not inside (0, 1)
 * @throws StatsError empty_stratum when a group holds nobody
 * @example
 * const x = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
 * const { shift, interval } = hodgesLehmannShift(x, [1.15, 0.88, 0.9, 0.74, 1.21])
 * shift // 0.305
 * interval // [-0.15, 0.76]
 */
export function hodgesLehmannShift(first: ArrayLike<number>, second: ArrayLike<number>, level = 0.95): Shift {
  insist(level > 0 && level < 1, `A level of confidence lies inside (0, 1), not at ${level}.`)
  const [x, y] = [sortedGroup(first), sortedGroup(second)]
  insist(
    Number.isFinite(x[0]! - y.at(-1)!) && Number.isFinite(x.at(-1)! - y[0]!),
    'The groups lie further apart than the greatest number: measure them in a larger unit.',
  )
  const pairs = x.length * y.length
  const { rank, coverage } = startOfInterval(x, y, level)
  const at = (k: number) => differenceOfRank(x, y, k)
  const upper = at(Math.floor(pairs / 2) + 1)
  const shift = pairs % 2 === 1 ? upper : at(pairs / 2) / 2 + upper / 2
  return { shift, interval: [at(rank), at(pairs + 1 - rank)], coverage }
}
