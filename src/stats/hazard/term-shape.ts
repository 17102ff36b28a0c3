import { equalKnots, splineBasis } from '../numerics/b-spline.ts'
import { insist } from '../stats-error.ts'

/** Where the B-splines of a covariate lie. */
export type Place = Readonly<{ low: number; high: number }>

/**
 * What is needed to evaluate a fitted term: plain data. `missing` says whether the last coefficient is that of a missing
 * value; `centre` is the mean basis row of the training rows, which is taken off, so that a term is 0 on average.
 */
export type TermShape = Readonly<{ name: string; missing: boolean; centre: readonly number[] }> &
  (
    | (Readonly<{ kind: 'smooth'; column: string; basisSize: number }> & Place)
    | Readonly<{ kind: 'linear'; column: string }>
    | Readonly<{ kind: 'factor'; column: string; levels: readonly string[] }>
    | Readonly<{
        kind: 'pair'
        columns: readonly [string, string]
        basisSize: number
        places: readonly [Place, Place]
      }>
  )

/** A shape before the centre of its training rows is known. */
export type RawShape = TermShape extends infer Shape
  ? Shape extends TermShape
    ? Omit<Shape, 'centre'>
    : never
  : never

/**
 * How many coefficients a term has in its own coordinates: B-splines, levels, or a slope, and one for a missing value.
 *
 * Source: the definition of the terms. Cost: O(1).
 *
 * @example
 * shapeSize({ name: 'plan', kind: 'factor', column: 'plan', levels: ['basic', 'pro'], missing: false }) // 2
 */
export function shapeSize(shape: RawShape): number {
  const extra = shape.missing ? 1 : 0
  if (shape.kind === 'linear') return 1 + extra
  if (shape.kind === 'factor') return shape.levels.length + extra
  return shape.kind === 'smooth' ? shape.basisSize + extra : shape.basisSize ** 2
}

/**
 * The columns that a term reads: one, or two for a pair.
 *
 * Source: the definition of the terms. Cost: O(1).
 *
 * @example
 * shapeColumns({ name: 'age', kind: 'linear', column: 'age', missing: false }) // ['age']
 */
export function shapeColumns(shape: RawShape): readonly string[] {
  return shape.kind === 'pair' ? shape.columns : [shape.column]
}

/**
 * Cubic B-splines at points, densely: points x basisSize. A missing value has a row of nought.
 *
 * Source: P. H. C. Eilers and B. D. Marx, Flexible smoothing with B-splines and penalties, Statistical Science 11 (1996)
 * 89-121, section 2. Cost: O(points basisSize).
 *
 * @throws StatsError bad_input unless low < high
 * @example
 * splineTable([0, NaN], { low: 0, high: 1 }, 4) // [0.166667, 0.666667, 0.166667, 0, 0, 0, 0, 0]
 */
export function splineTable(
  points: ArrayLike<number>,
  { low, high }: Place,
  basisSize: number,
): Float64Array {
  const present = Float64Array.from(points, (point) => (Number.isNaN(point) ? low : point))
  const { first, values } = splineBasis(present, equalKnots(low, high, basisSize - 3))
  const table = new Float64Array(points.length * basisSize)
  for (let at = 0; at < points.length; at++) {
    if (Number.isNaN(points[at])) continue
    for (let k = 0; k < 4; k++) table[at * basisSize + first[at]! + k] = values[4 * at + k]!
  }
  return table
}

function insistFinite(column: string, value: number): void {
  if (value === Infinity || value === -Infinity)
    insist(false, `${column} holds ${value}: values must be finite.`)
}

function pairTable(
  shape: RawShape & { kind: 'pair' },
  x: ArrayLike<number>,
  y: ArrayLike<number>,
): Float64Array {
  const size = shape.basisSize
  for (let at = 0; at < x.length; at++) {
    insistFinite(shape.columns[0], x[at]!)
    insistFinite(shape.columns[1], y[at]!)
  }
  const [first, second] = [splineTable(x, shape.places[0], size), splineTable(y, shape.places[1], size)]
  const table = new Float64Array(x.length * size * size)
  for (let at = 0; at < x.length; at++) {
    for (let i = 0; i < size; i++) {
      const factor = first[at * size + i]!
      if (factor === 0) continue
      for (let j = 0; j < size; j++) table[(at * size + i) * size + j] = factor * second[at * size + j]!
    }
  }
  return table
}

function insistLevel(column: string, levels: readonly string[], value: number): void {
  if (Number.isInteger(value) && value >= 0 && value < levels.length) return
  insist(false, `${column} holds ${value}, but its levels are numbered from 0 to ${levels.length - 1}.`)
}

/** Refuses missing values that have no coefficient, and infinite ones. */
function insistPresent(shape: RawShape & { column: string }, points: ArrayLike<number>): void {
  for (let at = 0; at < points.length; at++) {
    const value = points[at]!
    if (Number.isFinite(value) || (shape.missing && Number.isNaN(value))) continue
    insistFinite(shape.column, value)
    insist(
      false,
      `A value of ${shape.column} is missing: give the term missing: 'own level', or leave the row out.`,
    )
  }
}

/**
 * Basis of a term at points x (and y, for a pair), before its centre is taken off: points x coefficients. A factor has an
 * indicator a level, a missing value an indicator of its own; a pair of which one value is missing has a row of nought.
 *
 * Source: Eilers and Marx (1996), section 2; for pairs P. H. C. Eilers and B. D. Marx, Chemometrics and Intelligent Laboratory
 * Systems 66 (2003) 159-174. Cost: O(points coefficients).
 *
 * @param y as long as x; what it holds matters for pairs only
 * @throws StatsError bad_input for a missing value where the term has no coefficient for it, an infinite value, and an unknown level
 * @example
 * basisTable({ name: 'plan', kind: 'factor', column: 'plan', levels: ['basic', 'pro'], missing: false }, [1, 0], [1, 0]) // [0, 1, 1, 0]
 */
export function basisTable(shape: RawShape, x: ArrayLike<number>, y: ArrayLike<number>): Float64Array {
  if (shape.kind === 'pair') return pairTable(shape, x, y)
  insistPresent(shape, x)
  const size = shapeSize(shape)
  const table = new Float64Array(x.length * size)
  if (shape.kind === 'smooth') {
    const splines = splineTable(x, shape, shape.basisSize)
    for (let at = 0; at < x.length; at++) {
      for (let k = 0; k < shape.basisSize; k++) table[at * size + k] = splines[at * shape.basisSize + k]!
    }
  }
  for (let at = 0; at < x.length; at++) {
    const value = x[at]!
    if (Number.isNaN(value)) table[at * size + size - 1] = 1
    else if (shape.kind === 'linear') table[at * size] = value
    else if (shape.kind === 'factor') {
      insistLevel(shape.column, shape.levels, value)
      table[at * size + value] = 1
    }
  }
  return table
}

/**
 * Basis of a term at points, its centre taken off: what its coefficients are multiplied by.
 *
 * Source: as `basisTable`. Cost: O(points coefficients).
 *
 * @throws StatsError bad_input as `basisTable`
 * @example
 * centredTable({ name: 'age', kind: 'linear', column: 'age', missing: false, centre: [30] }, [31, 28], [31, 28]) // [1, -2]
 */
export function centredTable(shape: TermShape, x: ArrayLike<number>, y: ArrayLike<number>): Float64Array {
  const table = basisTable(shape, x, y)
  const size = shape.centre.length
  for (let at = 0; at < table.length; at++) table[at]! -= shape.centre[at % size]!
  return table
}
