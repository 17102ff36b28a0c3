import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Reading } from '../../../platform/readings.ts'
import type { Scale, Source, Use } from './known.ts'
import { usageCodes, usageReadings } from './readings.ts'
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
    liveDay: null,
    filedDay: change.lastDay ?? '2026-11-01',
    live: false,
    ...change,
  },
})

const week = (events: number) => ({ events, days: events > 0 ? 1 : 0, users: events > 0 ? 1 : 0 })
const use = (change: Partial<Use> = {}): Use => ({
  accountId: '01990000-0000-7000-8000-00000000000a',
  segment: null,
  seats: 10,
  startedOn: '2026-01-01',
  useCase: null,
  sendsEvents: false,
  firstDay: '2026-01-05',
  lastDay: '2026-11-01',
  weeks: new Map(mondays.map((monday) => [monday, week(20)])),
  features: ['reports', 'export', 'alerts'],
  users: 4,
  userEvents: { u1: 30, u2: 20, u3: 2, u4: 1 },
  adopted: [0, 1, 2, 5],
  gaps: [1, 1, 1, 1, 3, 1, 1, 1, 1, 3],
  ...change,
})

const scale: Scale = {
  snapshotId: '01990000-0000-7000-8000-000000000002',
  scale: { users: 400, all: { users: 400, slope: 0, cut: Math.log1p(25) }, segments: [] },
}

const read = (one: Use, from: Source | null = source(), at = now): Record<string, Reading> =>
  Object.fromEntries(usageReadings(one, from, scale, at).map((reading) => [reading.code, reading]))

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
      ...usageReadings(use(), null, scale, now).map((r) => [r, 'no_usage_data'] as const),
      ...usageReadings(use({ firstDay: null, lastDay: null }), source(), scale, now).map(
        (r) => [r, 'no_usage_rows'] as const,
      ),
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
    expect(
      read(use({ users: 0, weeks: new Map(), lastDay: '2026-07-01' }))['usage.active_users'],
    ).toMatchObject({ value: 0 })
    expect(read(use({ users: 14 }))['usage.active_users']?.detail).toMatchObject({ shareLow: null })
  })

  const monday = '2026-11-02'
  const live = (change: Partial<Use> = {}, at = new Date('2026-11-04T10:00:00Z')) =>
    read(
      use({ sendsEvents: true, ...change }),
      source({ live: true, liveDay: '2026-11-04', lastDay: '2026-11-04' }),
      at,
    )

  it('count the week under way as soon as it has use, and never against the account', () => {
    const quiet = mondays.slice(0, -2).map((start) => [start, week(20)] as const)
    const before = live({ weeks: new Map(quiet) })['usage.weekly_active']
    expect(before).toMatchObject({ value: 6 / 8, n: 8, detail: { thisWeek: null } })
    const after = live({ weeks: new Map([...quiet, [monday, week(3)]]) })['usage.weekly_active']
    expect(after).toMatchObject({ value: 6 / 8, n: 8, detail: { thisWeek: { from: monday, value: 3 } } })
    expect(after?.contributions.at(-1)?.params).toMatchObject({ from: monday })
    expect(after?.evidence.at(-1)?.params).toMatchObject({ from: monday, to: '2026-11-05' })
    const first = live({ firstDay: '2026-11-04', weeks: new Map([[monday, week(1)]]) })
    expect(first['usage.weekly_active']).toMatchObject({ state: 'ok', value: 1, n: 1 })
    expect(first['usage.trend']).toMatchObject({ state: 'not_enough_data', n: 0 })
  })

  it('leave the trend to complete weeks, with the one under way beside it', () => {
    const trend = live({ weeks: new Map([...use().weeks, [monday, week(500)]]) })['usage.trend']
    expect(trend).toMatchObject({ value: 0, n: 12, detail: { thisWeek: { from: monday, value: 500 } } })
    expect(trend?.detail.series).toHaveLength(12)
  })

  it('count early adoption of the week under way likewise', () => {
    const adoption = (adopted: number[]) => live({ startedOn: '2026-10-20', adopted })['usage.early_adoption']
    expect(adoption([0])).toMatchObject({ value: 0.5, n: 2 })
    expect(adoption([0, 2])).toMatchObject({ value: 2 / 3, n: 3, detail: { soFar: true } })
  })

  it('tell breadth of the features that were chosen, else of all seen', () => {
    const chosen = { id: 'one', name: 'Shops', features: ['reports', 'till'] }
    expect(read(use({ useCase: chosen }))['usage.breadth']).toMatchObject({
      value: 0.5,
      n: 2,
      detail: { chosen: true, unused: ['till'], useCase: { name: 'Shops' }, from: '2026-09-07' },
    })
    expect(read(use())['usage.breadth']?.detail).toMatchObject({ chosen: false, unused: ['api'] })
  })

  it('tell the days since the last use, today included', () => {
    expect(live({ lastDay: '2026-11-04' })['usage.last_used']).toMatchObject({
      value: 0,
      n: 10,
      detail: { silentDays: 0, usualGap: 1, longestGap: 3, chance: 1, outOfRhythm: false },
    })
    expect(live({ lastDay: '2026-11-01' })['usage.last_used']).toMatchObject({
      value: 3,
      detail: { silentDays: 2, outOfRhythm: false },
    })
    const young = live({ lastDay: '2026-11-01', gaps: [1, 2] })['usage.last_used']
    expect(young).toMatchObject({ state: 'ok', value: 3, detail: { chance: null, outOfRhythm: null } })
  })

  it('tell a silence beyond the rhythm, and its end', () => {
    const gaps = Array.from({ length: 40 }, (_, index) => (index % 5 === 4 ? 3 : 1))
    const silent = live({ lastDay: '2026-10-20', gaps })['usage.last_used']
    expect(silent).toMatchObject({ value: 15, detail: { outOfRhythm: true, returned: false } })
    expect(silent?.detail.chance).toBeCloseTo(1 / 41, 12)
    expect(live({ lastDay: '2026-11-04', gaps: [...gaps, 15] })['usage.last_used']?.detail).toMatchObject({
      outOfRhythm: false,
      returned: true,
      returnedAfter: 15,
    })
  })

  it('tell who is a power user, from how many events on, and among whom', () => {
    expect(read(use())['usage.power_users']).toMatchObject({
      value: 1,
      n: 4,
      snapshotId: scale.snapshotId,
      contributions: [{ code: 'usage.power_user', params: { user: 'u1', events: 30 } }],
      detail: { share: 0.25, shareOfSeats: 0.1, pooled: true, segment: null, among: 400 },
    })
    expect(read(use({ userEvents: {} }))['usage.power_users']?.detail).toMatchObject({
      missing: ['users_not_named'],
    })
    const few: Scale = { ...scale, scale: { users: 12, all: null, segments: [] } }
    const [reading] = usageReadings(use(), source(), few, now).filter(
      ({ code }) => code === 'usage.power_users',
    )
    expect(reading).toMatchObject({
      state: 'not_enough_data',
      detail: { missing: ['users'], have: 12, need: 40 },
    })
  })

  it('have parts that add up to the value exactly', () => {
    const uses = fc.record({
      events: fc.array(fc.nat(500), { minLength: 12, maxLength: 12 }),
      features: fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 40 }),
      users: fc.nat(30),
      userEvents: fc.dictionary(fc.string(), fc.integer({ min: 1, max: 60 }), { maxKeys: 40 }),
      gaps: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 40 }),
      lastDay: fc.constantFrom('2026-11-01', '2026-09-01'),
      adopted: fc.uniqueArray(fc.nat(25)),
      firstDay: fc.constantFrom('2026-01-05', mondays[0]!, mondays[5]!, '2026-11-01'),
    })
    fc.assert(
      fc.property(uses, ({ events, features, ...rest }) => {
        const seen = source({ features: features.map((name) => ({ name, firstDay: '2026-01-01' })) })
        const weeks = new Map(mondays.map((monday, index) => [monday, week(events[index]!)]))
        const readings = usageReadings(use({ ...rest, features, weeks }), seen, scale, now)
        expect(readings.map(({ code }) => code)).toEqual([...usageCodes])
        for (const { value, state, contributions } of readings) {
          expect(value === null).toBe(state === 'not_enough_data')
          if (value !== null) expect(contributions.reduce((sum, { amount }) => sum + amount, 0)).toBe(value)
        }
      }),
    )
  })
})
