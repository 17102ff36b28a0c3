import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { welchTest } from './welch.ts'

const x = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3]
const y = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
const drug = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
const other = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
const code = (expected: string) => expect.objectContaining({ code: expected })
const sample = fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 2, maxLength: 20 })

describe("Welch's t test", () => {
  // R: t.test(x, y); t.test(extra ~ group, data = sleep)
  it.each([
    [
      x,
      y,
      1.20517279910665143,
      15.79503558254124584,
      0.24588283853317081,
      -0.3286079301898116,
      1.19238570796758903,
    ],
    [
      drug,
      other,
      -1.860813467486853,
      17.776473516178498,
      0.07939414018735817,
      -3.3654832307117104,
      0.20548323071171018,
    ],
  ])('agrees with R', (first, second, t, df, p, low, high) => {
    const found = welchTest(first, second)
    expect(found.t).toBeCloseTo(t, 11)
    expect(found.df).toBeCloseTo(df, 10)
    expect(found.p).toBeCloseTo(p, 12)
    expect(found.interval[0]).toBeCloseTo(low, 11)
    expect(found.interval[1]).toBeCloseTo(high, 11)
  })

  it('one-sided agrees with R', () => {
    // R: t.test(x, y, alternative = ...)$p.value
    expect(welchTest(x, y, { alternative: 'less' }).p).toBeCloseTo(0.87705858073341458, 12)
    expect(welchTest(x, y, { alternative: 'greater' }).p).toBeCloseTo(0.1229414192665854, 12)
  })

  it('keeps its digits far from 0', () => {
    const far = welchTest(
      drug.map((value) => value + 1e9),
      other.map((value) => value + 1e9),
    )
    expect(far.t).toBeCloseTo(-1.860813467486853, 5)
  })

  it('changes sign with the groups and scales with the values', () => {
    fc.assert(
      fc.property(sample, sample, (first, second) => {
        fc.pre(new Set(first).size > 1 || new Set(second).size > 1)
        const [there, back] = [welchTest(first, second), welchTest(second, first)]
        expect(there.t).toBeCloseTo(-back.t, 9)
        expect(there.p).toBeCloseTo(back.p, 12)
        const scaled = welchTest(
          first.map((value) => 8 * value),
          second.map((value) => 8 * value),
        )
        expect(scaled.p).toBeCloseTo(there.p, 12)
        expect(scaled.interval[0]).toBeCloseTo(8 * there.interval[0], 6)
      }),
    )
  })

  it('covers the true difference about as often as it says, with unlike spreads', () => {
    const random = seededRandom(3)
    const draws = (n: number, spread: number) =>
      Array.from({ length: n }, () => spread * (random() + random() + random() + random() - 2))
    const studies = 2000
    let covered = 0
    for (let study = 0; study < studies; study += 1) {
      const [low, high] = welchTest(draws(8, 5), draws(30, 1)).interval
      if (low <= 0 && high >= 0) covered += 1
    }
    expect(Math.abs(covered / studies - 0.95)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / studies))
  })

  it('needs two values a group, some variation, and finite values', () => {
    expect(() => welchTest([1], [1, 2])).toThrow(code('not_enough_data'))
    expect(() => welchTest([], [1, 2])).toThrow(code('not_enough_data'))
    expect(() => welchTest([3, 3], [4, 4, 4])).toThrow(code('no_variation'))
    expect(() => welchTest([0.1, 0.1, 0.1], [0.3, 0.3])).toThrow(code('no_variation'))
    expect(() => welchTest([1, Number.NaN], [1, 2])).toThrow(code('bad_input'))
    expect(() => welchTest([1, 2], [1, 3], { level: 1 })).toThrow(code('bad_input'))
    expect(welchTest([3, 3], [4, 5]).df).toBeCloseTo(1, 12)
  })
})
