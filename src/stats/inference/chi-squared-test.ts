import { chiSquaredUpperTail } from '../distributions/chi-squared.ts'
import { insist, StatsError } from '../stats-error.ts'

/** `sparse` warns that a count below 5 was expected somewhere: p is then rough. Take fewer cells, or fisherExact. */
export type ChiSquaredTest = Readonly<{
  chiSquared: number
  df: number
  p: number
  smallestExpected: number
  sparse: boolean
}>

const leastExpected = 5

function testOf(chiSquared: number, df: number, smallestExpected: number): ChiSquaredTest {
  const p = chiSquaredUpperTail(chiSquared, df)
  return { chiSquared, df, p, smallestExpected, sparse: smallestExpected < leastExpected }
}

const insistCounts = (counts: readonly number[]) =>
  insist(
    counts.every((count) => count >= 0 && Number.isFinite(count)),
    'A table of counts holds finite numbers of 0 or more.',
  )

/**
 * Pearson's chi-squared test that the rows of a table of counts share one distribution over its columns: sum (o - e)^2 / e,
 * e = row total * column total / n, with (rows - 1)(columns - 1) degrees of freedom. `cramersV` in [0, 1] is the strength,
 * sqrt(chi2 / (n (min(rows, columns) - 1))).
 *
 * Source: K. Pearson, Phil. Mag. 50 (1900) 157-175; A. Agresti, Categorical Data Analysis, 3rd ed. (2013), section 3.2;
 * R's chisq.test(correct = FALSE). Assumes independent observations, each in one cell. Cost: O(cells).
 *
 * @param table rows of counts, all of one length
 * @throws StatsError bad_input unless the table has two rows and two columns of counts or more
 * @throws StatsError empty_stratum when a row or column holds nothing: leave it out
 * @example
 * const { chiSquared, df, p, sparse } = independenceTest([[12, 5, 7], [9, 30, 14], [3, 8, 21]])
 * chiSquared // 27.885568
 * df // 4
 * p // 1.3157012e-5
 * sparse // false
 */
export function independenceTest(
  table: readonly (readonly number[])[],
): ChiSquaredTest & Readonly<{ cramersV: number }> {
  const columns = table[0]?.length ?? 0
  insist(
    table.length >= 2 && columns >= 2 && table.every((row) => row.length === columns),
    'A test of independence needs two rows and two columns or more, all rows of one length.',
  )
  insistCounts(table.flat())
  const rowSums = table.map((row) => row.reduce((sum, count) => sum + count, 0))
  const columnSums = table[0]!.map((_, j) => table.reduce((sum, row) => sum + row[j]!, 0))
  const total = rowSums.reduce((sum, count) => sum + count, 0)
  if ([...rowSums, ...columnSums].some((sum) => sum === 0))
    throw new StatsError('empty_stratum', 'A row or column of the table holds nothing: leave it out.')
  let [chiSquared, smallest] = [0, Number.POSITIVE_INFINITY]
  table.forEach((row, i) =>
    row.forEach((count, j) => {
      const expected = (rowSums[i]! * columnSums[j]!) / total
      chiSquared += (count - expected) ** 2 / expected
      smallest = Math.min(smallest, expected)
    }),
  )
  const freedom = (table.length - 1) * (columns - 1)
  const cramersV = Math.sqrt(chiSquared / (total * (Math.min(table.length, columns) - 1)))
  return { ...testOf(chiSquared, freedom, smallest), cramersV: Math.min(1, cramersV) }
}

/**
 * Pearson's chi-squared test that counts follow the given shares: sum (o - e)^2 / e with cells - 1 degrees of freedom.
 *
 * Source: K. Pearson, Phil. Mag. 50 (1900) 157-175; R's chisq.test(counts, p = shares). Assumes independent observations
 * and shares that were not fitted to these counts. Cost: O(cells).
 *
 * @param weights one a cell, above 0; they are scaled to shares. Equal shares unless given
 * @throws StatsError bad_input unless there are two cells of counts or more, and as many weights above 0
 * @throws StatsError not_enough_data when nothing was counted
 * @example
 * const { chiSquared, df, p } = goodnessOfFitTest([89, 37, 30, 28, 2], [40, 20, 20, 15, 5])
 * chiSquared // 9.990143
 * df // 4
 * p // 0.0405940433
 */
export function goodnessOfFitTest(
  counts: readonly number[],
  weights: readonly number[] = counts.map(() => 1),
): ChiSquaredTest {
  insist(counts.length >= 2, 'A test of fit needs two cells or more.')
  insistCounts(counts)
  insist(
    weights.length === counts.length && weights.every((weight) => weight > 0 && Number.isFinite(weight)),
    'A test of fit needs one weight above 0 for each cell.',
  )
  const total = counts.reduce((sum, count) => sum + count, 0)
  if (total === 0) throw new StatsError('not_enough_data', 'Nothing was counted, so no fit can be tested.')
  const weight = weights.reduce((sum, one) => sum + one, 0)
  const expected = weights.map((one) => (one / weight) * total)
  const chiSquared = counts.reduce((sum, count, i) => sum + (count - expected[i]!) ** 2 / expected[i]!, 0)
  return testOf(chiSquared, counts.length - 1, Math.min(...expected))
}
