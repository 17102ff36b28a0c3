import { insist } from '../stats-error.ts'
import type { Optimum } from './optimum.ts'

export type NelderMeadOptions = Readonly<{
  /** First steps away from the start: one for all, or one each. */
  step?: number | readonly number[]
  /** Ends where the values of the corners differ by no more than this share, and the corners by its square root. */
  tolerance?: number
  maxIterations?: number
}>

type Corner = Readonly<{ at: Float64Array; value: number }>

/**
 * A minimum of a function of a few numbers from its values alone: the simplex method of Nelder and Mead with steps that fit
 * the number of dimensions. A value of infinity marks what is not allowed.
 *
 * Source: J. A. Nelder and R. Mead, A simplex method for function minimization, Comput. J. 7 (1965) 308; steps by F. Gao and
 * L. Han, Comput. Optim. Appl. 51 (2012) 259. For up to about ten numbers; it may stop at what is no minimum, so begin again
 * from the answer to be sure. Cost: one or two calls of f an iteration.
 *
 * @throws StatsError bad_input unless f is finite at the start and steps are not 0
 * @example
 * nelderMead(([x, y]) => (x - 1) ** 2 + (y + 2) ** 2, [0, 0]).at // [1.0000, -2.0000]
 */
export function nelderMead(
  f: (x: Float64Array) => number,
  start: ArrayLike<number>,
  options: NelderMeadOptions = {},
): Optimum {
  const { step = 0.5, tolerance = 1e-12, maxIterations = 5000 } = options
  const n = start.length
  const [expand, contract, shrink] = [1 + 2 / n, 0.75 - 1 / (2 * n), n === 1 ? 0.5 : 1 - 1 / n]
  const corner = (at: Float64Array): Corner => {
    const value = f(at)
    return { at, value: Number.isNaN(value) ? Number.POSITIVE_INFINITY : value }
  }
  const origin = corner(Float64Array.from(start))
  insist(
    n > 0 && Number.isFinite(origin.value),
    'The start of a search needs a finite value: begin elsewhere.',
  )
  const corners = [origin]
  for (let i = 0; i < n; i++) {
    const away = typeof step === 'number' ? step : (step[i] ?? 0)
    insist(Number.isFinite(away) && away !== 0, 'The first steps of a search are numbers other than 0.')
    corners.push(corner(origin.at.map((x, j) => (i === j ? x + away : x))))
  }
  const byValue = (a: Corner, b: Corner) => a.value - b.value || 0
  for (let iterations = 0; ; iterations++) {
    corners.sort(byValue)
    const [best, worst, second] = [corners[0] as Corner, corners[n] as Corner, corners[n - 1] as Corner]
    if (isSmall(corners, tolerance)) return { kind: 'converged', at: best.at, value: best.value, iterations }
    if (iterations >= maxIterations)
      return { kind: 'no_convergence', at: best.at, value: best.value, iterations }
    const centre = new Float64Array(n)
    for (let c = 0; c < n; c++)
      for (let i = 0; i < n; i++)
        centre[i] = (centre[i] as number) + ((corners[c] as Corner).at[i] as number) / n
    const beyond = (share: number) => corner(centre.map((x, i) => x + share * (x - (worst.at[i] as number))))
    const reflected = beyond(1)
    if (reflected.value < best.value) {
      const expanded = beyond(expand)
      corners[n] = expanded.value < reflected.value ? expanded : reflected
    } else if (reflected.value < second.value) {
      corners[n] = reflected
    } else {
      const contracted = beyond(reflected.value < worst.value ? contract : -contract)
      if (contracted.value < Math.min(reflected.value, worst.value)) corners[n] = contracted
      else
        for (let c = 1; c <= n; c++)
          corners[c] = corner(
            best.at.map((x, i) => x + shrink * (((corners[c] as Corner).at[i] as number) - x)),
          )
    }
  }
}

function isSmall(corners: readonly Corner[], tolerance: number): boolean {
  const [best, worst] = [corners[0] as Corner, corners.at(-1) as Corner]
  if (!(worst.value - best.value <= tolerance * Math.max(1, Math.abs(best.value)))) return false
  return corners.every(({ at }) =>
    at.every((x, i) => {
      const centre = best.at[i] as number
      return Math.abs(x - centre) <= Math.sqrt(tolerance) * Math.max(1, Math.abs(centre))
    }),
  )
}
