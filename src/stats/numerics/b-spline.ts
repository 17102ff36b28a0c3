import { insist } from '../stats-error.ts'

/**
 * The functions of a B-spline basis at several points, sparse: row i holds the `degree + 1` functions that are not zero at
 * point i, the first of which has the index `first[i]`.
 */
export type SplineRows = Readonly<{
  /** Points. */
  first: Int32Array
  /** Points times degree + 1, row by row. */
  values: Float64Array
  degree: number
  /** Functions in the basis. */
  size: number
}>

function insistKnots(knots: ArrayLike<number>, degree: number): void {
  insist(
    Number.isInteger(degree) && degree >= 0,
    `A spline's degree is a whole number from 0, not ${degree}.`,
  )
  insist(
    knots.length >= 2 * degree + 2,
    `A spline of degree ${degree} needs ${2 * degree + 2} knots or more.`,
  )
  for (let i = 0; i < knots.length; i++) {
    const rising = i === 0 || (knots[i] as number) >= (knots[i - 1] as number)
    insist(rising && Number.isFinite(knots[i]), `Knots are numbers that do not fall: knot ${i + 1} does.`)
  }
  const from = knots[degree] as number
  const to = knots[knots.length - degree - 1] as number
  insist(from < to, 'The knots leave no range between them: give two that differ.')
}

/** Equally spaced knots over [low, high], `degree` of them beyond each end, as P-splines take them. */
function spacedKnots(low: number, step: number, intervals: number, degree: number): Float64Array {
  return Float64Array.from({ length: intervals + 2 * degree + 1 }, (_, i) => low + (i - degree) * step)
}

/**
 * Knots that cut [low, high] into equal intervals and go on beyond both ends, for P-splines of `intervals + degree`
 * functions.
 *
 * Source: P. H. C. Eilers and B. D. Marx, Flexible smoothing with B-splines and penalties, Statist. Sci. 11 (1996) 89,
 * section 2. Cost: O(intervals).
 *
 * @throws StatsError bad_input unless low < high and intervals, degree are whole with intervals >= 1
 * @example
 * equalKnots(0, 2, 2, 1) // [-1, 0, 1, 2, 3]
 */
export function equalKnots(low: number, high: number, intervals: number, degree = 3): Float64Array {
  insist(low < high && Number.isFinite(high - low), `Knots span a range, not from ${low} to ${high}.`)
  insist(Number.isInteger(intervals) && intervals >= 1, `A spline has whole intervals, not ${intervals}.`)
  insist(
    Number.isInteger(degree) && degree >= 0,
    `A spline's degree is a whole number from 0, not ${degree}.`,
  )
  const knots = spacedKnots(low, (high - low) / intervals, intervals, degree)
  knots[degree] = low
  knots[degree + intervals] = high
  return knots
}

/**
 * Knots at quantiles of the data, so that each interval holds about as many values, the ends repeated `degree` times. Where
 * values are tied, there are fewer intervals than were asked for.
 *
 * Source: C. de Boor, A Practical Guide to Splines (2001), chapter IX; quantiles by linear interpolation, R's type 7.
 * Cost: O(n log n).
 *
 * @throws StatsError bad_input unless two finite values differ and intervals, degree are whole with intervals >= 1
 * @example
 * quantileKnots([4, 1, 2, 3, 9], 2, 1) // [1, 1, 3, 9, 9]
 */
export function quantileKnots(values: ArrayLike<number>, intervals: number, degree = 3): Float64Array {
  insist(Number.isInteger(intervals) && intervals >= 1, `A spline has whole intervals, not ${intervals}.`)
  insist(
    Number.isInteger(degree) && degree >= 0,
    `A spline's degree is a whole number from 0, not ${degree}.`,
  )
  const sorted = Float64Array.from(values).sort()
  const low = sorted[0] ?? Number.NaN
  const high = sorted.at(-1) ?? Number.NaN
  insist(low < high && Number.isFinite(high - low), 'Knots by quantile need two finite values that differ.')
  // Knots that nearly coincide would divide by nearly nothing.
  const least = 1e-9 * (high - low)
  const knots = Array.from({ length: degree + 1 }, () => low)
  for (let i = 1; i < intervals; i++) {
    const at = ((sorted.length - 1) * i) / intervals
    const below = sorted[Math.floor(at)] as number
    const above = sorted[Math.ceil(at)] as number
    const knot = below + (above - below) * (at - Math.floor(at))
    if (knot - (knots.at(-1) as number) > least && high - knot > least) knots.push(knot)
  }
  for (let i = 0; i <= degree; i++) knots.push(high)
  return Float64Array.from(knots)
}

/** The index of the knot interval that holds x: the last one for the right end, so that the basis is whole there too. */
function intervalOf(knots: ArrayLike<number>, degree: number, x: number): number {
  let low = degree
  let high = knots.length - degree - 1
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (x >= (knots[middle] as number)) low = middle
    else high = middle
  }
  while (low > degree && knots[low] === knots[low + 1]) low--
  return low
}

/** Writes the `degree + 1` functions at x into `row` from `at` on, by the Cox-de Boor recurrence. */
function writeRow(
  knots: ArrayLike<number>,
  interval: number,
  x: number,
  degree: number,
  row: Float64Array,
  at: number,
): void {
  row[at] = 1
  for (let order = 1; order <= degree; order++) {
    let carried = 0
    for (let j = 0; j < order; j++) {
      const right = (knots[interval + j + 1] as number) - x
      const left = x - (knots[interval + 1 - order + j] as number)
      const share = (row[at + j] as number) / (right + left)
      row[at + j] = carried + right * share
      carried = left * share
    }
    row[at + order] = carried
  }
}

const withinRange = (knots: ArrayLike<number>, degree: number, x: number) => {
  insist(!Number.isNaN(x), 'A spline is asked at numbers: leave missing values out first.')
  return Math.min(Math.max(x, knots[degree] as number), knots[knots.length - degree - 1] as number)
}

/**
 * The B-spline basis of the knots at the points: at each, functions that are not negative and add to one. A point outside
 * the range counts as the end that it is nearest to.
 *
 * Source: C. de Boor, A Practical Guide to Splines (2001), chapter X, algorithm BSPLVB. Cost: O(points (degree^2 + log
 * knots)).
 *
 * @param knots degree of them beyond each end of the range: from `equalKnots` or `quantileKnots`
 * @throws StatsError bad_input for a point that is NaN, or knots that fall or are too few
 * @example
 * const rows = splineBasis([0.5, 1.25], equalKnots(0, 2, 2, 1), 1)
 * rows.first // [0, 1]
 * rows.values // [0.5, 0.5, 0.75, 0.25]
 */
export function splineBasis(points: ArrayLike<number>, knots: ArrayLike<number>, degree = 3): SplineRows {
  insistKnots(knots, degree)
  const width = degree + 1
  const first = new Int32Array(points.length)
  const values = new Float64Array(points.length * width)
  for (let i = 0; i < points.length; i++) {
    const x = withinRange(knots, degree, points[i] as number)
    const interval = intervalOf(knots, degree, x)
    first[i] = interval - degree
    writeRow(knots, interval, x, degree, values, i * width)
  }
  return { first, values, degree, size: knots.length - width }
}

/**
 * The first derivatives of the B-spline basis at the points, in the same rows as `splineBasis`. Outside the range, where the
 * basis stays as it is at the end, they are those of the end.
 *
 * Source: C. de Boor, A Practical Guide to Splines (2001), chapter X, eq. 8: differences of the basis of one degree less.
 * Cost: as `splineBasis`.
 *
 * @throws StatsError bad_input as `splineBasis`, and for degree 0
 * @example
 * splineDerivative([0.5], equalKnots(0, 2, 2, 1), 1).values // [-1, 1]
 */
export function splineDerivative(
  points: ArrayLike<number>,
  knots: ArrayLike<number>,
  degree = 3,
): SplineRows {
  insistKnots(knots, degree)
  insist(degree >= 1, 'Steps of degree 0 have no derivative: take degree 1 or more.')
  const width = degree + 1
  const first = new Int32Array(points.length)
  const values = new Float64Array(points.length * width)
  const lower = new Float64Array(degree)
  for (let i = 0; i < points.length; i++) {
    const x = withinRange(knots, degree, points[i] as number)
    const interval = intervalOf(knots, degree, x)
    first[i] = interval - degree
    writeRow(knots, interval, x, degree - 1, lower, 0)
    for (let j = 0; j < degree; j++) {
      const at = interval - degree + 1 + j
      const slope = (degree * (lower[j] as number)) / ((knots[at + degree] as number) - (knots[at] as number))
      values[i * width + j] = (values[i * width + j] as number) - slope
      values[i * width + j + 1] = slope
    }
  }
  return { first, values, degree, size: knots.length - width }
}
