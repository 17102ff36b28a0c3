import { StatsError, insist } from '../stats-error.ts'
import { type FollowUp, insistFollowUp } from './follow-up.ts'
import type { SurvivalCurve } from './kaplan-meier.ts'
import { riskTable } from './risk-table.ts'
import { countBelow, countUpTo } from './step-lookup.ts'

/** A share that survives, in steps: values hold from their time to the next. */
export type SurvivalSteps = Pick<SurvivalCurve, 'time' | 'survival'>

/**
 * The chance G(t) to be followed beyond t without being censored, by Kaplan-Meier on the censorings. Who has the event at
 * t is no longer at risk of censoring at t, so that weights 1 / G give Kaplan-Meier back exactly. Plain reversal of the
 * events (kaplanMeier with event and censoring exchanged) differs where both come at the same time.
 *
 * Source: Robins and Finkelstein, Biometrics 56 (2000) 779; as R's rttright. Assumes censoring alike for all rows.
 * Cost: O(n log n), O(n) for whole times in a narrow range.
 *
 * @throws StatsError bad_input when the rows are no follow-up, or have entries
 * @example
 * censoringSurvival({ time: [1, 2, 2, 3], event: [1, 1, 0, 0] }).survival // [1, 0.5, 0]
 */
export function censoringSurvival(followUp: FollowUp): SurvivalSteps {
  insist(
    followUp.entry === undefined,
    'Weights against censoring need rows that were all watched from the start: leave out late entries.',
  )
  const { time, atRisk, events, censored } = riskTable(followUp)
  const survival = new Float64Array(time.length)
  let share = 1
  for (let i = 0; i < time.length; i++) {
    const staying = atRisk[i]! - events[i]!
    if (censored[i]! > 0) share *= (staying - censored[i]!) / staying
    survival[i] = share
  }
  return { time, survival }
}

/**
 * Weights that make up for censoring when states at `horizon` are compared: 1 / G(time-) for rows whose event came by the
 * horizon, 1 / G(horizon) for rows followed beyond it, 0 for rows censored before.
 *
 * Source: Graf et al., Statist. Med. 18 (1999) 2529. Cost: O(n log steps).
 *
 * @param censoring G, from these rows unless told (such as from the rows a model was trained on)
 * @throws StatsError bad_input as censoringSurvival; not_enough_data when by G nobody is followed so long
 * @example
 * censoringWeights({ time: [1, 2, 2, 3], event: [1, 1, 0, 0] }, 2) // [1, 1, 0, 2]
 */
export function censoringWeights(
  followUp: FollowUp,
  horizon: number,
  censoring: SurvivalSteps = censoringSurvival(followUp),
): Float64Array {
  insistFollowUp(followUp)
  insist(followUp.entry === undefined, 'Weights against censoring allow no late entries: leave them out.')
  insist(horizon >= 0 && horizon < Infinity, `A horizon is a finite time from 0, not ${horizon}.`)
  const { time, event } = followUp
  const share = (step: number) => (step === 0 ? 1 : censoring.survival[step - 1]!)
  const weigh = (chance: number, t: number) => {
    if (chance > 0) return 1 / chance
    throw new StatsError(
      'not_enough_data',
      `By ${t} all are censored: choose a horizon that some were followed to.`,
    )
  }
  const beyond = share(countUpTo(censoring.time, horizon))
  return Float64Array.from({ length: time.length }, (_, i) => {
    if (time[i]! > horizon) return weigh(beyond, horizon)
    return event[i] === 1 ? weigh(share(countBelow(censoring.time, time[i]!)), time[i]!) : 0
  })
}
