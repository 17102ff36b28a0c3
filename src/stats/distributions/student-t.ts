import { insist } from '../stats-error.ts'
import { GREATEST_SHAPE, logBetaTails, logitBetaQuantile } from './incomplete-beta.ts'

const insistFreedom = (df: number) =>
  insist(df > 0 && df <= GREATEST_SHAPE, `Degrees of freedom lie above 0, up to 1e15, not at ${df}.`)

/**
 * Chance that a value of Student's t distribution with `df` degrees of freedom lies below `t`.
 *
 * Source: Abramowitz and Stegun (1964), 26.7.1: t^2 / df is the odds of a beta value. Relative error below 1e-12, in the
 * lower tail as well. Cost: O(sqrt df) at worst.
 *
 * @throws StatsError bad_input unless df is in (0, 1e15] and t is a number
 * @example
 * studentTCdf(2, 10) // 0.96330598
 */
export function studentTCdf(t: number, df: number): number {
  insistFreedom(df)
  insist(!Number.isNaN(t), 'A distribution is asked at a number, not at NaN.')
  const logOdds = 2 * Math.log(Math.abs(t)) - Math.log(df)
  const outside = Math.exp(logBetaTails(logOdds, 0.5, df / 2)[1])
  return t < 0 ? outside / 2 : 1 - outside / 2
}

/**
 * Chance that a value of Student's t distribution with `df` degrees of freedom lies above `t`, exact in the far tail.
 *
 * Source: `studentTCdf` at -t. Cost: O(sqrt df) at worst.
 *
 * @throws StatsError bad_input unless df is in (0, 1e15] and t is a number
 * @example
 * studentTUpperTail(2, 10) // 0.03669402
 */
export function studentTUpperTail(t: number, df: number): number {
  return studentTCdf(-t, df)
}

/**
 * The value below which a share `p` of Student's t distribution with `df` degrees of freedom lies.
 *
 * Source: Abramowitz and Stegun (1964), 26.7.1, inverted; relative error below 1e-12. Cost: about eight times that of
 * `studentTCdf`.
 *
 * @throws StatsError bad_input unless 0 < p < 1 and df is in (0, 1e15]
 * @example
 * studentTQuantile(0.975, 7) // 2.36462425159278
 */
export function studentTQuantile(p: number, df: number): number {
  insistFreedom(df)
  insist(p > 0 && p < 1, `A chance lies inside (0, 1), not at ${p}.`)
  if (p === 0.5) return 0
  const inside = 2 * Math.abs(p - 0.5)
  const logOdds = logitBetaQuantile(inside, 2 * Math.min(p, 1 - p), 0.5, df / 2)
  return Math.sign(p - 0.5) * Math.sqrt(df) * Math.exp(logOdds / 2)
}
