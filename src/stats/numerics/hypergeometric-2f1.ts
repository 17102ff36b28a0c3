import { logGamma } from '../distributions/log-gamma.ts'
import { insist, StatsError } from '../stats-error.ts'

const MOST_TERMS = 20_000_000

/** The power series, whose terms are all positive, or are once the few of a negative parameter are over. */
function series(a: number, b: number, c: number, z: number): number {
  let term = 1
  let sum = 1
  for (let k = 0; k < MOST_TERMS; k++) {
    const ratio = ((a + k) / (c + k)) * ((b + k) / (k + 1)) * z
    term *= ratio
    sum += term
    // The terms fall from here on: what is left is less than this geometric series.
    if (ratio < 1 && Math.abs(term) <= (Number.EPSILON / 4) * Math.abs(sum) * (1 - Math.abs(ratio))) break
    if (k === MOST_TERMS - 1)
      throw new StatsError('no_convergence', `At z = ${z} the series does not end in time.`)
  }
  return sum
}

/** The function by the transformation whose series falls fastest; infinite where the value or a part of it is. */
function valueAt(a: number, b: number, c: number, z: number): number {
  if (z === 1) return Math.exp(logGamma(c) + logGamma(c - a - b) - logGamma(c - a) - logGamma(c - b))
  if (z < 0) {
    const [outer, inner] = c > a && (a > b || c <= b) ? [b, a] : [a, b]
    return Math.exp(-outer * Math.log1p(-z)) * series(outer, c - inner, c, z / (z - 1))
  }
  if (c > a && c > b && c < a + b) return Math.exp((c - a - b) * Math.log1p(-z)) * series(c - a, c - b, c, z)
  return series(a, b, c, z)
}

/**
 * Gauss's hypergeometric function 2F1(a, b; c; z): the sum of (a)_k (b)_k / (c)_k z^k / k!.
 *
 * Source: Abramowitz and Stegun (1964), 15.1.1, with 15.3.3 (Euler) where it falls faster, 15.3.4 (Pfaff) below 0, and 15.1.20
 * (Gauss) at 1. Relative error below 1e-12, since no term is negative, but below z = 0 for b above c. Cost: about
 * 40 / (1 - z) terms.
 *
 * @param z at most 1, and 1 only for c > a + b
 * @throws StatsError bad_input unless a, b, c > 0 and z <= 1; no_convergence where the value is beyond all numbers or z is
 * closer to 1 than 2e-6 and no transformation helps
 * @example
 * hypergeometric2F1(1, 1, 2, 0.5) // 1.386294361120
 */
export function hypergeometric2F1(a: number, b: number, c: number, z: number): number {
  const positive = [a, b, c].every((value) => value > 0 && Number.isFinite(value))
  insist(positive, `2F1 is for parameters above 0, not ${a}, ${b} and ${c}.`)
  insist(z < 1 || (z === 1 && c > a + b), `2F1 is for z below 1, or at 1 where c > a + b, not for z = ${z}.`)
  const value = valueAt(a, b, c, z)
  if (Number.isFinite(value)) return value
  throw new StatsError('no_convergence', `2F1(${a}, ${b}; ${c}; ${z}) is beyond the greatest number.`)
}
