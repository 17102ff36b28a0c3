import { type ChiSquaredTest, goodnessOfFitTest } from '../inference/chi-squared-test.ts'
import { type Interval, wilsonInterval } from '../inference/wilson.ts'
import { insist } from '../stats-error.ts'

/** One category, by its place in the counts, with its share and that of all down to it. */
export type ParetoRow = Readonly<{
  category: number
  count: number
  share: number
  interval: Interval
  cumulative: number
  cumulativeInterval: Interval
}>

/**
 * The categories from the largest on, the test of equal shares, and how many are `needed` for 80 % of all. `vitalFew` is whether
 * that may be called a vital few: the test rejects equal shares, has enough counts to say so, and half of the categories or fewer
 * are needed.
 */
export type Pareto = Readonly<{
  rows: readonly ParetoRow[]
  test: ChiSquaredTest
  needed: number
  vitalFew: boolean
}>

const vitalShare = 0.8

/**
 * Pareto's order of causes, and whether it is more than luck: chi-squared against equal shares. A ranking of equal causes also falls
 * from left to right.
 *
 * Source: J. M. Juran, Universals in management planning and controlling, The Management Review 43 (1954) 748-761, for the vital few;
 * K. Pearson, Phil. Mag. 50 (1900) 157, for the test; Wilson (1927) for the intervals. Assumes independent events, each of one
 * cause; as the order is chosen from the same counts, the shares of the first are somewhat too large. Counts say nothing of cost.
 * Cost: O(k log k).
 *
 * @param counts one a category; leave out categories that are no causes, such as unknown
 * @param alpha chance to call equal causes unequal
 * @throws StatsError bad_input unless there are two counts or more, finite and 0 or more, and 0 < alpha < 1; not_enough_data when all are 0
 * @example
 * const { rows, test, needed, vitalFew } = pareto([8, 70, 4, 18])
 * rows[0] // { category: 1, count: 70, share: 0.7, cumulative: 0.7 }
 * test // { chiSquared: 112.16, df: 3 }
 * needed // 2
 * vitalFew // true
 */
export function pareto(counts: readonly number[], { alpha = 0.05, level = 0.95 } = {}): Pareto {
  insist(alpha > 0 && alpha < 1, `A chance of error lies inside (0, 1), not at ${alpha}.`)
  const test = goodnessOfFitTest(counts)
  const order = counts.map((_, i) => i).sort((a, b) => counts[b]! - counts[a]! || a - b)
  const total = counts.reduce((sum, count) => sum + count, 0)
  let upTo = 0
  const rows = order.map((category): ParetoRow => {
    const count = counts[category]!
    upTo += count
    return {
      category,
      count,
      share: count / total,
      interval: wilsonInterval(count, total, level),
      cumulative: upTo / total,
      cumulativeInterval: wilsonInterval(upTo, total, level),
    }
  })
  const needed = rows.findIndex(({ cumulative }) => cumulative >= vitalShare) + 1
  const vitalFew = test.p < alpha && !test.sparse && needed <= counts.length / 2
  return { rows, test, needed, vitalFew }
}
