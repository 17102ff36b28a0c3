import { expect, test } from 'vitest'
import { toggled, withRange } from './selection.ts'
import { nextSort } from './sort.ts'

test('a click sorts by one column, a second turns it, Shift adds', () => {
  const byLoss = nextSort([], 'loss', 'descending', false)
  expect(byLoss).toEqual([{ column: 'loss', direction: 'descending' }])
  expect(nextSort(byLoss, 'loss', 'descending', false)).toEqual([{ column: 'loss', direction: 'ascending' }])
  const two = nextSort(byLoss, 'name', 'ascending', true)
  expect(two.map(({ column }) => column)).toEqual(['loss', 'name'])
  expect(nextSort(two, 'loss', 'descending', true)[0]!.direction).toBe('ascending')
  expect(nextSort(two, 'trust', 'descending', false)).toHaveLength(1)
})

test('selection toggles one row and takes ranges in both directions, without rows that are not loaded', () => {
  const idAt = (i: number) => (i === 2 ? undefined : `row ${i}`)
  expect([...toggled(new Set(['a']), 'a')]).toEqual([])
  expect([...toggled(new Set(['a']), 'b')]).toEqual(['a', 'b'])
  expect([...withRange(new Set(['x']), idAt, 3, 1)]).toEqual(['x', 'row 1', 'row 3'])
})
