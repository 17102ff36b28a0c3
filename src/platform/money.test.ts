import { expect, it } from 'vitest'
import { currencies, minorDigits, unusualDigits } from './money.ts'

const withDigits = (digits: number) => [...currencies].filter((code) => minorDigits(code) === digits)

it('knows the minor units of ISO 4217, whatever the runtime holds of them', () => {
  expect(withDigits(0)).toEqual(
    'BIF BYR CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'.split(' '),
  )
  expect(withDigits(3)).toEqual(['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'])
  expect(withDigits(4)).toEqual(['CLF', 'UYW'])
  for (const code of 'USD EUR RSD HUF COP IDR MRU MGA TWD PKR IRR'.split(' '))
    expect(minorDigits(code), code).toBe(2)
  expect(currencies.size).toBe(withDigits(0).length + withDigits(2).length + 9)
})

it('tells SQL only of what is not a hundredth', () => {
  expect(unusualDigits).toContainEqual({ currency: 'JPY', digits: 0 })
  expect(unusualDigits.some(({ currency }) => currency === 'USD')).toBe(false)
  expect(unusualDigits).toHaveLength(18 + 7 + 2)
})
