import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type NumberFormat,
  parseBoolean,
  parseDate,
  parseDateTime,
  parseDecimal,
  parseInteger,
  parseMoney,
  type Parsed,
  parseScaled,
  parseSerialDate,
} from './parse-cell.ts'

const number = (changes: Partial<NumberFormat> = {}): NumberFormat => ({
  type: 'decimal',
  decimal: '.',
  thousands: ',',
  decimals: 2,
  percent: false,
  currency: null,
  ...changes,
})
const german = number({ decimal: ',', thousands: '.' })
const french = number({ decimal: ',', thousands: ' ' })

const out = <T>(parsed: Parsed<T>) => (parsed.ok ? parsed.value : parsed.reason.code)

describe('numbers', { timeout: 60_000 }, () => {
  it.each([
    ['29.85', number(), '29.85'],
    ['1,234.56', number(), '1234.56'],
    ['1.234,56', german, '1234.56'],
    ['1 234,56', french, '1234.56'],
    ['1\u202f234\u00a0567,8', french, '1234567.8'],
    ["1'234.50", number({ thousands: "'" }), '1234.50'],
    ['12,34,567.00', number(), '1234567.00'],
    ['(12.50)', number(), '-12.50'],
    ['-5', number(), '-5'],
    ['5-', number(), '-5'],
    ['\u22125', number(), '-5'],
    ['+.5', number(), '0.5'],
    ['-0.00', number(), '0.00'],
    ['1.5E+03', number(), '1500'],
    ['2e-3', number(), '0.002'],
    ['12.5%', number({ percent: true }), '12.5'],
    ['99999999999999999999.01', number(), '99999999999999999999.01'],
  ])('reads %s exactly', (text, format, expected) => {
    expect(out(parseDecimal(text, format))).toBe(expected)
  })

  it.each([
    ['', 'not_a_number'],
    ['abc', 'not_a_number'],
    ['NaN', 'not_a_number'],
    ['Infinity', 'not_a_number'],
    ['1.2.3', 'not_a_number'],
    ['--5', 'not_a_number'],
    ['(5', 'not_a_number'],
    ['12%', 'not_a_number'],
    ['INC0000045', 'not_a_number'],
    ['1,5', 'other_decimal_mark'],
    ['1.234,56', 'other_decimal_mark'],
    ['$5', 'unexpected_currency'],
  ])('refuses %s with a reason', (text, code) => {
    expect(out(parseDecimal(text, number()))).toBe(code)
  })

  it('does not guess when the decimal mark is undecided', () => {
    const undecided = number({ decimal: null, thousands: null })
    expect(out(parseDecimal('1.234', undecided))).toBe('other_decimal_mark')
    expect(out(parseDecimal('1234', undecided))).toBe('1234')
  })

  it('scales without drift', () => {
    expect(out(parseScaled('29.85', number(), 2))).toBe(2985)
    expect(out(parseScaled('1.005', number(), 2))).toBe('too_many_decimals')
    expect(out(parseScaled('1.500', number(), 2))).toBe(150)
    expect(out(parseScaled('90071992547409.92', number(), 2))).toBe('number_too_large')
    fc.assert(
      fc.property(fc.maxSafeInteger(), (minor) => {
        const digits = String(Math.abs(minor)).padStart(3, '0')
        const text = `${minor < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
        expect(out(parseScaled(text, number(), 2))).toBe(minor)
      }),
    )
  })

  it('reads what any locale writes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e12, max: 1e12 }),
        fc.constantFrom(['en-US', number()] as const, ['de-DE', german] as const, ['fr-FR', french] as const),
        (cents, [locale, format]) => {
          const text = (cents / 100).toLocaleString(locale, {
            minimumFractionDigits: 2,
            maximumFractionDigits: 2,
          })
          expect(out(parseScaled(text, format, 2))).toBe(cents)
        },
      ),
    )
  })

  it('reads whole numbers and no others', () => {
    expect(out(parseInteger('1,200', number()))).toBe(1200)
    expect(out(parseInteger('12.0', number()))).toBe(12)
    expect(out(parseInteger('12.5', number()))).toBe('not_a_whole_number')
    expect(out(parseInteger('9007199254740993', number()))).toBe('number_too_large')
  })

  it('reads amounts with their currency', () => {
    const money = number({ type: 'money' })
    expect(out(parseMoney('$1,200', money, 2))).toEqual({ minorUnits: 120_000, currency: '$' })
    expect(out(parseMoney('EUR 3.5', money, 2))).toEqual({ minorUnits: 350, currency: 'EUR' })
    expect(out(parseMoney('3,50 €', { ...german, type: 'money' }, 2))).toEqual({
      minorUnits: 350,
      currency: '€',
    })
    expect(out(parseMoney('-$5', money, 2))).toEqual({ minorUnits: -500, currency: '$' })
    expect(out(parseMoney('7', { ...money, currency: 'USD' }, 2))).toEqual({
      minorUnits: 700,
      currency: 'USD',
    })
    expect(out(parseMoney('7 GBP', { ...money, currency: 'USD' }, 2))).toBe('other_currency')
    expect(out(parseMoney('1.50', money, 0))).toBe('too_many_decimals')
  })

  it('answers any text with a number or a reason', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-+()$€%.,' eE\d]{0,12}$/)), (text) => {
        const decimal = parseDecimal(text, number())
        if (decimal.ok) expect(decimal.value).toMatch(/^-?\d+(\.\d+)?$/)
        const scaled = parseScaled(text, number(), 2)
        if (scaled.ok) expect(Number.isSafeInteger(scaled.value)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})

describe('booleans', { timeout: 60_000 }, () => {
  const format = { type: 'boolean' as const, trueWords: ['yes'], falseWords: ['no'] }
  it.each([
    ['Yes', true],
    [' NO ', false],
    ['maybe', 'not_a_boolean'],
    ['', 'not_a_boolean'],
  ])('reads %s', (text, expected) => {
    expect(out(parseBoolean(text, format))).toBe(expected)
  })
})

describe('days', { timeout: 60_000 }, () => {
  it.each([
    ['2024-02-29', null, '2024-02-29'],
    ['29/2/2016', 'dmy', '2016-02-29'],
    ['2/29/2016', 'mdy', '2016-02-29'],
    ['29.02.16', 'dmy', '2016-02-29'],
    ['5 Mar 2024', null, '2024-03-05'],
    ['March 5, 2024', null, '2024-03-05'],
    ['2024-03-05', 'mdy', '2024-03-05'],
    ['2024-03-05 00:00:00', null, '2024-03-05'],
    ['31/2/2024', 'dmy', 'no_such_day'],
    ['2023-02-29', null, 'no_such_day'],
    ['1899-12-31', null, 'no_such_day'],
    ['2201-01-01', null, 'no_such_day'],
    ['5/3/2024', null, 'day_order_unknown'],
    ['2024-03-05 08:00', null, 'unexpected_time'],
    ['soon', null, 'not_a_date'],
    ['', null, 'not_a_date'],
  ] as const)('reads %s as %s', (text, order, expected) => {
    expect(out(parseDate(text, { type: 'date', order }))).toBe(expected)
  })

  it.each([
    ['45351', '2024-02-29'],
    ['45351.5', '2024-02-29T12:00:00'],
    ['60', 'not_a_serial_date'],
    ['-1', 'not_a_serial_date'],
    ['text', 'not_a_serial_date'],
  ])('reads the serial day %s', (text, expected) => {
    expect(out(parseSerialDate(text, { type: 'serialDate', date1904: false }))).toBe(expected)
  })
})

describe('instants', { timeout: 60_000 }, () => {
  const read = (text: string, zone = 'UTC', order: 'dmy' | 'mdy' | null = null) =>
    out(parseDateTime(text, { type: 'dateTime', order }, zone))

  it.each([
    ['2023-07-28 3:00', '2023-07-28T03:00:00.000Z'],
    ['2023-07-28', '2023-07-28T00:00:00.000Z'],
    ['2023-07-28T03:00:01.5Z', '2023-07-28T03:00:01.500Z'],
    ['2023-07-28T03:00:00+05:30', '2023-07-27T21:30:00.000Z'],
    ['2023-07-28 3:05 pm', '2023-07-28T15:05:00.000Z'],
    ['2023-07-28 12:05 AM', '2023-07-28T00:05:00.000Z'],
    ['2023-07-28 24:00', 'not_a_date'],
    ['2023-07-28 13:00 pm', 'not_a_date'],
  ])('reads %s', (text, expected) => {
    expect(read(text)).toBe(expected)
  })

  it('reads local time in its zone', () => {
    expect(read('29/2/2016 01:16', 'Europe/Lisbon', 'dmy')).toBe('2016-02-29T01:16:00.000Z')
    expect(read('1/7/2016 01:16:30', 'America/New_York', 'dmy')).toBe('2016-07-01T05:16:30.000Z')
  })

  it('moves times that a clock change skips forward, and takes the first of those that occur twice', () => {
    expect(read('2024-03-31 02:30', 'Europe/Berlin')).toBe('2024-03-31T01:30:00.000Z')
    expect(read('2024-10-27 02:30', 'Europe/Berlin')).toBe('2024-10-27T00:30:00.000Z')
    expect(read('2024-10-06 02:10', 'Australia/Lord_Howe')).toBe('2024-10-05T15:40:00.000Z')
  })

  it('answers any text with an instant or a reason', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[-\d/. :TZ+apm]{0,20}$/)), (text) => {
        const parsed = parseDateTime(text, { type: 'dateTime', order: 'dmy' }, 'UTC')
        if (parsed.ok) expect(new Date(parsed.value).toISOString()).toBe(parsed.value)
      }),
      { numRuns: 1000 },
    )
  })
})
