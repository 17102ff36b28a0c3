import fc from 'fast-check'
import { expect, it } from 'vitest'
import { steadied } from './steady.ts'

type Row = Readonly<{ id: string; n: number }>
const keyOf = ({ id }: Row) => id
const rows = (...ids: string[]): Row[] => ids.map((id, n) => ({ id, n }))

it('keeps places and takes values', () => {
  const found = steadied(rows('a', 'b', 'c'), rows('c', 'x', 'a'), keyOf)
  expect(found.rows).toEqual([
    { id: 'a', n: 2 },
    { id: 'b', n: 1 },
    { id: 'c', n: 0 },
  ])
  expect([...found.gone]).toEqual(['b'])
  expect(found.differs).toBe(true)
})

it('never moves a row, and differs exactly when the newer rows stand otherwise', () => {
  const list = fc.uniqueArray(fc.constantFrom(...'abcdefgh')).map((ids) => rows(...ids))
  fc.assert(
    fc.property(list, list, (shown, newer) => {
      const found = steadied(shown, newer, keyOf)
      expect(found.rows.map(keyOf)).toEqual(shown.map(keyOf))
      expect(found.differs).toBe(shown.map(keyOf).join() !== newer.map(keyOf).join())
      expect(steadied(found.rows, newer, keyOf)).toEqual(found)
    }),
  )
})
