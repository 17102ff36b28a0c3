import { wilsonInterval, type Interval } from '../inference/wilson.ts'
import { insist } from '../stats-error.ts'
import { promoterScore, type Answers } from './promoter-score.ts'

/**
 * Share of those asked who answered, with its interval, and between which scores, in points, the score of all asked must lie
 * whatever those would have said who kept silent.
 */
export type SurveyResponse = Readonly<{ rate: number; interval: Interval; scoreOfAllAsked: Interval }>

/**
 * How far a promoter score speaks for those who were asked: response rate with Wilson's interval, and the bounds of the score
 * were all silent ones detractors, or all promoters.
 *
 * Source: C. F. Manski, Nonparametric bounds on treatment effects, American Economic Review 80 (1990) 319: worst-case bounds;
 * they assume nothing of the silent. Cost: O(1).
 *
 * @param asked how many were asked, those who answered among them
 * @throws StatsError bad_input when fewer were asked than answered; else as promoterScore
 * @example
 * surveyResponse({ promoters: 50, passives: 30, detractors: 20 }, 400) // { rate: 0.25, interval: [0.210079, 0.294677], scoreOfAllAsked: [-67.5, 82.5] }
 */
export function surveyResponse(answers: Answers, asked: number, level = 0.95): SurveyResponse {
  const { score } = promoterScore(answers)
  const answered = answers.promoters + answers.passives + answers.detractors
  insist(Number.isInteger(asked) && asked >= answered, `${answered} answered, but only ${asked} were asked.`)
  const rate = answered / asked
  const silent = 100 * (1 - rate)
  return {
    rate,
    interval: wilsonInterval(answered, asked, level),
    scoreOfAllAsked: [rate * score - silent, rate * score + silent],
  }
}
