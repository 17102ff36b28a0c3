import { attitudeOf, type Attitude } from './attitude.ts'
import { insistProspect, type Prospect } from './prospect.ts'
import { weightingFunction } from './weighting-function.ts'

type Side = 'gain' | 'loss'

/** Thirds do not add to 1 in binary; the curve is so steep there that what is missing would show. */
const whole = (chance: number) => (chance > 1 - 1e-13 ? 1 : chance)

/** Weighs the outcomes of one side, those of one amount together, from the extreme inward. */
function weighSide(prospect: Prospect, side: Side, attitude: Attitude, weights: Float64Array): void {
  const outward = side === 'gain' ? 1 : -1
  const order = prospect
    .map((_, i) => i)
    .filter((i) => (side === 'gain' ? prospect[i]!.amount >= 0 : prospect[i]!.amount < 0))
    .sort((i, j) => outward * (prospect[j]!.amount - prospect[i]!.amount))
  const total = prospect.reduce((sum, outcome) => sum + outcome.chance, 0)
  let beyond = 0
  let weightBeyond = 0
  for (let start = 0; start < order.length;) {
    const { amount } = prospect[order[start]!]!
    let end = start
    let chance = 0
    while (end < order.length && prospect[order[end]!]!.amount === amount)
      chance += prospect[order[end++]!]!.chance
    beyond = whole(beyond + chance / total)
    const weightWithin = weightingFunction(beyond, side, attitude)
    // Equal amounts share their weight by chance, so that neither their order nor a split matters.
    for (const i of order.slice(start, end))
      weights[i] = chance === 0 ? 0 : ((weightWithin - weightBeyond) * prospect[i]!.chance) / chance
    weightBeyond = weightWithin
    start = end
  }
}

/**
 * What each outcome weighs in the mind: the weight of its chance and those beyond it, less that of those beyond it; for gains
 * from the greatest down, for losses from the worst up. Mixed prospects have weights that do not add to 1.
 *
 * Source: Tversky and Kahneman (1992), eq. 1 and 2. Assumes that outcomes are told apart by their amount alone: outcomes of
 * the same amount weigh together and share by chance. Cost: O(n log n).
 *
 * @returns a weight for each outcome, in the order given
 * @throws StatsError bad_input when the chances do not add to 1
 * @example
 * decisionWeights([{ amount: 150, chance: 0.5 }, { amount: -100, chance: 0.5 }]) // [0.420639354, 0.453987550]
 */
export function decisionWeights(prospect: Prospect, attitude: Partial<Attitude> = {}): Float64Array {
  insistProspect(prospect)
  const full = attitudeOf(attitude)
  const weights = new Float64Array(prospect.length)
  weighSide(prospect, 'gain', full, weights)
  weighSide(prospect, 'loss', full, weights)
  return weights
}
