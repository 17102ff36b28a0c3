import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  count,
  dayLong,
  days,
  dayShort,
  dayWithWeekday,
  decimal,
  duration,
  money,
  moneyWhole,
  percent,
  percentChosen,
  percentDecimals,
  percentInterval,
  percentOf,
  percentParts,
  shareOf,
  points,
  range,
  roundParts,
} from './format.ts'

const dollars = (major: number) => ({ minor: Math.round(major * 100), currency: 'USD' })

test('a share of money gives the part that stands above it', () => {
  const of = (share: number, whole: number) => {
    const [all, part] = [whole, Math.round(share * whole)].map((minor) => ({ minor, currency: 'USD' }))
    return `${percentOf(share, all!, part!)} of ${money(all!)} is ${money(part!)}`
  }
  expect(of(0.00165, 158_000_000)).toBe('0.165% of $1.58M is $2.6K')
  expect(of(0.17, 9_600_000)).toMatch(/^17% of \$96K/)
  expect(of(0, 9_600_000)).toMatch(/^0% of/)
})

describe('money', () => {
  test.each([
    [13_056, '$13.1K'],
    [8_004, '$8.0K'],
    [96_000, '$96K'],
    [158_400, '$158K'],
    [1_690_000, '$1.69M'],
    [999_960, '$1.00M'],
    [999.6, '$1.0K'],
    [468, '$468'],
    [0, '$0'],
    [-2_200, '\u2212$2.2K'],
  ])('%d reads %s in a sentence', (major, text) => expect(money(dollars(major))).toBe(text))

  test('the minor unit is that of ISO 4217, not of the cash that this runtime knows', () => {
    const shown = (currency: string) => moneyWhole({ minor: 1_234_500, currency }).replace(/^[^\d]*/, '')
    expect(['RSD', 'HUF', 'COP', 'IDR', 'JPY', 'KWD', 'CLF'].map(shown)).toEqual([
      '12,345',
      '12,345',
      '12,345',
      '12,345',
      '1,234,500',
      '1,235',
      '123',
    ])
  })

  test('tables show whole units', () => {
    expect(moneyWhole(dollars(38_400))).toBe('$38,400')
    expect(moneyWhole(dollars(-1_188.49))).toBe('\u2212$1,188')
  })

  test('a currency without minor units and one without a symbol', () => {
    expect(moneyWhole({ minor: 38_400, currency: 'JPY' })).toBe('¥38,400')
    expect(money({ minor: 1_250_000, currency: 'CHF' })).toBe('CHF 12.5K')
  })
})

test('a chosen share keeps the decimals that it was chosen with', () => {
  expect([0.1, 0.025, 0.0375, 0.07, 0].map(percentChosen)).toEqual(['10%', '2.5%', '3.75%', '7%', '0%'])
})

test('percent, intervals, points and ranges', () => {
  expect(percent(0.34)).toBe('34%')
  expect(percentInterval(0.34, [0.22, 0.48])).toBe('34% (22 to 48)')
  const small = [0, 0.00004, 0.0005, 0.0016, 0.0099, 0.01, -0.002, -0.00001]
  expect(small.map((share) => percent(share))).toEqual([
    '0%',
    '<0.01%',
    '0.05%',
    '0.2%',
    '1.0%',
    '1%',
    '−0.2%',
    '>−0.01%',
  ])
  expect(percentInterval(0.0016, [0.0004, 0.0038])).toBe('0.16% (0.04 to 0.38)')
  expect(percentInterval(0.0005, [0.00004, 0.0012])).toBe('0.05% (<0.01 to 0.12)')
  expect(percentInterval(0, [0, 0.34])).toBe('0% (0 to 34)')
  expect(percentParts(0.34, [null, null])).toEqual({ share: '34%', range: null })
  expect([percentDecimals([0, null]), percentDecimals([0.3, 0.004]), percentDecimals([0.3], 1)]).toEqual([
    0, 1, 1,
  ])
  expect([shareOf(0.625, 8), shareOf(0.625, 40), shareOf(0.625, null)]).toEqual(['5 of 8', '63%', '63%'])
  expect(range(11.8, 26.9, 1)).toBe('11.8 to 26.9')
  expect(points(10.2, 1)).toBe('+10.2')
  expect(points(-4.1, 1)).toBe('\u22124.1')
  expect(points(-0.04, 1)).toBe('0.0')
  expect(decimal(-0.06, 2)).toBe('\u22120.06')
  expect(decimal(-0.001, 2)).toBe('0.00')
  expect(count(1386)).toBe('1,386')
})

test('days and durations', () => {
  expect(days(47)).toBe('47 d')
  expect(duration(20)).toBe('20 m')
  expect(duration(100)).toBe('1 h 40 m')
  expect(duration(120)).toBe('2 h')
})

test('dates name the year only when it is not this one', () => {
  expect(dayShort('2026-10-05', '2026-10-15')).toBe('5 Oct')
  expect(dayShort('2027-01-12', '2026-10-15')).toBe('12 Jan')
  expect(dayShort('2026-12-20', '2027-01-12')).toBe('20 Dec')
  expect(dayShort('2027-06-12', '2026-10-15')).toBe('Jun \u201927')
  expect(dayShort('2025-12-20', '2026-10-15')).toBe('Dec \u201925')
  expect(dayLong('2027-01-12')).toBe('12 Jan 2027')
  expect(dayWithWeekday('2026-10-15')).toBe('Thu 15 Oct 2026')
  expect(() => dayLong('15/10/2026')).toThrow('Write it as YYYY-MM-DD')
})

describe('roundParts', () => {
  const parts = fc.array(fc.double({ min: -1e4, max: 1e4, noNaN: true }), { minLength: 1, maxLength: 20 })

  test('the shown parts sum exactly to the shown total, each within one step of its value', () => {
    fc.assert(
      fc.property(parts, fc.integer({ min: 0, max: 3 }), (values, decimals) => {
        const scale = 10 ** decimals
        const total = values.reduce((a, b) => a + b, 0)
        const rounded = roundParts(values, total, decimals)
        const units = rounded.map((part) => Math.round(part * scale)).reduce((a, b) => a + b, 0)
        expect(units).toBe(Math.round(total * scale) + 0)
        rounded.forEach((part, i) =>
          expect(Math.abs(part - values[i]!) * scale).toBeLessThanOrEqual(1 + 1e-6),
        )
      }),
    )
  })

  test('the example of the risk of 34 percent', () => {
    const values = [14.04, 10.18, 7.41, 5.13, 3.55, -4.12, -2.19]
    expect(roundParts(values, 34, 1)).toEqual([14.0, 10.2, 7.4, 5.1, 3.6, -4.1, -2.2])
  })

  test('parts of another total are refused', () => {
    expect(() => roundParts([1, 2], 10, 0)).toThrow(RangeError)
  })
})
