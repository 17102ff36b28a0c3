import { expect, test } from 'vitest'
import { overtaken } from './draft.ts'

test('a field tells what was stored meanwhile only where two wrote different things', () => {
  expect(overtaken('Midwest', 'Lakes', 'North')).toBe('Lakes')
  expect(overtaken('Midwest', 'Lakes', 'Midwest')).toBeUndefined()
  expect(overtaken('Midwest', 'Midwest', 'North')).toBeUndefined()
  expect(overtaken('Midwest', 'Lakes', 'Lakes')).toBeUndefined()
  const choice = (value: string) => ({ value, label: value })
  expect(overtaken(choice('a'), choice('b'), choice('b'))).toBeUndefined()
  expect(overtaken(null, choice('b'), choice('c'))).toEqual(choice('b'))
})
