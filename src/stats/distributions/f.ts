import { insist } from '../stats-error.ts'
import { GREATEST_SHAPE, logBetaTails, logitBetaQuantile } from './incomplete-beta.ts'

function insistFreedoms(df1: number, df2: number): void {
  const possible = df1 > 0 && df2 > 0 && df1 <= GREATEST_SHAPE && df2 <= GREATEST_SHAPE
  insist(possible, `Degrees of freedom lie above 0, up to 1e15, not at ${df1} and ${df2}.`)
}

/**
 * Chance that a value of the F distribution with `df1` and `df2` degrees of freedom lies above `x`, exact in the far tail.
 *
 * Source: Abramowitz and Stegun (1964), 26.6.2: df1 x / df2 is the odds of a beta value. Cost: O(sqrt(df1 + df2)) at worst.
 *
 * @throws StatsError bad_input unless df1 and df2 are in (0, 1e15] and x is a number
 * @example
 * fUpperTail(3, 2, 10) // 0.095367431640625
 */
export function fUpperTail(x: number, df1: number, df2: number): number {
  insistFreedoms(df1, df2)
  insist(!Number.isNaN(x), 'A distribution is asked at a number, not at NaN.')
  if (x <= 0) return 1
  return Math.exp(logBetaTails(Math.log(x) + Math.log(df1 / df2), df1 / 2, df2 / 2)[1])
}

/**
 * The value below which a share `p` of the F distribution with `df1` and `df2` degrees of freedom lies.
 *
 * Source: Abramowitz and Stegun (1964), 26.6.2, inverted; relative error below 1e-12, times 1 / df1 for df1 below 1.
 * Cost: about eight times that of `fUpperTail`.
 *
 * @throws StatsError bad_input unless 0 < p < 1 and df1 and df2 are in (0, 1e15]
 * @example
 * fQuantile(0.95, 2, 10) // 4.102821015130
 */
export function fQuantile(p: number, df1: number, df2: number): number {
  insistFreedoms(df1, df2)
  insist(p > 0 && p < 1, `A chance lies inside (0, 1), not at ${p}.`)
  return (Math.exp(logitBetaQuantile(p, 1 - p, df1 / 2, df2 / 2)) * df2) / df1
}
