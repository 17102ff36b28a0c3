import { digamma, logGamma, trigamma } from '../distributions/log-gamma.ts'

/** Up to here the product is taken factor by factor, in which nothing cancels. */
const fewFactors = 24

/**
 * The logarithm of the rising factorial a (a + 1) ... (a + k - 1) = Gamma(a + k) / Gamma(a), with its first two
 * derivatives by a.
 *
 * Source: Abramowitz and Stegun (1964), 6.1.22, 6.3.6 and 6.4.6. Cost: O(min(k, 24)).
 *
 * @param a above 0
 * @param k whole, 0 or more
 * @example
 * logRising(0.5, 3) // [0.628608659, 3.066666667, -4.604444444]
 */
export function logRising(a: number, k: number): readonly [value: number, first: number, second: number] {
  if (k > fewFactors)
    return [logGamma(a + k) - logGamma(a), digamma(a + k) - digamma(a), trigamma(a + k) - trigamma(a)]
  let [product, first, second] = [0, 0, 0]
  for (let i = 0; i < k; i += 1) {
    const factor = a + i
    product += Math.log(factor)
    first += 1 / factor
    second -= 1 / (factor * factor)
  }
  return [product, first, second]
}
