import gammaln from '@stdlib/math-base-special-gammaln'
import { insist } from '../stats-error.ts'

const SERIES = [1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360_360, 1 / 156]

/**
 * What Stirling's formula leaves over of log x!: log Gamma(x + 1) - log(2 pi x) / 2 - x log x + x.
 *
 * Source: C. Loader, Fast and accurate computation of binomial probabilities (2000), eq. 4; from x = 10 on by the
 * asymptotic series, Abramowitz and Stegun (1964), 6.1.41. Absolute error below 1e-14. Cost: O(1).
 *
 * @throws StatsError bad_input unless x > 0
 * @example
 * stirlingError(20) // 0.0041663196919969
 */
export function stirlingError(x: number): number {
  insist(x > 0, `Stirling's formula needs a number above 0, not ${x}.`)
  if (x < 10) return gammaln(x + 1) - Math.log(2 * Math.PI * x) / 2 - x * Math.log(x) + x
  const squared = 1 / (x * x)
  let sum = 0
  for (let i = SERIES.length - 1; i >= 0; i--) sum = sum * squared + (SERIES[i] as number)
  return sum / x
}
