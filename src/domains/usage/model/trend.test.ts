import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normal, poisson, uniform } from '../../../../test/harness/random.ts'
import { trendOf } from './trend.ts'

const weeks = (length: number, value: number) => Array.from({ length }, () => value)

/** Share of accounts that are alarmed about although every week comes from the same distribution. */
function falseAlarms(week: (next: () => number) => number, known = 12, accounts = 4_000): number {
  const next = uniform(20_261_102)
  let alarms = 0
  for (let account = 0; account < accounts; account += 1)
    if (trendOf(Array.from({ length: known }, () => week(next)))?.outOfBand) alarms += 1
  return alarms / accounts
}

describe('trend of use', () => {
  it('needs eight weeks', () => {
    expect(trendOf(weeks(7, 10))).toBeNull()
    expect(trendOf(weeks(8, 10))).toMatchObject({ change: 0, outOfBand: false, direction: null })
  })

  it('tells a collapse and a jump from the usual coming and going', () => {
    const before = [100, 120, 90, 110, 95, 105, 115, 100]
    expect(trendOf([...before, 40, 35, 30, 20])).toMatchObject({ outOfBand: true, direction: 'down' })
    expect(trendOf([...before, 300, 280, 310, 290])).toMatchObject({ outOfBand: true, direction: 'up' })
    expect(trendOf([...before, 95, 110, 120, 90])).toMatchObject({ outOfBand: false, direction: null })
  })

  it('sees use begin again after silence, and one use alone is no trend', () => {
    expect(trendOf([...weeks(8, 0), 6, 4, 7, 5])).toMatchObject({ outOfBand: true, direction: 'up' })
    expect(trendOf([...weeks(8, 0), 0, 0, 1, 0])?.outOfBand).toBe(false)
  })

  it('looks at no week before the last twelve', () => {
    const last = [5, 7, 6, 8, 5, 9, 6, 7, 6, 5, 7, 6]
    expect(trendOf([900, 800, ...last])).toEqual(trendOf(last))
  })

  it('has parts that add up, an interval around the change, and a band that agrees with it', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 8, maxLength: 20 })
    fc.assert(
      fc.property(counts, (events) => {
        const trend = trendOf(events)!
        expect(trend.parts.reduce((sum, part) => sum + part, 0)).toBe(trend.change)
        expect(trend.change).toBeGreaterThan(-1)
        expect(trend.low).toBeLessThan(trend.change)
        expect(trend.high).toBeGreaterThan(trend.change)
        expect(trend.outOfBand).toBe(trend.low > 0 || trend.high < 0)
        if (trend.outOfBand)
          expect(trend.direction === 'up' ? trend.recent > trend.band[1] : trend.recent < trend.band[0]).toBe(
            true,
          )
      }),
    )
  })

  // 4,000 accounts: three standard errors of a rate of 5 % are 1 point.
  it('alarms about one account in twenty at most when nothing changed', () => {
    const rate = falseAlarms((next) => Math.exp(4 + 0.3 * normal(next)))
    expect(rate).toBeGreaterThan(0.035)
    expect(rate).toBeLessThan(0.065)
    expect(falseAlarms((next) => Math.exp(4 + 0.3 * normal(next)), 8)).toBeLessThan(0.065)
    expect(falseAlarms((next) => poisson(next, 60))).toBeLessThan(0.065)
    expect(falseAlarms((next) => poisson(next, 4))).toBeLessThan(0.065)
    expect(falseAlarms((next) => poisson(next, 0.3))).toBeLessThan(0.065)
  })

  it('finds most accounts whose use halves', () => {
    const next = uniform(7)
    let found = 0
    for (let account = 0; account < 1_000; account += 1) {
      const week = (scale: number) => scale * Math.exp(4 + 0.3 * normal(next))
      const events = [
        ...Array.from({ length: 8 }, () => week(1)),
        ...Array.from({ length: 4 }, () => week(0.5)),
      ]
      if (trendOf(events)?.direction === 'down') found += 1
    }
    expect(found).toBeGreaterThan(800)
  })
})
