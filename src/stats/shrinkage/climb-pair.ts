import { newton } from '../numerics/newton.ts'
import type { Optimum } from '../numerics/optimum.ts'
import { StatsError } from '../stats-error.ts'

type Pair = readonly [number, number]

/** A value with its slopes and curvatures in two parameters. */
export type Surface = Readonly<{
  value: number
  slope: Pair
  curvature: readonly [xx: number, xy: number, yy: number]
}>

/** No top is looked for beyond: a step that would leave lands where surfaces are flat and only rounding moves them. */
const farthest = 15

function topFrom(surface: (at: Pair) => Surface, start: Pair): Optimum {
  const descent = (at: Float64Array, gradient: Float64Array, hessian: Float64Array): number => {
    const [x, y] = [at[0]!, at[1]!]
    if (Math.max(Math.abs(x - start[0]), Math.abs(y - start[1])) > farthest) return Number.POSITIVE_INFINITY
    const { value, slope, curvature } = surface([x, y])
    gradient.set([-slope[0], -slope[1]])
    hessian.set([-curvature[0], -curvature[1], -curvature[1], -curvature[2]])
    return -value
  }
  // Sums over groups have no more digits than this.
  return newton(descent, start, { tolerance: 1e-12 })
}

/**
 * The highest top of a smooth surface in two parameters that is reached from the starts, by `newton`, no further than 15
 * from its start along either parameter.
 *
 * Source: as `newton`. Assumes that a start leads to the highest top. Cost: some 10 surfaces a start.
 *
 * @throws StatsError no_convergence when no start leads to a top
 * @example
 * const bowl = ([x, y]) => ({ value: -((x - 3) ** 2) - y * y, slope: [6 - 2 * x, -2 * y], curvature: [-2, 0, -2] })
 * climbPair(bowl, [[0, 5]]) // [3, 0]
 */
export function climbPair(surface: (at: Pair) => Surface, starts: readonly Pair[]): Pair {
  const tops = starts.map((start) => topFrom(surface, start)).filter(({ kind }) => kind === 'converged')
  if (tops.length === 0)
    throw new StatsError('no_convergence', 'The fit did not come to rest: give more groups, or take moments.')
  const { at } = tops.reduce((best, top) => (top.value < best.value ? top : best))
  return [at[0]!, at[1]!]
}
