import { normalCdf, normalReach } from '../distributions/normal.ts'
import type { Interval } from '../inference/wilson.ts'
import { StatsError, insist } from '../stats-error.ts'
import type { SurvivalCurve } from './kaplan-meier.ts'
import { countUpTo } from './step-lookup.ts'

/** Mean time survived within a horizon, in the unit of the times. */
export type RestrictedMean = Readonly<{ mean: number; standardError: number; interval: Interval }>

/**
 * Restricted mean survival time: how long one survives on average within `horizon`, the area below the survival curve to
 * there. Its variance is sum A_i^2 d_i / (n_i (n_i - d_i)) with A_i the area from event time i to the horizon.
 *
 * Source: Irwin, J. Hygiene 47 (1949) 188; Klein and Moeschberger, Survival Analysis (2003), (4.5.1) and (4.5.2); as R's
 * print(survfit, rmean). Needs no proportional hazards. Cost: O(steps).
 *
 * @param horizon above 0, at most the last time seen unless nobody was left then
 * @throws StatsError bad_input unless horizon > 0; not_enough_data beyond what was followed
 * @example
 * const curve = kaplanMeier({ time: [1, 2, 2, 3], event: [1, 1, 0, 0] })
 * restrictedMean(curve, 3).mean // 2.25
 */
export function restrictedMean(curve: SurvivalCurve, horizon: number): RestrictedMean {
  insist(horizon > 0 && horizon < Infinity, `A horizon lies above 0, not at ${horizon}.`)
  const { time, survival, atRisk, events } = curve
  const lastTime = time.at(-1)!
  if (horizon > lastTime && survival.at(-1)! > 0)
    throw new StatsError(
      'not_enough_data',
      `Nobody was followed beyond ${lastTime}: choose a horizon of at most ${lastTime}, not ${horizon}.`,
    )
  let areaAfter = 0
  let variance = 0
  let end = horizon
  for (let i = countUpTo(time, horizon) - 1; i >= 0; i--) {
    areaAfter += survival[i]! * (end - time[i]!)
    end = time[i]!
    const staying = atRisk[i]! - events[i]!
    if (events[i]! > 0 && staying > 0)
      variance += (areaAfter * areaAfter * events[i]!) / (atRisk[i]! * staying)
  }
  const mean = areaAfter + end
  const standardError = Math.sqrt(variance)
  const half = normalReach(curve.level) * standardError
  return { mean, standardError, interval: [Math.max(0, mean - half), Math.min(horizon, mean + half)] }
}

/** One curve's restricted mean less another's; p of no difference. */
export type RestrictedMeanDifference = Readonly<{
  difference: number
  standardError: number
  interval: Interval
  z: number
  p: number
}>

/**
 * How much longer one survives on the first curve than on the second within `horizon`, with the level of the first. Says
 * what the log-rank test cannot when curves cross.
 *
 * Source: Royston and Parmar, BMC Med. Res. Methodol. 13 (2013) 152; Uno et al., J. Clin. Oncol. 32 (2014) 2380. Assumes
 * that the two groups are independent. Cost: O(steps).
 *
 * @throws StatsError bad_input or not_enough_data as restrictedMean; no_variation when no event came within the horizon
 * @example
 * const long = kaplanMeier({ time: [4, 5, 6, 6], event: [1, 1, 0, 0] })
 * const short = kaplanMeier({ time: [1, 2, 5, 6], event: [1, 1, 1, 0] })
 * restrictedMeanDifference(long, short, 6).difference // 1.75
 */
export function restrictedMeanDifference(
  first: SurvivalCurve,
  second: SurvivalCurve,
  horizon: number,
): RestrictedMeanDifference {
  const a = restrictedMean(first, horizon)
  const b = restrictedMean(second, horizon)
  const difference = a.mean - b.mean
  const standardError = Math.hypot(a.standardError, b.standardError)
  if (standardError === 0)
    throw new StatsError(
      'no_variation',
      `Both groups survive to ${horizon} without spread: choose a longer horizon.`,
    )
  const half = normalReach(first.level) * standardError
  const z = difference / standardError
  return {
    difference,
    standardError,
    interval: [difference - half, difference + half],
    z,
    p: 2 * normalCdf(-Math.abs(z)),
  }
}
