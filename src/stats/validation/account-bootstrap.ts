import { bootstrapInterval, type Bootstrap, type BootstrapOptions } from '../inference/bootstrap.ts'
import { clustersOf } from '../inference/clusters.ts'
import type { Random } from '../random/seeded-random.ts'
import { insist } from '../stats-error.ts'
import { baseChances, squaredErrors, type BaseChances } from './brier.ts'
import { logLosses } from './log-loss.ts'

/** Rows that a model had not seen, and the account of each. `base` as in `baseChances`. */
export type JudgedRows = Readonly<{
  events: ArrayLike<number>
  chances: ArrayLike<number>
  accounts: ArrayLike<string | number>
  base?: BaseChances
}>

/** Sums of values over the rows of each account. */
function sumsByAccount(
  accounts: ArrayLike<string | number>,
  values: readonly ArrayLike<number>[],
): Float64Array[] {
  const { count, offsets, rows } = clustersOf(accounts)
  return values.map((column) => {
    const sums = new Float64Array(count)
    for (let account = 0; account < count; account++)
      for (let at = offsets[account]!; at < offsets[account + 1]!; at++) sums[account]! += column[rows[at]!]!
    return sums
  })
}

function total(sums: Float64Array, sample: Int32Array): number {
  let sum = 0
  for (let at = 0; at < sample.length; at++) sum += sums[sample[at]!]!
  return sum
}

/**
 * Interval of the Brier skill when whole accounts are drawn again. Without a base, that of each sample is its own share of
 * events.
 *
 * Source: B. Efron, JASA 82 (1987) 171-185 (BCa, see `bootstrapInterval`); C. A. Field and A. H. Welsh, Bootstrapping
 * clustered data, JRSS B 69 (2007) 369-390 (whole clusters). Assumes independent accounts. Cost: O(rows + rounds accounts).
 *
 * @throws StatsError as `brierSkill` and `bootstrapInterval`
 * @example
 * const accounts = Array.from({ length: 40 }, (_, row) => row % 20)
 * const events = accounts.map((account, row) => (account < 6 && row >= 20 ? 1 : 0))
 * const chances = accounts.map((account) => (account < 6 ? 0.5 : 0.02))
 * const boot = await brierSkillInterval({ events, chances, accounts }, seededRandom(1), { rounds: 200 })
 * boot.estimate // 0.409569
 * boot.interval[0] > 0 // true
 */
export async function brierSkillInterval(
  { events, chances, accounts, base }: JudgedRows,
  random: Random,
  options: BootstrapOptions = {},
): Promise<Bootstrap> {
  insist(accounts.length === events.length, 'Give one account a row.')
  const ones = new Float64Array(events.length).fill(1)
  const errors = squaredErrors(events, chances)
  const without = base === undefined ? events : squaredErrors(events, baseChances(events, base))
  const [rows, ofModel, ofBase] = sumsByAccount(accounts, [ones, errors, without])
  const skill = (sample: Int32Array) => {
    const counted = total(ofBase!, sample)
    const left = base === undefined ? counted * (1 - counted / total(rows!, sample)) : counted
    return left === 0 ? Number.NaN : 1 - total(ofModel!, sample) / left
  }
  return bootstrapInterval(rows!.length, skill, random, options)
}

/**
 * Interval of how much lower the mean log loss of `second` is than that of `first` on the same rows, in nats a row, when
 * whole accounts are drawn again.
 *
 * Source: as `brierSkillInterval`; F. X. Diebold and R. S. Mariano, Journal of Business and Economic Statistics 13 (1995)
 * 253-263 (loss differences). Cost: O(rows + rounds accounts).
 *
 * @throws StatsError as `logLosses` and `bootstrapInterval`; no_variation when both predict the same
 * @example
 * const accounts = Array.from({ length: 30 }, (_, row) => row)
 * const events = accounts.map((row) => row % 2)
 * const rows = { events, accounts, first: events.map(() => 0.5), second: events.map((event, row) => (event + 0.5 + row / 90) / 3) }
 * const boot = await logLossGain(rows, seededRandom(1), { rounds: 200 })
 * boot.interval[0] > 0 // true
 */
export async function logLossGain(
  rows: Readonly<{
    events: ArrayLike<number>
    accounts: ArrayLike<string | number>
    first: ArrayLike<number>
    second: ArrayLike<number>
  }>,
  random: Random,
  options: BootstrapOptions = {},
): Promise<Bootstrap> {
  const { events, accounts } = rows
  insist(accounts.length === events.length, 'Give one account a row.')
  const gains = logLosses(events, rows.first)
  const left = logLosses(events, rows.second)
  for (let row = 0; row < gains.length; row++) gains[row]! -= left[row]!
  const ones = new Float64Array(events.length).fill(1)
  const [counts, sums] = sumsByAccount(accounts, [ones, gains])
  const gain = (sample: Int32Array) => total(sums!, sample) / total(counts!, sample)
  return bootstrapInterval(counts!.length, gain, random, options)
}
