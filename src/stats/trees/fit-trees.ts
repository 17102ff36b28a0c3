import { pause, type LongRun } from '../long-run.ts'
import type { Random } from '../random/seeded-random.ts'
import { insist, StatsError } from '../stats-error.ts'
import { binFeatures, type FeatureColumns } from './feature-bins.ts'
import { addTree, growTree, treeGround, type TreeGround } from './grow-tree.ts'
import { stoppingSplit, type StoppingRows } from './stopping-split.ts'
import type { Tree } from './tree.ts'

/** One value a row in every column, NaN where there is none, and an event of 0 or 1. */
export type TreeRows = Readonly<{ columns: FeatureColumns; events: ArrayLike<number> }>

export type TreeOptions = Readonly<{
  /** Splits from root to leaf, 1 to 4. Depth 1 is additive, depth 2 has pairs. */
  depth: number
  /** Trees, at most. */
  rounds: number
  /** 0.1 unless told. */
  learningRate?: number
  /** Ridge on leaf values; 1 unless told. */
  l2?: number
  /** Least sum of p (1 - p) in a leaf; 1 unless told. */
  minChildWeight?: number
  /** Share of the rows that each tree sees, drawn by chance; 1 unless told. */
  rowShare?: number
  /** Bins a column, 2 to 255; 255 unless told. */
  bins?: number
  /** Columns in which more may only raise, or only lower, the chance. */
  monotone?: Readonly<Record<string, 'increasing' | 'decreasing'>>
  /** Stops when `patience` more trees (20 unless told) did not lower the log loss of rows held out; then fits all rows anew. */
  stopping?: StoppingRows & Readonly<{ patience?: number }>
}>

/** Plain data: log odds = baseLogOdds + the values of all trees. `stoppedAt` has the log loss of the rows held out. */
export type TreeModel = Readonly<{
  names: readonly string[]
  baseLogOdds: number
  trees: readonly Tree[]
  stoppedAt?: Readonly<{ rounds: number; loss: number }>
}>

type Settings = Required<Omit<TreeOptions, 'monotone' | 'stopping'>> & Readonly<{ monotone: Int8Array }>

const isWithin = (value: number, low: number, high: number) => value >= low && value <= high

function settingsOf(names: readonly string[], options: TreeOptions): Settings {
  const { monotone = {}, learningRate = 0.1, l2 = 1, minChildWeight = 1, rowShare = 1, bins = 255 } = options
  const { depth, rounds } = options
  insist(Number.isInteger(depth) && isWithin(depth, 1, 4), `A depth is 1 to 4, not ${depth}.`)
  insist(Number.isInteger(rounds) && rounds >= 1, `A number of rounds is whole and 1 or more, not ${rounds}.`)
  insist(learningRate > 0 && learningRate <= 1, `A learning rate lies in (0, 1], not at ${learningRate}.`)
  insist(l2 >= 0 && Number.isFinite(l2), `A ridge is 0 or more, not ${l2}.`)
  insist(minChildWeight > 0 && Number.isFinite(minChildWeight), 'A leaf needs a weight above 0.')
  insist(rowShare > 0 && rowShare <= 1, `A share of rows lies in (0, 1], not at ${rowShare}.`)
  for (const name of Object.keys(monotone)) insist(names.includes(name), `There is no column ${name}.`)
  const directions = names.map((name) => (monotone[name] === 'increasing' ? 1 : monotone[name] ? -1 : 0))
  return {
    depth,
    rounds,
    learningRate,
    l2,
    minChildWeight,
    rowShare,
    bins,
    monotone: Int8Array.from(directions),
  }
}

function insistEvents(events: ArrayLike<number>, rows: number): void {
  insist(events.length === rows, `${events.length} events and ${rows} rows do not make pairs.`)
  for (let row = 0; row < rows; row++)
    if (events[row] !== 0 && events[row] !== 1)
      insist(false, `Row ${row} has the event ${events[row]}: an event is 0 or 1.`)
}

function logOddsOfEvents(events: ArrayLike<number>, rows: Int32Array): number {
  let positive = 0
  for (let at = 0; at < rows.length; at++) positive += events[rows[at]!]!
  if (positive === 0 || positive === rows.length)
    throw new StatsError('too_few_events', 'Trees need rows with the event and rows without it.')
  return Math.log(positive / (rows.length - positive))
}

/** First and second derivatives of the log loss by the log odds: p - y and p (1 - p). */
function derive(
  { gradients, hessians, scores }: TreeGround,
  events: ArrayLike<number>,
  rows: Int32Array,
): void {
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!
    const chance = 1 / (1 + Math.exp(-scores[row]!))
    gradients[row] = chance - events[row]!
    hessians[row] = chance * (1 - chance)
  }
}

/** Mean log loss from log odds, which cannot overflow. */
function lossOf({ scores }: TreeGround, events: ArrayLike<number>, rows: Int32Array): number {
  let sum = 0
  for (let at = 0; at < rows.length; at++) {
    const eta = events[rows[at]!] === 1 ? -scores[rows[at]!]! : scores[rows[at]!]!
    sum += Math.max(0, eta) + Math.log1p(Math.exp(-Math.abs(eta)))
  }
  return sum / rows.length
}

/** Rows drawn for a tree first, the others after them; answers how many were drawn. */
function drawRows(rows: Int32Array, share: number, random: Random, order: Int32Array): number {
  if (share === 1) {
    order.set(rows)
    return rows.length
  }
  let [drawn, left] = [0, rows.length]
  for (let at = 0; at < rows.length; at++) {
    if (random() < share) order[drawn++] = rows[at]!
    else order[--left] = rows[at]!
  }
  return drawn
}

type Boosting = Readonly<{ train: Int32Array; test?: Int32Array; rounds: number; patience: number }>

async function boost(
  ground: TreeGround,
  events: ArrayLike<number>,
  settings: Settings,
  { train, test, rounds, patience }: Boosting,
  random: Random,
  run: LongRun,
) {
  const baseLogOdds = logOddsOfEvents(events, train)
  ground.scores.fill(baseLogOdds)
  const order = new Int32Array(train.length)
  const trees: Tree[] = []
  let best = { rounds: 0, loss: test ? lossOf(ground, events, test) : 0 }
  for (let round = 1; round <= rounds; round++) {
    await pause(run, (round - 1) / rounds)
    const drawn = drawRows(train, settings.rowShare, random, order)
    derive(ground, events, order.subarray(0, drawn))
    const tree = growTree(ground, order.subarray(0, drawn))
    addTree(ground, tree, order.subarray(drawn))
    trees.push(tree)
    if (!test) continue
    addTree(ground, tree, test)
    const loss = lossOf(ground, events, test)
    if (loss < best.loss) best = { rounds: round, loss }
    else if (round - best.rounds >= patience) break
  }
  return { baseLogOdds, trees, best }
}

/** Progress from one share to another of the whole run. */
const partOf = (run: LongRun, from: number, to: number): LongRun => ({
  signal: run.signal,
  onProgress: (share) => run.onProgress?.(from + share * (to - from)),
})

/**
 * Gradient-boosted trees on binned columns with the logistic loss: each tree is grown to the first and second derivatives of
 * the loss at the sum of those before it, and added times the learning rate. With `stopping`, the number of trees is chosen
 * on the latest months or on accounts held out, and that many are then grown on all rows. It may be none.
 *
 * Source: J. H. Friedman, Greedy function approximation, Ann. Statist. 29 (2001) 1189-1232; T. Chen and C. Guestrin, XGBoost,
 * KDD (2016) 785-794, algorithm 1 and eq. 5-7; G. Ke et al., LightGBM, NIPS 30 (2017) 3146-3154. Cost: O(rounds rows columns
 * depth / 2), and a byte a value.
 *
 * @throws StatsError bad_input for rows or options that are none; too_few_events with only events or none, also on the side
 * that is fitted; not_enough_data when nothing can be held out; aborted
 * @example
 * const seats = Array.from({ length: 80 }, (_, row) => row % 8)
 * const events = seats.map((value, row) => (value > 3 === row % 5 > 0 ? 1 : 0))
 * const model = await fitTrees({ columns: { seats }, events }, { depth: 1, rounds: 20 }, seededRandom(1))
 * model.trees[0].threshold[0] // 3.5
 * const [few, many] = predictTrees(model, { seats: [1, 6] })
 * few < 0.4 && many > 0.6 // true
 */
export async function fitTrees(
  { columns, events }: TreeRows,
  options: TreeOptions,
  random: Random,
  run: LongRun = {},
): Promise<TreeModel> {
  const names = Object.keys(columns)
  const settings = settingsOf(names, options)
  const features = binFeatures(columns, random, settings.bins)
  insistEvents(events, features.rows)
  const ground = treeGround(features, settings.depth, settings, settings.learningRate)
  const all = Int32Array.from({ length: features.rows }, (_, row) => row)
  const { stopping } = options
  if (!stopping) {
    const whole = { train: all, rounds: settings.rounds, patience: 0 }
    const { baseLogOdds, trees } = await boost(ground, events, settings, whole, random, run)
    return { names, baseLogOdds, trees }
  }
  const { patience = 20 } = stopping
  insist(Number.isInteger(patience) && patience >= 1, `Patience is 1 tree or more, not ${patience}.`)
  const split = stoppingSplit(stopping)
  insist(split.train.length + split.test.length === features.rows, 'Give one month or account a row.')
  const search = { ...split, rounds: settings.rounds, patience }
  const { best } = await boost(ground, events, settings, search, random, partOf(run, 0, 0.5))
  const last = { train: all, rounds: best.rounds, patience: 0 }
  const { baseLogOdds, trees } = await boost(ground, events, settings, last, random, partOf(run, 0.5, 1))
  return { names, baseLogOdds, trees, stoppedAt: best }
}
