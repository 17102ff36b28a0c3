import { insist } from '../stats-error.ts'
import type { SurvivalCurve } from './kaplan-meier.ts'

/** When a share has left. A limit that the curve never reaches is null. */
export type SurvivalQuantile =
  | Readonly<{ kind: 'reached'; time: number; low: number | null; high: number | null }>
  | Readonly<{ kind: 'not_reached'; low: number | null }>

// Products such as 0.9 * 0.5555 miss the half by rounding alone; R forgives as much.
const tolerance = Math.sqrt(Number.EPSILON)

/** First time at which `values` is at most `target`; the middle of the flat stretch when it rests exactly there. */
function firstAtMost(curve: SurvivalCurve, values: Float64Array, target: number): number | null {
  const first = values.findIndex((value) => value <= target + tolerance)
  if (first < 0) return null
  const time = curve.time[first]!
  if (Math.abs(values[first]! - target) > tolerance) return time
  const below = values.findIndex((value, i) => i > first && value < values[first]!)
  return below < 0 ? time : (time + curve.time[below]!) / 2
}

/** The limits where survival is above 0: where it is 0 they are carried on and say nothing of a time. */
const whereSome = (curve: SurvivalCurve, values: Float64Array) =>
  values.map((value, i) => (curve.survival[i]! > 0 ? value : Infinity))

/**
 * The time by which a share of all has left, half of them unless told: the first at which the survival curve is at most
 * 1 - share, and the middle of the stretch when the curve rests exactly there. Its limits are where the limits of the
 * curve cross (Brookmeyer and Crowley); the level and the scale are those of the curve.
 *
 * Source: Brookmeyer and Crowley, Biometrics 38 (1982) 29; as R's survfit and quantile.survfit. Cost: O(steps).
 *
 * @param share in (0, 1)
 * @throws StatsError bad_input unless 0 < share < 1
 * @example
 * const curve = kaplanMeier({ time: [1, 2, 3, 4, 5], event: [1, 1, 1, 0, 0] })
 * survivalQuantile(curve) // { kind: 'reached', time: 3, low: 2, high: null }
 * survivalQuantile(curve, 0.9) // { kind: 'not_reached', low: null }
 */
export function survivalQuantile(curve: SurvivalCurve, share = 0.5): SurvivalQuantile {
  insist(share > 0 && share < 1, `A share that has left lies inside (0, 1), not at ${share}.`)
  const time = firstAtMost(curve, curve.survival, 1 - share)
  const low = firstAtMost(curve, whereSome(curve, curve.low), 1 - share)
  if (time === null) return { kind: 'not_reached', low }
  return { kind: 'reached', time, low, high: firstAtMost(curve, whereSome(curve, curve.high), 1 - share) }
}
