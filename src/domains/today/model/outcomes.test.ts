import { describe, expect, it } from 'vitest'
import { effectFrom, outcomeOf, type Cases } from './outcomes.ts'

const cases = (n: number, kept: number, more: Partial<Cases> = {}): Cases => ({
  ruleCode: 'r',
  heldOut: false,
  acted: false,
  days: 90,
  n,
  kept,
  easedOf: 0,
  eased: 0,
  arrCents: n * 1_000,
  waiting: 0,
  ...more,
})

describe('what acting achieved', () => {
  it('is too early while few cases are followed, or too few of the others left', () => {
    const few = [cases(29, 20), cases(40, 38, { acted: true })]
    expect(outcomeOf('r', 90, few)).toMatchObject({ verdict: 'too_early', difference: null })
    const loyal = [cases(60, 57), cases(60, 60, { acted: true })]
    expect(effectFrom(outcomeOf('r', 90, loyal))).toBeNull()
  })

  it('is told by chance where there is a held-out group, else by likeness, with Newcombe and money', () => {
    const alike = [cases(80, 48), cases(70, 56, { acted: true })]
    const outcome = outcomeOf('r', 90, alike)
    // The example of Newcombe's method 10 in the numerical library.
    expect(outcome.verdict).toBe('similar_cases')
    expect(outcome.difference!.value).toBeCloseTo(0.2, 9)
    expect(outcome.difference!.low).toBeCloseTo(0.052431, 6)
    expect(outcome.difference!.high).toBeCloseTo(0.333873, 6)
    expect(outcome.keptCents).toEqual({ value: 14_000, low: 3_670, high: 23_371 })
    const drawn = outcomeOf('r', 90, [...alike, cases(50, 30, { heldOut: true })])
    expect(drawn.verdict).toBe('holdout')
    // Shown, acted on or not: who was held out is compared with all who were not.
    expect(drawn.shown).toMatchObject({ n: 150, kept: 104 })
    expect(drawn.difference!.value).toBeCloseTo(104 / 150 - 30 / 50, 9)
  })

  it('gives the share of departures that acting prevents, never below nothing', () => {
    const effect = effectFrom(outcomeOf('r', 90, [cases(80, 48), cases(70, 56, { acted: true })]))!
    // 14 of 70 against 32 of 80 leave: the ratio is a half.
    expect(effect).toMatchObject({ share: 0.5, basis: 'similar_cases', n: 150 })
    expect(effect.low).toBeGreaterThan(0.1)
    expect(effect.high).toBeLessThan(0.8)
    const worse = effectFrom(outcomeOf('r', 90, [cases(80, 70), cases(70, 50, { acted: true })]))!
    expect(worse).toMatchObject({ share: 0, low: 0 })
    const none = effectFrom(outcomeOf('r', 90, [cases(80, 60), cases(70, 70, { acted: true })]))!
    expect(none.share).toBeGreaterThan(0.9)
    expect(none.high).toBeLessThanOrEqual(1)
  })
})
