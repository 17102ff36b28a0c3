import { normalCdf, normalUpperTail } from '../distributions/normal.ts'
import { insist, StatsError } from '../stats-error.ts'
import type { Alternative } from './alternative.ts'
import { aucInterval } from './auc-interval.ts'
import { rankSumProbabilities } from './rank-sum.ts'
import type { Interval } from './wilson.ts'

/**
 * `u` counts the pairs in which the first value is the greater, ties by half; `auc` = u / (n1 n2) is the chance that a value
 * of the first group is the greater of such a pair, 0.5 where the groups are alike.
 */
export type MannWhitneyTest = Readonly<{
  u: number
  auc: number
  interval: Interval
  p: number
  method: 'exact' | 'normal'
}>

const exactBelow = 50

/** Sorts a copy, smallest first; typed arrays sort by number. */
function sortedValues(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values).sort()
  if (sorted.length === 0)
    throw new StatsError('empty_stratum', 'A group holds nobody: there is nothing to compare.')
  insist(sorted.every(Number.isFinite), 'Ranks are of finite values.')
  return sorted
}

/** One walk over both groups: the pairs won by the first, ties by half, and the sum of t^3 - t over the ties. */
function compare(first: Float64Array, second: Float64Array): { u: number; ties: number } {
  let [u, ties, i, j] = [0, 0, 0, 0]
  while (i < first.length || j < second.length) {
    const value = Math.min(first[i] ?? Number.POSITIVE_INFINITY, second[j] ?? Number.POSITIVE_INFINITY)
    const [below, start] = [j, i]
    while (i < first.length && first[i] === value) i += 1
    while (j < second.length && second[j] === value) j += 1
    u += (i - start) * (below + (j - below) / 2)
    const same = i - start + j - below
    ties += same * (same * same - 1)
  }
  return { u, ties }
}

function exactTails(u: number, m: number, n: number) {
  const chances = rankSumProbabilities(m, n)
  const sum = (from: number, to: number) =>
    chances.subarray(from, to).reduce((all, chance) => all + chance, 0)
  return { less: sum(0, u + 1), greater: sum(u, chances.length) }
}

/** Normal tails with the correction of one half towards the middle. */
function normalTails(u: number, m: number, n: number, ties: number) {
  const total = m + n
  const deviation = Math.sqrt(((m * n) / 12) * (total + 1 - ties / (total * (total - 1))))
  const distance = u - (m * n) / 2
  return {
    less: normalCdf((distance + 0.5) / deviation),
    greater: normalUpperTail((distance - 0.5) / deviation),
  }
}

/**
 * Mann and Whitney's (Wilcoxon's rank-sum) test that neither of two groups tends to hold the greater values. Exact below
 * 50 values a group without ties, else normal with corrections for ties and steps. 'greater' looks for a first group above
 * the second. The interval of the AUC is two-sided whatever the alternative: see aucInterval.
 *
 * Source: H. B. Mann and D. R. Whitney, Ann. Math. Statist. 18 (1947) 50-60; E. L. Lehmann, Nonparametrics (1975), eq. 1.35
 * (ties); R's wilcox.test. Assumes independent values; it tests order, not means. Cost: O(n log n).
 *
 * @throws StatsError bad_input when a value is not finite or the level is not inside (0, 1)
 * @throws StatsError empty_stratum when a group holds nobody
 * @throws StatsError no_variation when all values are the same
 * @example
 * const before = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
 * const compared = mannWhitneyTest(before, [1.15, 0.88, 0.9, 0.74, 1.21])
 * compared.u // 35
 * compared.auc // 0.7
 * compared.p // 0.25441225441
 * compared.method // 'exact'
 */
export function mannWhitneyTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  { level = 0.95, alternative = 'two_sided' }: Readonly<{ level?: number; alternative?: Alternative }> = {},
): MannWhitneyTest {
  const [x, y] = [sortedValues(first), sortedValues(second)]
  const [m, n] = [x.length, y.length]
  const { u, ties } = compare(x, y)
  if (x[0] === y[0] && x[m - 1] === y[n - 1] && x[0] === x[m - 1])
    throw new StatsError('no_variation', 'All values are the same: no group can be above the other.')
  const method = ties === 0 && m < exactBelow && n < exactBelow ? 'exact' : 'normal'
  const tails = method === 'exact' ? exactTails(u, m, n) : normalTails(u, m, n, ties)
  const p =
    alternative === 'two_sided' ? Math.min(1, 2 * Math.min(tails.less, tails.greater)) : tails[alternative]
  return { u, auc: u / (m * n), interval: aucInterval(u / (m * n), m, n, level), p: Math.min(1, p), method }
}
