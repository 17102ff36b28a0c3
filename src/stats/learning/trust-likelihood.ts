import { insist, StatsError } from '../stats-error.ts'
import { learningRate, type TrustRule } from './trust.ts'

/** One account: what was expected, how its experiences went, in order, and the weights of their kinds (1 unless told). */
export type TrustHistory = Readonly<{
  anchor: number
  outcomes: ArrayLike<number>
  weights?: ArrayLike<number>
}>

function insistHistory({ anchor, outcomes, weights }: TrustHistory): void {
  insist(anchor >= 0 && anchor <= 1, `An anchor lies in [0, 1], not at ${anchor}.`)
  insist(
    weights === undefined || weights.length === outcomes.length,
    'Each outcome has its weight, or none has.',
  )
}

/**
 * Trust after all experiences of an account: the last of learnTrust, without its moves. For likelihoods that try many rules.
 *
 * Source: learnTrust. Cost: O(n), nothing allocated.
 *
 * @throws StatsError bad_input for an anchor outside [0, 1], weights that are not as many as outcomes, or what is no number
 * @example
 * trustAfter({ anchor: 0.6, outcomes: [1, 0] }, trustRule({ pace: 1, lossFactor: 1 })) // 0.566666667
 */
export function trustAfter(history: TrustHistory, rule: TrustRule): number {
  insistHistory(history)
  const { anchor, outcomes, weights } = history
  let trust = anchor
  for (let i = 0; i < outcomes.length; i += 1) {
    const error = outcomes[i]! - trust
    trust += learningRate(rule, i + 1, weights === undefined ? 1 : weights[i]!, error < 0) * error
  }
  insist(Number.isFinite(trust), 'Outcomes and weights are finite numbers.')
  return trust
}

/**
 * How well a rule predicts each next outcome from those before it: the normal log-likelihood of the errors with their own
 * variance, -n / 2 (log(2 pi sum e^2 / n) + 1). To be maximised by `profileTrustRule`.
 *
 * Source: the prediction error decomposition, A. C. Harvey (1989), section 3.4. Assumes errors of one variance. It says how
 * outcomes go on, not how they are felt: squared errors want the mean, so that a loss factor above 1 is to be learned from
 * renewals, not from outcomes. Cost: O(experiences).
 *
 * @throws StatsError bad_input; not_enough_data without outcomes; no_variation when every outcome is predicted without error
 * @example
 * trustPredictionLogLikelihood([{ anchor: 0.5, outcomes: [1, 0, 1] }], trustRule({ pace: 1, lossFactor: 1 })) // -2.3826628
 */
export function trustPredictionLogLikelihood(histories: readonly TrustHistory[], rule: TrustRule): number {
  let [squares, count] = [0, 0]
  for (const history of histories) {
    insistHistory(history)
    const { anchor, outcomes, weights } = history
    let trust = anchor
    for (let i = 0; i < outcomes.length; i += 1) {
      const error = outcomes[i]! - trust
      squares += error * error
      trust += learningRate(rule, i + 1, weights === undefined ? 1 : weights[i]!, error < 0) * error
    }
    count += outcomes.length
  }
  insist(Number.isFinite(squares), 'Outcomes and weights are finite numbers.')
  if (count === 0) throw new StatsError('not_enough_data', 'Without outcomes there is nothing to predict.')
  if (squares === 0)
    throw new StatsError(
      'no_variation',
      'Every outcome is as expected: no rule predicts better than another.',
    )
  return (-count / 2) * (Math.log((2 * Math.PI * squares) / count) + 1)
}
