import { describe, expect, it } from 'vitest'
import type { Condition } from '../schema.ts'
import { holds } from './conditions.ts'

const day = '2026-06-01'
const reading = (code: string, more: object = {}) => ({
  code,
  state: 'ok' as const,
  value: 1 as number | null,
  low: null,
  high: null,
  detail: {},
  ...more,
})
const test = (conditions: Partial<Condition>[], ...readings: ReturnType<typeof reading>[]) =>
  holds(
    conditions.map((one) => ({ reading: 'usage.trend', part: 'value', op: 'at_least', value: 0, ...one })),
    new Map(readings.map((one) => [one.code, one])),
    day,
  )

describe('conditions on the past', () => {
  it('count days to a renewal from the day that is asked about', () => {
    const renewal = reading('revenue.renewal', { value: 900, detail: { renewsOn: '2026-07-01' } })
    const within = (value: number) => test([{ reading: 'revenue.renewal', op: 'at_most', value }], renewal)
    expect([within(29), within(30)]).toEqual([false, true])
  })

  it('read ends, states and facts, and never what is not known', () => {
    const found = reading('usage.trend', { low: -0.5, high: null, detail: { direction: 'down', of: 3 } })
    expect(test([{ part: 'low', op: 'at_most', value: -0.4 }], found)).toBe(true)
    expect(test([{ part: 'high', op: 'at_most', value: 9 }], found)).toBe(false)
    expect(test([{ part: 'detail.direction', op: 'is', value: 'down' }], found)).toBe(true)
    expect(test([{ part: 'detail.of', op: 'at_least', value: 4 }], found)).toBe(false)
    expect(test([{ part: 'detail.none', op: 'is', value: 'undefined' }], found)).toBe(false)
    expect(test([{}])).toBe(false)
  })

  it('pass over what is stale or unknown, unless its state is asked for', () => {
    const stale = reading('usage.trend', { state: 'stale' })
    const unknown = reading('usage.trend', { state: 'not_enough_data', value: null })
    expect([test([{}], stale), test([{}], unknown)]).toEqual([false, false])
    expect(test([{ part: 'state', op: 'is', value: 'stale' }], stale)).toBe(true)
    expect(test([{ part: 'state', op: 'is', value: 'not_enough_data' }], unknown)).toBe(true)
  })
})
