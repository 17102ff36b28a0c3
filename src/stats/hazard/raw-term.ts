import { insist, StatsError } from '../stats-error.ts'
import { binColumn, type BinnedColumn } from './bin-column.ts'
import {
  termName,
  type Columns,
  type FactorTerm,
  type LinearTerm,
  type PairTerm,
  type SmoothTerm,
  type Term,
} from './term.ts'
import type { RawShape } from './term-shape.ts'

/** A term with its rows in bins: `x` (and `y`, for a pair) stand for the values of a bin. */
export type RawTerm = Readonly<{
  term: Term
  shape: RawShape
  bins: Uint16Array
  x: Float64Array
  y: Float64Array
}>

/** Bins of each side of a pair: its cells are the square. */
const pairBins = 64

function columnOf(columns: Columns, name: string): ArrayLike<number> {
  const column = columns[name]
  insist(column !== undefined, `The rows have no column ${name}.`)
  return column
}

function binsOf(columns: Columns, term: SmoothTerm | LinearTerm | FactorTerm, limit: number): BinnedColumn {
  const binned = binColumn(columnOf(columns, term.column), limit)
  insist(
    binned.missing === undefined || term.missing === 'own level',
    `Values of ${term.column} are missing: give the term missing: 'own level', or leave these rows out.`,
  )
  return binned
}

function rangeOf(name: string, { low, high }: BinnedColumn): readonly [number, number] {
  if (low < high) return [low, high]
  throw new StatsError(
    'no_variation',
    `${name} has one value only, so that no curve can be told: leave the term out.`,
  )
}

function place(name: string, range: readonly [number, number]) {
  const [low, high] = range
  insist(low < high, `The range of ${name} must run upward, not from ${low} to ${high}.`)
  return { low, high }
}

function insistBasis(name: string, size: number): void {
  insist(
    Number.isInteger(size) && size >= 4 && size <= 64,
    `${name} takes from 4 to 64 B-splines, not ${size}.`,
  )
}

function rawSmooth(term: SmoothTerm, columns: Columns, limit: number): RawTerm {
  const { column, basisSize = 10 } = term
  insistBasis(column, basisSize)
  const binned = binsOf(columns, term, limit)
  const ends = place(column, term.range ?? rangeOf(column, binned))
  const shape = {
    kind: 'smooth',
    name: column,
    column,
    basisSize,
    missing: term.missing !== undefined,
    ...ends,
  } as const
  return { term, shape, bins: binned.bins, x: binned.values, y: binned.values }
}

function rawLinear(term: LinearTerm, columns: Columns, limit: number): RawTerm {
  const { column } = term
  const binned = binsOf(columns, term, limit)
  rangeOf(column, binned)
  const shape = { kind: 'linear', name: column, column, missing: term.missing !== undefined } as const
  return { term, shape, bins: binned.bins, x: binned.values, y: binned.values }
}

function rawFactor(term: FactorTerm, columns: Columns): RawTerm {
  const { column, levels } = term
  insist(
    levels.length >= 2 && levels.length < 60_000,
    `${column} needs two or more levels, not ${levels.length}.`,
  )
  const binned = binsOf(columns, term, 65_535)
  const shape = {
    kind: 'factor',
    name: column,
    column,
    levels: [...levels],
    missing: term.missing !== undefined,
  } as const
  return { term, shape, bins: binned.bins, x: binned.values, y: binned.values }
}

/** The cells of a pair that hold rows, numbered as they come. */
function cellsOf(first: BinnedColumn, second: BinnedColumn) {
  const width = second.values.length
  const numbers = new Int32Array(first.values.length * width).fill(-1)
  const bins = new Uint16Array(first.bins.length)
  const cells: number[] = []
  for (let row = 0; row < bins.length; row++) {
    const cell = first.bins[row]! * width + second.bins[row]!
    if (numbers[cell] === -1) numbers[cell] = cells.push(cell) - 1
    bins[row] = numbers[cell]!
  }
  const x = Float64Array.from(cells, (cell) => first.values[Math.floor(cell / width)]!)
  const y = Float64Array.from(cells, (cell) => second.values[cell % width]!)
  return { bins, x, y }
}

function rawPair(term: PairTerm, columns: Columns): RawTerm {
  const { basisSize = 5, ranges } = term
  const name = termName(term)
  insistBasis(name, basisSize)
  const [a, b] = term.columns
  const [first, second] = [
    binColumn(columnOf(columns, a), pairBins),
    binColumn(columnOf(columns, b), pairBins),
  ]
  const places = [
    place(a, ranges?.[0] ?? rangeOf(a, first)),
    place(b, ranges?.[1] ?? rangeOf(b, second)),
  ] as const
  const shape = { kind: 'pair', name, columns: term.columns, basisSize, places, missing: false } as const
  return { term, shape, ...cellsOf(first, second) }
}

/**
 * Puts the rows of a term in bins and settles its shape.
 *
 * Source: Wood, Li, Shaddick and Augustin (2017), section 2.1. Cost: O(rows log limit).
 *
 * @param limit bins of a curve or slope
 * @throws StatsError bad_input for a column that is not there, missing values without a coefficient, an impossible basis
 * or range; no_variation when a covariate has one value only
 * @example
 * const raw = rawTerm({ kind: 'linear', column: 'age' }, { age: [1, 2, 2] }, 256)
 * raw.bins // [0, 1, 1]
 */
export function rawTerm(term: Term, columns: Columns, limit: number): RawTerm {
  if (term.kind === 'smooth') return rawSmooth(term, columns, limit)
  if (term.kind === 'linear') return rawLinear(term, columns, limit)
  return term.kind === 'factor' ? rawFactor(term, columns) : rawPair(term, columns)
}
