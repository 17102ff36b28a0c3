import { insist } from '../stats-error.ts'
import { type SurvivalSteps, censoringSurvival, censoringWeights } from './censoring-survival.ts'
import type { FollowUp } from './follow-up.ts'

/**
 * Brier score of predicted survival at a horizon with censoring weighed away: mean of w_i (1(time_i > horizon) - S_i)^2.
 * 0 is perfect; a constant S scores its own spread, at most 0.25 when S is a half.
 *
 * Source: Graf, Schmoor, Sauerbrei and Schumacher, Statist. Med. 18 (1999) 2529. Assumes censoring alike for all rows.
 * Cost: O(n log n).
 *
 * @param survival predicted chance of each row to survive the horizon
 * @param censoring G, from these rows unless told (such as from the rows a model was trained on)
 * @throws StatsError bad_input unless there is one chance a row; not_enough_data beyond what was followed
 * @example
 * survivalBrier({ time: [1, 2, 2, 3], event: [1, 1, 0, 0] }, [0.5, 0, 0.5, 0.5], 2) // 0.1875
 */
export function survivalBrier(
  followUp: FollowUp,
  survival: ArrayLike<number>,
  horizon: number,
  censoring?: SurvivalSteps,
): number {
  const weights = censoringWeights(followUp, horizon, censoring)
  insist(
    survival.length === weights.length,
    `${weights.length} rows stand beside ${survival.length} chances.`,
  )
  let sum = 0
  for (let i = 0; i < weights.length; i++) {
    const chance = survival[i]!
    if (!(chance >= 0 && chance <= 1))
      insist(false, `Row ${i} survives with chance ${chance}: give a share in [0, 1].`)
    const error = (followUp.time[i]! > horizon ? 1 : 0) - chance
    sum += weights[i]! * error * error
  }
  return sum / weights.length
}

/**
 * Brier score averaged over a span of horizons, by the trapezoid rule: how well whole predicted curves fit.
 *
 * Source: Graf et al., Statist. Med. 18 (1999) 2529. Cost: O(h n log n) for h horizons.
 *
 * @param survival one array a horizon: predicted chance of each row to survive it
 * @param horizons ascending, at least two
 * @throws StatsError as survivalBrier; bad_input unless horizons ascend and match the predictions
 * @example
 * const seen = { time: [1, 2, 2, 3], event: [1, 1, 0, 0] }
 * integratedBrier(seen, [[0.5, 1, 1, 1], [0.5, 0, 0.5, 0.5]], [1, 2]) // 0.125
 */
export function integratedBrier(
  followUp: FollowUp,
  survival: readonly ArrayLike<number>[],
  horizons: readonly number[],
  censoring: SurvivalSteps = censoringSurvival(followUp),
): number {
  insist(
    horizons.length > 1 && horizons.every((at, i) => i === 0 || at > horizons[i - 1]!),
    'An integrated score needs at least two horizons, ascending.',
  )
  insist(
    survival.length === horizons.length,
    `${horizons.length} horizons stand beside ${survival.length} predictions.`,
  )
  const scores = horizons.map((at, i) => survivalBrier(followUp, survival[i]!, at, censoring))
  const areas = horizons.slice(1).map((at, i) => ((at - horizons[i]!) * (scores[i]! + scores[i + 1]!)) / 2)
  return areas.reduce((sum, area) => sum + area, 0) / (horizons.at(-1)! - horizons[0]!)
}
