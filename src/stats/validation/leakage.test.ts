import { describe, expect, it } from 'vitest'
import { readCsv } from '../../../test/totals/read-csv.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { ceilingAlarm, filledAfterEventAlarm, lagJumpAlarm, singleFeatureAlarms } from './leakage.ts'
import { expectCode } from './predicted-rows.fixture.ts'

const random = seededRandom(31)
const events = Array.from({ length: 400 }, (_, row) => (row % 8 === 0 ? 1 : 0))
const noise = events.map(() => random())

describe('alarm of a single column', () => {
  it('rings for the outcome in disguise, in either direction, and not for a good sign', () => {
    const good = events.map((event, row) => event + 2 * noise[row]!)
    const disguised = events.map((event, row) => -event + noise[row]! / 2)
    expect(singleFeatureAlarms({ good, noise, disguised }, events)).toEqual([
      { kind: 'single_feature', column: 'disguised', by: 'value', auc: 1 },
    ])
  })

  it('rings for a column that is filled for those who left', () => {
    const reason = events.map((event, row) => (event === 1 ? noise[row]! : NaN))
    expect(singleFeatureAlarms({ reason }, events)).toEqual([
      { kind: 'single_feature', column: 'reason', by: 'presence', auc: 1 },
    ])
    const never = events.map(() => NaN)
    expect(singleFeatureAlarms({ never }, events)).toEqual([])
  })

  it('rings for tickets of the leaving itself, counted in the month of the label', () => {
    const accounts = readCsv('saas-sim/accounts.csv')
    const offboarding = new Map<string, number>()
    for (const ticket of readCsv('saas-sim/tickets.csv.gz'))
      if (ticket.category === 'offboarding')
        offboarding.set(ticket.account_id!, (offboarding.get(ticket.account_id!) ?? 0) + 1)
    const left = accounts.map((account) => (account.churn_month === '' ? 0 : 1))
    const columns = {
      offboarding: accounts.map((account) => offboarding.get(account.account_id!) ?? 0),
      reputation: accounts.map((account) => Number(account.reputation_prior)),
      seats: accounts.map((account) => Number(account.seats)),
    }
    const alarms = singleFeatureAlarms(columns, left)
    // The leak of test/reference/models.json (saas_sim_leak_demo) has an AUC of 1.
    expect(alarms).toMatchObject([{ column: 'offboarding', by: 'value', auc: 1 }])
  })

  it('says nothing of so few that luck alone parts them', () => {
    const few = Array.from({ length: 13 }, (_, row) => (row < 9 ? 1 : 0))
    expect(singleFeatureAlarms({ copy: few }, few)).toEqual([])
    expect(singleFeatureAlarms({ copy: few }, few, { least: 4 })).toHaveLength(1)
    const most = few.map((event, row) => (row < 6 ? event : NaN))
    expect(singleFeatureAlarms({ most }, few, { least: 4 })).toEqual([])
    expectCode(() => singleFeatureAlarms({ copy: few }, few, { least: 0 }), 'bad_input')
  })

  it('takes events and columns of one length', () => {
    expectCode(() => singleFeatureAlarms({ a: [1] }, [0, 1]), 'bad_input')
    expectCode(() => singleFeatureAlarms({ a: [1, 2] }, [0, 3]), 'bad_input')
  })
})

describe('alarm of a field filled late', () => {
  it('counts only accounts that have both, and rings above the limit', () => {
    const eventAt = [10, 10, 10, 10, NaN, 10]
    expect(filledAfterEventAlarm([10, 11, 12, 3, 99, NaN], eventAt)).toMatchObject({ filled: 4, share: 0.75 })
    expect(filledAfterEventAlarm([10, 11, 2, 3, 99, NaN], eventAt)).toBeUndefined()
    expect(filledAfterEventAlarm([NaN], [10])).toBeUndefined()
    expectCode(() => filledAfterEventAlarm([1], [1, 2]), 'bad_input')
  })
})

describe('alarm of a jump', () => {
  it('rings when the last month knows nearly all, not when it knows a little more', () => {
    const before = events.map((event, row) => event / 3 + noise[row]!)
    const sudden = events.map((event, row) => event + noise[row]!)
    const little = events.map((event, row) => event / 2.9 + noise[row]!)
    expect(lagJumpAlarm(events, sudden, before)).toMatchObject({ kind: 'lag_jump', auc: 1 })
    expect(lagJumpAlarm(events, little, before)).toBeUndefined()
    expect(lagJumpAlarm(events, before, sudden)).toBeUndefined()
  })
})

describe('alarm of a ceiling', () => {
  it('rings above it alone', () => {
    const scores = events.map((event, row) => event / 2 + noise[row]!)
    const found = ceilingAlarm(events, scores, 0.8)
    expect(found).toMatchObject({ kind: 'above_ceiling', ceiling: 0.8 })
    expect(ceilingAlarm(events, scores, 0.95)).toBeUndefined()
    expectCode(() => ceilingAlarm(events, scores, 1.2), 'bad_input')
  })
})
