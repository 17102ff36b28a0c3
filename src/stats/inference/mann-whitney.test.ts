import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalReach } from '../distributions/normal.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { aucInterval } from './auc-interval.ts'
import { hodgesLehmannShift } from './hodges-lehmann.ts'
import { mannWhitneyTest } from './mann-whitney.ts'
import { rankSumProbabilities } from './rank-sum.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })
const x = [1.83, 0.5, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.3]
const tied = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29]
const untied = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.065, 3.14, 1.295]
const depression = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
const placebo = [1.15, 0.88, 0.9, 0.74, 1.21]
const steps = (n: number, value: (i: number) => number) => Array.from({ length: n }, (_, i) => value(i))
const many = steps(40, (i) => ((i * 37) % 101) / 101)
const others = steps(30, (i) => ((i * 53 + 11) % 103) / 103 + 0.15)
const more = steps(60, (i) => ((i * 37) % 61) / 61)
const most = steps(70, (i) => ((i * 29) % 71) / 71 + 0.1)
const coarse = steps(200, (j) => (j * 7919) % 11)
const coarser = steps(200, (j) => (j * 104729) % 13)
const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 25 })

describe('chances of the rank sum', () => {
  it('agree with R', () => {
    // R: dwilcox(0:9, 3, 3)
    const expected = [0.05, 0.05, 0.1, 0.15, 0.15, 0.15, 0.15, 0.1, 0.05, 0.05]
    rankSumProbabilities(3, 3).forEach((chance, u) => expect(chance).toBeCloseTo(expected[u]!, 14))
    const upTo = (chances: Float64Array, u: number) =>
      chances.subarray(0, u + 1).reduce((sum, chance) => sum + chance, 0)
    // R: pwilcox(c(600, 900, 1100), 49, 49); pwilcox(c(3, 20), 10, 20)
    const large = rankSumProbabilities(49, 49)
    expect(upTo(large, 600) / 6.0817706871531859e-6).toBeCloseTo(1, 11)
    expect(upTo(large, 900) / 0.016308863525874184).toBeCloseTo(1, 11)
    expect(upTo(large, 1100) / 0.23953930667723811).toBeCloseTo(1, 11)
    const unlike = rankSumProbabilities(10, 20)
    expect(upTo(unlike, 3) / 2.329837412296183e-7).toBeCloseTo(1, 11)
    expect(upTo(unlike, 20) / 8.0878641598281767e-5).toBeCloseTo(1, 11)
  })

  it('sum to 1, mirror, and do not depend on which group is first', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 14 }), fc.integer({ min: 1, max: 14 }), (m, n) => {
        const chances = rankSumProbabilities(m, n)
        expect(chances.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 13)
        const swapped = rankSumProbabilities(n, m)
        chances.forEach((chance, u) => {
          expect(chances[m * n - u]!).toBeCloseTo(chance, 14)
          expect(swapped[u]!).toBeCloseTo(chance, 14)
        })
      }),
    )
  })

  it('are for groups of 1 to 100', () => {
    expect(() => rankSumProbabilities(0, 4)).toThrow(code('bad_input'))
    expect(() => rankSumProbabilities(4, 101)).toThrow(code('bad_input'))
  })
})

describe('Mann and Whitney', () => {
  // R: wilcox.test(x, y, alternative = ...): W, two-sided, less, greater
  it.each([
    ['exact', x, untied, 58, 0.13591114767585355, 0.94325380501851086, 0.067955573837926775],
    ['normal', x, tied, 58, 0.132919458185318862, 0.944204400289712753, 0.066459729092659431],
    ['exact', depression, placebo, 35, 0.2544122544122544, 0.89676989676989671, 0.1272061272061272],
    ['exact', [1, 2], [3, 4], 0, 0.33333333333333331, 0.16666666666666666, 1],
    ['exact', many, others, 426, 0.038929565646486905, 0.019464782823243452, 0.981102363829575053],
    ['normal', more, most, 1710, 0.0689081757381702, undefined, undefined],
    ['normal', coarse, coarser, 17270.5, 0.017869106118460518, 0.0089345530592302592, 0.99108638495278067],
    [
      'normal',
      [0, 0, 0, 1, 1, 2, 5, 9],
      [0, 0, 1, 1, 1, 0, 2, 3, 0],
      42.5,
      0.544060928628848,
      undefined,
      undefined,
    ],
  ] as const)('%s', (method, first, second, u, twoSided, less, greater) => {
    const found = mannWhitneyTest(first, second)
    expect(found.method).toBe(method)
    expect(found.u).toBe(u)
    expect(found.auc).toBeCloseTo(u / first.length / second.length, 14)
    expect(found.p).toBeCloseTo(twoSided, 11)
    if (less === undefined) return
    expect(mannWhitneyTest(first, second, { alternative: 'less' }).p).toBeCloseTo(less, 11)
    expect(mannWhitneyTest(first, second, { alternative: 'greater' }).p).toBeCloseTo(greater, 11)
  })

  it('counts the pairs that the first group wins, ties by half', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        fc.pre(new Set([...first, ...second]).size > 1)
        const pairs = first.flatMap((a) => second.map((b) => Number(a > b) + Number(a === b) / 2))
        const found = mannWhitneyTest(first, second)
        expect(found.u).toBe(pairs.reduce((sum, pair) => sum + pair, 0))
        const back = mannWhitneyTest(second, first)
        expect(back.auc).toBeCloseTo(1 - found.auc, 12)
        expect(back.p).toBeCloseTo(found.p, 12)
        expect(found.interval[0]).toBeLessThanOrEqual(found.auc)
        expect(found.interval[1]).toBeGreaterThanOrEqual(found.auc)
      }),
    )
  })

  it('does not change under any rising scale or any order', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        fc.pre(new Set([...first, ...second]).size > 1)
        const bent = mannWhitneyTest(first.map(Math.sinh).reverse(), second.map(Math.sinh))
        expect(bent).toEqual(mannWhitneyTest(first, second))
      }),
    )
  })

  it('needs somebody in each group, and some variation', () => {
    expect(() => mannWhitneyTest([], [1])).toThrow(code('empty_stratum'))
    expect(() => mannWhitneyTest([2, 2], [2, 2, 2])).toThrow(code('no_variation'))
    expect(() => mannWhitneyTest([Number.POSITIVE_INFINITY], [1])).toThrow(code('bad_input'))
    expect(mannWhitneyTest([1], [2]).p).toBe(1)
  })
})

describe('interval of the AUC', () => {
  // R: uniroot of (t - auc)^2 - z^2 V(t), Newcombe (2006), method 5
  it.each([
    [0.7, 10, 5, 0.389277783268229, 0.888964548307307],
    [0.55, 1000, 4000, 0.530038344564114, 0.56976711801291],
    [58 / 81, 9, 9, 0.444063126937042, 0.88212499512086],
  ])('%d of %i and %i', (auc, m, n, low, high) => {
    const [ourLow, ourHigh] = aucInterval(auc, m, n)
    expect(ourLow).toBeCloseTo(low, 8)
    expect(ourHigh).toBeCloseTo(high, 8)
  })

  it('has a width where no pair is lost', () => {
    const [low, high] = aucInterval(1, 10, 5)
    expect(high).toBe(1)
    expect(low).toBeGreaterThan(0.6)
    expect(low).toBeLessThan(0.9)
    expect(aucInterval(0, 5, 10)[1]).toBeCloseTo(1 - low, 12)
    expect(aucInterval(0.999999, 10, 5)[0]).toBeCloseTo(low, 5)
  })

  it('covers the truth about as often as it says', () => {
    const random = seededRandom(13)
    const studies = 500
    let covered = 0
    for (let study = 0; study < studies; study += 1) {
      // Exponential values of rates 1 and 3: the first is the greater with chance 3 / 4.
      const first = steps(25, () => -Math.log(1 - random()))
      const second = steps(20, () => -Math.log(1 - random()) / 3)
      const [low, high] = mannWhitneyTest(first, second).interval
      if (low <= 0.75 && high >= 0.75) covered += 1
    }
    expect(Math.abs(covered / studies - 0.95)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / studies))
  })

  it('refuses what is no AUC', () => {
    expect(() => aucInterval(1.2, 3, 3)).toThrow(code('bad_input'))
    expect(() => aucInterval(0.5, 0, 3)).toThrow(code('bad_input'))
  })
})

describe('Hodges and Lehmann', () => {
  // R: median(outer(x, y, '-')); wilcox.test(x, y, conf.int = TRUE)$conf.int
  it.each([
    [x, untied, 0.56, -0.37, 1.183],
    [depression, placebo, 0.305, -0.15, 0.76],
    [[1, 2], [3, 4], -2, -3, -1],
    [many, others, -0.156344323752763636, -0.306012688647505471, -0.011674516966259763],
  ])('exact agrees with R', (first, second, shift, low, high) => {
    const found = hodgesLehmannShift(first, second)
    expect(found.shift).toBeCloseTo(shift, 12)
    expect(found.interval[0]).toBeCloseTo(low, 12)
    expect(found.interval[1]).toBeCloseTo(high, 12)
  })

  it('normal is the difference of the rank in its formula, one from the exact', () => {
    // R: d <- sort(outer(more, most, '-')); d[c(1680, 4201 - 1680)], 1680 = floor(2100 - qnorm(.975) * sqrt(4200 / 12 * 131) + .5)
    // R: qwilcox(.025, 60, 70) is 1681
    const found = hodgesLehmannShift(more, most)
    expect(found.interval[0]).toBeCloseTo(-0.203902101131378, 12)
    expect(found.interval[1]).toBeCloseTo(0.00805818517663359, 12)
  })

  it('says what few values cover', () => {
    expect(hodgesLehmannShift([1, 2], [3, 4]).coverage).toBeCloseTo(2 / 3, 12)
    expect(hodgesLehmannShift(depression, placebo).coverage).toBeGreaterThan(0.95)
  })

  it('is the median of all differences, found without them', () => {
    fc.assert(
      fc.property(values, values, (first, second) => {
        const all = first.flatMap((a) => second.map((b) => a - b)).sort((a, b) => a - b)
        const middle = (all[Math.floor((all.length - 1) / 2)]! + all[Math.floor(all.length / 2)]!) / 2
        const found = hodgesLehmannShift(first, second)
        expect(found.shift).toBe(middle)
        expect(all).toContain(found.interval[0])
        expect(found.interval[0]).toBeLessThanOrEqual(found.interval[1])
      }),
    )
  })

  it('takes the differences of its ranks from many values of any spread', () => {
    const random = seededRandom(61)
    for (const value of [
      () => -Math.log(1 - random()),
      () => Math.tan(Math.PI * (random() - 0.5)),
      () => Math.floor(4 * random()),
    ]) {
      const [first, second] = [steps(1_300, value), steps(60, value)]
      const all = first.flatMap((a) => second.map((b) => a - b)).sort((a, b) => a - b)
      const start = Math.floor(39_000 - normalReach(0.95) * Math.sqrt((78_000 / 12) * 1_361) + 0.5)
      const { shift, interval } = hodgesLehmannShift(first, second)
      expect(shift).toBe((all[38_999]! + all[39_000]!) / 2 + 0)
      expect(interval).toEqual([all[start - 1]! + 0, all[78_000 - start]! + 0])
    }
  })

  it('moves with the first group', () => {
    const moved = hodgesLehmannShift(
      x.map((value) => value + 4),
      tied,
    )
    const { shift, interval } = hodgesLehmannShift(x, tied)
    expect(moved.shift).toBeCloseTo(shift + 4, 12)
    expect(moved.interval[1]).toBeCloseTo(interval[1] + 4, 12)
  })

  it('covers a true shift about as often as it says', () => {
    const random = seededRandom(29)
    const studies = 500
    let covered = 0
    for (let study = 0; study < studies; study += 1) {
      const first = steps(12, () => -Math.log(1 - random()) + 0.5)
      const second = steps(15, () => -Math.log(1 - random()))
      const [low, high] = hodgesLehmannShift(first, second).interval
      if (low <= 0.5 && high >= 0.5) covered += 1
    }
    expect(covered / studies).toBeGreaterThan(0.95 - 4 * Math.sqrt((0.05 * 0.95) / studies))
    expect(covered / studies).toBeLessThan(0.985)
  })

  it('needs somebody in each group', () => {
    expect(() => hodgesLehmannShift([], [1])).toThrow(code('empty_stratum'))
    expect(() => hodgesLehmannShift([1], [Number.NaN])).toThrow(code('bad_input'))
    expect(() => hodgesLehmannShift([1], [2], 0)).toThrow(code('bad_input'))
    expect(() => hodgesLehmannShift([1e308], [-1e308])).toThrow(code('bad_input'))
  })
})
