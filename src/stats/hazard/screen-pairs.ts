import type { LongRun } from '../long-run.ts'
import { pause } from '../long-run.ts'
import { insist } from '../stats-error.ts'
import type { Split } from '../validation/rolling-origin.ts'
import { binColumn } from './bin-column.ts'
import { buildDesign } from './design.ts'
import { fitDesign, linearPredictor, type FitOptions } from './fit-design.ts'
import type { HazardRows } from './fit-hazard.ts'
import { heldOutLoss, weightsWithin, type HeldOutLoss } from './held-out-loss.ts'
import { logLikelihood } from './likelihood.ts'
import { termName, type Columns, type PairTerm, type Term } from './term.ts'

/** A pair that was tried: how much it lowers the log loss of a held-out row, and that gain's standard error by account. */
export type ScreenedPair = Readonly<{
  term: PairTerm
  score: number
  gain: number
  standardError: number
  kept: boolean
}>

const coarse = 8

/** What is left of the events, by cells of two covariates: half the sum of score^2 / information, a likelihood gained. */
function scoreOfPair(
  term: PairTerm,
  columns: Columns,
  information: Float64Array,
  scores: Float64Array,
): number {
  const [a, b] = term.columns.map((name) => binColumn(columns[name]!, coarse))
  const width = b!.values.length
  const [sums, weights] = [
    new Float64Array(a!.values.length * width),
    new Float64Array(a!.values.length * width),
  ]
  for (let row = 0; row < scores.length; row++) {
    const cell = a!.bins[row]! * width + b!.bins[row]!
    sums[cell]! += scores[row]!
    weights[cell]! += information[row]!
  }
  // One event's worth of information keeps empty cells from speaking.
  return sums.reduce((total, sum, cell) => total + sum ** 2 / (2 * (weights[cell]! + 1)), 0)
}

/**
 * Pairs of columns by what an additive fit leaves unexplained in them, best first.
 *
 * Source: Y. Lou, R. Caruana, J. Gehrke and G. Hooker, Accurate intelligible models with pairwise interactions, KDD (2013)
 * 623-631, section 4 (FAST), with the score statistic in place of squared error. Cost: a fit, and O(rows) a pair.
 *
 * @throws StatsError as `fitHazard`
 * @example
 * const at = Array.from({ length: 64 }, (_, row) => row)
 * const columns = { a: at.map((row) => row % 8), b: at.map((row) => Math.floor(row / 8)) }
 * const events = at.map((row) => (columns.a[row] < 4 === columns.b[row] < 4 ? 1 : 0))
 * const terms = [{ kind: 'linear', column: 'a' }, { kind: 'linear', column: 'b' }]
 * const options = { link: 'logit', smoothing: 'reml', intercept: undefined, minEvents: 1 }
 * const pairs = [{ kind: 'pair', columns: ['a', 'b'] }]
 * const ranked = await rankPairs({ columns, events }, terms, pairs, options)
 * ranked.length // 1
 */
export async function rankPairs(
  rows: HazardRows,
  terms: readonly Term[],
  pairs: readonly PairTerm[],
  options: FitOptions,
  run: LongRun = {},
): Promise<readonly Readonly<{ term: PairTerm; score: number }>[]> {
  for (const name of pairs.flatMap(({ columns }) => columns))
    insist(rows.columns[name] !== undefined, `The rows have no column ${name}.`)
  const design = buildDesign(rows.columns, terms, rows.weights)
  const fit = await fitDesign(design, rows, options, { signal: run.signal })
  const length = rows.events.length
  const eta = linearPredictor(
    design,
    fit.coefficients,
    new Float64Array(length),
    rows.offset && Float64Array.from(rows.offset),
  )
  const [information, scores] = [new Float64Array(length), new Float64Array(length)]
  const outcomes = {
    events: Uint8Array.from(rows.events),
    weights: rows.weights && Float64Array.from(rows.weights),
  }
  logLikelihood(options.link, eta, outcomes, information, scores)
  return pairs
    .map((term) => ({ term, score: scoreOfPair(term, rows.columns, information, scores) }))
    .sort((a, b) => b.score - a.score)
}

/** Mean gain a row, and its standard error when the rows of an account rise and fall together. */
function gainOf(before: HeldOutLoss, after: HeldOutLoss, accounts: ArrayLike<number>) {
  const count = before.losses.length
  const gain = before.mean - after.mean
  const byAccount = new Map<number, number>()
  for (let at = 0; at < count; at++) {
    const account = accounts[before.rows[at]!]!
    const above = before.losses[at]! - after.losses[at]! - gain
    byAccount.set(account, (byAccount.get(account) ?? 0) + above)
  }
  const squares = [...byAccount.values()].reduce((sum, value) => sum + value * value, 0)
  return { gain, standardError: Math.sqrt(squares) / count }
}

/**
 * Looks for pairs of covariates that do together what they do not do alone: candidates are ranked on the rows that the
 * first split trains on, the best `tries` are added one after the other, and one is kept only when the log loss of the rows
 * held out falls by more than its standard error, accounts taken whole.
 *
 * Source: Lou, Caruana, Gehrke and Hooker (2013); the one-standard-error rule of L. Breiman et al., Classification and Regression
 * Trees (1984), section 3.4.3. A single kept pair of many tried may still be luck. Cost: `tries` + 1 refits for each split.
 *
 * @param accounts the account of each row
 * @throws StatsError as `fitHazard` and `heldOutLoss`
 * @example
 * const at = Array.from({ length: 240 }, (_, row) => row)
 * const columns = { a: at.map((row) => row % 8), b: at.map((row) => Math.floor(row / 8) % 8) }
 * const events = at.map((row) => (columns.a[row] < 4 === columns.b[row] < 4 && row % 3 > 0 ? 1 : 0))
 * const terms = [{ kind: 'linear', column: 'a' }, { kind: 'linear', column: 'b' }]
 * const splits = rollingOrigins(at.map((row) => Math.floor(row / 80)), { origins: [2], window: 1 })
 * const options = { link: 'logit', smoothing: 'reml', intercept: undefined, minEvents: 1 }
 * const pairs = [{ kind: 'pair', columns: ['a', 'b'], basisSize: 4 }]
 * const [best] = await screenPairs({ columns, events, accounts: at }, terms, pairs, splits, options)
 * best.kept // true
 */
export async function screenPairs(
  rows: HazardRows & Readonly<{ accounts: ArrayLike<number> }>,
  terms: readonly Term[],
  pairs: readonly PairTerm[],
  splits: readonly Split[],
  options: FitOptions,
  tries = 5,
  run: LongRun = {},
): Promise<readonly ScreenedPair[]> {
  insist(rows.accounts.length === rows.events.length, 'Accounts and events must have one length.')
  const { signal } = run
  insist(splits.length > 0, 'Give a split of the rows, or more.')
  const all = rows.weights ?? new Float64Array(rows.events.length).fill(1)
  const weights = weightsWithin(splits[0]!.train, all)
  const ranked = await rankPairs({ ...rows, weights }, terms, pairs, options, { signal })
  const lossOf = (given: readonly Term[]) =>
    heldOutLoss(buildDesign(rows.columns, given, rows.weights), rows, splits, options, { signal })
  let model = [...terms]
  let before = await lossOf(model)
  const screened: ScreenedPair[] = []
  for (const { term, score } of ranked.slice(0, tries)) {
    await pause(run, screened.length / Math.min(tries, ranked.length))
    insist(
      !model.some((other) => termName(other) === termName(term)),
      `The pair ${termName(term)} is in the model already.`,
    )
    const after = await lossOf([...model, term])
    const { gain, standardError } = gainOf(before, after, rows.accounts)
    const kept = gain > standardError
    screened.push({ term, score, gain, standardError, kept })
    if (!kept) continue
    model = [...model, term]
    before = after
  }
  return screened
}
