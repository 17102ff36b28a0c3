import { insist } from '../stats-error.ts'

/**
 * The chance that Wilcoxon's rank-sum statistic U, the pairs of which the first group wins, is u = 0, 1, ..., m n, when
 * all orders of m + n different values are equally likely: P(m, n, u) = (m P(m-1, n, u-n) + n P(m, n-1, u)) / (m + n).
 *
 * Source: H. B. Mann and D. R. Whitney, Ann. Math. Statist. 18 (1947) 50-60, eq. 1; R's dwilcox. Only sums of positive
 * terms, so each chance is exact to some 1e-14. Cost: O(m^2 n^2) steps, O(m n^2) numbers.
 *
 * @throws StatsError bad_input unless both sizes are whole and from 1 to 100
 * @example
 * rankSumProbabilities(2, 2) // [0.16666667, 0.16666667, 0.33333333, 0.16666667, 0.16666667]
 */
export function rankSumProbabilities(m: number, n: number): Float64Array {
  insist(
    [m, n].every((size) => Number.isInteger(size) && size >= 1 && size <= 100),
    `Exact ranks are for groups of 1 to 100, not ${m} and ${n}.`,
  )
  // Row j holds the chances for i first and j second values, in place while i grows.
  const rows = Array.from({ length: n + 1 }, (_, j) => new Float64Array(m * j + 1).fill(1, 0, 1))
  for (let i = 1; i <= m; i += 1) {
    for (let j = 1; j <= n; j += 1) {
      const [row, lost] = [rows[j]!, rows[j - 1]!]
      for (let u = (i - 1) * j; u >= 0; u -= 1) row[u + j] = (i * row[u]!) / (i + j)
      row.fill(0, 0, j)
      for (let u = i * (j - 1); u >= 0; u -= 1) row[u]! += (j * lost[u]!) / (i + j)
    }
  }
  return rows[n]!
}
