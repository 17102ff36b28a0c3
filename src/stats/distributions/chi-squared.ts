import { insist } from '../stats-error.ts'
import { gammaQuantile, gammaUpperTail } from './gamma.ts'

const insistFreedom = (df: number) =>
  insist(df > 0 && df <= 1e15, `Degrees of freedom lie above 0, up to 1e15, not at ${df}.`)

/**
 * Chance that a value of a chi-squared distribution with `df` degrees of freedom lies above `x`.
 *
 * Source: Abramowitz and Stegun (1964), 26.4.2 and 26.4.19: Q(df / 2, x / 2). Cost: O(sqrt df) at worst.
 *
 * @throws StatsError bad_input unless df is in (0, 1e15] and x is a number
 * @example
 * chiSquaredUpperTail(10.326742, 1) // 0.001311164
 */
export function chiSquaredUpperTail(x: number, df: number): number {
  insistFreedom(df)
  return gammaUpperTail(x, df / 2, 0.5)
}

/**
 * The value below which a share `p` of a chi-squared distribution with `df` degrees of freedom lies.
 *
 * Source: Abramowitz and Stegun (1964), 26.4.2, inverted by `gammaQuantile`. Cost: as there.
 *
 * @throws StatsError bad_input unless 0 <= p <= 1 and df is in (0, 1e15]
 * @example
 * chiSquaredQuantile(0.95, 1) // 3.841458820694
 */
export function chiSquaredQuantile(p: number, df: number): number {
  insistFreedom(df)
  return gammaQuantile(p, df / 2, 0.5)
}
