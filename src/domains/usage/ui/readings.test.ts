import { describe, expect, it } from 'vitest'
import { metBy } from './PowerUsers.tsx'
import { daysHash, readDaysHash, readingEvidence, sayReading, type UsageReading } from './readings.ts'

const today = '2026-11-23'
const reading = (code: string, more: Partial<UsageReading>): UsageReading => ({
  code: `usage.${code}`,
  state: 'ok',
  asOf: '2026-11-23T10:00:00Z',
  value: 0,
  low: null,
  high: null,
  n: null,
  contributions: [],
  evidence: [],
  detail: {},
  ...more,
})

describe('readings of use in words', () => {
  it('tells a share of few as counts, and never as a bare percentage', () => {
    expect(
      sayReading(reading('weekly_active', { n: 8, low: 0.53, high: 0.98, detail: { active: 7 } }), today),
    ).toEqual({
      value: '7 of 8',
      qualifier: '53 to 98%',
      reason: 'of the last 8 weeks with any use',
      unusual: false,
    })
    const users = reading('active_users', {
      value: 19,
      detail: { seats: 42, shareLow: 0.31, shareHigh: 0.6 },
    })
    expect(sayReading(users, today)).toMatchObject({
      value: '45%',
      qualifier: 'of seats, 19 of 42, 31 to 60',
    })
  })

  it('says what is missing, and shows no nought for it', () => {
    const unknown = reading('trend', {
      state: 'not_enough_data',
      value: null,
      detail: { missing: ['weeks'], have: 3, need: 8 },
    })
    expect(sayReading(unknown, today)).toEqual({ missing: '3 weeks of 8 that are needed' })
    expect(sayReading(reading('active_users', { value: 3 }), today)).toMatchObject({
      value: '3',
      qualifier: 'seats are not known',
    })
  })

  it('marks a silence that is out of the rhythm, and a last day that is merely the last one known', () => {
    const silent = reading('last_used', {
      value: 12,
      detail: { lastDay: '2026-11-11', silentDays: 11, usualGap: 1, longestGap: 4, outOfRhythm: true },
    })
    expect(sayReading(silent, today)).toMatchObject({
      value: '11 Nov',
      reason: 'Not used for 11 d since: so long is rarer than 1 in 20 for this customer.',
      unusual: true,
    })
    const known = reading('last_used', {
      value: 0,
      detail: { lastDay: '2026-11-22', usualGap: 1, longestGap: 4, outOfRhythm: false },
    })
    expect(sayReading(known, today)).toMatchObject({ value: '22 Nov', reason: 'the last day that is known' })
  })

  it('leads from each piece of evidence to its days', () => {
    const week = { from: '2026-11-09', to: '2026-11-16', events: 120, days: 4 }
    const [item] = readingEvidence(
      reading('weekly_active', { evidence: [{ code: 'usage.week', params: week }] }),
      today,
    )
    expect(item?.text).toBe('120 events on 4 days, week of 9 Nov')
    expect(readDaysHash(item?.href?.slice(1) ?? '')).toEqual({ from: '2026-11-09', to: '2026-11-16' })
    expect(readDaysHash(daysHash('2026-11-09', '2026-11-10'))?.to).toBe('2026-11-10')
    expect(readDaysHash('usage')).toBeNull()
  })

  it('puts what a power user met before everybody else first', () => {
    const error = { days: 1, errors: 5, accounts: 3, firstOn: '2026-11-02' }
    const met = metBy(
      {
        user: 'x',
        person: null,
        events: 300,
        errors: [
          { ...error, feature: 'share', metFirst: false },
          { ...error, feature: 'export', metFirst: true },
        ],
        tickets: [
          {
            id: '01a2075f-657f-7636-bc2b-3e010dd6d981',
            subject: 'Bulk export',
            category: 'idea',
            priority: null,
            state: 'open',
            openedAt: '2026-11-03T10:00:00Z',
            asksForFeature: true,
          },
        ],
      },
      today,
    )
    expect(met.map((text) => text.split(' ')[0])).toEqual(['First', 'Asked', 'Met'])
  })
})
