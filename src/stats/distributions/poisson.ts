import { insist } from '../stats-error.ts'
import { deviancePart } from './deviance-part.ts'
import { gammaCdf, gammaUpperTail } from './gamma.ts'
import { stirlingError } from './stirling-error.ts'

function insistPoisson(k: number, mean: number): void {
  insist(mean >= 0 && Number.isFinite(mean), `A Poisson distribution needs a mean from 0, not ${mean}.`)
  insist(Number.isInteger(k), `A count is a whole number, not ${k}.`)
}

/**
 * The logarithm of the chance of `k` events of a Poisson distribution: k log(mean) - mean - log k!. Minus infinity where
 * the chance is none.
 *
 * Source: C. Loader, Fast and accurate computation of binomial probabilities (2000), section 3. Cost: O(1).
 *
 * @throws StatsError bad_input unless k is whole and mean >= 0
 * @example
 * logPoissonProbability(3, 2) // -1.712317927548
 */
export function logPoissonProbability(k: number, mean: number): number {
  insistPoisson(k, mean)
  if (k === 0) return -mean
  if (k < 0 || mean === 0) return Number.NEGATIVE_INFINITY
  return -stirlingError(k) - deviancePart(k, mean) - Math.log(2 * Math.PI * k) / 2
}

/**
 * Chance of at most `k` events of a Poisson distribution.
 *
 * Source: Abramowitz and Stegun (1964), 26.4.21: Q(k + 1, mean). Cost: O(sqrt mean) at worst.
 *
 * @throws StatsError bad_input unless k is whole and mean >= 0
 * @example
 * poissonCdf(3, 2) // 0.857123460499
 */
export function poissonCdf(k: number, mean: number): number {
  insistPoisson(k, mean)
  return k < 0 ? 0 : gammaUpperTail(mean, k + 1)
}

/**
 * Chance of `k` events or more of a Poisson distribution, exact in the far tail.
 *
 * Source: Abramowitz and Stegun (1964), 26.4.21: P(k, mean). Cost: O(sqrt mean) at worst.
 *
 * @throws StatsError bad_input unless k is whole and mean >= 0
 * @example
 * poissonUpperTail(3, 2) // 0.323323583817
 */
export function poissonUpperTail(k: number, mean: number): number {
  insistPoisson(k, mean)
  return k <= 0 ? 1 : gammaCdf(mean, k)
}
