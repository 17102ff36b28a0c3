import { describe, expect, it } from 'vitest'
import type { Field, Fields } from '../schema.ts'
import { readAddress } from './address.ts'
import { conditionText, fieldLabel, rangeOn, readValue, withRangeOn } from './conditions.ts'

const field = (code: string, rest: Partial<Field> = {}): Field => ({
  code,
  label: null,
  type: 'number',
  unit: 'number',
  ops: ['at_least', 'between', 'within_days', 'is', 'one_of'],
  sortable: true,
  options: [],
  ...rest,
})
const arr = field('reading.revenue.arr', { unit: 'money' })
const risk = field('reading.risk.renewal', { unit: 'share' })
const owner = field('owner', {
  type: 'choice',
  unit: null,
  options: [{ value: 'u1', label: 'Maya Lindqvist', count: 2 }],
})
const fields: Fields = { fields: [arr, risk, owner], currency: 'USD', today: '2026-10-15' }

describe('a condition in words', () => {
  it('names people, writes money and shares as they are read, and says which end of an interval', () => {
    const text = (condition: Parameters<typeof conditionText>[0]) =>
      Object.values(conditionText(condition, { fields, views: [] }))
    expect(text({ field: 'owner', op: 'is', value: 'u1' })).toEqual(['Owner', 'is', 'Maya Lindqvist'])
    expect(text({ field: arr.code, op: 'at_least', value: 3_840_000 })).toEqual([
      'ARR',
      'at least',
      '$38,400',
    ])
    expect(text({ field: risk.code, op: 'between', value: [0.1, 0.25] })).toEqual([
      'Renewal risk',
      'between',
      '10 to 25%',
    ])
    expect(text({ field: risk.code, part: 'high', op: 'unknown' })).toEqual([
      'Renewal risk, high end',
      'is unknown',
      '',
    ])
  })

  it('makes a readable name of a field that nobody named', () => {
    expect(fieldLabel('reading.usage.new_thing')).toBe('Usage new thing')
    expect(fieldLabel('custom.shops', 'Shops')).toBe('Shops')
  })
})

describe('what a person types', () => {
  it('is read in the unit that is shown, and refused where it does not fit', () => {
    expect(readValue(arr, 'at_least', ['38,400'], 'USD')).toBe(3_840_000)
    expect(readValue(arr, 'at_least', ['400'], 'JPY')).toBe(400)
    expect(readValue(risk, 'between', ['10', '25'], 'USD')).toEqual([0.1, 0.25])
    expect(readValue(risk, 'at_least', [''], 'USD')).toBeUndefined()
    expect(readValue(risk, 'at_least', ['much'], 'USD')).toBeUndefined()
    expect(readValue(owner, 'one_of', [' a, b ,'], 'USD')).toEqual(['a', 'b'])
  })
})

it('a brush sets the one range of a field and takes it away, and leaves other conditions alone', () => {
  const other = { field: 'owner', op: 'is' as const, value: 'u1' }
  const once = withRangeOn([other], arr.code, [1, 2])
  const twice = withRangeOn(once, arr.code, [3, 4])
  expect(rangeOn(twice, arr.code)).toEqual([3, 4])
  expect(twice).toHaveLength(2)
  expect(withRangeOn(twice, arr.code, null)).toEqual([other])
})

it('an address keeps what it can be read as and drops the rest', () => {
  expect(readAddress({})).toEqual({ view: 'all' })
  const filter = [{ any: [{ field: 'a', op: 'is', value: 1 }] }, { field: 'b', op: 'known' }]
  expect(readAddress({ view: 'v', filter, sort: [{ field: 'a', dir: 'asc' }], find: 12 })).toEqual({
    view: 'v',
    filter,
    sort: [{ field: 'a', dir: 'asc' }],
    find: '12',
  })
  expect(readAddress({ filter: [{ x: 1 }], sort: 'a', columns: [1], row: 3 })).toEqual({ view: 'all' })
})
