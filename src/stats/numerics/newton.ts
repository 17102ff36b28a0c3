import { insist, StatsError } from '../stats-error.ts'
import { choleskyFactor, choleskySolve } from './cholesky.ts'
import type { Optimum } from './optimum.ts'

/** The value of a function at `x`, which also writes its gradient, n values, and its Hessian, n * n row-major. */
export type ValueGradientHessian = (x: Float64Array, gradient: Float64Array, hessian: Float64Array) => number

export type NewtonOptions = Readonly<{
  /** Ends where a step would lower the value by no more than this share of max(1, |value|). */
  tolerance?: number
  maxIterations?: number
}>

/** The factor of the Hessian, with a ridge from a tenfold series where it is not positive definite. */
function ridgedFactor(hessian: Float64Array, n: number): Float64Array {
  let greatest = 0
  for (let i = 0; i < n; i++) greatest = Math.max(greatest, Math.abs(hessian[i * n + i] as number))
  const ridged = Float64Array.from(hessian)
  for (let ridge = 0; ; ridge = ridge === 0 ? 1e-10 * (greatest || 1) : ridge * 10) {
    for (let i = 0; i < n; i++) ridged[i * n + i] = (hessian[i * n + i] as number) + ridge
    try {
      const factor = choleskyFactor(ridged, n)
      if (ridge === 0) return factor
      // Twice the least ridge, for at the edge of being positive definite a step has no bounds.
      for (let i = 0; i < n; i++) ridged[i * n + i] = (hessian[i * n + i] as number) + 2 * ridge
      return choleskyFactor(ridged, n)
    } catch (error) {
      if (!(error instanceof StatsError) || error.code !== 'singular' || ridge > 1e10 * (greatest || 1))
        throw error
    }
  }
}

/**
 * A minimum of a smooth function of several numbers by Newton's method: each step solves the Hessian by Cholesky, with a ridge
 * where it is not positive definite, and is halved until the value falls.
 *
 * Source: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed. (2006), algorithms 3.2 and 3.3. Cost: O(n^3) an
 * iteration; near the minimum each doubles the digits.
 *
 * @param start n finite values
 * @throws StatsError bad_input unless f, its gradient and its Hessian are finite at the start
 * @example
 * const bowl = (x, gradient, hessian) => { gradient[0] = Math.exp(x[0]) - 2; hessian[0] = Math.exp(x[0]); return Math.exp(x[0]) - 2 * x[0] }
 * newton(bowl, [0]).at // [0.693147180560]
 */
export function newton(
  f: ValueGradientHessian,
  start: ArrayLike<number>,
  options: NewtonOptions = {},
): Optimum {
  const { tolerance = 1e-14, maxIterations = 100 } = options
  const n = start.length
  const evaluate = (at: Float64Array) => {
    const [gradient, hessian] = [new Float64Array(n), new Float64Array(n * n)]
    const value = f(at, gradient, hessian)
    const finite = Number.isFinite(value) && gradient.every(Number.isFinite) && hessian.every(Number.isFinite)
    return { at, value, gradient, hessian, finite }
  }
  let here = evaluate(Float64Array.from(start))
  insist(
    n > 0 && here.finite,
    'The start of a search needs a finite value, gradient and Hessian: begin elsewhere.',
  )
  for (let iterations = 0; iterations < maxIterations; iterations++) {
    const step = choleskySolve(ridgedFactor(here.hessian, n), n, here.gradient)
    let fall = 0
    for (let i = 0; i < n; i++) fall += (step[i] as number) * (here.gradient[i] as number)
    const enough = tolerance * Math.max(1, Math.abs(here.value))
    let share = 1
    let next = evaluate(here.at.map((x, i) => x - (step[i] as number)))
    if (fall / 2 <= enough) {
      // The last step is worth taking for its digits, unless rounding is all that is left.
      const last = next.finite && next.value <= here.value ? next : here
      return { kind: 'converged', at: last.at, value: last.value, iterations: iterations + 1 }
    }
    while (!(next.finite && next.value <= here.value - 1e-4 * share * fall)) {
      share /= 2
      if (share < 1e-12) return { kind: 'no_convergence', at: here.at, value: here.value, iterations }
      next = evaluate(here.at.map((x, i) => x - share * (step[i] as number)))
    }
    here = next
  }
  return { kind: 'no_convergence', at: here.at, value: here.value, iterations: maxIterations }
}
