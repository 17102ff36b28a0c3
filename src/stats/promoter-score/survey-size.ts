import { normalReach } from '../distributions/normal.ts'
import type { PromoterShares } from '../inference/power-promoter-score.ts'
import { insist } from '../stats-error.ts'

/**
 * How many answers make the interval of a net promoter score reach no more than `halfWidth` points to each side:
 * z^2 (p + d - (p - d)^2) / h^2, rounded up. For a difference between two groups see promoterScoreSize.
 *
 * Source: W. G. Cochran, Sampling Techniques, 3rd ed. (1977), section 4.7. Assumes independent answers, and that the shares
 * will be about as expected; without an idea of them half promoters and half detractors need the most. Cost: O(1).
 *
 * @param expected shares of promoters and detractors in [0, 1]
 * @param halfWidth points of the score, above 0
 * @throws StatsError bad_input unless the shares fit into 1, vary, and the half-width is above 0
 * @example
 * promoterScoreSurveySize({ promoters: 0.5, detractors: 0.2 }, 5) // 938
 * promoterScoreSurveySize({ promoters: 0.5, detractors: 0.5 }, 5) // 1537
 */
export function promoterScoreSurveySize(expected: PromoterShares, halfWidth: number, level = 0.95): number {
  const { promoters, detractors } = expected
  insist(
    promoters >= 0 && detractors >= 0 && promoters + detractors <= 1 + 1e-12,
    `Shares of ${promoters} promoters and ${detractors} detractors do not fit into 1.`,
  )
  insist(halfWidth > 0, `A half-width lies above 0 points, not at ${halfWidth}.`)
  const variance = promoters + detractors - (promoters - detractors) ** 2
  insist(variance > 0, 'Where all answer alike no size follows: give shares that vary.')
  return Math.ceil((normalReach(level) ** 2 * variance) / (halfWidth / 100) ** 2 - 1e-9)
}
