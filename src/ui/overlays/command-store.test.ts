import { expect, test } from 'vitest'
import { matches } from './command-store.ts'

test('each word of the query starts a word of the command', () => {
  expect(matches('Harlow Collision Group', 'har')).toBe(true)
  expect(matches('Harlow Collision Group', 'group harl')).toBe(true)
  expect(matches('Go to Today', 'rlow')).toBe(false)
  expect(matches('Café Zürich', 'cafe zur')).toBe(true)
  expect(matches('Anything', '')).toBe(true)
})
