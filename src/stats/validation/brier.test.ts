import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { brierScore, brierSkill } from './brier.ts'
import { logLoss } from './log-loss.ts'
import { expectCode, judged } from './predicted-rows.fixture.ts'
import { brierParts, calibrationError, reliabilityBins } from './reliability.ts'

const { events, chances } = judged

const someRows = fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: 1, max: 19 })), {
  minLength: 1,
  maxLength: 60,
})
const eventsOf = (rows: readonly (readonly [number, number])[]) => rows.map(([event]) => event)
const chancesOf = (rows: readonly (readonly [number, number])[]) =>
  rows.map(([, twentieth]) => twentieth / 20)

describe('Brier score and log loss', () => {
  it('agree with R', () => {
    // R: mean((p - y)^2)
    expectNear(brierScore(events, chances), 0.11503088375, 1e-12)
    // R: -mean(y * log(p) + (1 - y) * log1p(-p))
    expectNear(logLoss(events, chances), 0.385637039028997, 1e-12)
  })

  it('are least, over one chance for all, at the share of events', () => {
    const least = (score: typeof brierScore) => {
      const at = (chance: number) =>
        score(
          [1, 0, 0, 0, 0],
          Array.from({ length: 5 }, () => chance),
        )
      expect(at(0.2)).toBeLessThan(at(0.19))
      expect(at(0.2)).toBeLessThan(at(0.21))
    }
    least(brierScore)
    least(logLoss)
  })

  it('punish certainty that was wrong: one of them without end, which is refused', () => {
    expect(brierScore([1, 0], [0, 1])).toBe(1)
    expectCode(() => logLoss([1, 0], [0, 0.5]), 'bad_input')
    expectCode(() => logLoss([1, 0], [0.5, 1]), 'bad_input')
    expect(logLoss([1, 0], [1, 0])).toBe(0)
  })

  it('take chances alone', () => {
    expectCode(() => brierScore([1, 0], [0.2, 1.1]), 'bad_input')
    expectCode(() => logLoss([1, 0], [-0.1, 0.5]), 'bad_input')
  })
})

describe('Brier skill', () => {
  it('is 0 for the base itself and 1 for certain foresight', () => {
    expect(brierSkill([1, 0, 0], [0.3, 0.3, 0.3], 0.3)).toBe(0)
    expect(brierSkill([1, 0, 0], [1, 0, 0])).toBe(1)
    expect(brierSkill([1, 0, 0], [0.5, 0.5, 0.5], [0.4, 0.3, 0.3])).toBeLessThan(0)
  })

  it('says when the base is never wrong', () => {
    expectCode(() => brierSkill([0, 0], [0.1, 0.1]), 'no_variation')
    expectCode(() => brierSkill([0, 1], [0.1, 0.1], [0.1]), 'bad_input')
  })
})

describe('reliability', () => {
  it('holds every row once, in bins of equal count where chances differ', () => {
    const distinct = Array.from({ length: 103 }, (_, row) => ((row * 31) % 103) / 103)
    const bins = reliabilityBins(
      distinct.map((chance) => (chance > 0.7 ? 1 : 0)),
      distinct,
    )
    expect(bins.map((bin) => bin.rows)).toEqual([11, 11, 11, 10, 10, 10, 10, 10, 10, 10])
    expect(bins.reduce((sum, bin) => sum + bin.events, 0)).toBe(
      distinct.filter((chance) => chance > 0.7).length,
    )
  })

  it('does not depend on the order of rows, and keeps equal chances together', () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const bins = reliabilityBins(eventsOf(rows), chancesOf(rows), 5)
        const turned = rows.toReversed()
        const again = reliabilityBins(eventsOf(turned), chancesOf(turned), 5)
        expect(again.map(({ rows, events }) => [rows, events])).toEqual(
          bins.map(({ rows, events }) => [rows, events]),
        )
        expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(rows.length)
        const sorted = chancesOf(rows).sort((a, b) => a - b)
        let end = 0
        for (const bin of bins.slice(0, -1))
          expect(sorted[(end += bin.rows)]).toBeGreaterThan(sorted[end - 1]!)
      }),
    )
  })

  it('is one bin where one chance is told to all', () => {
    const [bin, ...others] = reliabilityBins([0, 1, 0, 0], [0.25, 0.25, 0.25, 0.25])
    expect(others).toEqual([])
    expect(bin).toMatchObject({ rows: 4, events: 1, observed: 0.25, meanChance: 0.25 })
    expect(calibrationError([0, 1, 0, 0], [0.25, 0.25, 0.25, 0.25])).toBe(0)
  })

  it('parts the Brier score into what adds up to it', () => {
    fc.assert(
      fc.property(someRows, (rows) => {
        const parts = brierParts(eventsOf(rows), chancesOf(rows), 4)
        expect(parts.reliability - parts.resolution + parts.uncertainty + parts.within).toBeCloseTo(
          parts.brier,
          12,
        )
        expect(parts.brier).toBeCloseTo(brierScore(eventsOf(rows), chancesOf(rows)), 12)
        expect(Math.min(parts.reliability, parts.resolution, parts.uncertainty)).toBeGreaterThanOrEqual(0)
      }),
    )
    // With one chance a bin nothing is hidden inside bins.
    expect(brierParts([0, 1, 0, 1, 1, 1], [0.2, 0.2, 0.5, 0.5, 0.9, 0.9], 3).within).toBeCloseTo(0, 14)
  })

  it('asks for bins', () => expectCode(() => reliabilityBins([0, 1], [0.2, 0.4], 0), 'bad_input'))
})
