import { describe, expect, it } from 'vitest'
import { findingOf } from './AdoptionRegion.tsx'
import type { AdoptionStudy } from './queries.ts'

const group = { accounts: 40, left: 8, share: 0.2, low: 0.1, high: 0.35, yearlyCents: 100, withoutRevenue: 0 }
const study = (
  difference: AdoptionStudy['difference'],
  worth: AdoptionStudy['worth'] = null,
): AdoptionStudy => ({
  asOf: '2026-11-23T00:00:00Z',
  through: '2026-11-22',
  weeks: 26,
  of: 26,
  months: 12,
  currency: 'USD',
  reached: group,
  others: group,
  difference,
  worth,
  leftOut: { notKnown: 0, young: 0, notObserved: 0, leftBefore: 0, dayNotKnown: 0 },
  randomised: false,
})

describe('what early use is worth', () => {
  it('is a finding with its money only where the interval excludes zero', () => {
    expect(findingOf(study({ value: -0.11, low: -0.24, high: 0.02 }))).toMatch(/^Not shown/)
    expect(findingOf(study({ value: -0.2, low: -0.3, high: -0.1 }))).toMatch(
      /^20 points more left \(10 to 30\)/,
    )
    const worth = { cents: 1_000_000, lowCents: 500_000, highCents: 1_500_000 }
    expect(findingOf(study({ value: 0.2, low: 0.1, high: 0.3 }, worth))).toContain(
      '$10K a year ($5K to $15K)',
    )
    expect(findingOf(study(null))).toMatch(/^Too early/)
  })
})
