import { afterEach, expect, test } from 'vitest'
import { catalogue, registerMessages, setLocale } from './text.ts'

const text = catalogue('test', {
  title: 'Customers',
  count: '{n, plural, one {# customer} other {# customers}}',
})

afterEach(() => setLocale('en'))

test('messages are plain text with values and plurals', () => {
  expect(text('title')).toBe('Customers')
  expect(text('count', { n: 1 })).toBe('1 customer')
  expect(text('count', { n: 1386 })).toBe('1,386 customers')
})

test('another language replaces what it has and leaves English for the rest', () => {
  registerMessages('de', 'test', { count: '{n, plural, one {# Kunde} other {# Kunden}}' })
  setLocale('de')
  expect(text('count', { n: 1386 })).toBe('1.386 Kunden')
  expect(text('title')).toBe('Customers')
})

test('a name that turns the direction of writing turns nothing of the sentence around it', () => {
  const said = catalogue('turns', { pinned: '{name} is pinned.' })
  expect(said('pinned', { name: 'Acme \u202egnp.exe' })).toBe('Acme gnp.exe is pinned.')
  expect(said('pinned', { name: 'Acme \u2069\u202eLtd' })).toBe('Acme Ltd is pinned.')
  expect(said('pinned', { name: '\u05e9\u05dc\u05d5\u05dd' })).toBe(
    '\u2068\u05e9\u05dc\u05d5\u05dd\u2069 is pinned.',
  )
})
