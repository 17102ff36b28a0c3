import { pause, type LongRun } from '../long-run.ts'
import type { Split } from '../validation/rolling-origin.ts'
import type { Design } from './design.ts'
import { fitDesign, type FitOptions, type FitRows } from './fit-design.ts'
import { heldOutLoss } from './held-out-loss.ts'

/** Smoothing factors in the order of the design's names, and the log loss on months held out that they gave. */
export type ChosenSmoothing = Readonly<{ smoothing: readonly number[]; loss: number }>

const steps = [10, 0.1]
/** A gain below this, relative to the loss, is no reason to move. */
const worthMoving = 1e-5

/**
 * Smoothing by foresight: from the factors of the restricted likelihood on, all factors together and then each alone are
 * moved by tens as long as the log loss of rows held out falls.
 *
 * Source: coordinate search on the loss of `heldOutLoss`; for the choice of prediction error over likelihood, S. N. Wood,
 * Generalized Additive Models, 2nd ed. (2017), section 6.2. Cost: about 4 (terms + 1) refits for each split.
 *
 * @param sweeps rounds over all factors (2)
 * @throws StatsError as `heldOutLoss`
 * @example
 * const tenure = Array.from({ length: 60 }, (_, row) => row % 12)
 * const design = buildDesign({ tenure }, [{ kind: 'smooth', column: 'tenure', basisSize: 5 }])
 * const rows = { events: tenure.map((at, row) => ((at * 7 + row) % 5 === 0 ? 1 : 0)) }
 * const splits = rollingOrigins(tenure.map((_, row) => Math.floor(row / 12)), { origins: [2, 3, 4], window: 1 })
 * const options = { link: 'cloglog', smoothing: 'reml', intercept: undefined, minEvents: 1 }
 * const chosen = await chooseSmoothing(design, rows, splits, options)
 * chosen.smoothing.length // 1
 */
export async function chooseSmoothing(
  design: Design,
  rows: FitRows,
  splits: readonly Split[],
  options: FitOptions,
  sweeps = 2,
  run: LongRun = {},
): Promise<ChosenSmoothing> {
  const { signal } = run
  const start = await fitDesign(design, rows, { ...options, smoothing: 'reml' }, { signal })
  const lossAt = async (smoothing: readonly number[]) =>
    (await heldOutLoss(design, rows, splits, { ...options, smoothing }, { signal })).mean
  let best: ChosenSmoothing = { smoothing: [...start.smoothing], loss: await lossAt([...start.smoothing]) }
  const moves = [design.smoothingNames.map((_, at) => at), ...design.smoothingNames.map((_, at) => [at])]
  for (let sweep = 0; sweep < sweeps; sweep++) {
    for (const [at, move] of moves.entries()) {
      await pause(run, (sweep + at / moves.length) / sweeps)
      best = await alongMove(best, move, lossAt)
    }
  }
  return best
}

/** Moves the factors of `move` by tens, in the direction in which the loss falls, until it no longer does. */
async function alongMove(
  from: ChosenSmoothing,
  move: readonly number[],
  lossAt: (smoothing: readonly number[]) => Promise<number>,
): Promise<ChosenSmoothing> {
  for (const step of steps) {
    let best = from
    for (let again = 0; again < 4; again++) {
      const smoothing = best.smoothing.map((factor, at) => (move.includes(at) ? factor * step : factor))
      const loss = await lossAt(smoothing)
      if (loss > best.loss * (1 - worthMoving)) break
      best = { smoothing, loss }
    }
    if (best !== from) return best
  }
  return from
}
