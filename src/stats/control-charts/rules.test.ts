import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromOne, spcReference } from './classic-series.fixture.ts'
import { drawChart } from './control-chart.ts'
import { calmRules, flagsByRule } from './flags-by-rule.ts'
import {
  nelsonRule1,
  nelsonRule2,
  nelsonRule3,
  nelsonRule4,
  nelsonRule5,
  nelsonRule6,
  nelsonRule7,
  nelsonRule8,
} from './nelson.ts'
import { stagesOf } from './stages.ts'
import {
  westernElectricRule1,
  westernElectricRule2,
  westernElectricRule3,
  westernElectricRule4,
} from './western-electric.ts'

type Window = readonly number[]

const steps = (window: Window) => window.slice(1).map((value, i) => value - window[i]!)
const onOneSide = (window: Window, least: number, limit: number) =>
  [1, -1].some((side) => {
    const far = window.map((z) => side * z > limit)
    return far.at(-1) && far.filter(Boolean).length >= least
  })

/** Each rule as it is said in words, of the last points: how many it looks at, and whether they are the pattern. */
const inWords = [
  { name: 'Nelson 1', rule: nelsonRule1, points: 1, is: (w: Window) => Math.abs(w[0]!) > 3 },
  { name: 'Nelson 2', rule: nelsonRule2, points: 9, is: (w: Window) => w.length === 9 && onOneSide(w, 9, 0) },
  {
    name: 'Nelson 3',
    rule: nelsonRule3,
    points: 6,
    is: (w: Window) =>
      w.length === 6 && (steps(w).every((step) => step > 0) || steps(w).every((step) => step < 0)),
  },
  {
    name: 'Nelson 4',
    rule: nelsonRule4,
    points: 14,
    is: (w: Window) =>
      w.length === 14 && steps(steps(w).map(Math.sign)).every((turn) => Math.abs(turn) === 2),
  },
  { name: 'Nelson 5', rule: nelsonRule5, points: 3, is: (w: Window) => onOneSide(w, 2, 2) },
  { name: 'Nelson 6', rule: nelsonRule6, points: 5, is: (w: Window) => onOneSide(w, 4, 1) },
  {
    name: 'Nelson 7',
    rule: nelsonRule7,
    points: 15,
    is: (w: Window) => w.length === 15 && w.every((z) => Math.abs(z) < 1),
  },
  {
    name: 'Nelson 8',
    rule: nelsonRule8,
    points: 8,
    is: (w: Window) => w.length === 8 && w.every((z) => Math.abs(z) > 1),
  },
  {
    name: 'Western Electric 1',
    rule: westernElectricRule1,
    points: 1,
    is: (w: Window) => Math.abs(w[0]!) > 3,
  },
  {
    name: 'Western Electric 2',
    rule: westernElectricRule2,
    points: 3,
    is: (w: Window) => onOneSide(w, 2, 2),
  },
  {
    name: 'Western Electric 3',
    rule: westernElectricRule3,
    points: 5,
    is: (w: Window) => onOneSide(w, 4, 1),
  },
  {
    name: 'Western Electric 4',
    rule: westernElectricRule4,
    points: 8,
    is: (w: Window) => w.length === 8 && onOneSide(w, 8, 0),
  },
]

/** Series in which every pattern happens: whole numbers with ties, runs within 1 sigma, zigzags and runs on a side. */
const level = fc.constantFrom(-3.5, -2.5, -2, -1.5, -1, -0.5, -0.4, 0, 0.4, 0.5, 1, 1.5, 2, 2.5, 3, 3.5)
const piece = fc.oneof(
  fc.array(level, { minLength: 1, maxLength: 12 }),
  fc.array(fc.constantFrom(-0.9, -0.2, 0, 0.3, 0.8), { minLength: 12, maxLength: 20 }),
  fc.array(fc.constantFrom(-1.8, -1.2, 1.1, 2.4), { minLength: 6, maxLength: 12 }),
  fc.array(fc.constantFrom(0.2, 0.7, 1.4), { minLength: 7, maxLength: 12 }),
  fc
    .integer({ min: 12, max: 18 })
    .map((n) => Array.from({ length: n }, (_, i) => (i % 2 ? 0.5 : -0.5) + i / 100)),
  fc.integer({ min: 4, max: 8 }).map((n) => Array.from({ length: n }, (_, i) => 2 - i / 3)),
)
const series = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.flat())

describe('rules', () => {
  it('agrees with the reference series', () => {
    const { z, flags_at_last_point: flags } = spcReference.nelson
    const rules = inWords.slice(0, 8)
    rules.forEach(({ rule }, i) =>
      expect(fromOne(rule(z)), `r${i + 1}`).toEqual([flags[`r${i + 1}`]!].flat()),
    )
  })

  it.each(inWords)('$name flags what its words say', ({ rule, points, is }) => {
    let flagged = 0
    fc.assert(
      fc.property(series, (z) => {
        const expected = z.flatMap((_, i) => (is(z.slice(Math.max(0, i - points + 1), i + 1)) ? [i] : []))
        flagged += expected.length
        expect(rule(z)).toEqual(expected)
      }),
    )
    expect(flagged).toBeGreaterThan(0)
  })

  it.each(inWords)('$name is the same upside down, and never looks ahead', ({ rule }) => {
    fc.assert(
      fc.property(series, (z) => {
        expect(rule(z.map((value) => -value))).toEqual(rule(z))
        const half = z.length >> 1
        expect(rule(z.slice(0, half))).toEqual(rule(z).filter((i) => i < half))
      }),
    )
  })

  it('has nothing to say of nothing, and refuses what is no number', () => {
    for (const { rule } of inWords) {
      expect(rule([])).toEqual([])
      expect(() => rule([0, Number.NaN])).toThrow(expect.objectContaining({ code: 'bad_input' }))
    }
  })
})

describe('rules on a chart', () => {
  const zs = Array.from({ length: 16 }, (_, i) => (i === 15 ? -3.5 : 0.5))
  const expectRow = () => (row: number) => ({ value: zs[row]!, center: 0, sigma: 1 })

  it('answers rows, and lets no pattern reach over a declared change', () => {
    expect(flagsByRule(drawChart(stagesOf(16), expectRow), calmRules)).toEqual({
      beyond: [15],
      shift: [8, 9, 10, 11, 12, 13, 14],
    })
    expect(flagsByRule(drawChart(stagesOf(16, { changes: [8] }), expectRow), calmRules)).toEqual({
      beyond: [15],
      shift: [],
    })
  })

  it('reads the rules that are asked for', () => {
    const flags = flagsByRule(drawChart(stagesOf(16), expectRow), { hugging: nelsonRule7 })
    expect(flags).toEqual({ hugging: [14] })
  })
})
