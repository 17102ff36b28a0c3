import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { crossProducts } from './cross-products.ts'
import { buildDesign, type Design } from './design.ts'
import type { Term } from './term.ts'

const terms: Term[] = [
  ...['a', 'b', 'c', 'd', 'e', 'f'].map((column): Term => ({ kind: 'smooth', column, basisSize: 5 })),
  { kind: 'factor', column: 'plan', levels: ['x', 'y', 'z'] },
  { kind: 'pair', columns: ['a', 'b'], basisSize: 4 },
]

/** The design matrix that is never made elsewhere. */
function rowsOf(design: Design): Float64Array[] {
  return Array.from({ length: design.rows }, (_, row) => {
    const dense = new Float64Array(design.size)
    dense[0] = 1
    for (const { bins, table, first, size } of design.terms) {
      dense.set(table.subarray(bins[row]! * size, (bins[row]! + 1) * size), first)
    }
    return dense
  })
}

describe('cross products of a binned design', () => {
  it.each([
    ['few rows in many bins', 300, 1e-3],
    ['many rows in few bins', 6000, 0.1],
  ])('are those of the dense matrix: %s', async (_, rows, grain) => {
    const random = seededRandom(rows)
    const column = () => Float64Array.from({ length: rows }, () => Math.round(random() / grain) * grain)
    const columns = Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, column()]))
    const plan = Float64Array.from({ length: rows }, () => Math.floor(3 * random()))
    const design = buildDesign({ ...columns, plan }, terms)
    const weights = Float64Array.from({ length: rows }, () => random())
    const scores = Float64Array.from({ length: rows }, () => random() - 0.5)
    const { information, gradient } = await crossProducts(design, weights, scores)
    const expected = new Float64Array(design.size ** 2)
    const slope = new Float64Array(design.size)
    rowsOf(design).forEach((dense, row) => {
      for (let i = 0; i < design.size; i++) {
        slope[i]! += scores[row]! * dense[i]!
        for (let j = 0; j < design.size; j++)
          expected[i * design.size + j]! += weights[row]! * dense[i]! * dense[j]!
      }
    })
    const furthest = (one: Float64Array, other: Float64Array) =>
      one.reduce((most, value, at) => Math.max(most, Math.abs(value - other[at]!)), 0)
    expect(furthest(information, expected)).toBeLessThan(1e-10 * rows)
    expect(furthest(gradient, slope)).toBeLessThan(1e-10 * rows)
  })
})
