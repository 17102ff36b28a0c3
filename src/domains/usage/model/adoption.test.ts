import { describe, expect, it } from 'vitest'
import { compareAdoption, type Followed } from './adoption.ts'

const accounts = (count: number, left: number, activeWeeks: number, yearlyCents: number | null): Followed[] =>
  Array.from({ length: count }, (_, index) => ({ activeWeeks, left: index < left, yearlyCents }))

describe('early adoption against churn', () => {
  it('compares who reached it with who did not, and says what the difference is worth', () => {
    // The example of newcombeDifference: 56 of 70 against 48 of 80.
    const found = compareAdoption([...accounts(80, 48, 26, 500), ...accounts(70, 56, 25, 1_000)], 26)
    expect(found.reached).toMatchObject({ accounts: 80, left: 48, share: 0.6 })
    expect(found.others).toMatchObject({ accounts: 70, left: 56, share: 0.8, yearlyCents: 70_000 })
    expect(found.difference?.value).toBeCloseTo(0.2, 12)
    expect(found.difference?.low).toBeCloseTo(0.052431, 6)
    expect(found.difference?.high).toBeCloseTo(0.333873, 6)
    expect(found.worth).toEqual({ cents: 14_000, lowCents: 3_670, highCents: 23_371 })
  })

  it('says nothing where one side is empty, and no money where none is known', () => {
    expect(compareAdoption(accounts(9, 1, 26, 100), 26)).toMatchObject({ difference: null, worth: null })
    const unpriced = compareAdoption([...accounts(9, 1, 26, null), ...accounts(9, 3, 2, null)], 26)
    expect(unpriced.difference?.value).toBeCloseTo(2 / 9, 12)
    expect(unpriced).toMatchObject({ worth: null, others: { withoutRevenue: 9 } })
  })
})
