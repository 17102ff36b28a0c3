import betainc from '@stdlib/math-base-special-betainc'
import betaincinv from '@stdlib/math-base-special-betaincinv'
import { insist } from '../stats-error.ts'

const insistShapes = (a: number, b: number) =>
  insist(a > 0 && b > 0, `A beta distribution needs shapes above 0, not ${a} and ${b}.`)

/**
 * Chance that a value of a Beta(a, b) distribution lies below `x`: the regularised incomplete beta function I_x(a, b).
 *
 * Source: Abramowitz and Stegun (1964), 26.5.1. Cost: O(sqrt(a + b)) at worst.
 *
 * @throws StatsError bad_input unless a, b > 0
 * @example
 * betaCdf(0.5, 2, 5) // 0.890625
 */
export function betaCdf(x: number, a: number, b: number): number {
  insistShapes(a, b)
  if (x <= 0) return 0
  return x >= 1 ? 1 : betainc(x, a, b)
}

/**
 * The value below which a share `p` of a Beta(a, b) distribution lies.
 *
 * Source: N. M. Temme, Asymptotic inversion of the incomplete beta function, J. Comput. Appl. Math. 41 (1992) 145, and
 * Halley's method, as in Boost; relative error below 1e-13. Cost: a few microseconds.
 *
 * @throws StatsError bad_input unless 0 <= p <= 1 and a, b > 0
 * @example
 * betaQuantile(0.5, 2, 5) // 0.26444998329566
 */
export function betaQuantile(p: number, a: number, b: number): number {
  insistShapes(a, b)
  insist(p >= 0 && p <= 1, `A chance lies in [0, 1], not at ${p}.`)
  return betaincinv(p, a, b)
}
