import fc from 'fast-check'
import { expect, test } from 'vitest'
import { shareWaterfall } from './share-waterfall.ts'
import { waterfallRows } from './waterfall-rows.ts'

const named = (code: string) => ({ label: code })
const share = (value: number | null, amounts: readonly number[]) => ({
  value,
  low: null,
  high: null,
  contributions: amounts.map((amount, i) => ({ code: `part ${i}`, params: {}, amount })),
})

test('the parts as shown add up to the total as shown', () => {
  const amount = fc.double({ min: -0.2, max: 0.5, noNaN: true })
  fc.assert(
    fc.property(fc.array(amount, { minLength: 1, maxLength: 8 }), (amounts) => {
      const value = amounts.reduce((sum, one) => sum + one, 0)
      const { base, parts, total, decimals } = shareWaterfall(share(value, amounts), named)!
      expect(waterfallRows(base, parts, total, decimals)).toHaveLength(amounts.length)
    }),
  )
})

test('what is not known, or not known in parts, is not drawn', () => {
  expect(shareWaterfall(share(null, []), named)).toBeNull()
  expect(shareWaterfall(share(null, [0.1]), named)).toBeNull()
  expect(shareWaterfall(share(0.2, []), named)).toBeNull()
})
