import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reading } from '../../../platform/readings.ts'
import { usageCodes, usageReadings, type Source, type Use } from './readings.ts'
import { addDays, completeWeeks } from './weeks.ts'

const now = new Date('2026-11-02T10:00:00Z')
const mondays = completeWeeks('2026-11-02', 12)

const source = (change: Partial<Source['coverage']> = {}): Source => ({
  snapshotId: '01990000-0000-7000-8000-000000000001',
  coverage: {
    firstDay: '2025-01-01',
    lastDay: '2026-11-01',
    features: ['reports', 'export', 'alerts', 'api'].map((name) => ({ name, firstDay: '2025-01-01' })),
    countsUsers: true,
    ...change,
  },
})

const week = (events: number) => ({ events, days: events > 0 ? 1 : 0, users: events > 0 ? 1 : 0 })
const use = (change: Partial<Use> = {}): Use => ({
  accountId: '01990000-0000-7000-8000-00000000000a',
  firstDay: '2026-01-05',
  startedOn: '2026-01-01',
  seats: 10,
  weeks: new Map(mondays.map((monday) => [monday, week(20)])),
  features: ['reports', 'export', 'alerts'],
  useCase: null,
  users: 4,
  adopted: [0, 1, 2, 5],
  ...change,
})

const read = (one: Use, from: Source | null = source(), at = now): Record<string, Reading> =>
  Object.fromEntries(usageReadings(one, from, at).map((reading) => [reading.code, reading]))

describe('readings of use', () => {
  it('are shares of what is known, with how sure they are', () => {
    const readings = read(use())
    expect(readings['usage.weekly_active']).toMatchObject({ state: 'ok', value: 1, n: 8, high: 1 })
    expect(readings['usage.weekly_active']?.low).toBeCloseTo(0.6756, 4)
    expect(readings['usage.breadth']).toMatchObject({ value: 0.75, n: 4 })
    expect(readings['usage.early_adoption']).toMatchObject({ n: 26, detail: { active: 4, soFar: false } })
    expect(readings['usage.early_adoption']?.value).toBeCloseTo(4 / 26, 12)
    expect(readings['usage.active_users']).toMatchObject({ value: 4, n: 10, detail: { shareOfSeats: 0.4 } })
    expect(readings['usage.trend']).toMatchObject({ value: 0, n: 12, detail: { outOfBand: false } })
    expect(readings['usage.trend']?.detail.series).toEqual(mondays.map(() => 20))
  })

  it('say what is missing instead of nought when nothing was ever imported, or never for this account', () => {
    for (const [reading, missing] of [
      ...usageReadings(use(), null, now).map((r) => [r, 'no_usage_data'] as const),
      ...usageReadings(use({ firstDay: null }), source(), now).map((r) => [r, 'no_usage_rows'] as const),
    ])
      expect(reading).toMatchObject({ state: 'not_enough_data', value: null, detail: { missing: [missing] } })
  })

  it('take weeks without rows for nought only after the first use', () => {
    const begun = mondays[8]!
    const late = read(use({ firstDay: begun, weeks: new Map([[begun, week(3)]]) }))
    expect(late['usage.weekly_active']).toMatchObject({ value: 0.25, n: 4 })
    expect(late['usage.weekly_active']?.detail.series).toEqual([...Array(8).fill(null), 3, 0, 0, 0])
    expect(late['usage.trend']).toMatchObject({
      state: 'not_enough_data',
      value: null,
      n: 4,
      detail: { missing: ['weeks'], have: 4, need: 8 },
    })
  })

  it('do not take the begun first week for a whole one in the trend', () => {
    const readings = read(use({ firstDay: addDays(mondays[0]!, 3) }))
    expect(readings['usage.trend']?.n).toBe(11)
  })

  it('are stale when the source has been silent for longer than its rhythm', () => {
    const readings = read(use(), source({ lastDay: '2026-10-18' }))
    expect(readings['usage.weekly_active']).toMatchObject({
      state: 'stale',
      asOf: '2026-10-19T00:00:00.000Z',
    })
    expect(read(use(), source({ lastDay: '2026-10-28' }))['usage.weekly_active']?.state).toBe('ok')
  })

  it('count early adoption so far, and never weeks that the source did not see', () => {
    const young = read(use({ startedOn: '2026-10-05', adopted: [0, 2] }))['usage.early_adoption']
    expect(young).toMatchObject({ value: 0.5, n: 4, detail: { soFar: true } })
    const old = read(use({ startedOn: '2020-01-01', adopted: [] }))['usage.early_adoption']
    expect(old).toMatchObject({ state: 'not_enough_data', detail: { missing: ['before_usage_data'] } })
    const partly = read(use({ startedOn: '2024-12-04', adopted: [3, 5] }))['usage.early_adoption']
    expect(partly).toMatchObject({ n: 22, detail: { active: 1, notObserved: 4 } })
    expect(read(use({ startedOn: null }))['usage.early_adoption']?.detail).toEqual({ missing: ['start'] })
  })

  it('count users only where the source names them', () => {
    expect(read(use(), source({ countsUsers: false }))['usage.active_users']?.detail).toEqual({
      missing: ['source_counts_no_users'],
    })
    expect(read(use({ users: 0 }))['usage.active_users']?.detail).toEqual({ missing: ['users_not_named'] })
    expect(read(use({ users: 0, weeks: new Map() }))['usage.active_users']).toMatchObject({ value: 0 })
    expect(read(use({ users: 14 }))['usage.active_users']?.detail).toMatchObject({ shareLow: null })
  })

  it('have parts that add up to the value exactly', () => {
    const uses = fc.record({
      events: fc.array(fc.nat(500), { minLength: 12, maxLength: 12 }),
      features: fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 }),
      users: fc.nat(30),
      adopted: fc.uniqueArray(fc.nat(25)),
      firstDay: fc.constantFrom('2026-01-05', mondays[0]!, mondays[5]!, '2026-11-01'),
    })
    fc.assert(
      fc.property(uses, ({ events, features, ...rest }) => {
        const seen = source({ features: features.map((name) => ({ name, firstDay: '2026-01-01' })) })
        const weeks = new Map(mondays.map((monday, index) => [monday, week(events[index]!)]))
        const readings = usageReadings(use({ ...rest, features, weeks }), seen, now)
        expect(readings.map(({ code }) => code)).toEqual([...usageCodes])
        for (const { value, state, contributions } of readings) {
          expect(value === null).toBe(state === 'not_enough_data')
          if (value !== null) expect(contributions.reduce((sum, { amount }) => sum + amount, 0)).toBe(value)
        }
      }),
    )
  })
})
