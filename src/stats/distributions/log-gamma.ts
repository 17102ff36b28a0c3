import digammaOf from '@stdlib/math-base-special-digamma'
import gammaln from '@stdlib/math-base-special-gammaln'
import trigammaOf from '@stdlib/math-base-special-trigamma'
import { insist } from '../stats-error.ts'

/**
 * The logarithm of the gamma function of `x`.
 *
 * Source: Abramowitz and Stegun (1964), 6.1.1, by the rational approximations of FreeBSD's e_lgamma_r.c; relative error
 * below 1e-15, next to the zeros at 1 and 2 as well. Cost: O(1).
 *
 * @throws StatsError bad_input unless x is finite and above 0
 * @example
 * logGamma(0.5) // 0.572364942924700
 */
export function logGamma(x: number): number {
  insist(x > 0 && Number.isFinite(x), `The logarithm of the gamma function needs a number above 0, not ${x}.`)
  return gammaln(x)
}

/**
 * The derivative of `logGamma` at `x`.
 *
 * Source: Abramowitz and Stegun (1964), 6.3.1; relative error below 1e-13. Cost: O(1).
 *
 * @throws StatsError bad_input unless x is finite and above 1e-300
 * @example
 * digamma(1) // -0.577215664901533
 */
export function digamma(x: number): number {
  insist(x > 1e-300 && Number.isFinite(x), `The digamma function needs a number above 1e-300, not ${x}.`)
  return digammaOf(x)
}

/**
 * The second derivative of `logGamma` at `x`.
 *
 * Source: Abramowitz and Stegun (1964), 6.4.1; relative error below 1e-14. Cost: O(1).
 *
 * @throws StatsError bad_input unless x is finite and above 1e-150
 * @example
 * trigamma(1) // 1.644934066848226
 */
export function trigamma(x: number): number {
  insist(x > 1e-150 && Number.isFinite(x), `The trigamma function needs a number above 1e-150, not ${x}.`)
  return trigammaOf(x)
}
