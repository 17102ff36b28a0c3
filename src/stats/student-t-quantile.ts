import jstat from 'jstat'

/**
 * The value below which a share `p` of Student's t distribution with `df` degrees of freedom lies.
 *
 * Through the inverse of the incomplete beta function (Abramowitz and Stegun 26.7.1), as jstat implements it.
 *
 * @throws RangeError unless 0 < p < 1 and df > 0
 */
export function studentTQuantile(p: number, df: number): number {
  if (!(p > 0 && p < 1 && df > 0))
    throw new RangeError(`No t quantile of p ${p} with ${df} degrees of freedom.`)
  return jstat.studentt.inv(p, df)
}
