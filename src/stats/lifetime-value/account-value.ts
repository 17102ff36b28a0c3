import { bootstrapInterval, type Bootstrap, type BootstrapOptions } from '../inference/bootstrap.ts'
import type { Random } from '../random/seeded-random.ts'
import { insist, StatsError } from '../stats-error.ts'

/**
 * What was seen of each account: whole periods paid for, whether it then left (1) or is still there (0), and its contribution
 * margin of a period.
 */
export type AccountHistories = Readonly<{
  periods: ArrayLike<number>
  left: ArrayLike<number>
  margins: ArrayLike<number>
}>

/** The discount of a period, and over how many periods value is counted. */
export type ValuePlan = Readonly<{ discount: number; horizon: number }>

function insistHistories(
  { periods, left, margins }: AccountHistories,
  { discount, horizon }: ValuePlan,
): void {
  const accounts = periods.length
  insist(
    left.length === accounts && margins.length === accounts,
    'Each account has periods, an end and a margin.',
  )
  if (accounts === 0) throw new StatsError('not_enough_data', 'Without accounts there is no value.')
  for (let i = 0; i < accounts; i += 1) {
    insist(
      Number.isInteger(periods[i]!) && periods[i]! >= 1,
      `Account ${i} paid for ${periods[i]} periods: 1 or more.`,
    )
    insist(left[i] === 0 || left[i] === 1, `Account ${i} left (1) or is there (0), not ${left[i]}.`)
    insist(
      margins[i]! >= 0 && Number.isFinite(margins[i]!),
      `Account ${i} has a margin of ${margins[i]}: 0 or more.`,
    )
  }
  insist(Number.isInteger(horizon) && horizon >= 1, `A horizon is a whole number of periods, not ${horizon}.`)
  insist(discount > -1 && Number.isFinite(discount), `A discount lies above -1, not at ${discount}.`)
}

/** The mean value of the accounts of a sample, or NaN where all of them were watched for too short a time. */
function meanValue(
  histories: AccountHistories,
  { discount, horizon }: ValuePlan,
  sample: ArrayLike<number>,
): number {
  const atRisk = new Float64Array(horizon + 1)
  const lost = new Float64Array(horizon + 1)
  let paying = 0
  for (let i = 0; i < sample.length; i += 1) {
    const account = sample[i]!
    const [margin, periods] = [histories.margins[account]!, histories.periods[account]!]
    paying += margin
    atRisk[Math.min(periods, horizon)]! += margin
    if (histories.left[account] === 1 && periods < horizon) lost[periods]! += margin
  }
  if (paying === 0) return 0
  for (let period = horizon - 1; period > 0; period -= 1) atRisk[period]! += atRisk[period + 1]!
  let [value, survival] = [1, 1]
  for (let period = 1; period < horizon && survival > 0; period += 1) {
    if (atRisk[period] === 0) return Number.NaN
    survival *= 1 - lost[period]! / atRisk[period]!
    value += survival * (1 + discount) ** -period
  }
  return (paying / sample.length) * value
}

/**
 * Mean present value of an account over a horizon, from the histories of accounts of which some have left: mean margin times
 * the sum of S(t) / (1 + d)^t over t = 0 ... horizon - 1, S being the life table in which each account counts by its margin.
 *
 * Source: Kaplan and Meier, JASA 53 (1958) 457, weighted; Gupta et al. (2006), eq. 1. Assumes that those watched for a shorter
 * time are like the others, and that margins stay. Weighing by margin keeps the value right where large accounts stay longer.
 * Cost: O(accounts + horizon).
 *
 * @throws StatsError bad_input; not_enough_data without accounts, or when none was watched up to the horizon
 * @example
 * const histories = { periods: [1, 2, 3, 3], left: [1, 1, 0, 0], margins: [100, 100, 100, 100] }
 * meanAccountValue(histories, { discount: 0, horizon: 3 }) // 225
 */
export function meanAccountValue(histories: AccountHistories, plan: ValuePlan): number {
  insistHistories(histories, plan)
  const value = meanValue(
    histories,
    plan,
    Array.from(histories.periods, (_, i) => i),
  )
  if (Number.isNaN(value))
    throw new StatsError(
      'not_enough_data',
      `No account was watched for ${plan.horizon} periods: shorten the horizon.`,
    )
  return value
}

/**
 * The mean present value of an account with its bootstrap interval: whole accounts are resampled, so that the doubt in who
 * stays and in who pays how much are both in it.
 *
 * Source: bootstrapInterval; B. Efron, Censored data and the bootstrap, JASA 76 (1981) 312. Assumes independent accounts, 20
 * or more; a few that hold most of the value make it too narrow: see `topShare`. Cost: rounds times meanAccountValue.
 *
 * @throws StatsError as meanAccountValue and bootstrapInterval
 * @example
 * const periods = Array.from({ length: 60 }, (_, i) => 1 + (i % 12))
 * const left = periods.map((_, i) => (i % 3 === 0 ? 1 : 0))
 * const margins = periods.map((_, i) => 100 + i)
 * const plan = { discount: 0.01, horizon: 12 }
 * const { estimate, interval } = await accountValueInterval({ periods, left, margins }, plan, seededRandom(1), { rounds: 200 })
 * interval[0] < estimate && estimate < interval[1] // true
 */
export async function accountValueInterval(
  histories: AccountHistories,
  plan: ValuePlan,
  random: Random,
  options: BootstrapOptions = {},
): Promise<Bootstrap> {
  insistHistories(histories, plan)
  const statistic = (sample: ArrayLike<number>) => meanValue(histories, plan, sample)
  return bootstrapInterval(histories.periods.length, statistic, random, options)
}
