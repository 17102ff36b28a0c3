import { ascendingOrder } from '../numerics/ascending-order.ts'
import { StatsError, insist } from '../stats-error.ts'
import { type SurvivalSteps, censoringWeights } from './censoring-survival.ts'
import type { FollowUp } from './follow-up.ts'

/**
 * Cumulative/dynamic AUC at a horizon: the chance that of one who leaves by the horizon and one who stays beyond it, the
 * leaver was given the higher risk (equal risks count half), with censoring weighed away.
 *
 * Source: Uno, Cai, Tian and Wei, JASA 102 (2007) 527; Blanche, Dartigues and Jacqmin-Gadda, Statist. Med. 32 (2013) 5381,
 * first estimator. Assumes censoring alike for all rows. Cost: O(n log n).
 *
 * @param risk any number that is larger for rows expected to leave sooner
 * @param censoring G, from these rows unless told
 * @throws StatsError bad_input; not_enough_data beyond what was followed, or when none left by the horizon or none stayed
 * @example
 * timeDependentAuc({ time: [1, 2, 2, 3, 4], event: [1, 1, 0, 0, 0] }, [3, 1, 9, 2, 0], 2) // 0.75
 */
export function timeDependentAuc(
  followUp: FollowUp,
  risk: ArrayLike<number>,
  horizon: number,
  censoring?: SurvivalSteps,
): number {
  const weights = censoringWeights(followUp, horizon, censoring)
  const rows = weights.length
  insist(risk.length === rows, `${rows} rows stand beside ${risk.length} risks.`)
  for (let i = 0; i < rows; i++)
    if (!Number.isFinite(risk[i])) insist(false, `Row ${i} has risk ${risk[i]}: give finite numbers.`)
  const order = ascendingOrder(risk)
  let stayingBelow = 0
  let leaving = 0
  let won = 0
  for (let start = 0, end = 0; start < rows; start = end) {
    let staying = 0
    let tied = 0
    for (; end < rows && risk[order[end]!] === risk[order[start]!]; end++) {
      const row = order[end]!
      if (followUp.time[row]! > horizon) staying++
      else tied += weights[row]!
    }
    won += tied * (stayingBelow + staying / 2)
    leaving += tied
    stayingBelow += staying
  }
  if (leaving === 0 || stayingBelow === 0)
    throw new StatsError(
      'not_enough_data',
      `Rows that left by ${horizon} are compared with rows that stayed: one kind is missing, choose another horizon.`,
    )
  return won / (leaving * stayingBelow)
}
