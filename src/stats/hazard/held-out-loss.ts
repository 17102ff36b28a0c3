import type { LongRun } from '../long-run.ts'
import { insist } from '../stats-error.ts'
import type { Split } from '../validation/rolling-origin.ts'
import type { Design } from './design.ts'
import { fitDesign, linearPredictor, type FitOptions, type FitRows } from './fit-design.ts'
import { chanceOf, type Link } from './likelihood.ts'

/** Rows that were predicted, split after split, with the log loss of each. */
export type HeldOutLoss = Readonly<{ rows: Int32Array; losses: Float64Array; mean: number }>

/**
 * The weights of rows, and nought outside of `kept`.
 *
 * Source: a row of weight 0 adds nothing to a likelihood. Cost: O(rows).
 *
 * @example
 * weightsWithin(Int32Array.of(0, 2), [2, 2, 2]) // [2, 0, 2]
 */
export function weightsWithin(kept: Int32Array, weights: ArrayLike<number>): Float64Array {
  const within = new Float64Array(weights.length)
  for (const row of kept) within[row] = weights[row]!
  return within
}

/** Loss of a row: minus the log of the chance that its outcome had. */
function lossOf(link: Link, eta: number, event: number): number {
  if (link === 'logit') return Math.max(0, event === 1 ? -eta : eta) + Math.log1p(Math.exp(-Math.abs(eta)))
  return event === 1 ? -Math.log(Math.max(chanceOf(link, eta), Number.MIN_VALUE)) : Math.exp(eta)
}

/**
 * Log loss of rows that a model had not seen, such as the months after each of some origins: it is refitted on the rows
 * before each. Bins, and the means that are taken off, come from all rows; they tell nothing of events.
 *
 * Source: L. J. Tashman, Out-of-sample tests of forecasting accuracy, International Journal of Forecasting 16 (2000) 437-450.
 * Cost: a fit for each split.
 *
 * @param splits of the rows, as `rollingOrigins` makes them
 * @throws StatsError bad_input without splits; as `fitDesign`
 * @example
 * const design = buildDesign({ old: [0, 1, 0, 1, 0, 1] }, [{ kind: 'linear', column: 'old', ridge: false }])
 * const splits = rollingOrigins([1, 1, 1, 1, 2, 2], { origins: [2] })
 * const options = { link: 'logit', smoothing: 'reml', intercept: undefined, minEvents: 1 }
 * const loss = await heldOutLoss(design, { events: [0, 0, 1, 1, 0, 1] }, splits, options)
 * loss.losses // [0.693147, 0.693147]
 */
export async function heldOutLoss(
  design: Design,
  data: FitRows,
  splits: readonly Split[],
  options: FitOptions,
  run: LongRun = {},
): Promise<HeldOutLoss> {
  insist(splits.length > 0, 'Give a split of the rows, or more.')
  const weights = data.weights ?? new Float64Array(data.events.length).fill(1)
  const offset = data.offset && Float64Array.from(data.offset)
  const eta = new Float64Array(data.events.length)
  const [rows, losses]: [number[], number[]] = [[], []]
  for (const [at, { train, test }] of splits.entries()) {
    const onProgress = (share: number) => run.onProgress?.((at + share) / splits.length)
    const trained = { ...data, weights: weightsWithin(train, weights) }
    const fit = await fitDesign(design, trained, options, { signal: run.signal, onProgress })
    linearPredictor(design, fit.coefficients, eta, offset)
    for (const row of test) {
      rows.push(row)
      losses.push(lossOf(options.link, eta[row]!, data.events[row]!))
    }
  }
  const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length
  return { rows: Int32Array.from(rows), losses: Float64Array.from(losses), mean }
}
