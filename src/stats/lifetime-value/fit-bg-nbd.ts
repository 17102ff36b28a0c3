import { choleskyFactor, choleskyInverse } from '../numerics/cholesky.ts'
import { newton } from '../numerics/newton.ts'
import { logRising } from '../shrinkage/log-rising.ts'
import { insist, StatsError } from '../stats-error.ts'
import type { BgNbd } from './bg-nbd.ts'
import { insistPurchaseHistory, type PurchaseHistory } from './purchase-history.ts'

export type FittedBgNbd = Readonly<{
  model: BgNbd
  standardErrors: BgNbd
  logLikelihood: number
  iterations: number
}>

type Rising = readonly [value: number, first: number, second: number]

/** What depends on the number of repeats alone is the same for many customers. */
function risingByRepeats(histories: readonly PurchaseHistory[], start: number): Map<number, Rising> {
  const found = new Map<number, Rising>()
  for (const { repeats } of histories) if (!found.has(repeats)) found.set(repeats, logRising(start, repeats))
  return found
}

/** Log-likelihood with its gradient (4) and Hessian (16, row-major), in r, alpha, a and b. */
function addedLikelihood(
  histories: readonly PurchaseHistory[],
  [r, alpha, a, b]: readonly [number, number, number, number],
  gradient: Float64Array,
  hessian: Float64Array,
): number {
  const [ofR, ofB, ofBoth] = [r, b, a + b].map((start) => risingByRepeats(histories, start)) as [
    Map<number, Rising>,
    Map<number, Rising>,
    Map<number, Rising>,
  ]
  const logAlpha = Math.log(alpha)
  let [value, gR, gAlpha, gA, gB] = [0, 0, 0, 0, 0]
  let [rr, rAlpha, alphaAlpha, aa, ab, bb, rA, rB, alphaA, alphaB] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
  for (const { repeats, lastAge, age } of histories) {
    const [rising, rising1, rising2] = ofR.get(repeats)!
    const [stay, stay1, stay2] = ofB.get(repeats)!
    const [both, both1, both2] = ofBoth.get(repeats)!
    const power = r + repeats
    const [ageNow, ageLast] = [alpha + age, alpha + lastAge]
    const [logNow, logLast] = [Math.log(ageNow), Math.log(ageLast)]
    const rest = b + repeats - 1
    // How much likelier loss after the last purchase is than none, and its share of the two.
    const odds = repeats === 0 ? 0 : (a / rest) * Math.exp(power * (logNow - logLast))
    const lost = odds === Number.POSITIVE_INFINITY ? 1 : odds / (1 + odds)
    const alive = 1 - lost
    const mixed =
      odds === Number.POSITIVE_INFINITY
        ? Math.log(a / rest) - power * logLast
        : Math.log1p(odds) - power * logNow
    value += rising + r * logAlpha + stay - both + mixed
    gR += rising1 + logAlpha - alive * logNow - lost * logLast
    gAlpha += r / alpha - power * (alive / ageNow + lost / ageLast)
    gA += lost / a - both1
    gB += stay1 - both1
    rr += rising2
    rAlpha += 1 / alpha - alive / ageNow - lost / ageLast
    alphaAlpha += power * (alive / ageNow ** 2 + lost / ageLast ** 2) - r / alpha ** 2
    aa -= both2 + lost / a ** 2
    ab -= both2
    bb += stay2 - both2
    if (repeats === 0) continue
    gB -= lost / rest
    bb += lost / rest ** 2
    // The mixture adds its share of the two gradients' difference, squared.
    const spread = alive * lost
    const apartR = logNow - logLast
    const apartAlpha = power * (1 / ageNow - 1 / ageLast)
    const [apartA, apartB] = [1 / a, -1 / rest]
    rr += spread * apartR * apartR
    rAlpha += spread * apartR * apartAlpha
    rA += spread * apartR * apartA
    rB += spread * apartR * apartB
    alphaAlpha += spread * apartAlpha * apartAlpha
    alphaA += spread * apartAlpha * apartA
    alphaB += spread * apartAlpha * apartB
    aa += spread * apartA * apartA
    ab += spread * apartA * apartB
    bb += spread * apartB * apartB
  }
  gradient.set([gR, gAlpha, gA, gB])
  hessian.set([
    rr,
    rAlpha,
    rA,
    rB,
    rAlpha,
    alphaAlpha,
    alphaA,
    alphaB,
    rA,
    alphaA,
    aa,
    ab,
    rB,
    alphaB,
    ab,
    bb,
  ])
  return value
}

/** Minus the log-likelihood with its slopes and curvatures at the logarithms of the parameters. */
const loss =
  (histories: readonly PurchaseHistory[]) =>
  (at: Float64Array, gradient: Float64Array, hessian: Float64Array): number => {
    const parameters = Array.from(at, Math.exp) as [number, number, number, number]
    const value = addedLikelihood(histories, parameters, gradient, hessian)
    for (let i = 0; i < 4; i += 1) {
      gradient[i]! *= -parameters[i]!
      for (let j = 0; j < 4; j += 1) hessian[4 * i + j]! *= -parameters[i]! * parameters[j]!
      hessian[5 * i]! += gradient[i]!
    }
    return -value
  }

const logsOf = ({ r, alpha, a, b }: BgNbd) => Float64Array.of(r, alpha, a, b).map(Math.log)
const modelOf = ([r, alpha, a, b]: readonly [number, number, number, number]): BgNbd => ({ r, alpha, a, b })

/**
 * Log-likelihood of purchase histories under the BG/NBD model.
 *
 * Source: Fader, Hardie and Lee (2005), eq. 6. Cost: O(n).
 *
 * @throws StatsError bad_input unless parameters are above 0 and histories are such
 * @example
 * bgNbdLogLikelihood({ r: 0.25, alpha: 4, a: 0.8, b: 2.5 }, [{ repeats: 2, lastAge: 30, age: 39 }]) // -9.4351119
 */
export function bgNbdLogLikelihood(model: BgNbd, histories: readonly PurchaseHistory[]): number {
  histories.forEach(insistPurchaseHistory)
  const positive = [model.r, model.alpha, model.a, model.b].every(
    (value) => value > 0 && Number.isFinite(value),
  )
  insist(positive, 'The four parameters lie above 0.')
  return -loss(histories)(logsOf(model), new Float64Array(4), new Float64Array(16))
}

/**
 * Fits the BG/NBD model of customers without a contract by maximum likelihood: Newton's method with exact curvatures, from
 * which the standard errors come.
 *
 * Source: Fader, Hardie and Lee (2005), section 4. Assumes that customers buy independently at steady rates, without seasons,
 * and that those who leave do so right after a purchase. Cost: O(n) a step, some 15 steps.
 *
 * @throws StatsError bad_input when a history is none; too_few_events when nobody bought again; no_convergence where the
 * likelihood has no top, as when nobody seems to leave
 * @example
 * const seen = [[0, 0], [3, 12], [11, 27], [0, 0], [2, 11], [2, 26], [2, 27], [2, 15], [1, 6], [0, 0], [1, 17], [1, 3]]
 * const fitted = fitBgNbd(seen.map(([repeats, lastAge]) => ({ repeats, lastAge, age: 30 })))
 * fitted.logLikelihood // -85.176182
 * fitted.model // { r: 1.02462, alpha: 10.58837, a: 0.61159, b: 1.98186 }
 */
export function fitBgNbd(histories: readonly PurchaseHistory[]): FittedBgNbd {
  histories.forEach(insistPurchaseHistory)
  let [repeats, watched] = [0, 0]
  for (const history of histories) {
    repeats += history.repeats
    watched += history.age
  }
  if (repeats === 0) throw new StatsError('too_few_events', 'Nobody bought again: there is no rate to fit.')
  const lossHere = loss(histories)
  const start = logsOf({ r: 1, alpha: watched / repeats, a: 1, b: 2 })
  const { kind, at, value, iterations } = newton(lossHere, start, { maxIterations: 200 })
  if (kind !== 'converged' || at.some((log) => Math.abs(log) > 25))
    throw new StatsError(
      'no_convergence',
      'The fit did not come to rest: give more customers, or watch them longer.',
    )
  const hessian = new Float64Array(16)
  lossHere(at, new Float64Array(4), hessian)
  const covariance = choleskyInverse(choleskyFactor(hessian, 4), 4)
  const parameters = Array.from(at, Math.exp) as [number, number, number, number]
  const errors = parameters.map((parameter, i) => parameter * Math.sqrt(covariance[5 * i]!))
  return {
    model: modelOf(parameters),
    standardErrors: modelOf(errors as [number, number, number, number]),
    logLikelihood: -value,
    iterations,
  }
}
