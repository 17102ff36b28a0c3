import { expect, test } from 'vitest'
import { chordOf, matchKeys } from './key-match.ts'

const press = (key: string, modifiers = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...modifiers,
})

test('chords are the same on every system', () => {
  expect(chordOf(press('K', { metaKey: true }))).toBe('mod+k')
  expect(chordOf(press('k', { ctrlKey: true }))).toBe('mod+k')
  expect(chordOf(press('X', { shiftKey: true }))).toBe('shift+x')
  expect(chordOf(press('?', { shiftKey: true }))).toBe('?')
  expect(chordOf(press(' '))).toBe('space')
  expect(chordOf(press('Shift', { shiftKey: true }))).toBeNull()
  expect(chordOf(press('e', { altKey: true }))).toBeNull()
})

test('sequences wait for their second key, the first binding wins', () => {
  const bindings = [{ key: 'g t' }, { key: 'e', of: 'page' }, { key: 'e', of: 'shell' }]
  expect(matchKeys(bindings, ['g'])).toBe('more')
  expect(matchKeys(bindings, ['g', 't'])).toBe(bindings[0])
  expect(matchKeys(bindings, ['e'])).toBe(bindings[1])
  expect(matchKeys(bindings, ['g', 'x'])).toBeNull()
})
