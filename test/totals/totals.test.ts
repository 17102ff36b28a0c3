import { describe, expect, it } from 'vitest'
import { ravenstackTotals } from './ravenstack.ts'
import { serviceNowTotals } from './servicenow.ts'
import { telcoTotals } from './telco.ts'

// Expected numbers were computed with pandas from the same files.

describe('RavenStack', () => {
  const totals = ravenstackTotals()
  it('has the retention of the reference', () => {
    const { retention2024H2: half } = totals.revenue
    expect(half).toMatchObject({ accounts: 333, start: 3_833_405, logo: 1 })
    expect(half.nrr).toBeCloseTo(1.739963, 6)
    expect(half.grr).toBeCloseTo(0.9860427, 7)
  })
  it('adds up: movements up to the last day are the revenue of that day', () => {
    const { revenue } = totals
    const moved = Object.values(revenue.movementSum).reduce((sum, delta) => sum + delta, 0)
    expect(moved).toBe(revenue.mrrOn['2024-12-31'])
    const { movementCount: count } = revenue
    const paying = (count.new ?? 0) + (count.reactivation ?? 0) - (count.churn ?? 0)
    expect(paying).toBe(revenue.payingAccountsOn['2024-12-31'])
    const monthly = Object.values(revenue.movementSumByMonth).reduce((sum, delta) => sum + delta, 0)
    expect(monthly).toBe(moved)
  })
  it('has the counts of its own description', () => {
    expect(totals).toMatchObject({
      accounts: 500,
      churnFlags: 110,
      subscriptions: 5_000,
      tickets: { all: 2_000, byPriority: { urgent: 514, high: 510, medium: 491, low: 485 } },
      churn: {
        events: 600,
        accounts: 352,
        byReason: { features: 114, support: 104, budget: 104, unknown: 95, competitor: 92, pricing: 91 },
      },
      usage: { rows: 25_000, distinctIds: 24_979, repeatedRows: 21, repeatedWithOtherContent: 21 },
    })
    const sum = (counts: Record<string, number>) => Object.values(counts).reduce((all, one) => all + one, 0)
    expect(sum(totals.usage.countByFeature)).toBe(sum(totals.usage.countByFeatureAndMonth))
    expect(sum(totals.usage.countByFeature)).toBe(sum(totals.usage.countByMonth))
  })
})

it('Telco has the counts of its own description', () => {
  const totals = telcoTotals()
  expect(totals).toMatchObject({
    accounts: 7_043,
    left: 1_869,
    withoutTotalCharges: 11,
    accountsByContract: { 'Month-to-month': 3_875, 'One year': 1_473, 'Two year': 1_695 },
  })
  const byContract = Object.values(totals.mrrCentsByContract).reduce((sum, cents) => sum + cents, 0)
  expect(byContract).toBe(totals.mrrCents)
})

describe('ServiceNow', () => {
  const totals = serviceNowTotals()
  it('has the counts of the reference', () => {
    expect(totals).toMatchObject({
      rows: 119_998,
      refusedRows: 2,
      events: 119_996,
      incidents: 20_769,
      reopened: 234,
      slaMissed: 8_174,
      lastPriority: { 1: 220, 2: 337, 3: 19_554, 4: 658 },
      raised: 225,
      lowered: 85,
      reassignment: { median: 0, p90: 3 },
      categories: { 'Category 26': 2_823, 'Category 42': 2_814 },
    })
    expect(totals.reassignment.mean).toBeCloseTo(0.98801098, 8)
    expect(totals.reassignment.threeOrMore / totals.incidents).toBeCloseTo(0.12138283, 8)
  })
  it('has the resolution times of the reference', () => {
    const hours = totals.hoursByLastPriority
    expect([1, 2, 3, 4].map((level) => hours[level]?.n)).toEqual([220, 337, 18_226, 568])
    expect(hours[1]?.median).toBeCloseTo(78.166667, 5)
    expect(hours[1]?.p90).toBeCloseTo(639.33333, 5)
    expect(hours[1]?.mean).toBeCloseTo(279.18182, 5)
    expect(hours[3]?.median).toBeCloseTo(24.291667, 5)
    expect(hours[4]?.mean).toBeCloseTo(324.30417, 5)
  })
})
