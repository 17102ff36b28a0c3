import erfc from '@stdlib/math-base-special-erfc'
import erfcinv from '@stdlib/math-base-special-erfcinv'
import { insist } from '../stats-error.ts'

const insistNumber = (x: number) =>
  insist(!Number.isNaN(x), 'A distribution is asked at a number, not at NaN.')

/**
 * Density of the standard normal distribution: exp(-x^2 / 2) / sqrt(2 pi).
 *
 * Source: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.2.1. Cost: O(1).
 *
 * @throws StatsError bad_input unless x is a number
 * @example
 * normalDensity(0) // 0.3989422804
 */
export function normalDensity(x: number): number {
  insistNumber(x)
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)
}

/**
 * Chance that a standard normal value lies below `x`: erfc(-x / sqrt 2) / 2.
 *
 * Source: Abramowitz and Stegun (1964), 26.2.29; relative error below 2e-13 to x = -37. Cost: O(1).
 *
 * @throws StatsError bad_input unless x is a number
 * @example
 * normalCdf(1.96) // 0.9750021049
 */
export function normalCdf(x: number): number {
  insistNumber(x)
  return 0.5 * erfc(-x * Math.SQRT1_2)
}

/**
 * Chance that a standard normal value lies above `x`, exact in the far tail: erfc(x / sqrt 2) / 2.
 *
 * Source: Abramowitz and Stegun (1964), 26.2.29; relative error below 2e-13 to x = 37. Cost: O(1).
 *
 * @throws StatsError bad_input unless x is a number
 * @example
 * normalUpperTail(10) // 7.619853024160e-24
 */
export function normalUpperTail(x: number): number {
  insistNumber(x)
  return 0.5 * erfc(x * Math.SQRT1_2)
}

/**
 * The value below which a standard normal value lies with chance `p`. The ends of [0, 1] give the infinities.
 *
 * Source: Boost's rational approximation of the inverse of erfc; relative error below 1e-13 to p = 1e-300. Cost: O(1).
 *
 * @throws StatsError bad_input unless 0 <= p <= 1
 * @example
 * normalQuantile(0.975) // 1.959963984540054
 */
export function normalQuantile(p: number): number {
  insist(p >= 0 && p <= 1, `A chance lies in [0, 1], not at ${p}.`)
  return -Math.SQRT2 * erfcinv(2 * p)
}

/**
 * How many standard errors a two-sided normal interval of the given level reaches to each side.
 *
 * Source: minus the quantile at (1 - level) / 2, which stays exact next to 1. Cost: O(1).
 *
 * @throws StatsError bad_input unless 0 < level < 1
 * @example
 * normalReach(0.95) // 1.959963984540054
 */
export function normalReach(level: number): number {
  insist(level > 0 && level < 1, `A level of confidence lies inside (0, 1), not at ${level}.`)
  return -normalQuantile((1 - level) / 2)
}
