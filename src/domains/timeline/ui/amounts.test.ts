import fc from 'fast-check'
import { expect, test } from 'vitest'
import { fromMinor, toCount, toMinor } from './amounts.ts'

test('an amount goes through its field and back unchanged, in every kind of currency', () => {
  fc.assert(
    fc.property(fc.nat(), fc.constantFrom('USD', 'JPY', 'KWD', 'RSD', 'HUF', 'CLF'), (minor, currency) => {
      expect(toMinor(fromMinor(minor, currency), currency)).toBe(minor)
    }),
  )
})

test('amounts are read as people write them, and never guessed', () => {
  expect(toMinor(' 1,200.5 ', 'USD')).toBe(120_050)
  expect(toMinor('0.1', 'USD')).toBe(10)
  for (const text of ['', '1.2.3', '12,50', '1.234', '-5', '1e3', '$5'])
    expect(toMinor(text, 'USD')).toBeNull()
  expect(toMinor('5.5', 'JPY')).toBeNull()
})

test('an empty count is not known, and a wrong one is said to be wrong', () => {
  expect([toCount(''), toCount(' 12 '), toCount('twelve'), toCount('1.5')]).toEqual([
    null,
    12,
    undefined,
    undefined,
  ])
})
