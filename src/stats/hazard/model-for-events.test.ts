import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { StatsError } from '../stats-error.ts'
import { modelForEvents } from './model-for-events.ts'

describe('the model that events allow', () => {
  it.each([
    [0, 'prior'],
    [9, 'prior'],
    [10, 'prior and few terms'],
    [29, 'prior and few terms'],
    [30, 'ridge'],
    [99, 'ridge'],
    [100, 'smooth'],
    [300, 'smooth'],
    [301, 'smooth and pairs'],
  ])('%d events: %s', (events, model) => {
    expect(modelForEvents(events).model).toBe(model)
  })

  it('ranks nobody on belief alone, and never allows less for more events', () => {
    expect([modelForEvents(9).ranks, modelForEvents(10).ranks]).toEqual([false, true])
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (a, b) => {
        const [few, many] = [modelForEvents(Math.min(a, b)), modelForEvents(Math.max(a, b))]
        expect(few.freedom).toBeLessThanOrEqual(many.freedom)
        if (few.next !== undefined) expect(modelForEvents(few.next).model).not.toBe(few.model)
      }),
    )
  })

  it('refuses what is no count', () => {
    expect(() => modelForEvents(-1)).toThrow(StatsError)
    expect(() => modelForEvents(2.5)).toThrow(StatsError)
  })
})
