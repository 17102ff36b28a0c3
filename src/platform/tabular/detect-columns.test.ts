import { describe, expect, it } from 'vitest'
import { detectColumns } from './detect-columns.ts'
import type { RawRow } from './raw-row.ts'

const guess = (values: string[], name = 'column') =>
  detectColumns(
    [name],
    values.map((value, i): RawRow => ({ row: i + 1, line: i + 2, fields: [value], problem: null })),
  )[0]!

describe('guessing a column', { timeout: 60_000 }, () => {
  it.each([
    [['Yes', 'no', 'YES'], { type: 'boolean', trueWords: ['yes'], falseWords: ['no'] }],
    [['TRUE', 'False'], { type: 'boolean', trueWords: ['true'] }],
    [['1', '0', '1'], { type: 'boolean', trueWords: ['1'] }],
    [['0', '0'], { type: 'integer' }],
    [['1', '20', '-3'], { type: 'integer', decimals: 0 }],
    [['1.5', '20'], { type: 'decimal', decimal: '.', decimals: 1 }],
    [['1,5', '20'], { type: 'decimal', decimal: ',', decimals: 1 }],
    [['1.234,50', '20'], { type: 'decimal', decimal: ',', thousands: '.' }],
    [['1,234,567', '20'], { type: 'integer', decimal: '.', thousands: ',' }],
    [['1 234,5', '2 000'], { type: 'decimal', decimal: ',', thousands: ' ' }],
    [['$1,200.00', '$3'], { type: 'money', currency: '$', decimal: '.' }],
    [['3.50 EUR', '2.00 USD'], { type: 'money', currency: null }],
    [['2024-03-05', '2024-12-31'], { type: 'date', order: null }],
    [['2024-03-05T10:00:00Z'], { type: 'dateTime', order: null }],
    [['5/3/2024', '13/3/2024'], { type: 'date', order: 'dmy' }],
    [['5/3/2024', '3/13/2024'], { type: 'date', order: 'mdy' }],
    [['a@example.com', 'b.c@example.org'], { type: 'email' }],
    [['https://example.com/a'], { type: 'url' }],
    [['00123', '00124'], { type: 'text' }],
    [['INC0000045', 'INC0000046'], { type: 'text' }],
    [['yes', 'no', 'no service'], { type: 'text' }],
    [['', ' ', '?'], { type: 'empty' }],
  ])('reads %j', (values, format) => {
    const found = guess(values)
    expect(found.format).toMatchObject(format)
    expect(found.undecided).toBeNull()
  })

  it('says what proves the order of days', () => {
    expect(guess(['5/3/2016', '29/2/2016']).evidence).toEqual([{ proves: 'dmy', row: 2, value: '29/2/2016' }])
  })

  it('does not guess an order of days that nothing proves, or that cells contradict', () => {
    expect(guess(['5/3/2024', '1/2/2024'])).toMatchObject({
      format: { type: 'date', order: null },
      undecided: 'dayOrder',
      evidence: [],
      min: null,
    })
    const mixed = guess(['13/3/2024', '3/13/2024'])
    expect(mixed.undecided).toBe('dayOrder')
    expect(mixed.evidence.map(({ proves }) => proves)).toEqual(['dmy', 'mdy'])
  })

  it('hints at the order that another column proves', () => {
    const rows = [['1/2/2024', '13/2/2024']].map((fields): RawRow => ({
      row: 1,
      line: 2,
      fields,
      problem: null,
    }))
    expect(detectColumns(['a', 'b'], rows)[0]).toMatchObject({
      undecided: 'dayOrder',
      hint: { order: 'dmy', column: 'b' },
    })
  })

  it('does not guess a decimal mark that nothing proves', () => {
    expect(guess(['1.234', '5.678'])).toMatchObject({ format: { decimal: null }, undecided: 'decimalMark' })
    expect(guess(['1.234', '0.678']).format).toMatchObject({ decimal: '.' })
    expect(guess(['1.5', '1,5']).undecided).toBe('decimalMark')
  })

  it('takes a dash for missing only among numbers and dates, and never a zero', () => {
    const numbers = guess(['-', '0', '5', '-'])
    expect(numbers).toMatchObject({ format: { type: 'integer' }, missing: 2, min: '0' })
    expect(numbers.missingMarks).toEqual([{ mark: '-', count: 2 }])
    const words = guess(['-', 'red', 'none'])
    expect(words).toMatchObject({ format: { type: 'text' }, missing: 0, missingMarks: [] })
    expect(words.possibleMarks).toEqual([
      { mark: '-', count: 1 },
      { mark: 'none', count: 1 },
    ])
  })

  it('tells blanks, spaces and marks apart, and every row is missing or has a value', () => {
    const found = guess(['', ' ', '?', 'N/A', '7'])
    expect(found.missingMarks.map(({ mark }) => mark)).toEqual(['', ' ', '?', 'N/A'])
    expect(found).toMatchObject({ rows: 5, missing: 4, format: { type: 'integer' } })
  })

  it('shows the few cells that do not fit', () => {
    const found = guess([...Array.from({ length: 99 }, (_, i) => String(i)), 'oops'])
    expect(found.format.type).toBe('integer')
    expect(found.exceptions).toEqual({ count: 1, examples: [{ row: 100, value: 'oops' }] })
  })

  it('offers other readings of the same digits', () => {
    expect(guess(['20240305', '20240306']).alternatives).toEqual(['compactDate'])
    expect(guess(['45351', '45352']).alternatives).toEqual(['serialDate'])
    expect(guess(['45351', '45352'], 'start_date').format.type).toBe('serialDate')
    expect(guess(['1', '0']).alternatives).toEqual(['integer'])
  })

  it('counts distinct values up to a bound', () => {
    expect(guess(['a', 'b', 'a']).distinct).toEqual({ count: 2, capped: false })
    expect(guess(Array.from({ length: 3_000 }, (_, i) => `v${i}`)).distinct).toEqual({
      count: 1_000,
      capped: true,
    })
  })
})
