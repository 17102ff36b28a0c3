import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { drawBeta, drawBinomial, drawExponential, drawNormal } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import {
  computers,
  fromOne,
  numbersOf,
  orangeJuice,
  pistonRings,
  seriesOf,
  slaMisses,
  viscosity,
} from './classic-series.fixture.ts'
import type { ControlChart } from './control-chart.ts'
import { cChart, npChart, pChart, uChart } from './count-charts.ts'
import { cusumChart } from './cusum-chart.ts'
import { ewmaChart } from './ewma-chart.ts'
import { individualsChart } from './individuals-chart.ts'
import { laneyPChart, laneyUChart } from './laney.ts'
import { gChart, tChart } from './rare-event-charts.ts'
import { meanAndDeviationCharts, meanAndRangeCharts } from './subgroup-charts.ts'

const refusal = (code: string) => expect.objectContaining({ code })

const expectSeries = (values: readonly number[], expected: readonly number[], relative: number) => {
  expect(values).toHaveLength(expected.length)
  values.forEach((value, i) => expectNear(value, expected[i]!, relative, `point ${i}`))
}

const limitsOf = ({ points }: ControlChart) =>
  points.map(({ center, lower, upper }) => [center, lower, upper])

const counts = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 5, maxLength: 40 })
const somethingHappens = (values: readonly number[]) => values.some((value) => value > 0)

describe('p and np charts', () => {
  it('agrees with the orange juice cans', () => {
    const { counts, sizes } = orangeJuice()
    const chart = pChart(counts, sizes, { baseline: 30 })
    const reference = numbersOf('p_orangejuice_trial')
    expectNear(chart.points[0]!.center, reference.center!, 1e-7)
    expectNear(chart.points[0]!.lower, reference.lcl!, 1e-7)
    expectNear(chart.points[0]!.upper, reference.ucl!, 1e-7)
    expect(fromOne(chart.beyond)).toEqual([15, 23])
  })

  it('leaves points of known cause out of the limits, and draws them', () => {
    const { counts, sizes } = orangeJuice()
    const chart = pChart(counts, sizes, { baseline: 28, excluded: [14, 22] })
    const reference = numbersOf('p_orangejuice_without_15_23')
    expectNear(chart.points[0]!.center, reference.center!, 1e-7)
    expectNear(chart.points[0]!.upper, reference.ucl!, 1e-7)
    expect(fromOne(chart.beyond)).toEqual([15, 21, 23])
    expect(chart.points).toHaveLength(30)
  })

  it('narrows with the number of cases', () => {
    const { points } = pChart([5, 20, 80], [25, 100, 400])
    expectNear(points[0]!.upper - points[0]!.center, 2 * (points[1]!.upper - points[1]!.center), 1e-12)
    expectNear(points[1]!.upper - points[1]!.center, 2 * (points[2]!.upper - points[2]!.center), 1e-12)
  })

  it('is the same chart in counts, and its mirror for what did not happen', () => {
    fc.assert(
      fc.property(counts.filter(somethingHappens), (events) => {
        const sizes = events.map(() => 50)
        const shares = pChart(events, sizes)
        const numbers = npChart(events, 50)
        const others = pChart(
          events.map((count) => 50 - count),
          sizes,
        )
        shares.points.forEach((point, i) => {
          expect(numbers.points[i]!.upper).toBeCloseTo(50 * point.upper, 10)
          expect(others.points[i]!.lower).toBeCloseTo(1 - point.upper, 12)
          expect(others.points[i]!.z).toBeCloseTo(-point.z, 9)
        })
      }),
    )
  })

  it('says which limits are cut off', () => {
    expect(pChart([1, 0, 1], [10, 10, 10]).points[0]).toMatchObject({ lower: 0, clipped: 'lower' })
    expect(pChart([9, 10, 9], [10, 10, 10]).points[0]).toMatchObject({ upper: 1, clipped: 'upper' })
    expect(pChart([1, 1], [2, 2]).points[0]).toMatchObject({ lower: 0, upper: 1, clipped: 'both' })
    expect(pChart([50, 60], [100, 100]).points[0]!.clipped).toBe('none')
  })

  it('refuses what is no share', () => {
    expect(() => pChart([3], [2])).toThrow(refusal('bad_input'))
    expect(() => pChart([0], [0])).toThrow(refusal('bad_input'))
    expect(() => pChart([1, 2], [3])).toThrow(refusal('bad_input'))
    expect(() => pChart([1.5], [3])).toThrow(refusal('bad_input'))
    expect(() => pChart([], [])).toThrow(refusal('not_enough_data'))
    expect(() => pChart([0, 0], [5, 5])).toThrow(refusal('no_variation'))
    expect(() => npChart([5, 5], 5)).toThrow(refusal('no_variation'))
  })
})

describe('u and c charts', () => {
  it('agrees with the computers', () => {
    const { counts, sizes } = computers()
    const rates = uChart(counts, sizes)
    const numbers = cChart(counts)
    const [u, c] = [numbersOf('u_pcmanufact'), numbersOf('c_pcmanufact')]
    expectNear(rates.points[0]!.center, u.center!, 1e-7)
    expectNear(rates.points[0]!.lower, u.lcl!, 1e-7)
    expectNear(rates.points[0]!.upper, u.ucl!, 1e-7)
    expectNear(numbers.points[0]!.center, c.center!, 1e-7)
    expectNear(numbers.points[0]!.lower, c.lcl!, 1e-7)
    expectNear(numbers.points[0]!.upper, c.ucl!, 1e-7)
  })

  it('does not hang on the unit of exposure', () => {
    fc.assert(
      fc.property(
        counts.filter(somethingHappens),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (events, unit) => {
          const exposures = events.map((_, i) => 1 + (i % 4))
          const plain = uChart(events, exposures)
          const scaled = uChart(
            events,
            exposures.map((exposure) => exposure * unit),
          )
          plain.points.forEach((point, i) => expect(scaled.points[i]!.z).toBeCloseTo(point.z, 8))
        },
      ),
    )
  })

  it('refuses what is no rate', () => {
    expect(() => uChart([1], [0])).toThrow(refusal('bad_input'))
    expect(() => uChart([-1], [1])).toThrow(refusal('bad_input'))
    expect(() => cChart([0, 0, 0])).toThrow(refusal('no_variation'))
  })
})

describe('Laney charts', () => {
  it('tells one week that stands out of eleven that an ordinary p chart would nearly all flag', () => {
    const { counts, sizes } = slaMisses
    const plain = pChart(counts, sizes)
    // R: p +- 3 sqrt(p (1 - p) / 1858), test/reference/tickets.json
    expectNear(plain.points[0]!.upper, 0.42756893, 1e-7)
    expectNear(plain.points[0]!.lower, 0.35956575, 1e-7)
    expect(plain.beyond).toHaveLength(10)
    const widened = laneyPChart(counts, sizes)
    // The reference rounds d2 to six digits.
    expectNear(widened.sigmaZ[0]!, 12.829861, 3e-7)
    expect(widened.beyond).toHaveLength(1)
    expect(widened.stages[0]!.provisional).toBe(true)
  })

  it('is about the p chart for independent cases, and alarms far less for shares that vary by themselves', () => {
    const random = seededRandom(8)
    const sizes = Array.from({ length: 400 }, (_, i) => 2000 + 200 * (i % 5))
    const steady = sizes.map((size) => drawBinomial(random, size, 0.2))
    expect(Math.abs(laneyPChart(steady, sizes, { baseline: 400 }).sigmaZ[0]! - 1)).toBeLessThan(0.15)
    const varying = sizes.map((size) => drawBinomial(random, size, drawBeta(random, 40, 160)))
    const { sigmaZ, beyond } = laneyPChart(varying, sizes, { baseline: 400 })
    // Variance of a beta-binomial share over that of a binomial one: 1 + (n - 1) / (a + b + 1).
    expect(Math.abs(sigmaZ[0]! / Math.sqrt(1 + 2399 / 201) - 1)).toBeLessThan(0.15)
    expect(beyond.length).toBeLessThan(8)
    expect(pChart(varying, sizes, { baseline: 400 }).beyond.length).toBeGreaterThan(100)
  })

  it('takes rates of rare events as shares of many cases', () => {
    const events = [12, 9, 15, 11, 8, 14, 10]
    const many = events.map(() => 1e9)
    expectNear(laneyUChart(events, many).sigmaZ[0]!, laneyPChart(events, many).sigmaZ[0]!, 1e-7)
  })

  it('gives each stage its own width', () => {
    const { sigmaZ } = laneyUChart([10, 30, 12, 28, 10, 11, 10, 11], [5, 5, 5, 5, 5, 5, 5, 5], {
      changes: [4],
    })
    expect(sigmaZ).toHaveLength(2)
    expect(sigmaZ[0]!).toBeGreaterThan(10 * sigmaZ[1]!)
  })

  it('refuses one row, and rows that never move', () => {
    expect(() => laneyPChart([3], [10])).toThrow(refusal('not_enough_data'))
    expect(() => laneyPChart([3, 3], [10, 10])).toThrow(refusal('no_variation'))
    expect(() => laneyUChart([0, 0], [10, 10])).toThrow(refusal('no_variation'))
  })
})

describe('individuals charts', () => {
  it('agrees with the viscosity of batches', () => {
    const reference = numbersOf('xmr_viscosity_trial')
    const { individuals, movingRanges } = individualsChart(viscosity())
    const [point] = individuals.points
    expectNear(point!.center, reference.mean!, 1e-7)
    expectNear(point!.sigma, reference.sigma!, 1e-7)
    expectNear(point!.upper, reference.ucl!, 1e-7)
    expectNear(point!.lower, reference.lcl!, 1e-7)
    expectNear(movingRanges.points[0]!.center, reference.mrbar!, 1e-7)
    expectNear(movingRanges.points[0]!.upper, reference.mr_ucl!, 1e-7)
    expect(fromOne(individuals.beyond)).toEqual([reference.beyond_all35])
    expect(individuals.stages[0]!.provisional).toBe(false)
  })

  const series = fc.array(fc.double({ min: -50, max: 50, noNaN: true }), { minLength: 3, maxLength: 60 })
  const varies = (values: readonly number[]) =>
    Math.max(...values.slice(0, 3)) - Math.min(...values.slice(0, 3)) > 1e-3

  it('moves and stretches with its values', () => {
    const change = fc.tuple(fc.double({ min: 0.1, max: 9, noNaN: true }), fc.integer({ min: -9, max: 9 }))
    fc.assert(
      fc.property(series.filter(varies), change, (values, [scale, shift]) => {
        const plain = individualsChart(values).individuals
        const changed = individualsChart(values.map((value) => scale * value + shift)).individuals
        plain.points.forEach(({ upper }, i) =>
          expect(changed.points[i]!.upper).toBeCloseTo(scale * upper + shift, 6),
        )
      }),
    )
  })

  it('keeps its limits when more rows come', () => {
    const values = viscosity()
    const [short, long] = [individualsChart(values.slice(0, 20)), individualsChart(values)]
    expect(limitsOf(long.individuals).slice(0, 20)).toEqual(limitsOf(short.individuals))
    expect(limitsOf(long.individuals).at(-1)).toEqual(limitsOf(short.individuals).at(-1))
  })

  it('is two charts side by side when a change is declared', () => {
    const values = viscosity()
    const staged = individualsChart(values, { changes: [22] })
    const [before, after] = [individualsChart(values.slice(0, 22)), individualsChart(values.slice(22))]
    expect(limitsOf(staged.individuals)).toEqual([
      ...limitsOf(before.individuals),
      ...limitsOf(after.individuals),
    ])
    expect(staged.movingRanges.points.map(({ row }) => row)).not.toContain(22)
    expect(staged.movingRanges.points).toHaveLength(33)
    expect(staged.individuals.stages.map(({ provisional }) => provisional)).toEqual([false, true])
  })

  it('takes no step to or from an excluded row', () => {
    const values = [1, 2, 1, 900, 2, 1, 2]
    const { individuals } = individualsChart(values, { excluded: [3] })
    expectNear(individuals.points[0]!.sigma, 1 / 1.1283791670955126, 1e-12)
    expect(individuals.beyond).toEqual([3])
  })

  it('refuses what sets no limits', () => {
    expect(() => individualsChart([])).toThrow(refusal('not_enough_data'))
    expect(() => individualsChart([4])).toThrow(refusal('not_enough_data'))
    expect(() => individualsChart([4, 4, 4])).toThrow(refusal('no_variation'))
    expect(() => individualsChart([4, Number.NaN])).toThrow(refusal('bad_input'))
    expect(() => individualsChart([4, 5, 6], { changes: [2] })).toThrow(refusal('not_enough_data'))
    expect(() => individualsChart([4, 5], { excluded: [0, 1] })).toThrow(refusal('not_enough_data'))
    expect(() => individualsChart([4, 5], { changes: [2] })).toThrow(refusal('bad_input'))
    expect(() => individualsChart([4, 5], { baseline: 0 })).toThrow(refusal('bad_input'))
    expect(() => individualsChart([4, 5], { reach: 0 })).toThrow(refusal('bad_input'))
  })
})

describe('charts of subgroups', () => {
  it('agrees with the piston rings', () => {
    const reference = numbersOf('xbarR_pistonrings_first25')
    const byRange = meanAndRangeCharts(pistonRings(), { baseline: 25 })
    const byDeviation = meanAndDeviationCharts(pistonRings(), { baseline: 25 })
    const [mean, range] = [byRange.means.points[0]!, byRange.spreads.points[0]!]
    expectNear(mean.center, reference.xbarbar!, 1e-9)
    expectNear(mean.upper, reference.xbar_ucl_R!, 1e-9)
    expectNear(mean.lower, reference.xbar_lcl_R!, 1e-9)
    expectNear(range.center, reference.Rbar!, 1e-7)
    expectNear(range.upper, reference.R_ucl!, 1e-7)
    expect(range).toMatchObject({ lower: 0, clipped: 'lower' })
    expect(fromOne(byRange.means.beyond)).toEqual([37, 38, 39])
    expectNear(byDeviation.means.points[0]!.upper, reference.xbar_ucl_S!, 1e-9)
    expectNear(byDeviation.spreads.points[0]!.center, reference.Sbar!, 1e-7)
    expectNear(byDeviation.spreads.points[0]!.upper, reference.S_ucl!, 1e-7)
  })

  const uneven = [
    [3.1, 5.2, 4],
    [6, 4.4, 5, 2.9],
    [4, 2.5],
    [7, 3, 5.5, 4.1],
    [2.2, 5.1, 3.3],
  ]

  it('weighs subgroups of unequal size', () => {
    // R: sum((d2 / d3)^2 * R / d2) / sum((d2 / d3)^2), with the limits of the second row
    const byRange = meanAndRangeCharts(uneven)
    expectNear(byRange.means.points[1]!.upper, 6.60586762972859, 1e-11)
    expectNear(byRange.spreads.points[1]!.upper, 7.51588293878228, 1e-11)
    // R: the same with c4 and sqrt(1 - c4^2), of the fourth row
    const byDeviation = meanAndDeviationCharts(uneven)
    expectNear(byDeviation.means.points[1]!.center, 4.20625, 1e-14)
    expectNear(byDeviation.spreads.points[3]!.upper, 3.20837597489415, 1e-11)
  })

  it('does not hang on the order within a subgroup', () => {
    const turned = uneven.map((values) => values.toReversed())
    expectSeries(
      limitsOf(meanAndRangeCharts(turned).means).flat(),
      limitsOf(meanAndRangeCharts(uneven).means).flat(),
      1e-14,
    )
  })

  it('refuses single values and what does not vary', () => {
    expect(() => meanAndRangeCharts([[1, 2], [3]])).toThrow(refusal('bad_input'))
    expect(() => meanAndDeviationCharts([[1, Number.NaN]])).toThrow(refusal('bad_input'))
    expect(() =>
      meanAndRangeCharts([
        [2, 2],
        [2, 2],
      ]),
    ).toThrow(refusal('no_variation'))
  })
})

describe('EWMA and CUSUM charts', () => {
  const charts = {
    viscosity: () => individualsChart(viscosity()).individuals,
    pistonrings: () => meanAndRangeCharts(pistonRings(), { baseline: 25 }).means,
  }

  it.each(['viscosity', 'pistonrings'] as const)('agrees with the smoothed %s', (name) => {
    const reference = seriesOf(`ewma_${name}`)
    const { lambda, L } = numbersOf(`ewma_${name}`)
    const { points, beyond } = ewmaChart(charts[name](), { lambda, reach: L })
    const column = (key: 'value' | 'upper' | 'lower') => points.map((point) => point[key])
    expectSeries(column('value'), reference.z!, 5e-8)
    expectSeries(column('upper'), reference.ucl!, 5e-8)
    expectSeries(column('lower'), reference.lcl!, 5e-8)
    expect(fromOne(beyond)).toEqual([reference.beyond!].flat())
  })

  it.each(['viscosity', 'pistonrings'] as const)('agrees with the sums of %s', (name) => {
    const reference = seriesOf(`cusum_${name}`)
    const { points, above, below } = cusumChart(charts[name](), { allowance: 0.5, decision: 5 })
    points.forEach((point, i) => {
      expect(point.upper).toBeCloseTo(reference.upper![i]!, 5)
      expect(point.lower).toBeCloseTo(reference.lower![i]!, 5)
    })
    expect(fromOne(above)).toEqual(reference.signal_upper)
    expect(fromOne(below)).toEqual(reference.signal_lower)
  })

  it('is the chart itself when only the newest point counts', () => {
    const chart = charts.viscosity()
    const smoothed = ewmaChart(chart, { lambda: 1, reach: 3 })
    expectSeries(limitsOf(smoothed).flat(), limitsOf(chart).flat(), 1e-14)
    expect(smoothed.beyond).toEqual(chart.beyond)
  })

  it('has the variance of a weighted sum of unequal points', () => {
    const smoothed = ewmaChart(uChart([10, 12, 8], [1, 4, 16]), { lambda: 0.3 })
    const sigma = (exposure: number) => Math.sqrt(30 / 21 / exposure)
    const last = [0.3 * 0.49 * sigma(1), 0.3 * 0.7 * sigma(4), 0.3 * sigma(16)]
    expectNear(smoothed.points[2]!.sigma, Math.hypot(...last), 1e-12)
  })

  it('starts anew with a declared change, and says when a sum left zero', () => {
    const values = [...viscosity(), ...viscosity().map((value) => value + 9)]
    const { individuals } = individualsChart(values, { changes: [35] })
    const { points } = cusumChart(individuals)
    expect(points[35]!.upper).toBeCloseTo(points[0]!.upper, 9)
    expect(points[69]!.upperSince! - 35).toBe(points[34]!.upperSince!)
    expectNear(ewmaChart(individuals).points[35]!.z, ewmaChart(individuals).points[0]!.z, 1e-9)
    // The last run of the upper sum over zero: it was 0 at the 24th batch.
    expect(points[34]!.upperSince).toBe(24)
    expect(points[34]!.lowerSince).toBeNull()
  })

  it('lends both sums a head start, which fades where nothing happened', () => {
    const [plain, ahead] = [
      cusumChart(charts.viscosity()),
      cusumChart(charts.viscosity(), { headStart: 2.5 }),
    ]
    expectNear(ahead.points[0]!.lower, 2 + (34.088 - viscosity()[0]!) / 0.50748152, 1e-6)
    expect(ahead.points[0]).toMatchObject({ upperSince: 0, lowerSince: 0 })
    expect(ahead.points.at(-1)).toEqual(plain.points.at(-1))
  })

  it('refuses settings that are none', () => {
    const chart = charts.viscosity()
    expect(() => ewmaChart(chart, { lambda: 0 })).toThrow(refusal('bad_input'))
    expect(() => ewmaChart(chart, { lambda: 1.1 })).toThrow(refusal('bad_input'))
    expect(() => cusumChart(chart, { headStart: 5, decision: 5 })).toThrow(refusal('bad_input'))
    expect(() => cusumChart(chart, { allowance: -1 })).toThrow(refusal('bad_input'))
  })
})

describe('charts of rare events', () => {
  it('flags a gap that is too long, and never one that is too short', () => {
    const gaps = [40, 12, 88, 5, 31, 60, 22, 47, 3, 35, 50, 18, 27, 64, 9, 41, 30, 15, 72, 26, 400, 0, 0]
    const chart = gChart(gaps)
    expect(chart.beyond).toEqual([20])
    expect(chart.points.every(({ clipped }) => clipped === 'lower')).toBe(true)
  })

  it('signals times on both sides, and seldom by chance', () => {
    const random = seededRandom(3)
    const times = Array.from({ length: 3000 }, () => drawExponential(random, 0.1))
    const { roots } = tChart([...times, 1e-9, 9000], { baseline: 3000 })
    const alarms = roots.beyond.filter((row) => row < 3000).length
    expect(alarms).toBeLessThan(20)
    expect(roots.points[3000]!.lower).toBeGreaterThan(0)
    expect(roots.beyond.slice(-2)).toEqual([3000, 3001])
  })

  it('does not hang on the unit of time', () => {
    const times = [12.5, 3, 30, 7, 20, 0, 4]
    const [hours, minutes] = [tChart(times), tChart(times.map((time) => 60 * time))]
    hours.times.forEach(({ upper }, i) => expectNear(minutes.times[i]!.upper, 60 * upper, 1e-10))
    hours.roots.points.forEach(({ z }, i) => expect(minutes.roots.points[i]!.z).toBeCloseTo(z, 10))
  })

  it('refuses what are no gaps', () => {
    expect(() => gChart([1.5, 2])).toThrow(refusal('bad_input'))
    expect(() => gChart([0, 0])).toThrow(refusal('no_variation'))
    expect(() => tChart([1, -2])).toThrow(refusal('bad_input'))
    expect(() => tChart([1])).toThrow(refusal('not_enough_data'))
    expect(() => tChart([2, 2])).toThrow(refusal('no_variation'))
  })
})

describe('limits from 25 subgroups', () => {
  it('hold nearly all points of a process that does not change', () => {
    const random = seededRandom(11)
    const subgroups = Array.from({ length: 2025 }, () =>
      Array.from({ length: 5 }, () => 7 + 2 * drawNormal(random)),
    )
    const { means, spreads } = meanAndRangeCharts(subgroups, { baseline: 25 })
    // One in 370 with known limits; limits from 25 subgroups may double that.
    expect(means.beyond.length).toBeLessThan(20)
    expect(spreads.beyond.length).toBeLessThan(30)
    expect(Math.abs(means.points[0]!.sigma - 2 / Math.sqrt(5))).toBeLessThan(0.3)
  })
})
