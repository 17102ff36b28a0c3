import { normalCdf } from '../distributions/normal.ts'
import { insist } from '../stats-error.ts'
import { plannedDesign, powerReach, type StudyDesign } from './study-design.ts'

/** Schoenfeld's form suits hazard ratios near 1; Freedman's asks for more where one group fares far better. */
export type LogRankDesign = StudyDesign & Readonly<{ method?: 'schoenfeld' | 'freedman' }>

/** Mean of the log-rank statistic divided by the root of the number of events. */
function meanAnEvent(hazardRatio: number, ratio: number, method: 'schoenfeld' | 'freedman'): number {
  insist(
    hazardRatio > 0 && Number.isFinite(hazardRatio) && hazardRatio !== 1,
    `A hazard ratio to be found lies above 0 and is not 1, not ${hazardRatio}.`,
  )
  return method === 'schoenfeld'
    ? (Math.abs(Math.log(hazardRatio)) * Math.sqrt(ratio)) / (1 + ratio)
    : (Math.abs(hazardRatio - 1) * Math.sqrt(ratio)) / (1 + ratio * hazardRatio)
}

/**
 * Power of the log-rank test with `events` in both groups together: Phi(sqrt(events) m - z), with m = |log h| sqrt(r) /
 * (1 + r) by Schoenfeld and |h - 1| sqrt(r) / (1 + r h) by Freedman, h the hazard of the second group over the first's.
 *
 * Source: D. A. Schoenfeld, Biometrics 39 (1983) 499-503; L. S. Freedman, Statistics in Medicine 1 (1982) 121-129. Assumes
 * proportional hazards and like censoring. Cost: O(1).
 *
 * @throws StatsError bad_input unless the hazard ratio is above 0 and not 1, and events >= 1
 * @example
 * logRankPower(0.5, 66) // 0.8038941
 */
export function logRankPower(hazardRatio: number, events: number, design: LogRankDesign = {}): number {
  insist(events >= 1, `A log-rank test needs events, not ${events}.`)
  const { reach, ratio } = plannedDesign(design)
  return normalCdf(Math.sqrt(events) * meanAnEvent(hazardRatio, ratio, design.method ?? 'schoenfeld') - reach)
}

/**
 * How many events, in both groups together, show a hazard ratio with the given power: the inverse of logRankPower, not
 * rounded.
 *
 * Source: Schoenfeld (1983), eq. 1; Freedman (1982), eq. 3. Assumes what logRankPower does. Cost: O(1).
 *
 * @throws StatsError bad_input unless the hazard ratio is above 0 and not 1, and power lies between alpha / sides and 1
 * @example
 * logRankEvents(0.5) // 65.3457
 * logRankEvents(0.5, 0.8, { method: 'freedman' }) // 70.6399
 */
export function logRankEvents(hazardRatio: number, power = 0.8, design: LogRankDesign = {}): number {
  const { reach, ratio } = plannedDesign(design)
  const mean = meanAnEvent(hazardRatio, ratio, design.method ?? 'schoenfeld')
  return ((reach + powerReach(power, design)) / mean) ** 2
}

/**
 * How many customers give that many events, when a share of each group will have its event before the study ends:
 * events (1 + r) / (s1 + r s2), not rounded.
 *
 * Source: Schoenfeld (1983), section 3; Freedman (1982), section 3. Cost: O(1).
 *
 * @param eventShares the share of the first and of the second group that will have its event, such as 1 - S(12)
 * @throws StatsError bad_input unless events >= 0 and the shares lie in [0, 1], not both 0
 * @example
 * customersForEvents(66, [0.2, 0.1]) // 440
 */
export function customersForEvents(
  events: number,
  eventShares: readonly [first: number, second: number],
  ratio = 1,
): number {
  const [first, second] = eventShares
  insist(
    events >= 0 &&
      Number.isFinite(events) &&
      [first, second].every((share) => share >= 0 && share <= 1) &&
      first + second > 0,
    `Shares of ${first} and ${second} give no ${events} events: they lie in [0, 1] and not both at 0.`,
  )
  insist(ratio > 0 && Number.isFinite(ratio), `The ratio of the groups lies above 0, not at ${ratio}.`)
  return (events * (1 + ratio)) / (first + ratio * second)
}
