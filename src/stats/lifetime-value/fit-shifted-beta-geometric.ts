import { choleskyFactor, choleskyInverse } from '../numerics/cholesky.ts'
import { newton } from '../numerics/newton.ts'
import { insist, StatsError } from '../stats-error.ts'
import type { RetentionCounts } from './retention-counts.ts'
import { sbgLogLikelihood, type ShiftedBetaGeometric } from './shifted-beta-geometric.ts'

/**
 * What renewals say of a cohort. 'mixed': customers differ, and the model fits. 'alike': retention does not rise with age,
 * so that one constant chance to stay is the best fit. 'settled': all who ever leave left at the first renewal, so that
 * nothing tells when the others will.
 */
export type FittedRetention =
  | Readonly<{
      kind: 'mixed'
      model: ShiftedBetaGeometric
      standardErrors: ShiftedBetaGeometric
      /** Of alpha and beta. */
      covariance: number
      logLikelihood: number
    }>
  | Readonly<{ kind: 'alike'; retention: number; logLikelihood: number }>
  | Readonly<{ kind: 'settled'; retention: number; logLikelihood: number }>

function insistCounts({ due, left }: RetentionCounts): void {
  insist(due.length === left.length, 'Each age has those due and those who left.')
  due.forEach((all, i) =>
    insist(
      Number.isInteger(all) && Number.isInteger(left[i]!) && left[i]! >= 0 && left[i]! <= all,
      `At age ${i + 1}, ${left[i]} of ${all} cannot have left.`,
    ),
  )
  insist(due.length > 0 && due[0]! > 0, 'Ages begin with the first renewal, and somebody was due for it.')
  if (due.filter((all) => all > 0).length < 2)
    throw new StatsError('not_enough_data', 'Renewals at two ages or more show whether retention rises.')
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

/**
 * Slope of the log-likelihood in 1 / (alpha + beta), where that is 0 and all customers are alike: with one chance c to leave,
 * the sum of (t - 1) (stayed c / (1 - c) - left).
 */
function slopeWhereAlike({ due, left }: RetentionCounts, churn: number): number {
  return sum(due.map((all, i) => i * (((all - left[i]!) * churn) / (1 - churn) - left[i]!)))
}

/** Minus the log-likelihood, with slopes and curvatures, at the logarithms of alpha and beta. */
function loss({ due, left }: RetentionCounts) {
  return (at: Float64Array, gradient: Float64Array, hessian: Float64Array): number => {
    const [alpha, beta] = [Math.exp(at[0]!), Math.exp(at[1]!)]
    let [value, a, b, aa, ab, bb] = [0, 0, 0, 0, 0, 0]
    due.forEach((all, i) => {
      const stayed = all - left[i]!
      const total = alpha + beta + i
      value += left[i]! * at[0]! + stayed * Math.log(beta + i) - all * Math.log(total)
      a += left[i]! / alpha - all / total
      b += stayed / (beta + i) - all / total
      aa += all / total ** 2 - left[i]! / alpha ** 2
      bb += all / total ** 2 - stayed / (beta + i) ** 2
      ab += all / total ** 2
    })
    gradient.set([-alpha * a, -beta * b])
    const cross = -alpha * beta * ab
    hessian.set([-alpha * (a + alpha * aa), cross, cross, -beta * (b + beta * bb)])
    return -value
  }
}

const constantFit = (
  kind: 'alike' | 'settled',
  retention: number,
  logLikelihood: number,
): FittedRetention => ({
  kind,
  retention,
  logLikelihood,
})

/** Log-likelihood of one chance to leave at all ages given. */
const binomialLogLikelihood = (left: number, stayed: number) => {
  const part = (count: number) => (count === 0 ? 0 : count * Math.log(count / (left + stayed)))
  return part(left) + part(stayed)
}

/**
 * Fits the shifted beta-geometric model to renewals by maximum likelihood, with standard errors from the information.
 *
 * Source: Fader and Hardie (2007), appendix B. Assumes independent customers, and that nobody's own chance to leave changes
 * with time: a change of price or product breaks that. Cost: some 10 passes over the ages.
 *
 * @param counts renewals by age; `retentionCounts` gives those of one cohort
 * @throws StatsError bad_input when counts are not whole or more left than were due
 * @throws StatsError not_enough_data with fewer than two ages; too_few_events when nobody left; no_variation when all left
 * at the first renewal; no_convergence
 * @example
 * const fitted = fitShiftedBetaGeometric(retentionCounts([1000, 631, 468, 382, 326, 289, 262, 241]))
 * fitted.model // { alpha: 0.704077, beta: 1.18204 }
 * fitted.logLikelihood // -1680.2652
 */
export function fitShiftedBetaGeometric(counts: RetentionCounts): FittedRetention {
  insistCounts(counts)
  const { due, left } = counts
  const [all, gone] = [sum(due), sum(left)]
  if (gone === 0)
    throw new StatsError('too_few_events', 'Nobody has left yet: there is no retention curve to fit.')
  if (gone === all)
    throw new StatsError('no_variation', 'All left at once: there is no retention curve to fit.')
  if (slopeWhereAlike(counts, gone / all) <= 0)
    return constantFit('alike', 1 - gone / all, binomialLogLikelihood(gone, all - gone))
  const [first, firstLeft] = [due[0]!, left[0]!]
  if (firstLeft === gone)
    return constantFit('settled', 1 - firstLeft / first, binomialLogLikelihood(firstLeft, first - firstLeft))
  const found = newton(loss(counts), [0, 0])
  if (found.kind !== 'converged' || found.at.some((log) => Math.abs(log) > 25))
    throw new StatsError('no_convergence', 'The fit did not come to rest: give more customers or more ages.')
  return { kind: 'mixed', ...withErrors(counts, found.at) }
}

function withErrors(counts: RetentionCounts, at: Float64Array) {
  const hessian = new Float64Array(4)
  loss(counts)(at, new Float64Array(2), hessian)
  const inverse = choleskyInverse(choleskyFactor(hessian, 2), 2)
  const model = { alpha: Math.exp(at[0]!), beta: Math.exp(at[1]!) }
  return {
    model,
    standardErrors: {
      alpha: model.alpha * Math.sqrt(inverse[0]!),
      beta: model.beta * Math.sqrt(inverse[3]!),
    },
    covariance: model.alpha * model.beta * inverse[1]!,
    logLikelihood: sbgLogLikelihood(model, counts),
  }
}
