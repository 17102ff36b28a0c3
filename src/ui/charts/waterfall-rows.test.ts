import { expect, test } from 'vitest'
import { waterfallDomain, waterfallRows } from './waterfall-rows.ts'

const base = { label: 'Base rate', value: 14.0 }
const parts = [10.2, 7.4, 5.1, 3.6, -4.1, -2.2].map((value, i) => ({ label: `Part ${i}`, value }))

test('each bar starts where the one before ended, and the last ends at the total', () => {
  const rows = waterfallRows(base, parts, 34, 1)
  expect(rows[0]).toMatchObject({ from: 0, to: 14 })
  rows.slice(1).forEach((row, i) => expect(row.from).toBe(rows[i]!.to))
  expect(rows.at(-1)!.to).toBeCloseTo(34, 10)
})

test('parts that do not sum to the total at the shown precision are refused', () => {
  expect(() => waterfallRows(base, parts, 34.1, 1)).toThrow('34.1')
  expect(() => waterfallRows(base, parts, 34.04, 1)).not.toThrow()
})

test('the axis holds the highest bar and the interval', () => {
  expect(waterfallDomain(waterfallRows(base, parts, 34, 1), [22, 48])).toEqual([0, 48])
})
