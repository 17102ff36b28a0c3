import { insist } from '../stats-error.ts'
import { attitudeOf, type Attitude } from './attitude.ts'

/** p^g / (p^g + (1 - p)^g)^(1/g). */
function tverskyKahneman(chance: number, curvature: number): number {
  const power = chance ** curvature
  return power / (power + (1 - chance) ** curvature) ** (1 / curvature)
}

/** exp(-(-log p)^g), which crosses p at 1/e for every g. */
const prelec = (chance: number, curvature: number) => Math.exp(-((-Math.log(chance)) ** curvature))

/**
 * What a chance weighs in somebody's mind, for gains or for losses: p^g / (p^g + (1 - p)^g)^(1/g), or Prelec's
 * exp(-(-log p)^g). Small chances weigh more than they are, large ones less.
 *
 * Source: Tversky and Kahneman (1992), eq. 6; D. Prelec, The probability weighting function, Econometrica 66 (1998) 497,
 * eq. 3.1. Cost: O(1).
 *
 * @throws StatsError bad_input unless 0 <= chance <= 1
 * @example
 * weightingFunction(0.5, 'gain') // 0.420639354
 * weightingFunction(0.05, 'loss') // 0.111434170
 * weightingFunction(0.1, 'gain', { weighting: 'prelec', gainCurvature: 0.65 }) // 0.179129
 */
export function weightingFunction(
  chance: number,
  side: 'gain' | 'loss',
  attitude: Partial<Attitude> = {},
): number {
  insist(chance >= 0 && chance <= 1, `A chance lies in [0, 1], not at ${chance}.`)
  const { gainCurvature, lossCurvature, weighting } = attitudeOf(attitude)
  if (chance === 0 || chance === 1) return chance
  const curvature = side === 'gain' ? gainCurvature : lossCurvature
  return weighting === 'prelec' ? prelec(chance, curvature) : tverskyKahneman(chance, curvature)
}
