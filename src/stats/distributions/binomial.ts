import { insist } from '../stats-error.ts'
import { betaCdf, betaUpperTail } from './beta.ts'
import { deviancePart } from './deviance-part.ts'
import { stirlingError } from './stirling-error.ts'

function insistBinomial(k: number, n: number, p: number): void {
  insist(Number.isInteger(n) && n >= 0, `A number of trials is whole and not negative, not ${n}.`)
  insist(Number.isInteger(k), `A count is a whole number, not ${k}.`)
  insist(p >= 0 && p <= 1, `A chance lies in [0, 1], not at ${p}.`)
}

/**
 * The logarithm of the chance of `k` successes in `n` trials of chance `p`: log C(n, k) + k log p + (n - k) log(1 - p).
 * Minus infinity where the chance is none.
 *
 * Source: C. Loader, Fast and accurate computation of binomial probabilities (2000), section 2. Cost: O(1).
 *
 * @throws StatsError bad_input unless k and n are whole, n >= 0 and 0 <= p <= 1
 * @example
 * logBinomialProbability(3, 10, 0.2) // -1.602826853720
 */
export function logBinomialProbability(k: number, n: number, p: number): number {
  insistBinomial(k, n, p)
  if (k < 0 || k > n || (p === 0 && k > 0) || (p === 1 && k < n)) return Number.NEGATIVE_INFINITY
  if (k === 0) return n === 0 ? 0 : n * Math.log1p(-p)
  if (k === n) return n * Math.log(p)
  return (
    stirlingError(n) -
    stirlingError(k) -
    stirlingError(n - k) -
    deviancePart(k, n * p) -
    deviancePart(n - k, n * (1 - p)) +
    Math.log(n / (2 * Math.PI * k * (n - k))) / 2
  )
}

/**
 * Chance of at most `k` successes in `n` trials of chance `p`.
 *
 * Source: Abramowitz and Stegun (1964), 26.5.24: 1 - I_p(k + 1, n - k). Cost: O(sqrt n) at worst.
 *
 * @throws StatsError bad_input unless k and n are whole, n >= 0 and 0 <= p <= 1
 * @example
 * binomialCdf(3, 10, 0.2) // 0.8791261184
 */
export function binomialCdf(k: number, n: number, p: number): number {
  insistBinomial(k, n, p)
  if (k < 0) return 0
  return k >= n ? 1 : betaUpperTail(p, k + 1, n - k)
}

/**
 * Chance of `k` successes or more in `n` trials of chance `p`, exact in the far tail.
 *
 * Source: Abramowitz and Stegun (1964), 26.5.24: I_p(k, n - k + 1). Cost: O(sqrt n) at worst.
 *
 * @throws StatsError bad_input unless k and n are whole, n >= 0 and 0 <= p <= 1
 * @example
 * binomialUpperTail(3, 10, 0.2) // 0.3222004736
 */
export function binomialUpperTail(k: number, n: number, p: number): number {
  insistBinomial(k, n, p)
  if (k <= 0) return 1
  return k > n ? 0 : betaCdf(p, k, n - k + 1)
}
