import { describe, expect, it } from 'vitest'
import { builtInRules } from './built-in.ts'
import { count, emptyTally, knowsTheFuture, obstaclesOf, originsOf, resultOf, type Judged } from './trial.ts'

describe('origins', () => {
  it('are the last twelve months that can be followed for 90 days, none before the records', () => {
    const origins = originsOf('2026-11-23', '2020-01-01')
    expect([origins.length, origins[0], origins.at(-1)]).toEqual([12, '2025-09-01', '2026-08-01'])
    expect(originsOf('2026-11-23', '2026-06-15')).toEqual(['2026-07-01', '2026-08-01'])
    expect(originsOf('2026-11-23', '2026-09-01')).toEqual([])
  })
})

describe('what could not be known then', () => {
  const renewal = (detail: object, startsOn = '2024-01-31') => ({
    code: 'revenue.renewal',
    detail: { termMonths: 12, ...detail },
    evidence: [{ kind: 'subscription', id: null, at: null, code: 'x', params: { startsOn } }],
  })

  it('is the day of an early end and what a source says of the next renewal, not the end of a term', () => {
    expect(knowsTheFuture(renewal({ from: 'end', renewsOn: '2025-05-20' }))).toBe(true)
    expect(knowsTheFuture(renewal({ from: 'source', renewsOn: '2027-05-20' }))).toBe(true)
    expect(knowsTheFuture(renewal({ from: 'end', renewsOn: '2026-01-31' }))).toBe(false)
    expect(knowsTheFuture(renewal({ from: 'term', renewsOn: '2026-01-31' }))).toBe(false)
    expect(knowsTheFuture(renewal({ from: 'end', termMonths: null, renewsOn: '2026-01-31' }))).toBe(true)
    // The last day of a shorter month is a whole month on.
    expect(knowsTheFuture(renewal({ from: 'end', termMonths: 1, renewsOn: '2024-02-29' }))).toBe(false)
  })

  it('stops a rule on readings that know the future, and on tasks', () => {
    expect(obstaclesOf(builtInRules.usage_out_of_band!)).toEqual([])
    expect(obstaclesOf(builtInRules.task_due!)).toEqual([{ code: 'tasks', params: {} }])
    const risky = {
      ...builtInRules.usage_out_of_band!,
      source: {
        kind: 'readings' as const,
        all: [{ reading: 'risk.renewal', part: 'value', op: 'at_least' as const, value: 0.3 }],
      },
    }
    expect(obstaclesOf(risky)).toEqual([{ code: 'not_of_the_past', params: { reading: 'risk.renewal' } }])
  })
})

describe('cases', () => {
  const judged = (accountId: string, occurrence: string | null, left = false, known = true): Judged => ({
    accountId,
    occurrence,
    known,
    left,
  })

  it('count once an occurrence, and once while a reason lasts from month to month', () => {
    const tally = emptyTally()
    count(tally, 0, [judged('a', 'week 1'), judged('b', 'renewal 1', true), judged('c', null, true)])
    count(tally, 1, [judged('a', 'week 2'), judged('b', 'renewal 1', true), judged('d', null, false, false)])
    count(tally, 2, [judged('a', null), judged('b', 'renewal 2')])
    count(tally, 3, [judged('a', 'week 3', true)])
    expect({ ...tally, raised: tally.raised.size }).toEqual({
      cases: 4,
      casesLeft: 2,
      others: 2,
      othersLeft: 1,
      unknown: 1,
      raised: 2,
    })
  })

  it('come with intervals, and say how much was not known', () => {
    const tally = { ...emptyTally(), cases: 14, casesLeft: 5, others: 900, othersLeft: 36, unknown: 100 }
    const result = resultOf(tally, {
      origins: ['2026-01-01'],
      accounts: 100,
      sampled: false,
      now: 3,
      assumed: { records: 0, late: 0 },
      gaps: [],
      possible: true,
    })
    expect(result.raised).toMatchObject({ n: 14, left: 5, share: 5 / 14 })
    // Windows overlap threefold: 300 of 900 count, so the interval is that of 12 of 300.
    expect(result.others.low).toBeCloseTo(0.02303, 4)
    expect(result.others.high).toBeCloseTo(0.06858, 4)
    expect(result.difference!.value).toBeCloseTo(5 / 14 - 0.04, 9)
    expect(result.gaps).toEqual([{ code: 'unknown', params: { share: 100 / 1_014 } }])
  })
})
