import { normalCdf } from '../distributions/normal.ts'
import { insist } from '../stats-error.ts'
import { groupSizes, plannedDesign, powerReach, type GroupSizes, type StudyDesign } from './study-design.ts'

/** Shares of promoters and detractors among those who answered; the rest are passive. */
export type PromoterShares = Readonly<{ promoters: number; detractors: number }>

function scoreOf({ promoters, detractors }: PromoterShares) {
  insist(
    promoters >= 0 && detractors >= 0 && promoters + detractors <= 1 + 1e-12,
    `Shares of ${promoters} promoters and ${detractors} detractors do not fit into 1.`,
  )
  const score = promoters - detractors
  return { score, variance: promoters + detractors - score * score }
}

function contrast(first: PromoterShares, second: PromoterShares, ratio: number) {
  const [one, two] = [scoreOf(first), scoreOf(second)]
  const difference = Math.abs(one.score - two.score)
  const deviation = Math.sqrt(one.variance + two.variance / ratio)
  insist(difference > 0 && deviation > 0, 'Two promoter scores that differ and vary are compared.')
  return { difference, deviation }
}

/**
 * Power to tell two promoter scores apart with `n` answers in the first group and ratio * n in the second:
 * Phi(sqrt(n) |d| / sqrt(v1 + v2 / r) - z), v = p + q - (p - q)^2 for p promoters and q detractors.
 *
 * Source: the z test of two means with known variances, Fleiss, Levin and Paik (2003), section 4.2; the variance is that of
 * a value that is 1, 0 or -1. Assumes independent answers, 30 or more a group. Cost: O(1).
 *
 * @throws StatsError bad_input unless the shares fit into 1, the scores differ and vary, and n >= 1
 * @example
 * promoterScorePower({ promoters: 0.5, detractors: 0.2 }, { promoters: 0.4, detractors: 0.25 }, 400) // 0.769388794
 */
export function promoterScorePower(
  first: PromoterShares,
  second: PromoterShares,
  n: number,
  design: StudyDesign = {},
): number {
  insist(n >= 1, `A group holds one or more, not ${n}.`)
  const { reach, ratio } = plannedDesign(design)
  const { difference, deviation } = contrast(first, second, ratio)
  return normalCdf((Math.sqrt(n) * difference) / deviation - reach)
}

/**
 * How many answers tell two promoter scores apart, with the given power: the inverse of promoterScorePower.
 *
 * Source: Fleiss, Levin and Paik (2003), section 4.2. Assumes what promoterScorePower does. Cost: O(1).
 *
 * @throws StatsError bad_input unless the shares fit into 1, the scores differ and vary, and power lies between alpha /
 * sides and 1
 * @example
 * promoterScoreSize({ promoters: 0.5, detractors: 0.2 }, { promoters: 0.4, detractors: 0.25 }).first // 432
 */
export function promoterScoreSize(
  first: PromoterShares,
  second: PromoterShares,
  power = 0.8,
  design: StudyDesign = {},
): GroupSizes {
  const { reach, ratio } = plannedDesign(design)
  const { difference, deviation } = contrast(first, second, ratio)
  return groupSizes((((reach + powerReach(power, design)) * deviation) / difference) ** 2, ratio)
}
