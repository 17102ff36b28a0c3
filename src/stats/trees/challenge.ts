import type { Bootstrap, BootstrapOptions } from '../inference/bootstrap.ts'
import type { Random } from '../random/seeded-random.ts'
import { insist } from '../stats-error.ts'
import { logLossGain } from '../validation/account-bootstrap.ts'
import { delongTest, type AucComparison } from '../validation/delong.ts'
import { logLoss } from '../validation/log-loss.ts'
import type { FeatureColumns } from './feature-bins.ts'
import { pairInteractions, type PairInteraction, type PairOptions } from './pair-interactions.ts'

/** Two predictions of the same rows, which neither model had seen. */
export type ChallengedRows = Readonly<{
  events: ArrayLike<number>
  accounts: ArrayLike<string | number>
  /** Chances by the additive model. */
  core: ArrayLike<number>
  /** Chances by trees. */
  challenger: ArrayLike<number>
  /** What the models saw, to name pairs. */
  columns?: FeatureColumns
}>

export type ChallengeOptions = BootstrapOptions &
  Readonly<{
    /** Least gain of AUC that is worth a pair; 0.02 unless told. */
    leastAucGain?: number
    /** Pairs with a greater p are not named; 0.05 unless told. */
    alpha?: number
    pairs?: PairOptions
  }>

/** `auc` compares challenger - core; `logLoss.gain` is what the challenger saves a row, in nats. */
export type Challenge = Readonly<{
  verdict: 'additive_suffices' | 'additive_misses'
  auc: AucComparison
  logLoss: Readonly<{ core: number; challenger: number; gain: Bootstrap }>
  /** Pairs to screen, greatest gain first; none while the additive model suffices. */
  pairs: readonly PairInteraction[]
}>

/**
 * Whether an additive model misses something that trees see, judged on the same rolling-origin predictions: it does when the
 * challenger's AUC is higher by `leastAucGain` and DeLong's interval of the difference lies above 0, and when its log loss is lower
 * with an interval above 0, whole accounts drawn again. Then the pairs are named that the core leaves unexplained.
 *
 * Source: `delongTest`, `logLossGain`, `pairInteractions`. A challenger that wins without a pair saw something else: bends
 * that the core's terms smooth away, or three columns at once. Cost: O(rows + rounds accounts), and the pairs.
 *
 * @throws StatsError as `delongTest`, `logLossGain` and `pairInteractions`; no_variation when both predict the same, row by row
 * @example
 * const at = Array.from({ length: 400 }, (_, row) => row)
 * const columns = { a: at.map((row) => row % 2), b: at.map((row) => Math.floor(row / 2) % 2) }
 * const both = at.map((row) => columns.a[row] === columns.b[row])
 * const events = at.map((row) => (both[row] && row % 3 > 0 ? 1 : 0))
 * const rows = { events, accounts: at, columns, core: at.map((row) => 0.33 + 0.001 * (row % 5)), challenger: both.map((same) => (same ? 0.66 : 0.05)) }
 * const result = await challenge(rows, seededRandom(1), { rounds: 200 })
 * result.verdict // 'additive_misses'
 * result.pairs[0].columns // ['a', 'b']
 */
export async function challenge(
  rows: ChallengedRows,
  random: Random,
  { leastAucGain = 0.02, alpha = 0.05, pairs, ...bootstrap }: ChallengeOptions = {},
): Promise<Challenge> {
  const { events, accounts, core, challenger, columns } = rows
  insist(leastAucGain >= 0 && leastAucGain < 1, `A gain of AUC lies in [0, 1), not at ${leastAucGain}.`)
  insist(alpha > 0 && alpha < 1, `An alpha lies inside (0, 1), not at ${alpha}.`)
  const auc = delongTest(events, challenger, core, bootstrap.level)
  const gain = await logLossGain({ events, accounts, first: core, second: challenger }, random, bootstrap)
  const losses = { core: logLoss(events, core), challenger: logLoss(events, challenger), gain }
  const wins = auc.difference >= leastAucGain && auc.interval[0] > 0 && gain.interval[0] > 0
  if (!wins) return { verdict: 'additive_suffices', auc, logLoss: losses, pairs: [] }
  const found = columns
    ? await pairInteractions(columns, events, core, random, pairs, { signal: bootstrap.signal })
    : []
  return {
    verdict: 'additive_misses',
    auc,
    logLoss: losses,
    pairs: found.filter(({ p }) => p <= alpha),
  }
}
