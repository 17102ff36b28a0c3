import { insist, StatsError } from '../stats-error.ts'

/** Where a function of one number is least, and what it is there. */
export type Minimum = Readonly<{ at: number; value: number }>

const GOLDEN = (3 - Math.sqrt(5)) / 2
const LONGEST = 500

/**
 * The step from x to the lowest point of the parabola through x, w and v, which must be shorter than half of the step before
 * the last and end inside the interval; else undefined.
 */
function parabolicStep(
  [x, w, v]: readonly [number, number, number],
  [fx, fw, fv]: readonly [number, number, number],
  before: number,
  [low, high]: readonly [number, number],
): number | undefined {
  const r = (x - w) * (fx - fv)
  const q = (x - v) * (fx - fw)
  const step = ((x - v) * q - (x - w) * r) / (2 * (r - q))
  const inside = x + step > low && x + step < high
  return inside && Math.abs(step) < Math.abs(before) / 2 ? step : undefined
}

/**
 * Where a function of one number is least between two points: Brent's mixture of golden section and parabolas. A function
 * with several valleys gives one of them.
 *
 * Source: R. P. Brent, Algorithms for Minimization without Derivatives (1973), chapter 5, procedure localmin. Cost: about
 * ten to forty calls of f.
 *
 * @param tolerance share of x to which it is found; below 1e-8 f itself cannot tell the points apart
 * @throws StatsError bad_input unless low < high; no_convergence where f gives no number
 * @example
 * findMinimum((x) => (x - 2) ** 2 + 1, 0, 5) // { at: 2.000000, value: 1.0000000000 }
 */
export function findMinimum(
  f: (x: number) => number,
  low: number,
  high: number,
  tolerance = 1.5e-8,
): Minimum {
  insist(
    low < high && Number.isFinite(high - low),
    `A minimum lies between two numbers, not ${low} and ${high}.`,
  )
  insist(tolerance > 0, `A tolerance lies above 0, not at ${tolerance}.`)
  let [a, b] = [low, high]
  let x = a + GOLDEN * (b - a)
  let [w, v] = [x, x]
  let fx = f(x)
  let [fw, fv] = [fx, fx]
  let step = 0
  let before = 0
  for (let iteration = 0; iteration < LONGEST; iteration++) {
    if (Number.isNaN(fx)) break
    const middle = (a + b) / 2
    const near = tolerance * Math.abs(x) + 1e-11
    if (Math.abs(x - middle) <= 2 * near - (b - a) / 2) return { at: x, value: fx }
    const parabolic =
      Math.abs(before) > near ? parabolicStep([x, w, v], [fx, fw, fv], before, [a, b]) : undefined
    if (parabolic === undefined) {
      before = (x < middle ? b : a) - x
      step = GOLDEN * before
    } else {
      before = step
      const end = x + parabolic
      step = end - a < 2 * near || b - end < 2 * near ? near * Math.sign(middle - x) : parabolic
    }
    const u = x + (Math.abs(step) >= near ? step : near * (Math.sign(step) || 1))
    const fu = f(u)
    if (Number.isNaN(fu)) break
    if (fu <= fx) {
      if (u < x) b = x
      else a = x
      ;[v, w, x] = [w, x, u]
      ;[fv, fw, fx] = [fw, fx, fu]
      continue
    }
    if (u < x) a = u
    else b = u
    if (fu <= fw || w === x) {
      ;[v, w] = [w, u]
      ;[fv, fw] = [fw, fu]
    } else if (fu <= fv || v === x || v === w) {
      ;[v, fv] = [u, fu]
    }
  }
  throw new StatsError(
    'no_convergence',
    `The search for a minimum stopped at ${x}, where the function is ${fx}.`,
  )
}
