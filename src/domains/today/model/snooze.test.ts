import { describe, expect, it } from 'vitest'
import type { Watched } from '../schema.ts'
import { changeOf } from './snooze.ts'

const then = (more: Partial<Watched> = {}): Watched => ({
  state: 'ok',
  value: 0.5,
  low: null,
  high: null,
  fact: null,
  evidence: ['a'],
  ...more,
})
const changed = (code: string, was: Partial<Watched>, now: Partial<Watched>) =>
  changeOf(code, then(was), then({ ...was, ...now }))?.kind ?? null

describe('a change since a snooze', () => {
  it('is another state, another day, or evidence that was not there', () => {
    expect(changed('usage.trend', {}, { state: 'stale' })).toBe('state')
    expect(changed('revenue.renewal', { fact: '2026-12-01', value: 30 }, { value: 1 })).toBeNull()
    expect(changed('revenue.renewal', { fact: '2026-12-01' }, { fact: '2027-12-01' })).toBe('fact')
    expect(changed('tickets.open_severe', { value: 1 }, { evidence: ['b'] })).toBe('evidence')
    expect(changed('tickets.open_severe', { value: 1 }, { evidence: [] })).toBeNull()
  })

  it('is a value out of the interval that it had; inside it nothing changed', () => {
    const interval = { low: 0.3, high: 0.7 }
    expect(changed('usage.trend', interval, { value: 0.69, low: 0.6, high: 0.8 })).toBeNull()
    expect(changed('usage.trend', interval, { value: 0.71 })).toBe('value')
  })

  it('is a step of the reading where it has no interval, and one more where it counts', () => {
    expect(changed('risk.renewal', {}, { value: 0.55 })).toBeNull()
    expect(changed('risk.renewal', {}, { value: 0.56 })).toBe('value')
    expect(changed('tickets.open', { value: 3 }, { value: 4 })).toBe('value')
    expect(changed('revenue.arr', { value: 1000 }, { value: 1099 })).toBeNull()
    expect(changed('revenue.arr', { value: 1000 }, { value: 880 })).toBe('value')
  })
})
