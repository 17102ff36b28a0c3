import betainc from '@stdlib/math-base-special-betainc'
import betaincinv from '@stdlib/math-base-special-betaincinv'
import { insist } from '../stats-error.ts'

const insistFreedom = (df: number) => insist(df > 0, `Degrees of freedom lie above 0, not at ${df}.`)

/**
 * Chance that a value of Student's t distribution with `df` degrees of freedom lies below `t`.
 *
 * Source: Abramowitz and Stegun (1964), 26.7.1, through the incomplete beta function. Cost: O(sqrt df) at worst.
 *
 * @throws StatsError bad_input unless df > 0
 * @example
 * studentTCdf(2, 10) // 0.96330598
 */
export function studentTCdf(t: number, df: number): number {
  insistFreedom(df)
  const squared = t * t
  // Of the two equal forms, the one whose argument is not near 1 keeps its digits.
  const outside =
    squared < df
      ? betainc(squared / (df + squared), 0.5, df / 2, true, true)
      : betainc(df / (df + squared), df / 2, 0.5)
  return t < 0 ? outside / 2 : 1 - outside / 2
}

/**
 * The value below which a share `p` of Student's t distribution with `df` degrees of freedom lies.
 *
 * Source: Abramowitz and Stegun (1964), 26.7.1, inverted; relative error below 1e-13. Cost: a few microseconds.
 *
 * @throws StatsError bad_input unless 0 < p < 1 and df > 0
 * @example
 * studentTQuantile(0.975, 7) // 2.36462425159279
 */
export function studentTQuantile(p: number, df: number): number {
  insistFreedom(df)
  insist(p > 0 && p < 1, `A chance lies inside (0, 1), not at ${p}.`)
  if (p === 0.5) return 0
  const x = betaincinv(2 * Math.min(p, 1 - p), df / 2, 0.5)
  return Math.sign(p - 0.5) * Math.sqrt((df * (1 - x)) / x)
}
