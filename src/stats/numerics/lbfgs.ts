import { insist } from '../stats-error.ts'
import type { Optimum } from './optimum.ts'

/** The value of a function at `x`, which also writes its gradient there into `gradient`. */
export type ValueAndGradient = (x: Float64Array, gradient: Float64Array) => number

export type LbfgsOptions = Readonly<{
  /** Ends where no entry of the gradient is greater, times the greater of 1 and |x|, than this share of max(1, |value|). */
  tolerance?: number
  maxIterations?: number
  /** Pairs of steps that are remembered. */
  memory?: number
}>

const SUFFICIENT = 1e-4
const CURVATURE = 0.9

const dot = (a: Float64Array, b: Float64Array) => {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number)
  return sum
}

/** A point on the line of search: how far along, the value, the slope along it, and the point with its gradient. */
type Trial = Readonly<{
  along: number
  value: number
  slope: number
  at: Float64Array
  gradient: Float64Array
}>

type Pair = Readonly<{ step: Float64Array; change: Float64Array; scale: number }>

/** The step of least value of the cubic through two trials, kept away from both ends. */
function cubicStep(a: Trial, b: Trial): number {
  const width = b.along - a.along
  const d1 = a.slope + b.slope - (3 * (a.value - b.value)) / (a.along - b.along)
  const d2 = Math.sign(width) * Math.sqrt(d1 * d1 - a.slope * b.slope)
  const step = b.along - (width * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2)
  const share = (step - a.along) / width
  return share > 0.1 && share < 0.9 ? step : a.along + width / 2
}

/** A step that meets the strong Wolfe conditions, or the best there is when the digits of the function end. */
function lineSearch(trialAt: (along: number) => Trial, start: Trial, first: number): Trial | undefined {
  const fallsEnough = (trial: Trial) => trial.value <= start.value + SUFFICIENT * trial.along * start.slope
  const isFlat = (trial: Trial) => Math.abs(trial.slope) <= -CURVATURE * start.slope
  let low = start
  let high: Trial | undefined
  let along = first
  for (let call = 0; call < 60; call++) {
    const trial = trialAt(along)
    const broken = Number.isNaN(trial.value) || Number.isNaN(trial.slope) || trial.value === Infinity
    if (broken || !fallsEnough(trial) || trial.value >= low.value) {
      high = trial
      along = broken ? (low.along + trial.along) / 2 : cubicStep(low, trial)
    } else if (isFlat(trial)) {
      return trial
    } else {
      if (trial.slope * ((high?.along ?? Infinity) - low.along) >= 0) high = low
      low = trial
      along = high ? cubicStep(low, high) : 2 * trial.along
    }
    if (high && Math.abs(high.along - low.along) <= 1e-14 * Math.abs(low.along)) break
    if (Number.isNaN(along)) along = (low.along + (high?.along ?? low.along)) / 2
  }
  return low === start ? undefined : low
}

/** The direction of descent that the remembered pairs give: the two-loop recursion. */
function direction(gradient: Float64Array, pairs: readonly Pair[]): Float64Array {
  const result = gradient.map((value) => -value)
  const shares: number[] = []
  for (let p = pairs.length - 1; p >= 0; p--) {
    const { step, change, scale } = pairs[p] as Pair
    const share = scale * dot(step, result)
    shares[p] = share
    for (let i = 0; i < result.length; i++) result[i] = (result[i] as number) - share * (change[i] as number)
  }
  const last = pairs.at(-1)
  if (last) {
    const size = 1 / (last.scale * dot(last.change, last.change))
    for (let i = 0; i < result.length; i++) result[i] = (result[i] as number) * size
  }
  pairs.forEach(({ step, change, scale }, p) => {
    const share = (shares[p] as number) - scale * dot(change, result)
    for (let i = 0; i < result.length; i++) result[i] = (result[i] as number) + share * (step[i] as number)
  })
  return result
}

function stands(trial: Trial, tolerance: number): boolean {
  const size = tolerance * Math.max(1, Math.abs(trial.value))
  return trial.gradient.every(
    (slope, i) => Math.abs(slope) * Math.max(1, Math.abs(trial.at[i] as number)) <= size,
  )
}

/**
 * A minimum of a smooth function of many numbers, with its gradient: limited-memory BFGS with a line search for the strong
 * Wolfe conditions.
 *
 * Source: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed. (2006), algorithms 7.4, 7.5, 3.5 and 3.6. Assumes a
 * continuous gradient; of several minima it finds one. Cost: O(memory n) an iteration beside one or two calls of f.
 *
 * @param start n finite values
 * @throws StatsError bad_input unless f and its gradient are finite at the start
 * @example
 * const bowl = (x, gradient) => { gradient[0] = 2 * (x[0] - 3); return (x[0] - 3) ** 2 }
 * lbfgs(bowl, [0]).at // [3.00000000]
 */
export function lbfgs(f: ValueAndGradient, start: ArrayLike<number>, options: LbfgsOptions = {}): Optimum {
  const { tolerance = 1e-8, maxIterations = 1000, memory = 10 } = options
  const origin = Float64Array.from(start)
  const evaluate = (at: Float64Array, along: number, towards?: Float64Array): Trial => {
    const gradient = new Float64Array(at.length)
    const value = f(at, gradient)
    return { along, value, slope: towards ? dot(gradient, towards) : 0, at, gradient }
  }
  let here = evaluate(origin, 0)
  const usable = Number.isFinite(here.value) && here.gradient.every(Number.isFinite)
  insist(usable, 'The start of a search needs a finite value and gradient: begin elsewhere.')
  let pairs: Pair[] = []
  let iterations = 0
  const ended = (kind: Optimum['kind']): Optimum => ({ kind, at: here.at, value: here.value, iterations })
  for (; iterations < maxIterations; iterations++) {
    if (stands(here, tolerance)) return ended('converged')
    const from = here
    const towards = direction(from.gradient, pairs)
    const slope = dot(from.gradient, towards)
    const first = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(-slope))
    const trialAt = (along: number) =>
      evaluate(
        from.at.map((x, i) => x + along * (towards[i] as number)),
        along,
        towards,
      )
    const found = slope < 0 ? lineSearch(trialAt, { ...from, along: 0, slope }, first) : undefined
    if (!found) {
      if (pairs.length === 0) return ended('no_convergence')
      pairs = []
      continue
    }
    const step = found.at.map((x, i) => x - (from.at[i] as number))
    const change = found.gradient.map((g, i) => g - (from.gradient[i] as number))
    const curvature = dot(step, change)
    if (curvature > 1e-16 * dot(change, change))
      pairs = [...pairs, { step, change, scale: 1 / curvature }].slice(-memory)
    here = found
  }
  return ended(stands(here, tolerance) ? 'converged' : 'no_convergence')
}
