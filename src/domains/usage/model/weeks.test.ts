import { describe, expect, it } from 'vitest'
import { completeWeeks, horizonOf, mondayOf } from './weeks.ts'

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

describe('the horizon', () => {
  const now = new Date('2026-11-02T10:00:00Z')
  it('is now while the source is up to date', () => {
    expect(horizonOf(now, '2026-11-02')).toEqual({ asOf: now, endDay: '2026-11-02', stale: false })
    expect(horizonOf(now, '2027-01-01').asOf).toEqual(now)
  })
  it('is the end of the last day that the source covers, stale after a week', () => {
    expect(horizonOf(now, '2026-10-28')).toMatchObject({ endDay: '2026-10-29', stale: false })
    expect(horizonOf(now, '2026-10-20')).toEqual({
      asOf: new Date('2026-10-21T00:00:00Z'),
      endDay: '2026-10-21',
      stale: true,
    })
  })
})
