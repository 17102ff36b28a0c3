import type { LongRun } from '../long-run.ts'
import type { Random } from '../random/seeded-random.ts'
import { StatsError } from '../stats-error.ts'
import type { RollingOrigin } from '../validation/rolling-origin.ts'
import type { FeatureColumns } from './feature-bins.ts'
import { fitTrees, type TreeOptions, type TreeRows } from './fit-trees.ts'
import { predictTrees } from './predict-trees.ts'
import type { StoppingRows } from './stopping-split.ts'

/** Rows in the order of their origins, and what was predicted for each from what was known before. */
export type OriginPredictions = Readonly<{ rows: Int32Array; origins: Float64Array; chances: Float64Array }>

const pick = (values: ArrayLike<number>, rows: Int32Array) => Float64Array.from(rows, (row) => values[row]!)

const pickColumns = (columns: FeatureColumns, rows: Int32Array): FeatureColumns =>
  Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, pick(values, rows)]))

function pickStopping(stopping: TreeOptions['stopping'], rows: Int32Array): TreeOptions['stopping'] {
  if (!stopping) return undefined
  const { patience } = stopping
  const picked: StoppingRows =
    stopping.by === 'month'
      ? { by: 'month', months: pick(stopping.months, rows), share: stopping.share }
      : { by: 'account', accounts: Array.from(rows, (row) => stopping.accounts[row]!), share: stopping.share }
  return { ...picked, patience }
}

/**
 * Trees fitted anew at each origin on what was known before it, and their predictions of what came after, pooled.
 *
 * Source: as `rollingOrigins`. Bins, early stopping and all else come from the rows before the origin. Cost: a fit an origin.
 *
 * @throws StatsError as `fitTrees`; not_enough_data without an origin
 * @example
 * const months = Array.from({ length: 60 }, (_, row) => Math.floor(row / 20))
 * const usage = months.map((_, row) => row % 10)
 * const events = usage.map((value, row) => (value < 5 === row % 4 > 0 ? 1 : 0))
 * const splits = rollingOrigins(months, { origins: [2], window: 1 })
 * const pooled = await treesAtOrigins({ columns: { usage }, events }, splits, { depth: 1, rounds: 10 }, seededRandom(1))
 * pooled.rows.length // 20
 * pooled.chances[0] > 0.5 && pooled.chances[9] < 0.5 // true
 */
export async function treesAtOrigins(
  { columns, events }: TreeRows,
  splits: readonly RollingOrigin[],
  options: TreeOptions,
  random: Random,
  run: LongRun = {},
): Promise<OriginPredictions> {
  if (splits.length === 0) throw new StatsError('not_enough_data', 'Give one origin or more.')
  const rows: number[] = []
  const origins: number[] = []
  const chances: number[] = []
  for (const [at, { origin, train, test }] of splits.entries()) {
    const within: LongRun = {
      signal: run.signal,
      onProgress: (share) => run.onProgress?.((at + share) / splits.length),
    }
    const known = { columns: pickColumns(columns, train), events: pick(events, train) }
    const settings = { ...options, stopping: pickStopping(options.stopping, train) }
    const model = await fitTrees(known, settings, random, within)
    const predicted = predictTrees(model, pickColumns(columns, test))
    test.forEach((row, index) => {
      rows.push(row)
      origins.push(origin)
      chances.push(predicted[index]!)
    })
  }
  return {
    rows: Int32Array.from(rows),
    origins: Float64Array.from(origins),
    chances: Float64Array.from(chances),
  }
}
