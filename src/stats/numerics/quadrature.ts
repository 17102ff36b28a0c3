import { insist, StatsError } from '../stats-error.ts'

/** An integral and a bound of its error, as estimated. */
export type Integral = Readonly<{ value: number; error: number }>

/** Nodes in (-1, 1), rising, and their weights, which add to 2. */
export type QuadratureRule = Readonly<{ nodes: Float64Array; weights: Float64Array }>

export type IntegrateOptions = Readonly<{ relative?: number; absolute?: number; maxIntervals?: number }>

const NODES = [
  0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993945, 0.5860872354676911,
  0.4058451513773972, 0.20778495500789848,
]
const KRONROD = [
  0.022935322010529224, 0.06309209262997856, 0.10479001032225019, 0.14065325971552592, 0.1690047266392679,
  0.19035057806478542, 0.20443294007529889,
]
const GAUSS = [0, 0.1294849661688697, 0, 0.27970539148927664, 0, 0.3818300505051189, 0]
const KRONROD_CENTRE = 0.20948214108472782
const GAUSS_CENTRE = 0.4179591836734694

type Part = Readonly<{ low: number; high: number; value: number; error: number }>

/** Gauss and Kronrod's 7 and 15 points over one interval, and QUADPACK's bound of what they leave. */
function kronrod(f: (x: number) => number, low: number, high: number): Part {
  const centre = (low + high) / 2
  const half = (high - low) / 2
  const middle = f(centre)
  let fine = KRONROD_CENTRE * middle
  let coarse = GAUSS_CENTRE * middle
  let size = KRONROD_CENTRE * Math.abs(middle)
  const values: number[] = []
  NODES.forEach((node, i) => {
    const [left, right] = [f(centre - half * node), f(centre + half * node)]
    values.push(left, right)
    fine += (KRONROD[i] as number) * (left + right)
    coarse += (GAUSS[i] as number) * (left + right)
    size += (KRONROD[i] as number) * (Math.abs(left) + Math.abs(right))
  })
  const mean = fine / 2
  let spread = KRONROD_CENTRE * Math.abs(middle - mean)
  values.forEach((value, i) => (spread += (KRONROD[i >> 1] as number) * Math.abs(value - mean)))
  let error = Math.abs((fine - coarse) * half)
  const scale = spread * Math.abs(half)
  if (scale > 0 && error > 0) error = scale * Math.min(1, ((200 * error) / scale) ** 1.5)
  return {
    low,
    high,
    value: fine * half,
    error: Math.max(error, 50 * Number.EPSILON * size * Math.abs(half)),
  }
}

/** The same integral over a finite range: x = t / (1 - t^2) for the whole line, x = end + t / (1 - t) for a half of it. */
function finiteRange(f: (x: number) => number, low: number, high: number) {
  const [fromInfinity, toInfinity] = [low === Number.NEGATIVE_INFINITY, high === Number.POSITIVE_INFINITY]
  if (fromInfinity && toInfinity)
    return {
      f: (t: number) => (f(t / (1 - t * t)) * (1 + t * t)) / (1 - t * t) ** 2,
      low: -1,
      high: 1,
    }
  if (toInfinity) return { f: (t: number) => f(low + t / (1 - t)) / (1 - t) ** 2, low: 0, high: 1 }
  if (fromInfinity) return { f: (t: number) => f(high - t / (1 - t)) / (1 - t) ** 2, low: 0, high: 1 }
  return { f, low, high }
}

/**
 * The integral of a function over a range, whose ends may be infinite: Gauss and Kronrod's 7 and 15 points, with the worst
 * interval halved until the bound of the error is small enough.
 *
 * Source: R. Piessens et al., QUADPACK (1983), algorithms QAG and QK15. Assumes a function that is smooth but at a few
 * points, and on an infinite range one whose weight is not far from 0 (or from the finite end) in units of x: shift and scale
 * it first. Cost: 15 calls of f an interval.
 *
 * @throws StatsError bad_input unless low <= high; no_convergence where f gives no number, or the intervals are used up
 * @example
 * integrate((x) => Math.exp(-x * x), -Infinity, Infinity).value // 1.7724538509055
 */
export function integrate(
  f: (x: number) => number,
  low: number,
  high: number,
  options: IntegrateOptions = {},
): Integral {
  const { relative = 1e-10, absolute = 1e-300, maxIntervals = 500 } = options
  insist(low <= high, `An integral runs upwards, not from ${low} to ${high}.`)
  if (low === high) return { value: 0, error: 0 }
  const range = finiteRange(f, low, high)
  const parts = [kronrod(range.f, range.low, range.high)]
  for (;;) {
    const value = parts.reduce((sum, part) => sum + part.value, 0)
    const error = parts.reduce((sum, part) => sum + part.error, 0)
    if (error <= Math.max(absolute, relative * Math.abs(value))) return { value, error }
    if (!Number.isFinite(value) || parts.length >= maxIntervals)
      throw new StatsError(
        'no_convergence',
        `The integral stands at ${value} with an error of ${error}: split the range where the function leaps or grows without bound.`,
      )
    let worst = 0
    for (let i = 1; i < parts.length; i++)
      if ((parts[i] as Part).error > (parts[worst] as Part).error) worst = i
    const halved = parts[worst] as Part
    const middle = (halved.low + halved.high) / 2
    parts[worst] = kronrod(range.f, halved.low, middle)
    parts.push(kronrod(range.f, middle, halved.high))
  }
}

/**
 * The nodes and weights of Gauss and Legendre, exact for polynomials of degree 2 n - 1 over [-1, 1].
 *
 * Source: Abramowitz and Stegun (1964), 25.4.29 and 22.7.10, by Newton's method from Tricomi's first guess. Cost: O(n^2).
 *
 * @throws StatsError bad_input unless n is whole and from 1 to 10,000
 * @example
 * gaussLegendre(2).nodes // [-0.577350269190, 0.577350269190]
 */
export function gaussLegendre(n: number): QuadratureRule {
  insist(Number.isInteger(n) && n >= 1 && n <= 10_000, `A rule has 1 to 10,000 nodes, not ${n}.`)
  const [nodes, weights] = [new Float64Array(n), new Float64Array(n)]
  for (let i = 0; i < Math.ceil(n / 2); i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5))
    let slope = 1
    for (let iteration = 0; iteration < 20; iteration++) {
      let [before, value] = [1, x]
      for (let k = 2; k <= n; k++) [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k]
      slope = (n * (x * value - before)) / (x * x - 1)
      const step = value / slope
      x -= step
      if (Math.abs(step) < 1e-15) break
    }
    if (2 * i + 1 === n) x = 0
    const weight = 2 / ((1 - x * x) * slope * slope)
    nodes[i] = -x
    nodes[n - 1 - i] = x
    weights[i] = weight
    weights[n - 1 - i] = weight
  }
  return { nodes, weights }
}
