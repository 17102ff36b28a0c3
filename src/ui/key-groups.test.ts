import { expect, test } from 'vitest'
import { groupKeys } from './key-groups.ts'

test('keys of one label stand together, and the nearer meaning of a key hides the farther', () => {
  const bindings = [
    { key: 'j', label: 'move' },
    { key: 'k', label: 'move' },
    { key: 'e', label: 'done' },
    { key: 'e', label: 'export' },
  ]
  expect(groupKeys(bindings)).toEqual([
    { label: 'move', keys: ['j', 'k'] },
    { label: 'done', keys: ['e'] },
  ])
})
