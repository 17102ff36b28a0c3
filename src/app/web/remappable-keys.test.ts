import { expect, test } from 'vitest'
import { remapFault } from './remappable-keys.ts'

test('a free letter is taken, also one that another key gave up', () => {
  expect(remapFault('e', 'q', {})).toBeNull()
  expect(remapFault('e', 'e', {})).toBeNull()
  expect(remapFault('e', 'j', { j: 'n' })).toBeNull()
})

test('a letter in use, the letter G and named keys are refused with the reason', () => {
  expect(remapFault('e', 'j', {})).toMatch(/Next/)
  expect(remapFault('e', 'n', { j: 'n' })).toMatch(/Next/)
  expect(remapFault('e', 'g', {})).toMatch(/G/)
  expect(remapFault('e', 'enter', {})).toMatch(/one/)
})
