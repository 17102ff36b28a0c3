import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { currencyOptions, guessCurrency } from './currencies.ts'
import { safePath } from './safe-path.ts'
import { timeZoneOptions } from './time-zones.ts'

describe('the way back after sign-in', () => {
  test('keeps a path with its question and fragment', () => {
    expect(safePath('/customers?view=1#row')).toBe('/customers?view=1#row')
  })

  test.each([
    'https://elsewhere.example',
    '//elsewhere.example',
    '/\\elsewhere.example',
    '/\t/elsewhere.example',
    '/.//elsewhere.example',
    'javascript:alert(1)',
    'customers',
    '/sign-in?next=/sign-in',
    undefined,
    7,
  ])('does not follow %j', (next) => {
    expect(safePath(next)).toBe('/')
  })

  test('never leaves the site, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom('/', '\\', '.', ':', '@', '\t', 'a', '%', '#', '?') }),
        (text) => {
          const url = new URL(safePath(`/${text}`), 'https://here.example')
          expect(url.origin).toBe('https://here.example')
        },
      ),
    )
  })
})

describe('the currency of a locale', () => {
  test.each([
    ['en-US', 'USD'],
    ['de', 'EUR'],
    ['en-GB', 'GBP'],
    ['pt-BR', 'BRL'],
    ['fr-CH', 'CHF'],
    ['not a locale', 'USD'],
  ])('%s pays in %s', (locale, currency) => {
    expect(guessCurrency(locale)).toBe(currency)
  })

  test('every choice is a code with a name', () => {
    for (const { value, label } of currencyOptions()) expect(label).toMatch(new RegExp(`^${value}, .+`))
  })
})

test('a time zone is found by the name of its city as people write it', () => {
  expect(timeZoneOptions()).toContainEqual({ value: 'America/New_York', label: 'America/New York' })
})
