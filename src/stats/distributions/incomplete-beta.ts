import { deviancePart } from './deviance-part.ts'
import { logBeta } from './log-beta.ts'
import { normalQuantile } from './normal.ts'
import { stirlingError } from './stirling-error.ts'

const TINY = 1e-300

/** Beyond, the continued fraction takes too long, and in the end does not come to rest. */
export const GREATEST_SHAPE = 1e15

/** log(1 - exp(x)) for x <= 0. */
const logComplement = (x: number) => (x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x)))

/** log(1 / (1 + exp(-logit))), without loss at either end. */
const logShare = (logit: number) =>
  logit < 0 ? logit - Math.log1p(Math.exp(logit)) : -Math.log1p(Math.exp(-logit))

/** log of x^a (1 - x)^b / B(a, b) at the log-odds of x, for large shapes in the form that does not cancel. */
function logPower(logit: number, a: number, b: number): number {
  const logX = logShare(logit)
  const logY = logShare(-logit)
  if (a < 10 || b < 10) return a * logX + b * logY - logBeta(a, b)
  const total = a + b
  const far = deviancePart(a, total * Math.exp(logX)) + deviancePart(b, total * Math.exp(logY))
  const stirling = stirlingError(total) - stirlingError(a) - stirlingError(b)
  return stirling - far + Math.log((a / total) * (b / (2 * Math.PI))) / 2
}

/**
 * The continued fraction by which the power is divided to give I_x(a, b), by Lentz's method, for x up to about the mean. It
 * takes both x and y = 1 - x, so that neither loses its digits where it is small.
 */
function fraction(x: number, y: number, a: number, b: number): number {
  const below = a * y - b * x + 1
  const denominator = (m: number) =>
    m + (m * (b - m) * x) / (a + 2 * m - 1) + ((a + m) / (a + 2 * m + 1)) * (below + m * (1 + y))
  let value = (a / (a + 1)) * below
  let c = value
  let d = 0
  for (let m = 1; ; m++) {
    const root = x / (a + 2 * m - 1)
    const numerator = (a + m - 1) * (a + b + m - 1) * m * (b - m) * root * root
    const next = denominator(m)
    d = 1 / (next + numerator * d || TINY)
    c = next + numerator / c || TINY
    value *= c * d
    if (Math.abs(c * d - 1) < Number.EPSILON) return value
  }
}

const logLowerTail = (logit: number, a: number, b: number) =>
  logPower(logit, a, b) - Math.log(fraction(Math.exp(logShare(logit)), Math.exp(logShare(-logit)), a, b))

/**
 * The logarithms of both tails of a Beta(a, b) distribution at the log-odds of x, so that x near 0 and near 1 are told
 * alike: log I_x(a, b) and log(1 - I_x(a, b)). The smaller of the two is computed, the other is its complement.
 *
 * Source: A. R. Didonato and A. H. Morris, Algorithm 708, ACM TOMS 18 (1992) 360, eq. 9, with C. Loader's form of the factor
 * (2000). Relative error of the tails below 2e-12. Cost: O(sqrt(a + b)) at worst.
 *
 * @param logit log(x / (1 - x)); the infinities stand for 0 and 1
 * @example
 * logBetaTails(0, 2, 5).map(Math.exp) // [0.890625, 0.109375]
 */
export function logBetaTails(logit: number, a: number, b: number): readonly [lower: number, upper: number] {
  if (logit === Number.NEGATIVE_INFINITY) return [logit, 0]
  if (logit === Number.POSITIVE_INFINITY) return [0, -logit]
  if (Math.exp(logShare(logit)) <= (a + 1) / (a + b + 2)) {
    const lower = logLowerTail(logit, a, b)
    return [lower, logComplement(lower)]
  }
  const upper = logLowerTail(-logit, b, a)
  return [logComplement(upper), upper]
}

/** A start from which Newton's steps for a lower tail of at most 1/2 cannot go astray. */
function firstLogit(p: number, a: number, b: number): number {
  const power = (Math.log(p) + Math.log(a) + logBeta(a, b)) / a
  const logX = Math.min(power, b < 1 ? -1 : -1e-9)
  const fromPower = logX - logComplement(logX)
  if (a < 1 || b < 1) return fromPower
  return Math.max(fromPower, Math.log(a / b) + normalQuantile(p) * Math.sqrt(1 / a + 1 / b))
}

/** The log-odds at which the lower tail is `p`, for p of at most 1/2. */
function lowerLogit(p: number, a: number, b: number): number {
  const aim = Math.log(p)
  let logit = firstLogit(p, a, b)
  for (let iteration = 0; iteration < 200; iteration++) {
    const [lower] = logBetaTails(logit, a, b)
    const step = (lower - aim) / Math.exp(logPower(logit, a, b) - lower)
    logit -= step
    if (Math.abs(step) < 1e-11 * Math.max(1, Math.abs(logit))) break
  }
  return logit
}

/**
 * The log-odds of the value of a Beta(a, b) distribution below which a share `lower`, and above which a share `upper` lies.
 * Both are given, so that neither end loses its digits.
 *
 * Source: Newton's method for the logarithm of the smaller tail in the log-odds, which is concave since the density of the
 * log-odds is log-concave, so that the steps cannot miss. Cost: about eight times that of `logBetaTails`.
 *
 * @param lower in (0, 1)
 * @param upper 1 - lower
 * @example
 * logitBetaQuantile(0.890625, 0.109375, 2, 5) // 0.00000000
 */
export function logitBetaQuantile(lower: number, upper: number, a: number, b: number): number {
  return lower <= upper ? lowerLogit(lower, a, b) : -lowerLogit(upper, b, a)
}
