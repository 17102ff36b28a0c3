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

type Parameters = readonly [r: number, alpha: number, a: number, b: number]

/** A log-likelihood that is being added up: its value, gradient (4) and Hessian (16, row-major), in r, alpha, a and b. */
type Sums = { value: number; gradient: Float64Array; hessian: Float64Array }

/** What depends on the number of repeats alone, for all customers who have as many. */
function addRepeats(sums: Sums, repeats: number, customers: number, [r, alpha, a, b]: Parameters): void {
  const [rising, rising1, rising2] = logRising(r, repeats)
  const [stay, stay1, stay2] = logRising(b, repeats)
  const [both, both1, both2] = logRising(a + b, repeats)
  const { gradient, hessian } = sums
  sums.value += customers * (rising + r * Math.log(alpha) + stay - both)
  gradient[0]! += customers * (rising1 + Math.log(alpha))
  gradient[1]! += (customers * r) / alpha
  gradient[2]! -= customers * both1
  gradient[3]! += customers * (stay1 - both1)
  hessian[0]! += customers * rising2
  hessian[1]! += customers / alpha
  hessian[5]! -= (customers * r) / alpha ** 2
  hessian[10]! -= customers * both2
  hessian[11]! -= customers * both2
  hessian[15]! += customers * (stay2 - both2)
}

/** The logarithm of the sum of two ways: alive to the end, or lost right after the last purchase. */
function addEnding(
  sums: Sums,
  { repeats, lastAge, age }: PurchaseHistory,
  [r, alpha, a, b]: Parameters,
): void {
  const { gradient, hessian } = sums
  const power = r + repeats
  const rest = b + repeats - 1
  const [logNow, logLast] = [Math.log(alpha + age), Math.log(alpha + lastAge)]
  const [byNow, byLast] = [1 / (alpha + age), 1 / (alpha + lastAge)]
  const logOdds = repeats === 0 ? Number.NEGATIVE_INFINITY : Math.log(a / rest) + power * (logNow - logLast)
  const lost = 1 / (1 + Math.exp(-logOdds))
  const alive = 1 - lost
  sums.value +=
    (logOdds > 0 ? logOdds + Math.log1p(Math.exp(-logOdds)) : Math.log1p(Math.exp(logOdds))) - power * logNow
  gradient[0]! -= alive * logNow + lost * logLast
  gradient[1]! -= power * (alive * byNow + lost * byLast)
  hessian[1]! -= alive * byNow + lost * byLast
  hessian[5]! += power * (alive * byNow * byNow + lost * byLast * byLast)
  if (repeats === 0) return
  gradient[2]! += lost / a
  gradient[3]! -= lost / rest
  hessian[10]! -= lost / a ** 2
  hessian[15]! += lost / rest ** 2
  // The mixture adds the square of how far the gradients of the two ways lie apart.
  const apart = [logNow - logLast, power * (byNow - byLast), 1 / a, -1 / rest]
  for (let i = 0; i < 4; i += 1)
    for (let j = i; j < 4; j += 1) hessian[4 * i + j]! += alive * lost * apart[i]! * apart[j]!
}

function addedLikelihood(histories: readonly PurchaseHistory[], parameters: Parameters): Sums {
  const sums = { value: 0, gradient: new Float64Array(4), hessian: new Float64Array(16) }
  const customersBy = new Map<number, number>()
  for (const history of histories) {
    customersBy.set(history.repeats, (customersBy.get(history.repeats) ?? 0) + 1)
    addEnding(sums, history, parameters)
  }
  for (const [repeats, customers] of customersBy) addRepeats(sums, repeats, customers, parameters)
  for (let i = 0; i < 4; i += 1)
    for (let j = 0; j < i; j += 1) sums.hessian[4 * i + j] = sums.hessian[4 * j + i]!
  return sums
}

const parametersAt = (logs: Float64Array): Parameters => [
  Math.exp(logs[0]!),
  Math.exp(logs[1]!),
  Math.exp(logs[2]!),
  Math.exp(logs[3]!),
]

/** Minus the log-likelihood with its slopes and curvatures at the logarithms of the parameters. */
const loss =
  (histories: readonly PurchaseHistory[]) =>
  (at: Float64Array, gradient: Float64Array, hessian: Float64Array): number => {
    const parameters = parametersAt(at)
    const sums = addedLikelihood(histories, parameters)
    for (let i = 0; i < 4; i += 1) {
      gradient[i] = -sums.gradient[i]! * parameters[i]!
      for (let j = 0; j < 4; j += 1)
        hessian[4 * i + j] = -sums.hessian[4 * i + j]! * parameters[i]! * parameters[j]!
      hessian[5 * i]! += gradient[i]!
    }
    return -sums.value
  }

const logsOf = ({ r, alpha, a, b }: BgNbd) => Float64Array.of(r, alpha, a, b).map(Math.log)
const modelOf = ([r, alpha, a, b]: Parameters): BgNbd => ({ r, alpha, a, b })

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
  const parameters = parametersAt(at)
  const error = (i: 0 | 1 | 2 | 3) => parameters[i] * Math.sqrt(covariance[5 * i]!)
  return {
    model: modelOf(parameters),
    standardErrors: modelOf([error(0), error(1), error(2), error(3)]),
    logLikelihood: -value,
    iterations,
  }
}
