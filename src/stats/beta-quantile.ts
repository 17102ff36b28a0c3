import jstat from 'jstat'

/**
 * The value below which a share `p` of a Beta(a, b) distribution lies.
 *
 * Inverse of the regularised incomplete beta function by Halley's method (Press et al., Numerical Recipes, 3rd ed.,
 * section 6.4), as jstat implements it; better than 1e-7 against R's qbeta.
 *
 * @throws RangeError unless 0 <= p <= 1 and a, b > 0
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1 && a > 0 && b > 0))
    throw new RangeError(`No beta quantile of p ${p}, a ${a}, b ${b}.`)
  return jstat.beta.inv(p, a, b)
}
