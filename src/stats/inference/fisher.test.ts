import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import reference from '../../../test/reference/misc.json' with { type: 'json' }
import proportions from '../../../test/reference/spc.json' with { type: 'json' }
import { logHypergeometricProbability } from '../distributions/hypergeometric.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { drawnProportion } from './drawn-proportion.fixture.ts'
import { fisherExact } from './fisher.ts'

const of = (successes: number, trials: number) => ({ successes, trials })
const relative = (value: number, expected: number) => Math.abs(value - expected) / Math.abs(expected)
const counts = fc
  .tuple(fc.nat(15), fc.nat(15), fc.nat(15), fc.nat(15))
  .filter(([a, b, c, d]) => a + b > 0 && c + d > 0)

describe("Fisher's exact test", () => {
  // R: fisher.test(matrix(c(a, n1 - a, b, n2 - b), 2, byrow = TRUE), alternative = ...)$p.value, two-sided, less, greater
  it.each([
    [3, 4, 1, 4, 0.48571428571428582, 0.98571428571428577, 0.24285714285714288],
    [56, 70, 48, 80, 0.0125211297492091554, 0.9978752684504457182, 0.0063247111298983588],
    [12, 200, 25, 210, 0.039687199626978066, 0.027034731728005183, 0.988732995970910467],
    [0, 20, 3, 25, 0.24242424242424243, 0.16208597603946445, 1],
    [10, 10, 0, 12, 1.546441174924147e-6, 1, 1.5464411749241468e-6],
    [939, 3488, 930, 3555, 0.48287682856906167, 0.77329650898042934, 0.24328571473740895],
    [1655, 3875, 214, 3168, 4.4512541757563657e-283, 1, 3.3006788466280375e-283],
    [500300, 1e6, 499000, 1e6, 0.066200440614121836, 0.967107987733012542, 0.033100220307060564],
    [1e6, 3e6, 1003000, 3003000, 0.083573134136197699, 0.041863802761024346, 0.958290762833209797],
    [30, 1e6, 60, 1e6, 0.0020597926501235682, 0.0010298963250617874, 0.9995137460575420629],
  ])('%i of %i against %i of %i', (a, n1, b, n2, twoSided, less, greater) => {
    expect(relative(fisherExact(of(a, n1), of(b, n2)).p, twoSided)).toBeLessThan(1e-11)
    expect(relative(fisherExact(of(a, n1), of(b, n2), 'less').p, less)).toBeLessThan(1e-11)
    expect(relative(fisherExact(of(a, n1), of(b, n2), 'greater').p, greater)).toBeLessThan(1e-11)
  })

  // R: p <- dhyper(...); sum(p[p <= o * (1 + 1e-7)]) - sum(those as likely as o) / 2
  it.each([
    [3, 4, 1, 4, 0.25714285714285723],
    [56, 70, 48, 80, 0.010421139959037127],
    [5, 10, 3, 10, 0.40985949035484648],
    [2, 10, 2, 10, 0.791021671826625417],
    [1, 10, 2, 10, 0.6052631578947369],
    [2, 10, 1, 10, 0.6052631578947369],
  ])('mid-p of %i of %i against %i of %i', (a, n1, b, n2, expected) => {
    expect(fisherExact(of(a, n1), of(b, n2)).midP).toBeCloseTo(expected, 12)
  })

  it.each(Object.entries(reference.rules_telco_to_churn))('of the rule %s', (_, rule) => {
    const rest = of(rule.nB - rule.nAB, rule.n - rule.nA)
    expect(
      relative(fisherExact(of(rule.nAB, rule.nA), rest, 'greater').p, rule.fisher_greater_p),
    ).toBeLessThan(3e-4)
  })

  it.each(proportions.proportions)('of $x1 of $n1 against $x2 of $n2 as published', (expected) => {
    const { p } = fisherExact(of(expected.x1, expected.n1), of(expected.x2, expected.n2))
    expect(relative(p, expected.fisher_p)).toBeLessThan(5e-8)
  })

  it('is the sum over every table', () => {
    fc.assert(
      fc.property(counts, ([a, b, c, d]) => {
        const urn = [a + b, a + c, a + b + c + d] as const
        const chances = Array.from({ length: a + c + 1 }, (_, k) =>
          Math.exp(logHypergeometricProbability(k, ...urn)),
        )
        const observed = chances[a]!
        const sum = (keep: (chance: number, k: number) => boolean) =>
          chances.filter(keep).reduce((all, chance) => all + chance, 0)
        const { p, midP } = fisherExact(of(a, a + b), of(c, c + d))
        expect(p).toBeCloseTo(
          Math.min(
            1,
            sum((chance) => chance <= observed * (1 + 1e-7)),
          ),
          12,
        )
        const alike = sum((chance) => Math.abs(chance - observed) <= observed * 1e-7)
        expect(midP).toBeCloseTo(p - alike / 2, 12)
        expect(fisherExact(of(a, a + b), of(c, c + d), 'less').p).toBeCloseTo(
          sum((_, k) => k <= a),
          12,
        )
      }),
    )
  })

  it('does not change when groups or outcomes change places', () => {
    fc.assert(
      fc.property(counts, ([a, b, c, d]) => {
        const { p } = fisherExact(of(a, a + b), of(c, c + d))
        expect(fisherExact(of(c, c + d), of(a, a + b)).p).toBeCloseTo(p, 12)
        expect(fisherExact(of(b, a + b), of(d, c + d)).p).toBeCloseTo(p, 12)
        expect(fisherExact(of(c, c + d), of(a, a + b), 'less').p).toBeCloseTo(
          fisherExact(of(a, a + b), of(c, c + d), 'greater').p,
          12,
        )
      }),
    )
  })

  it('gives false alarms no more often than it says, and mid-p about as often', () => {
    const random = seededRandom(23)
    const studies = 3000
    let [exact, mid] = [0, 0]
    for (let study = 0; study < studies; study += 1) {
      const { p, midP } = fisherExact(drawnProportion(random, 30, 0.3), drawnProportion(random, 25, 0.3))
      exact += Number(p <= 0.05)
      mid += Number(midP <= 0.05)
    }
    const luck = 4 * Math.sqrt((0.05 * 0.95) / studies)
    expect(exact / studies).toBeLessThan(0.05 + luck)
    expect(mid / studies).toBeGreaterThan(exact / studies)
    expect(Math.abs(mid / studies - 0.05)).toBeLessThan(luck + 0.01)
  })

  it('is 1 where only one table is possible, and refuses what is no count', () => {
    expect(fisherExact(of(0, 5), of(0, 7))).toEqual({ p: 1, midP: 0.5 })
    expect(fisherExact(of(5, 5), of(7, 7)).p).toBe(1)
    const bad = expect.objectContaining({ code: 'bad_input' })
    expect(() => fisherExact(of(0, 0), of(1, 2))).toThrow(bad)
    expect(() => fisherExact(of(3, 2), of(1, 2))).toThrow(bad)
    expect(() => fisherExact(of(0.5, 2), of(1, 2))).toThrow(bad)
  })
})
