import { normalReach, normalUpperTail } from '../distributions/normal.ts'
import type { Interval } from '../inference/wilson.ts'
import { StatsError } from '../stats-error.ts'
import { promoterScore, type Answers } from './promoter-score.ts'

/** Difference of two promoter scores in points, its interval, z and two-sided p. */
export type ScoreDifference = Readonly<{
  difference: number
  standardError: number
  interval: Interval
  z: number
  p: number
}>

/**
 * Do two groups differ in their net promoter score: the difference, z = difference / sqrt(v1 / n1 + v2 / n2), p on both
 * sides, and the interval, clipped to -200 and 200.
 *
 * Source: B. Rocks (2016), section 2; the z test of two means with unequal variances, Fleiss, Levin and Paik, Statistical
 * Methods for Rates and Proportions (2003), section 3.2. Assumes independent answers of different people, 30 or more a group.
 * Cost: O(1).
 *
 * @throws StatsError no_variation when all of both groups answered alike; else as promoterScore
 * @example
 * const spring = { promoters: 50, passives: 30, detractors: 20 }
 * const autumn = { promoters: 60, passives: 50, detractors: 90 }
 * comparePromoterScores(spring, autumn).z // 4.560251
 * comparePromoterScores(spring, autumn).difference // 45.0000
 */
export function comparePromoterScores(first: Answers, second: Answers, level = 0.95): ScoreDifference {
  const [one, two] = [promoterScore(first), promoterScore(second)]
  const difference = one.score - two.score
  const standardError = Math.hypot(one.standardError, two.standardError)
  if (standardError === 0)
    throw new StatsError('no_variation', 'All of both groups answered alike: more answers are needed.')
  const half = normalReach(level) * standardError
  const z = difference / standardError
  return {
    difference,
    standardError,
    interval: [Math.max(-200, difference - half), Math.min(200, difference + half)],
    z,
    p: Math.min(1, 2 * normalUpperTail(Math.abs(z))),
  }
}
