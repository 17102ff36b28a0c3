import { insist, StatsError } from '../stats-error.ts'

const LONGEST = 200

/**
 * Where a continuous function passes through zero between two points at which it has different signs: Brent's mixture of
 * bisection, secant and inverse quadratic steps.
 *
 * Source: R. P. Brent, Algorithms for Minimization without Derivatives (1973), chapter 4, procedure zero. Cost: about ten
 * calls of f for a smooth one, and never many more than bisection squared.
 *
 * @param tolerance how far from the zero the answer may lie, beside four units in its last place
 * @throws StatsError bad_input unless f(low) and f(high) differ in sign; no_convergence where f gives no number
 * @example
 * findRoot((x) => x * x - 2, 0, 2) // 1.4142135623731
 */
export function findRoot(f: (x: number) => number, low: number, high: number, tolerance = 0): number {
  let [a, b] = [low, high]
  let [fa, fb] = [f(a), f(b)]
  if (fa === 0) return a
  insist(
    Math.sign(fa) * Math.sign(fb) <= 0,
    `No change of sign from ${low} (${fa}) to ${high} (${fb}): give ends on both sides of the root.`,
  )
  let [c, fc] = [a, fa]
  let step = b - a
  let before = step
  for (let iteration = 0; iteration < LONGEST; iteration++) {
    if (fb > 0 === fc > 0) {
      ;[c, fc] = [a, fa]
      step = b - a
      before = step
    }
    if (Math.abs(fc) < Math.abs(fb)) {
      ;[a, b, c] = [b, c, b]
      ;[fa, fb, fc] = [fb, fc, fb]
    }
    const near = 2 * Number.EPSILON * Math.abs(b) + tolerance / 2
    const half = (c - b) / 2
    if (Math.abs(half) <= near || fb === 0) return b
    const next = interpolate(a, b, c, fa, fb, fc)
    const useful =
      Math.abs(before) >= near &&
      Math.abs(fa) > Math.abs(fb) &&
      next / half > 0 &&
      2 * Math.abs(next) < Math.min(3 * Math.abs(half) - near, Math.abs(before))
    before = useful ? step : half
    step = useful ? next : half
    ;[a, fa] = [b, fb]
    b += Math.abs(step) > near ? step : Math.sign(half) * near
    fb = f(b)
    if (Number.isNaN(fb)) break
  }
  throw new StatsError(
    'no_convergence',
    `The search for a root stopped at ${b}, where the function is ${fb}.`,
  )
}

/** The step from b to the zero of the parabola in y through three points, or of the line through two. */
function interpolate(a: number, b: number, c: number, fa: number, fb: number, fc: number): number {
  const s = fb / fa
  if (a === c) return ((c - b) * s) / (s - 1)
  const q = fa / fc
  const r = fb / fc
  return (-s * ((c - b) * q * (q - r) - (b - a) * (r - 1))) / ((q - 1) * (r - 1) * (s - 1))
}
