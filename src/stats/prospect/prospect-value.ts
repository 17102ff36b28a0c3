import { attitudeOf, type Attitude } from './attitude.ts'
import { decisionWeights } from './decision-weights.ts'
import type { Prospect } from './prospect.ts'
import { amountOfValue, valueFunction } from './value-function.ts'

/** What the gains of a prospect feel like, and its losses before loss aversion; both are 0 or more. */
export type FeltParts = Readonly<{ gains: number; losses: number }>

/**
 * The two parts of a prospect's value: value = gains - lossAversion * losses.
 *
 * Source: Tversky and Kahneman (1992), eq. 1, 2 and 5. Cost: O(n log n).
 *
 * @throws StatsError bad_input when the chances do not add to 1
 * @example
 * feltParts([{ amount: 150, chance: 0.5 }, { amount: -100, chance: 0.5 }]) // { gains: 34.5836, losses: 26.1243 }
 */
export function feltParts(prospect: Prospect, attitude: Partial<Attitude> = {}): FeltParts {
  const weights = decisionWeights(prospect, attitude)
  const plain = { ...attitude, lossAversion: 1 }
  let gains = 0
  let losses = 0
  prospect.forEach(({ amount }, i) => {
    const felt = weights[i]! * valueFunction(amount, plain)
    if (amount >= 0) gains += felt
    else losses -= felt
  })
  return { gains, losses }
}

/**
 * How a prospect feels as a whole: the sum of each outcome's value by its decision weight. It describes; decide by
 * `expectedValue`.
 *
 * Source: Tversky and Kahneman (1992), eq. 1 and 2: cumulative prospect theory. The medians come from 25 students and money
 * gambles; see `sensitivityToLossAversion` for how far a conclusion hangs on them. Cost: O(n log n).
 *
 * @throws StatsError bad_input when the chances do not add to 1
 * @example
 * prospectValue([{ amount: -31500, chance: 0.18 }, { amount: -1500, chance: 0.82 }]) // -6002.4385
 */
export function prospectValue(prospect: Prospect, attitude: Partial<Attitude> = {}): number {
  const { gains, losses } = feltParts(prospect, attitude)
  return gains - attitudeOf(attitude).lossAversion * losses
}

/**
 * The sure amount that feels like the prospect.
 *
 * Source: Tversky and Kahneman (1992), page 305. Cost: O(n log n).
 *
 * @throws StatsError bad_input when the chances do not add to 1
 * @example
 * certaintyEquivalent([{ amount: 100, chance: 0.5 }, { amount: 0, chance: 0.5 }]) // 37.378760
 * certaintyEquivalent([{ amount: 5, chance: 1 }]) // 5.0000000
 */
export function certaintyEquivalent(prospect: Prospect, attitude: Partial<Attitude> = {}): number {
  return amountOfValue(prospectValue(prospect, attitude), attitude)
}
