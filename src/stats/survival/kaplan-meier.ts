import { normalReach } from '../distributions/normal.ts'
import { insist } from '../stats-error.ts'
import type { FollowUp } from './follow-up.ts'
import { type RiskTable, riskTable } from './risk-table.ts'
import { countUpTo } from './step-lookup.ts'

/** On which scale an interval of a survival share is symmetric. */
export type SurvivalInterval = 'log' | 'log-log' | 'plain'

/** A survival curve: values hold from their time to the next; before the first time all survive. */
export type SurvivalCurve = RiskTable &
  Readonly<{
    survival: Float64Array
    standardError: Float64Array
    low: Float64Array
    high: Float64Array
    level: number
  }>

export type KaplanMeierOptions = Readonly<{ level?: number; interval?: SurvivalInterval }>

type Limits = (survival: number, relativeError: number, z: number) => readonly [low: number, high: number]

const limitsOn: Record<SurvivalInterval, Limits> = {
  plain: (survival, error, z) => [
    Math.max(0, survival * (1 - z * error)),
    Math.min(1, survival * (1 + z * error)),
  ],
  log: (survival, error, z) => [survival * Math.exp(-z * error), Math.min(1, survival * Math.exp(z * error))],
  'log-log': (survival, error, z) => {
    const log = Math.log(survival)
    const reach = (z * error) / log
    return [Math.exp(log * Math.exp(-reach)), Math.exp(log * Math.exp(reach))]
  },
}

/**
 * Kaplan-Meier's product-limit estimate of the share that survives each time, S(t) = prod (1 - d_i / n_i), with
 * Greenwood's standard error S sqrt(sum d_i / (n_i (n_i - d_i))) and pointwise limits on the log scale (as R by default),
 * the complementary log-log scale (better with few rows) or the plain one.
 *
 * Where S reaches 0 Greenwood's sum has no value: standard error and upper limit stay those of the step before, which
 * bound a falling curve, and the lower limit is 0. Until the first event both limits are 1, as is usual, though nothing
 * is known so surely.
 *
 * Source: Kaplan and Meier, JASA 53 (1958) 457; Greenwood (1926); limits: Kalbfleisch and Prentice, The Statistical
 * Analysis of Failure Time Data (2002), section 1.4. Assumes that who is censored, or enters late, would have left as the
 * others do. Cost: O(n log n), O(n) for whole times in a narrow range.
 *
 * @param followUp rows, times in any unit
 * @throws StatsError bad_input when the rows are no follow-up or the level is none
 * @example
 * const curve = kaplanMeier({ time: [1, 2, 2, 3], event: [1, 1, 0, 1] })
 * curve.survival // [0.75, 0.50, 0]
 * curve.standardError // [0.216506, 0.25, 0.25]
 */
export function kaplanMeier(
  followUp: FollowUp,
  { level = 0.95, interval = 'log' }: KaplanMeierOptions = {},
): SurvivalCurve {
  const z = normalReach(level)
  const limits = limitsOn[interval]
  const table = riskTable(followUp)
  const steps = table.time.length
  const survival = new Float64Array(steps)
  const standardError = new Float64Array(steps)
  const low = new Float64Array(steps)
  const high = new Float64Array(steps)
  let share = 1
  let greenwood = 0
  let error = 0
  let ends: readonly [number, number] = [1, 1]
  for (let i = 0; i < steps; i++) {
    const dead = table.events[i]!
    const atRisk = table.atRisk[i]!
    if (dead > 0 && share > 0) {
      share *= (atRisk - dead) / atRisk
      if (share > 0) {
        greenwood += dead / (atRisk * (atRisk - dead))
        error = share * Math.sqrt(greenwood)
        ends = limits(share, Math.sqrt(greenwood), z)
      } else ends = [0, ends[1]]
    }
    survival[i] = share
    standardError[i] = error
    low[i] = ends[0]
    high[i] = ends[1]
  }
  return { ...table, survival, standardError, low, high, level }
}

/** The share that survives a time, or that nobody was followed so long. */
export type SurvivalAt =
  | Readonly<{ kind: 'known'; survival: number; standardError: number; low: number; high: number }>
  | Readonly<{ kind: 'beyond_follow_up'; lastTime: number }>

/**
 * The share that survives beyond time `t`. After the last time seen it is known only when nobody was left.
 *
 * Source: Kaplan and Meier, JASA 53 (1958) 457. Cost: O(log steps).
 *
 * @throws StatsError bad_input when t is no number
 * @example
 * const curve = kaplanMeier({ time: [1, 2, 2, 3], event: [1, 1, 0, 0] })
 * survivalAt(curve, 2.5).survival // 0.5
 * survivalAt(curve, 4) // { kind: 'beyond_follow_up', lastTime: 3 }
 */
export function survivalAt(curve: SurvivalCurve, t: number): SurvivalAt {
  insist(!Number.isNaN(t), 'A time to ask for is a number.')
  const step = countUpTo(curve.time, t) - 1
  if (step < 0) return { kind: 'known', survival: 1, standardError: 0, low: 1, high: 1 }
  const survival = curve.survival[step]!
  const lastTime = curve.time.at(-1)!
  if (t > lastTime && survival > 0) return { kind: 'beyond_follow_up', lastTime }
  return {
    kind: 'known',
    survival,
    standardError: curve.standardError[step]!,
    low: curve.low[step]!,
    high: curve.high[step]!,
  }
}
