import { StatsError } from '../stats-error.ts'

/** A value with its slopes and curvatures in two parameters. */
export type Surface = Readonly<{
  value: number
  slope: readonly [number, number]
  curvature: readonly [xx: number, xy: number, yy: number]
}>

const mostSteps = 100
const mostHalvings = 60
const longest = 1

/**
 * Newton's step, along each axis of the curvature upward even where the surface does not yet bend down, no further than
 * `longest`.
 */
function stepOf({ slope: [x, y], curvature: [xx, xy, yy] }: Surface): readonly [number, number] {
  const [middle, half] = [(xx + yy) / 2, (xx - yy) / 2]
  const angle = Math.atan2(xy, half) / 2
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const spread = Math.hypot(half, xy)
  // The smaller bend from the product of both, as their difference would cancel.
  const larger = middle < 0 ? middle - spread : middle + spread
  const smaller = larger === 0 ? 0 : (xx * yy - xy * xy) / larger
  const [along, across] = middle < 0 ? [smaller, larger] : [larger, smaller]
  const first = (cos * x + sin * y) / Math.max(Math.abs(along), Number.MIN_VALUE)
  const second = (cos * y - sin * x) / Math.max(Math.abs(across), Number.MIN_VALUE)
  const capped = (length: number) => Math.max(-longest, Math.min(longest, length))
  const [u, v] = [capped(first), capped(second)]
  return [cos * u - sin * v, sin * u + cos * v]
}

function climbFrom(
  surface: (at: readonly [number, number]) => Surface,
  start: readonly [number, number],
): Readonly<{ at: readonly [number, number]; value: number }> {
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
    if (moved <= 1e-10 * (1 + Math.hypot(...at))) return { at, value: here.value }
  }
  // On a flat top rounding may keep the steps from resting, when nothing is left to climb.
  const [x, y] = stepOf(here)
  if (Math.abs(x * here.slope[0] + y * here.slope[1]) < 1e-8) return { at, value: here.value }
  throw new StatsError('no_convergence', 'The fit did not come to rest: give more groups, or take moments.')
}

/**
 * The highest top of a smooth surface in two parameters that is reached from the starts, by Newton's steps, 1 at most along each axis of the curvature, halved until
 * the value does not fall.
 *
 * Source: J. Nocedal and S. J. Wright, Numerical Optimization, 2nd ed. (2006), sections 3.3 and 3.4 (absolute eigenvalues). Assumes a start below
 * the highest top. Cost: some 10 surfaces a start.
 *
 * @throws StatsError no_convergence when the steps do not become small
 * @example
 * const bowl = ([x, y]) => ({ value: -((x - 3) ** 2) - y * y, slope: [6 - 2 * x, -2 * y], curvature: [-2, 0, -2] })
 * climbPair(bowl, [[0, 5]]) // [3, 0]
 */
export function climbPair(
  surface: (at: readonly [number, number]) => Surface,
  starts: readonly (readonly [number, number])[],
): readonly [number, number] {
  const tops = starts.map((start) => climbFrom(surface, start))
  return tops.reduce((best, top) => (top.value > best.value ? top : best)).at
}
