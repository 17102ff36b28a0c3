import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { StatsError } from '../stats-error.ts'
import { binColumn } from './bin-column.ts'

const value = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(Number.NaN))

describe('a column in bins', () => {
  it('gives each of few values a bin of its own, and loses nothing', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (column) => {
        const { bins, values, missing } = binColumn(column, 64)
        expect(Array.from(bins, (bin) => values[bin])).toEqual(column.map((entry) => entry + 0))
        expect(missing === undefined).toBe(!column.some(Number.isNaN))
      }),
    )
  })

  it('keeps order, mean and tails of many values', () => {
    const random = seededRandom(4)
    const column = Float64Array.from({ length: 5000 }, () => Math.exp(3 * random() * random()))
    const { bins, values } = binColumn(column, 64)
    expect(values.length).toBeLessThanOrEqual(64)
    const rows = [...column.keys()].sort((a, b) => column[a]! - column[b]!)
    expect(rows.every((row, at) => at === 0 || bins[row]! >= bins[rows[at - 1]!]!)).toBe(true)
    const sum = (numbers: ArrayLike<number>) => Array.from(numbers).reduce((total, entry) => total + entry, 0)
    expect(sum(Array.from(bins, (bin) => values[bin]!))).toBeCloseTo(sum(column), 6)
    const width = (Math.max(...column) - 1) / 31
    expect(
      Math.max(...Array.from(column, (entry, row) => Math.abs(entry - values[bins[row]!]!))),
    ).toBeLessThan(width)
  })

  it('finds the values of a long column that a sample of it does not hold', () => {
    const column = new Float64Array(200_000)
    column[77] = 5
    column[78] = Number.NaN
    const { bins, values, missing } = binColumn(column, 16)
    expect(Array.from(values.subarray(0, 2))).toEqual([0, 5])
    expect([bins[0], bins[77], bins[78]]).toEqual([0, 1, missing])
  })

  it('sees all months of a panel whose accounts have equally many', () => {
    const random = seededRandom(6)
    const months = 4
    const column = Float64Array.from({ length: 65_536 * months }, (_, row) => (row % months) * random())
    expect(binColumn(column, 256).values.length).toBeGreaterThan(200)
  })

  it('takes a column in which all is missing, and refuses infinities and nothing', () => {
    expect(binColumn([Number.NaN, Number.NaN], 16).missing).toBe(0)
    expect(() => binColumn([1, Number.POSITIVE_INFINITY], 16)).toThrow(StatsError)
    expect(() => binColumn([], 16)).toThrow('A column needs rows.')
    expect(() => binColumn([1], 2)).toThrow(StatsError)
  })
})
