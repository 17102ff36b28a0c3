import { hypergeometric2F1 } from '../numerics/hypergeometric-2f1.ts'
import { logRising } from '../shrinkage/log-rising.ts'
import { insist } from '../stats-error.ts'
import type { RetentionCounts } from './retention-counts.ts'

/** Each customer leaves at each renewal with an own chance; over customers the chances are Beta(alpha, beta). */
export type ShiftedBetaGeometric = Readonly<{ alpha: number; beta: number }>

function insistModel({ alpha, beta }: ShiftedBetaGeometric): void {
  const positive = alpha > 0 && beta > 0 && Number.isFinite(alpha) && Number.isFinite(beta)
  insist(positive, `Alpha and beta lie above 0, not at ${alpha} and ${beta}.`)
}

function insistAge(age: number, least: number): void {
  insist(
    Number.isInteger(age) && age >= least,
    `An age is a whole number of periods from ${least}, not ${age}.`,
  )
}

/**
 * Chance that a customer in period `age` stays for one more: r_t = (beta + t - 1) / (alpha + beta + t - 1). It rises with age,
 * since those who leave easily have left.
 *
 * Source: Fader and Hardie (2007), eq. 8. Assumes that nobody's own chance changes. Cost: O(1).
 *
 * @param age 1 for the first period
 * @throws StatsError bad_input unless alpha, beta > 0 and the age is whole, from 1
 * @example
 * sbgRetention({ alpha: 0.704, beta: 1.182 }, 1) // 0.626723224
 */
export function sbgRetention(model: ShiftedBetaGeometric, age: number): number {
  insistModel(model)
  insistAge(age, 1)
  const rest = model.beta + age - 1
  return rest / (model.alpha + rest)
}

/**
 * Chance to stay for at least `periods` renewals: S(t) = B(alpha, beta + t) / B(alpha, beta).
 *
 * Source: Fader and Hardie (2007), eq. 6. Assumes what sbgRetention does. Cost: O(min(periods, 24)).
 *
 * @throws StatsError bad_input unless alpha, beta > 0 and periods is whole, from 0
 * @example
 * sbgSurvival({ alpha: 0.704077, beta: 1.18204 }, 12) // 0.170037
 */
export function sbgSurvival(model: ShiftedBetaGeometric, periods: number): number {
  insistModel(model)
  insistAge(periods, 0)
  const { alpha, beta } = model
  return Math.exp(logRising(beta, periods)[0] - logRising(alpha + beta, periods)[0])
}

/**
 * Log-likelihood of renewals by age: the sum of left log(alpha) + stayed log(beta + t - 1) - due log(alpha + beta + t - 1).
 *
 * Source: Fader and Hardie (2007), appendix B, written by ages; for one cohort the two are the same number. Cost: O(ages).
 *
 * @throws StatsError bad_input unless alpha, beta > 0
 * @example
 * sbgLogLikelihood({ alpha: 0.704077, beta: 1.18204 }, retentionCounts([1000, 631, 468])) // -1019.294896
 */
export function sbgLogLikelihood(model: ShiftedBetaGeometric, { due, left }: RetentionCounts): number {
  insistModel(model)
  const { alpha, beta } = model
  return due.reduce((sum, all, i) => {
    const stayed = all - left[i]!
    return sum + left[i]! * Math.log(alpha) + stayed * Math.log(beta + i) - all * Math.log(alpha + beta + i)
  }, 0)
}

/**
 * Expected number of further payments, discounted, of a customer about to decide on renewal number `renewals`:
 * DERL = r_n 2F1(1, beta + n; alpha + beta + n; 1 / (1 + d)). Times the margin of a period it is the residual value.
 *
 * Source: Fader and Hardie (2010), eq. 6. Assumes what sbgRetention does, and a constant margin. Cost: about 40 / d terms.
 *
 * @param discount a period, above 0
 * @param renewals 1 before the first renewal
 * @throws StatsError bad_input unless alpha, beta, discount > 0 and renewals is whole, from 1
 * @example
 * residualLifetime({ alpha: 0.668, beta: 3.806 }, 0.1, 1) // 5.414856
 */
export function residualLifetime(model: ShiftedBetaGeometric, discount: number, renewals: number): number {
  insistAge(renewals, 1)
  insist(
    discount > 0 && Number.isFinite(discount),
    `A discount lies above 0, not at ${discount}: without one the value may have no end.`,
  )
  const { alpha, beta } = model
  const retention = sbgRetention(model, renewals)
  return retention * hypergeometric2F1(1, beta + renewals, alpha + beta + renewals, 1 / (1 + discount))
}
