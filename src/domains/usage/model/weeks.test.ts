import { describe, expect, it } from 'vitest'
import type { Coverage } from '../schema.ts'
import { completeWeeks, horizonOf, isLive, mondayOf, weekUnderWay } from './weeks.ts'

describe('weeks', () => {
  it('begin on Monday, across years and leap days', () => {
    expect(mondayOf('2024-03-03')).toBe('2024-02-26')
    expect(mondayOf('2024-12-30')).toBe('2024-12-30')
    expect(mondayOf('2025-01-01')).toBe('2024-12-30')
  })

  it('are complete when their Sunday is known', () => {
    expect(completeWeeks('2026-11-02', 2)).toEqual(['2026-10-19', '2026-10-26'])
    expect(completeWeeks('2026-11-01', 2)).toEqual(['2026-10-12', '2026-10-19'])
  })
})

const covers = (change: Partial<Coverage>): Coverage => ({
  firstDay: '2026-01-01',
  lastDay: '2026-11-01',
  liveDay: null,
  filedDay: change.lastDay ?? '2026-11-01',
  live: false,
  features: [],
  countsUsers: true,
  ...change,
})

describe('the horizon', () => {
  const now = new Date('2026-11-02T10:00:00Z')

  it('of files is now while they are up to date', () => {
    const horizon = { asOf: now, endDay: '2026-11-02', untilDay: '2026-11-02', stale: false }
    expect(horizonOf(now, covers({ lastDay: '2026-11-02' }), false)).toEqual(horizon)
    expect(horizonOf(now, covers({ lastDay: '2027-01-01' }), false).asOf).toEqual(now)
  })

  it('of files is the end of the last day that they cover, stale after a week', () => {
    expect(horizonOf(now, covers({ lastDay: '2026-10-28' }), false)).toMatchObject({
      endDay: '2026-10-29',
      stale: false,
    })
    expect(horizonOf(now, covers({ lastDay: '2026-10-20' }), false)).toEqual({
      asOf: new Date('2026-10-21T00:00:00Z'),
      endDay: '2026-10-21',
      untilDay: '2026-10-21',
      stale: true,
    })
  })

  const live = { live: true, liveDay: '2026-11-02', lastDay: '2026-11-02' }

  it('of a live source is now, with the day under way, for accounts that send events', () => {
    const horizon = { asOf: now, endDay: '2026-11-02', untilDay: '2026-11-03', stale: false }
    expect(horizonOf(now, covers({ ...live, filedDay: '2026-10-20' }), true)).toEqual(horizon)
    expect(horizonOf(now, covers({ ...live, filedDay: '2026-10-20' }), false)).toMatchObject({
      endDay: '2026-10-21',
      stale: true,
    })
  })

  it('of a live source without files is now for all: who sends nothing uses nothing', () => {
    expect(horizonOf(now, covers({ ...live, filedDay: null }), false).untilDay).toBe('2026-11-03')
  })

  it('goes back to the last day when the source fell silent, and becomes stale', () => {
    const silent = covers({ live: false, liveDay: '2026-10-24', lastDay: '2026-10-24', filedDay: null })
    for (const sends of [true, false])
      expect(horizonOf(now, silent, sends)).toMatchObject({ untilDay: '2026-10-25', stale: true })
    expect([isLive('2026-10-30', now), isLive('2026-10-29', now), isLive(null, now)]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('knows the week under way, if one is', () => {
    expect(weekUnderWay({ endDay: '2026-11-02', untilDay: '2026-11-03' })).toBe('2026-11-02')
    expect(weekUnderWay({ endDay: '2026-11-05', untilDay: '2026-11-05' })).toBe('2026-11-02')
    expect(weekUnderWay({ endDay: '2026-11-02', untilDay: '2026-11-02' })).toBeNull()
  })
})
