import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { wilsonInterval } from '../inference/wilson.ts'
import { expectNear } from '../near.fixture.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { pareto } from './pareto.ts'

const refusal = (code: string) => expect.objectContaining({ code })

// Reasons of leaving in the RavenStack data: features, support, budget, unknown, competitor, pricing
const reasons = [114, 104, 104, 95, 92, 91]

// Incidents by category, test/reference/tickets.json
const categories = [
  2823, 2814, 2345, 1993, 1276, 940, 936, 879, 869, 731, 698, 547, 539, 525, 491, 456, 441, 395, 265, 200,
  121, 118, 106, 66, 49, 47, 33, 25, 11, 6, 5, 4, 4, 1, 1, 1, 1,
]

describe('Pareto', () => {
  it('finds no vital few among reasons that luck explains', () => {
    const { test, vitalFew, rows } = pareto(reasons)
    // R: chisq.test(c(114, 104, 104, 95, 92, 91))
    expectNear(test.chiSquared, 3.98, 1e-12)
    expect(test.df).toBe(5)
    expectNear(test.p, 0.552299053890075, 1e-12)
    expect(vitalFew).toBe(false)
    expect(rows[0]).toMatchObject({ category: 0, count: 114, share: 0.19 })
  })

  it('finds twelve categories with four fifths of the incidents', () => {
    const { test, needed, vitalFew, rows } = pareto(categories)
    // R: chisq.test(counts)
    expectNear(test.chiSquared, 38264.8509777478, 1e-12)
    expect(needed).toBe(12)
    expect(vitalFew).toBe(true)
    expect(rows[4]!.cumulativeInterval).toEqual(wilsonInterval(2823 + 2814 + 2345 + 1993 + 1276, 20762))
    expect(rows.at(-1)!.cumulative).toBe(1)
  })

  it('orders by count, then by place, and loses nothing', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 2, maxLength: 20 })
    fc.assert(
      fc.property(
        counts.filter((values) => values.some((value) => value > 0)),
        (values) => {
          const { rows, needed } = pareto(values)
          expect(rows.map(({ category }) => values[category])).toEqual(values.toSorted((a, b) => b - a))
          expect(new Set(rows.map(({ category }) => category)).size).toBe(values.length)
          expect(rows[needed - 1]!.cumulative).toBeGreaterThanOrEqual(0.8)
          expect(rows[needed - 2]?.cumulative ?? 0).toBeLessThan(0.8)
          rows.slice(1).forEach(({ count, category }, i) => {
            const before = rows[i]!
            expect(before.count > count || before.category < category).toBe(true)
          })
        },
      ),
    )
  })

  it('seldom claims a vital few among equal causes, and claims it among unequal ones', () => {
    const random = seededRandom(12)
    let [rejected, claimed, found] = [0, 0, 0]
    const drawn = (top: number) => {
      const counts = Array.from({ length: 8 }, () => 0)
      for (let event = 0; event < 120; event++)
        counts[random() < top ? event % 2 : Math.floor(8 * random())]!++
      return pareto(counts)
    }
    for (let run = 0; run < 1000; run++) {
      const equal = drawn(0)
      rejected += Number(equal.test.p < 0.05)
      claimed += Number(equal.vitalFew)
      if (run < 100) found += Number(drawn(0.8).vitalFew)
    }
    // 50 of 1,000 expected, standard error 7.
    expect(rejected).toBeGreaterThan(25)
    expect(rejected).toBeLessThan(75)
    expect(claimed).toBeLessThanOrEqual(rejected)
    expect(found).toBe(100)
  })

  it('claims nothing from few counts, nor where many causes are needed', () => {
    expect(pareto([6, 0, 0, 0]).test.p).toBeLessThan(0.05)
    expect(pareto([6, 0, 0, 0]).vitalFew).toBe(false)
    const slightly = pareto([5300, 5100, 5000, 4900, 4800, 4700])
    expect(slightly.test.p).toBeLessThan(1e-6)
    expect(slightly.vitalFew).toBe(false)
  })

  it('refuses what is no list of counts', () => {
    expect(() => pareto([4])).toThrow(refusal('bad_input'))
    expect(() => pareto([4, -1])).toThrow(refusal('bad_input'))
    expect(() => pareto([4, 1], { alpha: 0 })).toThrow(refusal('bad_input'))
    expect(() => pareto([0, 0])).toThrow(refusal('not_enough_data'))
  })
})
