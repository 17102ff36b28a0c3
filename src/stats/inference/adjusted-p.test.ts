import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { benjaminiHochbergAdjusted, holmAdjusted } from './adjusted-p.ts'

const chances = [0.01, 0.04, 0.03, 0.005, 0.2, 0.9, 0.04]
const manyChances = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 })

describe('adjusted p-values', () => {
  it('agree with R', () => {
    // R: p.adjust(p, 'holm')
    const holm = [0.06, 0.16, 0.15, 0.035, 0.4, 0.9, 0.16]
    holmAdjusted(chances).forEach((value, i) => expect(value).toBeCloseTo(holm[i]!, 14))
    // R: p.adjust(p, 'BH')
    const rates = [0.035, 0.056, 0.056, 0.035, 0.23333333333333336, 0.9, 0.056]
    benjaminiHochbergAdjusted(chances).forEach((value, i) => expect(value).toBeCloseTo(rates[i]!, 14))
  })

  it('keep the order, lie between p and 1, and Holm is the stricter', () => {
    fc.assert(
      fc.property(manyChances, (ps) => {
        const [holm, rates] = [holmAdjusted(ps), benjaminiHochbergAdjusted(ps)]
        ps.forEach((p, i) => {
          expect(rates[i]!).toBeGreaterThanOrEqual(p * (1 - 1e-15))
          expect(holm[i]!).toBeGreaterThanOrEqual(rates[i]! * (1 - 1e-15))
          expect(holm[i]!).toBeLessThanOrEqual(1)
          ps.forEach((q, j) => {
            if (p > q) return
            expect(holm[i]!).toBeLessThanOrEqual(holm[j]!)
            expect(rates[i]!).toBeLessThanOrEqual(rates[j]!)
          })
        })
      }),
    )
  })

  it('do not depend on the order of the tests', () => {
    fc.assert(
      fc.property(manyChances, (ps) => {
        const turned = ps.toReversed()
        expect([...holmAdjusted(turned)].reverse()).toEqual([...holmAdjusted(ps)])
        expect([...benjaminiHochbergAdjusted(turned)].reverse()).toEqual([...benjaminiHochbergAdjusted(ps)])
      }),
    )
  })

  it('keep false alarms as rare as they say', () => {
    const random = seededRandom(11)
    const studies = 2000
    let [anyFalse, falseShare] = [0, 0]
    for (let study = 0; study < studies; study += 1) {
      const ps = Array.from({ length: 20 }, (_, i) => (i < 5 ? random() * 1e-4 : random()))
      if ([...holmAdjusted(ps)].some((p, i) => i >= 5 && p < 0.05)) anyFalse += 1
      const found = [...benjaminiHochbergAdjusted(ps)].flatMap((p, i) => (p < 0.05 ? [i] : []))
      falseShare += found.filter((i) => i >= 5).length / Math.max(1, found.length)
    }
    // Under independence the share is 0.05 * 15 / 20; four standard errors to each side.
    expect(anyFalse / studies).toBeLessThan(0.05 + 4 * Math.sqrt(0.0475 / studies))
    expect(falseShare / studies).toBeCloseTo(0.0375, 2)
  })

  it('of nothing are nothing, and of no p-value an error', () => {
    expect(holmAdjusted([])).toHaveLength(0)
    expect(benjaminiHochbergAdjusted([])).toHaveLength(0)
    for (const bad of [[-0.1], [1.1], [Number.NaN]]) {
      expect(() => holmAdjusted(bad)).toThrow(expect.objectContaining({ code: 'bad_input' }))
      expect(() => benjaminiHochbergAdjusted(bad)).toThrow(expect.objectContaining({ code: 'bad_input' }))
    }
  })
})
