import { describe, expect, it } from 'vitest'
import { uniform } from '../../../../test/harness/random.ts'
import { chanceOfGap } from './rhythm.ts'

describe('the chance of a gap', () => {
  it('is its rank among the earlier ones', () => {
    const gaps = [1, 1, 1, 1, 3, 1, 1, 1, 1, 3]
    expect([1, 2, 3, 4].map((gap) => chanceOfGap(gaps, gap))).toEqual([1, 3 / 11, 3 / 11, 1 / 11])
    expect(chanceOfGap([1, 1, 1], 9)).toBeNull()
  })

  // 4,000 accounts: three standard errors of a rate of 5 % are 1 point.
  it('is rare for at most one gap in twenty where nothing changed', () => {
    const next = uniform(20_261_102)
    const gap = () => 1 + Math.floor(-Math.log(next()) * 4)
    let rare = 0
    for (let account = 0; account < 4_000; account += 1) {
      const gaps = Array.from({ length: 60 }, gap)
      if (chanceOfGap(gaps, gap())! < 0.05) rare += 1
    }
    expect(rare / 4_000).toBeLessThan(0.06)
    expect(rare / 4_000).toBeGreaterThan(0.02)
  })
})
