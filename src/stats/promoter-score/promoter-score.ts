import { normalReach } from '../distributions/normal.ts'
import type { Interval } from '../inference/wilson.ts'
import { insist, StatsError } from '../stats-error.ts'

/** How many answers were 9 or 10, 7 or 8, and 0 to 6. */
export type Answers = Readonly<{ promoters: number; passives: number; detractors: number }>

/** Net promoter score in points from -100 to 100, with its standard error and interval in points. */
export type PromoterScore = Readonly<{ score: number; standardError: number; interval: Interval }>

/** Score, variance of one answer and number of answers, on the scale of -1 to 1. */
type Spread = Readonly<{ mean: number; variance: number; answers: number }>

/** Fractions are let through, since the adjusted interval adds three quarters of an answer. */
function spreadOf({ promoters, passives, detractors }: Answers): Spread {
  const answers = promoters + passives + detractors
  const mean = (promoters - detractors) / answers
  // p (1 - m)^2 + q m^2 + d (1 + m)^2 is the same as p + d - m^2 without its cancellation.
  const squares = promoters * (1 - mean) ** 2 + passives * mean ** 2 + detractors * (1 + mean) ** 2
  return { mean, variance: squares / answers, answers }
}

function insistAnswers({ promoters, passives, detractors }: Answers): void {
  for (const count of [promoters, passives, detractors])
    insist(Number.isInteger(count) && count >= 0, `A number of answers is whole, not ${count}.`)
  if (promoters + passives + detractors === 0)
    throw new StatsError('not_enough_data', 'Nobody answered: there is no promoter score.')
}

function intervalOf({ mean, variance, answers }: Spread, level: number): Interval {
  const half = normalReach(level) * Math.sqrt(variance / answers)
  return [100 * Math.max(-1, mean - half), 100 * Math.min(1, mean + half)]
}

/**
 * Ratings on the scale of 0 to 10, counted: promoters give 9 or 10, passives 7 or 8, detractors 0 to 6.
 *
 * Source: F. F. Reichheld, The one number you need to grow, Harvard Business Review 81 (2003) 46. Cost: O(n).
 *
 * @throws StatsError bad_input when a rating is not whole or not in 0 to 10
 * @example
 * countAnswers([10, 9, 8, 7, 6, 0]) // { promoters: 2, passives: 2, detractors: 2 }
 */
export function countAnswers(ratings: ArrayLike<number>): Answers {
  let [promoters, detractors] = [0, 0]
  for (let i = 0; i < ratings.length; i += 1) {
    const rating = ratings[i]!
    insist(Number.isInteger(rating) && rating >= 0 && rating <= 10, `A rating is 0 to 10, not ${rating}.`)
    if (rating >= 9) promoters += 1
    else if (rating <= 6) detractors += 1
  }
  return { promoters, passives: ratings.length - promoters - detractors, detractors }
}

/**
 * Net promoter score with Wald's interval, clipped to -100 and 100: 100 (p - d) with standard error
 * 100 sqrt((p + d - (p - d)^2) / n).
 *
 * Source: B. Rocks, Interval estimation for the "net promoter score", The American Statistician 70 (2016) 365, section 2.
 * Assumes independent answers, 50 or more: below, and where all answer alike (its width is then 0), take
 * `adjustedPromoterScore`; where several contacts of one account answer, resample accounts (bootstrapInterval). Cost: O(1).
 *
 * @throws StatsError bad_input when a count is not whole; not_enough_data when nobody answered
 * @example
 * promoterScore({ promoters: 50, passives: 30, detractors: 20 }).score // 30
 * promoterScore({ promoters: 50, passives: 30, detractors: 20 }).interval // [14.692192, 45.307808]
 */
export function promoterScore(answers: Answers, level = 0.95): PromoterScore {
  insistAnswers(answers)
  const spread = spreadOf(answers)
  return {
    score: 100 * spread.mean,
    standardError: 100 * Math.sqrt(spread.variance / spread.answers),
    interval: intervalOf(spread, level),
  }
}

/**
 * Net promoter score with the adjusted Wald interval: three answers are added, 3/4 promoter, 3/2 passive and 3/4 detractor,
 * and the interval lies about the score that they give, clipped to -100 and 100. The score told is that of the answers.
 *
 * Source: B. Rocks (2016), section 2, where it covers best for 4 to 100 answers; after A. Agresti and B. A. Coull, The
 * American Statistician 52 (1998) 119. Assumes independent answers. Cost: O(1).
 *
 * @throws StatsError bad_input when a count is not whole; not_enough_data when nobody answered
 * @example
 * adjustedPromoterScore({ promoters: 8, passives: 10, detractors: 12 }).interval // [-39.348251, 15.105827]
 * adjustedPromoterScore({ promoters: 0, passives: 0, detractors: 10 }).interval // [-100, -47.503552]
 */
export function adjustedPromoterScore(answers: Answers, level = 0.95): PromoterScore {
  insistAnswers(answers)
  const { promoters, passives, detractors } = answers
  const added = spreadOf({
    promoters: promoters + 0.75,
    passives: passives + 1.5,
    detractors: detractors + 0.75,
  })
  return {
    score: 100 * spreadOf(answers).mean,
    standardError: 100 * Math.sqrt(added.variance / added.answers),
    interval: intervalOf(added, level),
  }
}
