import { describe, expect, it } from 'vitest'
import { choleskyFactor } from '../numerics/cholesky.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { multiplyDense, multiplyTransposed } from './dense.ts'
import { buildDesign } from './design.ts'
import { rawTerm } from './raw-term.ts'
import { coordinatesOf, meanRow } from './term-coordinates.ts'
import { basisTable, shapeSize } from './term-shape.ts'
import type { Term } from './term.ts'

const random = seededRandom(14)
const columns = {
  usage: Float64Array.from({ length: 500 }, () => Math.round(40 * random() ** 2) / 40),
  trust: Float64Array.from({ length: 500 }, () => Math.round(40 * random()) / 40),
}

function coordinates(term: Term) {
  const raw = rawTerm(term, columns, 256)
  const weights = new Float64Array(raw.x.length)
  for (const bin of raw.bins) weights[bin]! += 1
  return coordinatesOf(
    raw,
    meanRow(basisTable(raw.shape, raw.x, raw.y), weights, shapeSize(raw.shape)),
    weights,
  )
}

const largest = (matrix: Float64Array) => matrix.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
const sum = (matrices: readonly Float64Array[]) =>
  matrices.reduce((total, matrix) => total.map((value, at) => value + matrix[at]!))

const terms: Term[] = [
  { kind: 'smooth', column: 'usage' },
  { kind: 'smooth', column: 'usage', select: true },
  { kind: 'pair', columns: ['usage', 'trust'] },
]

describe('coordinates of a term', () => {
  it.each(terms)('penalise all of their range, and nothing beyond it: $kind $select', (term) => {
    const { penalties, range, rank, size } = coordinates(term)
    const all = sum(penalties)
    const within = multiplyTransposed(range, multiplyDense(all, range, size, size, rank), size, rank, rank)
    expect(() => choleskyFactor(within, rank)).not.toThrow()
    const trace = (matrix: Float64Array, width: number) =>
      matrix.reduce((total, value, at) => (at % (width + 1) === 0 ? total + value : total), 0)
    expect(trace(within, rank)).toBeCloseTo(trace(all, size), 10)
  })

  it('charge a straight line by the straight part, and bends by the bends, never by both', () => {
    const { penalties, size } = coordinates(terms[1]!)
    const [bent, straight] = penalties
    expect(largest(multiplyDense(bent!, straight!, size, size, size))).toBeLessThan(1e-10)
    expect(
      straight!.reduce((total, value, at) => (at % (size + 1) === 0 ? total + value : total), 0),
    ).toBeCloseTo(1, 10)
  })

  it.each([...terms, { kind: 'linear', column: 'usage' } as const])(
    'are nought on average over the rows: $kind',
    (term) => {
      const design = buildDesign(columns, [term])
      const { bins, table, size } = design.terms[0]!
      const means = new Float64Array(size)
      for (const bin of bins) for (let k = 0; k < size; k++) means[k]! += table[bin * size + k]! / bins.length
      expect(largest(means)).toBeLessThan(1e-12)
    },
  )
})
