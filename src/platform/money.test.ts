import { expect, it } from 'vitest'
import { minorDigits, unusualDigits } from './money.ts'

it('knows currencies without cents and with thousandths', () => {
  expect(['USD', 'EUR', 'JPY', 'KWD'].map(minorDigits)).toEqual([2, 2, 0, 3])
  expect(unusualDigits).toContainEqual({ currency: 'JPY', digits: 0 })
  expect(unusualDigits.some(({ currency }) => currency === 'USD')).toBe(false)
})
