import { normalReach } from '../distributions/normal.ts'
import type { FollowUp } from './follow-up.ts'
import { type RiskTable, riskTable } from './risk-table.ts'

/** A cumulative hazard: values hold from their time to the next; it is 0 before the first. */
export type CumulativeHazard = RiskTable &
  Readonly<{
    cumulativeHazard: Float64Array
    standardError: Float64Array
    low: Float64Array
    high: Float64Array
    level: number
  }>

/**
 * Nelson-Aalen's estimate of the cumulative hazard, H(t) = sum d_i / n_i, with variance sum d_i / n_i^2 and limits
 * H exp(-+ z se / H). Its slope is the rate of leaving.
 *
 * Source: Nelson, Technometrics 14 (1972) 945; Aalen, Ann. Statist. 6 (1978) 701; limits: Klein and Moeschberger,
 * Survival Analysis (2003), section 4.4. As R's survfit(...)$cumhaz. Assumes censoring without regard to the event.
 * Cost: O(n log n), O(n) for whole times in a narrow range.
 *
 * @throws StatsError bad_input when the rows are no follow-up or the level is none
 * @example
 * nelsonAalen({ time: [1, 2, 2, 3], event: [1, 1, 0, 1] }).cumulativeHazard // [0.25, 0.583333, 1.583333]
 */
export function nelsonAalen(
  followUp: FollowUp,
  { level = 0.95 }: Readonly<{ level?: number }> = {},
): CumulativeHazard {
  const z = normalReach(level)
  const table = riskTable(followUp)
  const steps = table.time.length
  const cumulativeHazard = new Float64Array(steps)
  const standardError = new Float64Array(steps)
  const low = new Float64Array(steps)
  const high = new Float64Array(steps)
  let hazard = 0
  let variance = 0
  let factor = 1
  for (let i = 0; i < steps; i++) {
    const dead = table.events[i]!
    const atRisk = table.atRisk[i]!
    if (dead > 0) {
      hazard += dead / atRisk
      variance += dead / (atRisk * atRisk)
      factor = Math.exp((z * Math.sqrt(variance)) / hazard)
    }
    cumulativeHazard[i] = hazard
    standardError[i] = Math.sqrt(variance)
    low[i] = hazard / factor
    high[i] = hazard * factor
  }
  return { ...table, cumulativeHazard, standardError, low, high, level }
}
