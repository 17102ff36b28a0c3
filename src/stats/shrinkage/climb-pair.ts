import { StatsError } from '../stats-error.ts'

/** A value with its slopes and curvatures in two parameters. */
export type Surface = Readonly<{
  value: number
  slope: readonly [number, number]
  curvature: readonly [xx: number, xy: number, yy: number]
}>

const mostSteps = 200
const mostHalvings = 60

/** Newton's step where the surface bends down; else along the slope, at most 1 far. */
function stepOf({ slope: [x, y], curvature: [xx, xy, yy] }: Surface): readonly [number, number] {
  const determinant = xx * yy - xy * xy
  if (xx < 0 && determinant > 0) return [(xy * y - yy * x) / determinant, (xy * x - xx * y) / determinant]
  const length = Math.max(1, Math.hypot(x, y))
  return [x / length, y / length]
}

/**
 * The top of a smooth surface in two parameters, by Newton's steps, halved until the value does not fall.
 *
 * Source: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed. (2006), sections 3.3 and 3.4. Assumes a start below
 * the top that is meant. Cost: some 10 surfaces.
 *
 * @throws StatsError no_convergence when the steps do not become small
 * @example
 * const bowl = ([x, y]) => ({ value: -((x - 3) ** 2) - y * y, slope: [6 - 2 * x, -2 * y], curvature: [-2, 0, -2] })
 * climbPair(bowl, [0, 5]) // [3, 0]
 */
export function climbPair(
  surface: (at: readonly [number, number]) => Surface,
  start: readonly [number, number],
): readonly [number, number] {
  let at = start
  let here = surface(at)
  for (let count = 0; count < mostSteps; count += 1) {
    const step = stepOf(here)
    let [share, halvings] = [1, 0]
    let there = at
    let next = here
    do {
      there = [at[0] + share * step[0], at[1] + share * step[1]]
      next = surface(there)
      share /= 2
      halvings += 1
      // A rise within rounding is no fall.
    } while (!(next.value >= here.value - 1e-13 * Math.abs(here.value)) && halvings < mostHalvings)
    const moved = Math.hypot(there[0] - at[0], there[1] - at[1])
    at = there
    here = next
    if (moved <= 1e-10 * (1 + Math.hypot(...at))) return at
  }
  throw new StatsError('no_convergence', 'The fit did not come to rest: give more groups, or take moments.')
}
