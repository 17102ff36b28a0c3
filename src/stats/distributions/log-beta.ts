import { insist } from '../stats-error.ts'
import { logGamma } from './log-gamma.ts'
import { stirlingError } from './stirling-error.ts'

/**
 * The logarithm of the beta function, log Gamma(a) + log Gamma(b) - log Gamma(a + b), without their cancellation.
 *
 * Source: A. R. Didonato and A. H. Morris, Algorithm 708, ACM TOMS 18 (1992) 360, section 3. Relative error below 1e-13
 * away from the zeros. Cost: O(1).
 *
 * @throws StatsError bad_input unless a, b > 0
 * @example
 * logBeta(2, 3) // -2.484906649788
 */
export function logBeta(a: number, b: number): number {
  insist(a > 0 && b > 0, `A beta function needs shapes above 0, not ${a} and ${b}.`)
  const [small, large] = a < b ? [a, b] : [b, a]
  const total = small + large
  if (large < 10) return logGamma(small) + (logGamma(large) - logGamma(total))
  const correction = stirlingError(large) - stirlingError(total)
  const shrink = Math.log1p(-small / total)
  if (small < 10)
    return logGamma(small) + correction + small - small * Math.log(total) + (large - 0.5) * shrink
  return (
    Math.log((2 * Math.PI) / large) / 2 +
    stirlingError(small) +
    correction +
    (small - 0.5) * Math.log(small / total) +
    large * shrink
  )
}
