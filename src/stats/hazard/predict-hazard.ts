import { insist } from '../stats-error.ts'
import type { FittedTerm, HazardModel } from './hazard-model.ts'
import { chanceOf } from './likelihood.ts'
import { centredTable, shapeColumns } from './term-shape.ts'
import type { Columns } from './term.ts'

function lengthOf(model: HazardModel, columns: Columns): number {
  const names = model.terms.flatMap(({ shape }) => shapeColumns(shape))
  const used = (names.length > 0 ? names : Object.keys(columns)).map((name) => {
    insist(columns[name] !== undefined, `The rows have no column ${name}.`)
    return columns[name].length
  })
  insist(new Set(used).size <= 1, 'All columns must have the same number of rows.')
  return used[0] ?? 0
}

/** Rows whose basis is held at a time. */
const chunk = 8192

const part = (column: ArrayLike<number>, from: number, to: number) =>
  Float64Array.from({ length: to - from }, (_, at) => column[from + at]!)

function addTerm(
  { shape, first, size }: FittedTerm,
  coefficients: readonly number[],
  columns: Columns,
  sums: Float64Array,
): void {
  const [x, y = x] = shapeColumns(shape).map((name) => columns[name]!)
  for (let from = 0; from < sums.length; from += chunk) {
    const to = Math.min(from + chunk, sums.length)
    const table = centredTable(shape, part(x!, from, to), part(y!, from, to))
    for (let row = from; row < to; row++) {
      for (let k = 0; k < size; k++) sums[row]! += table[(row - from) * size + k]! * coefficients[first + k]!
    }
  }
}

/**
 * Linear predictor of new rows: b_0 + sum of f_j(x_j), without any offset.
 *
 * Source: the model. Cost: O(rows coefficients).
 *
 * @throws StatsError bad_input when a column is not there, differs in length, or holds what its term cannot take
 * @example
 * const terms = [{ kind: 'linear', column: 'old', ridge: false }]
 * const model = await fitHazard({ columns: { old: [0, 0, 1, 1, 1] }, events: [1, 0, 1, 0, 0] }, terms, { link: 'logit' })
 * predictLinear(model, { old: [0, 1] }) // [0.000000, -0.693147]
 */
export function predictLinear(model: HazardModel, columns: Columns): Float64Array {
  const sums = new Float64Array(lengthOf(model, columns)).fill(model.coefficients[0]!)
  for (const term of model.terms) addTerm(term, model.coefficients, columns, sums)
  return sums
}

/**
 * Chance of each row's account to leave in its month.
 *
 * Source: the model; see `chanceOf`. Cost: O(rows coefficients).
 *
 * @throws StatsError bad_input as `predictLinear`
 * @example
 * const terms = [{ kind: 'linear', column: 'old', ridge: false }]
 * const model = await fitHazard({ columns: { old: [0, 0, 1, 1, 1] }, events: [1, 0, 1, 0, 0] }, terms)
 * predictHazard(model, { old: [0, 1] }) // [0.500000, 0.333333]
 */
export function predictHazard(model: HazardModel, columns: Columns): Float64Array {
  return predictLinear(model, columns).map((eta) => chanceOf(model.link, eta))
}
