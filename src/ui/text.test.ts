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
