import { logBeta } from '../distributions/log-beta.ts'
import { insist } from '../stats-error.ts'
import { meanRange, rangeDeviation } from './range-moments.ts'

/** The factors of the charts of means, ranges and standard deviations, by their names in the handbooks. */
export type ControlChartFactors = Readonly<
  Record<'d2' | 'd3' | 'c4' | 'A2' | 'A3' | 'B3' | 'B4' | 'D3' | 'D4' | 'E2', number>
>

/**
 * c4: the mean of the standard deviation (over n - 1) of n standard normal values, sqrt(2 / (n - 1)) Gamma(n / 2) / Gamma((n -
 * 1) / 2).
 *
 * Source: Montgomery (2009), section 6.3 and appendix VI. Cost: O(1).
 *
 * @throws StatsError bad_input unless n is whole and 2 or more
 * @example
 * meanDeviation(5) // 0.939985602987
 */
export function meanDeviation(n: number): number {
  insist(Number.isInteger(n) && n >= 2, `A standard deviation needs 2 values or more, not ${n}.`)
  return Math.sqrt((2 * Math.PI) / (n - 1)) / Math.exp(logBeta((n - 1) / 2, 0.5))
}

/**
 * The factors of control charts for subgroups of n values, computed: d2, d3, c4; A2 = 3 / (d2 sqrt n), A3 = 3 / (c4 sqrt n); D3
 * and D4 = 1 -+ 3 d3 / d2, B3 and B4 = 1 -+ 3 sqrt(1 - c4^2) / c4, both from 0; E2 = 3 / d2.
 *
 * Source: Montgomery (2009), appendix VI. Assumes normal values. Cost: that of `rangeDeviation`.
 *
 * @param n from 2 to 100
 * @throws StatsError bad_input for another n
 * @example
 * controlChartFactors(5) // { d2: 2.325929, d3: 0.864082, A2: 0.576819, A3: 1.427299, B3: 0, B4: 2.088998, D3: 0, D4: 2.114499 }
 */
export function controlChartFactors(n: number): ControlChartFactors {
  const [d2, d3, c4] = [meanRange(n), rangeDeviation(n), meanDeviation(n)]
  const [rangeReach, deviationReach] = [(3 * d3) / d2, (3 * Math.sqrt(1 - c4 * c4)) / c4]
  return {
    d2,
    d3,
    c4,
    A2: 3 / (d2 * Math.sqrt(n)),
    A3: 3 / (c4 * Math.sqrt(n)),
    B3: Math.max(0, 1 - deviationReach),
    B4: 1 + deviationReach,
    D3: Math.max(0, 1 - rangeReach),
    D4: 1 + rangeReach,
    E2: 3 / d2,
  }
}
