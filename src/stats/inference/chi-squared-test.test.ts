import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import reference from '../../../test/reference/misc.json' with { type: 'json' }
import { seededRandom } from '../random/seeded-random.ts'
import { goodnessOfFitTest, independenceTest } from './chi-squared-test.ts'
import { twoProportionTest } from './two-proportions.ts'

const table = [
  [12, 5, 7],
  [9, 30, 14],
  [3, 8, 21],
]
const code = (expected: string) => expect.objectContaining({ code: expected })

describe('independence', () => {
  it('agrees with R', () => {
    // R: chisq.test(matrix(c(12, 5, 7, 9, 30, 14, 3, 8, 21), 3, byrow = TRUE))
    const found = independenceTest(table)
    expect(found.chiSquared).toBeCloseTo(27.885568452598605, 11)
    expect(found.df).toBe(4)
    expect(found.p / 1.3157012080127605e-5).toBeCloseTo(1, 11)
    expect(found.smallestExpected).toBeCloseTo(5.2844036697247709, 12)
    expect(found.sparse).toBe(false)
    // R: chisq.test(matrix(c(20, 30, 1, 4), 2, byrow = TRUE), correct = FALSE), which warns
    const small = independenceTest([
      [20, 30],
      [1, 4],
    ])
    expect(small.chiSquared).toBeCloseTo(0.7703081232493, 12)
    expect(small.p).toBeCloseTo(0.3801217488129503, 12)
    expect(small.smallestExpected).toBeCloseTo(1.9090909090909092, 12)
    expect(small.sparse).toBe(true)
  })

  it.each(Object.entries(reference.rules_telco_to_churn))('of the rule %s', (_, { n, nA, nB, nAB, chi2 }) => {
    const found = independenceTest([
      [nAB, nA - nAB],
      [nB - nAB, n - nA - nB + nAB],
    ])
    expect(found.chiSquared / chi2).toBeCloseTo(1, 6)
  })

  it('of two by two is the square of the two-proportion z', () => {
    const cell = fc.integer({ min: 1, max: 1000 })
    fc.assert(
      fc.property(cell, cell, cell, cell, (a, b, c, d) => {
        const found = independenceTest([
          [a, b],
          [c, d],
        ])
        const z = twoProportionTest({ successes: a, trials: a + b }, { successes: c, trials: c + d })
        expect(found.chiSquared).toBeCloseTo(z.z ** 2, 8)
        expect(found.p).toBeCloseTo(z.p, 10)
        expect(found.cramersV).toBeCloseTo(Math.sqrt(found.chiSquared / (a + b + c + d)), 12)
      }),
    )
  })

  it('does not depend on the order of rows and columns', () => {
    const turned = table.toReversed().map((row) => row.toReversed())
    const across = table[0]!.map((_, j) => table.map((row) => row[j]!))
    for (const other of [turned, across]) {
      expect(independenceTest(other).chiSquared).toBeCloseTo(independenceTest(table).chiSquared, 11)
    }
  })

  it('of a table that tells all is of strength 1', () => {
    const found = independenceTest([
      [9, 0, 0],
      [0, 5, 6],
    ])
    expect(found.cramersV).toBeCloseTo(1, 14)
  })

  it('refuses what is no table and names the empty row', () => {
    expect(() => independenceTest([[1, 2]])).toThrow(code('bad_input'))
    expect(() => independenceTest([[1], [2]])).toThrow(code('bad_input'))
    expect(() => independenceTest([[1, 2], [3]])).toThrow(code('bad_input'))
    expect(() =>
      independenceTest([
        [1, -2],
        [3, 4],
      ]),
    ).toThrow(code('bad_input'))
    expect(() =>
      independenceTest([
        [1, 2],
        [0, 0],
      ]),
    ).toThrow(code('empty_stratum'))
  })
})

describe('goodness of fit', () => {
  it('agrees with R', () => {
    // R: chisq.test(c(16, 18, 16, 14, 12, 12))
    const even = goodnessOfFitTest([16, 18, 16, 14, 12, 12])
    expect(even.chiSquared).toBeCloseTo(2, 12)
    expect(even.p).toBeCloseTo(0.84914503608460967, 12)
    // R: chisq.test(c(89, 37, 30, 28, 2), p = c(40, 20, 20, 15, 5), rescale.p = TRUE)
    const shares = goodnessOfFitTest([89, 37, 30, 28, 2], [40, 20, 20, 15, 5])
    expect(shares.chiSquared).toBeCloseTo(9.990143369175627, 12)
    expect(shares.df).toBe(4)
    expect(shares.p).toBeCloseTo(0.0405940433447812, 12)
  })

  it('calls for an even split as often as chance does', () => {
    const random = seededRandom(31)
    const studies = 2000
    let alarms = 0
    for (let study = 0; study < studies; study += 1) {
      const counts = [0, 0, 0, 0, 0, 0]
      for (let throws = 0; throws < 120; throws += 1) counts[Math.floor(random() * 6)]! += 1
      if (goodnessOfFitTest(counts).p < 0.05) alarms += 1
    }
    expect(Math.abs(alarms / studies - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / studies))
  })

  it('needs counts and a weight for each', () => {
    expect(() => goodnessOfFitTest([5])).toThrow(code('bad_input'))
    expect(() => goodnessOfFitTest([5, 6], [1])).toThrow(code('bad_input'))
    expect(() => goodnessOfFitTest([5, 6], [1, 0])).toThrow(code('bad_input'))
    expect(() => goodnessOfFitTest([0, 0])).toThrow(code('not_enough_data'))
    expect(goodnessOfFitTest([3, 4]).sparse).toBe(true)
  })
})
