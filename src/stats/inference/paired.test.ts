import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import reference from '../../../test/reference/tickets.json' with { type: 'json' }
import { seededRandom } from '../random/seeded-random.ts'
import { mcnemarTest } from './mcnemar.ts'
import { weightedKappa } from './weighted-kappa.ts'
import { wilsonInterval } from './wilson.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })
const psychiatrists = [
  [53, 5, 2],
  [11, 14, 5],
  [1, 6, 3],
]
const priorities = reference.priority.matrix_first_rows_last_cols

describe('McNemar', () => {
  it('agrees with the incident log', () => {
    const { raised, lowered, mcnemar_z } = reference.priority
    expect(mcnemarTest(raised, lowered).z).toBeCloseTo(mcnemar_z, 6)
  })

  // R: mcnemar.test(matrix(c(0, up, down, 0), 2), correct = FALSE)$p.value; binom.test(up, up + down)$p.value
  it.each([
    [225, 85, 1.8431768712673822e-15, 9.33126222239338e-16],
    [3, 9, 0.08326451666355043, 0.14599609375],
    [6, 6, 1, 1],
    [0, 5, 0.02534731867746824, 0.0625],
    [499000, 501000, 0.04550026389635842, 0.0456082998653821],
  ])('%i up and %i down', (up, down, p, exactP) => {
    const found = mcnemarTest(up, down)
    expect(found.p / p).toBeCloseTo(1, 10)
    expect(found.exactP / exactP).toBeCloseTo(1, 10)
  })

  it('is the same either way', () => {
    fc.assert(
      fc.property(fc.nat(1000), fc.nat(1000), (up, down) => {
        fc.pre(up + down > 0)
        const [there, back] = [mcnemarTest(up, down), mcnemarTest(down, up)]
        expect(there.z).toBeCloseTo(-back.z, 12)
        expect(there.exactP).toBe(back.exactP)
        expect(there.exactP).toBeLessThanOrEqual(1)
      }),
    )
  })

  it('needs pairs that changed', () => {
    expect(() => mcnemarTest(0, 0)).toThrow(code('not_enough_data'))
    expect(() => mcnemarTest(-1, 4)).toThrow(code('bad_input'))
    expect(() => mcnemarTest(1.5, 4)).toThrow(code('bad_input'))
  })
})

describe('Wilson on the incident log', () => {
  it.each([
    ['reopened', reference.reopened.x, reference.reopened.wilson95],
    ['missed', reference.sla_missed.x, reference.sla_missed.wilson95],
  ])('%s', (_, successes, expected) => {
    const [low, high] = wilsonInterval(successes, reference.incidents)
    expect(low).toBeCloseTo(expected[0]!, 8)
    expect(high).toBeCloseTo(expected[1]!, 8)
  })
})

describe('weighted kappa', () => {
  it('agrees with the incident log', () => {
    expect(weightedKappa(priorities).kappa).toBeCloseTo(reference.priority.quadratic_kappa, 7)
    expect(weightedKappa(priorities, 'linear').kappa).toBeCloseTo(reference.priority.linear_kappa, 7)
  })

  // R: eq. 8 and 9 of Fleiss, Cohen and Everitt (1969), the first agreeing with a numeric delta method to 1e-10
  it.each([
    ['none' as const, psychiatrists, 0.4285714285714287, 0.0759588315346638, 0.0785064666516234],
    ['linear' as const, psychiatrists, 0.4923076923076924, 0.0717269427434705, 0.0816979572144723],
    ['quadratic' as const, psychiatrists, 0.566666666666667, 0.0787240932194433, 0.099721835344344],
    ['none' as const, priorities, 0.85685850985084189, 0.00785247233188172, 0.00515101710971812],
    ['quadratic' as const, priorities, 0.73817963745465354, 0.01685086008564426, 0.00689097702639301],
  ])('%s of a table', (weights, table, kappa, standardError, chanceError) => {
    const found = weightedKappa(table, weights)
    expect(found.kappa).toBeCloseTo(kappa, 12)
    expect(found.standardError).toBeCloseTo(standardError, 11)
    expect(found.chanceError).toBeCloseTo(chanceError, 11)
    expect(found.z).toBeCloseTo(kappa / chanceError, 8)
  })

  it('does not change when the ratings change places, the classes turn round, or the table doubles', () => {
    const across = psychiatrists[0]!.map((_, j) => psychiatrists.map((row) => row[j]!))
    const turned = psychiatrists.toReversed().map((row) => row.toReversed())
    const found = weightedKappa(psychiatrists)
    for (const other of [across, turned]) {
      expect(weightedKappa(other).kappa).toBeCloseTo(found.kappa, 12)
      expect(weightedKappa(other).standardError).toBeCloseTo(found.standardError, 12)
    }
    const doubled = weightedKappa(psychiatrists.map((row) => row.map((count) => 2 * count)))
    expect(doubled.kappa).toBeCloseTo(found.kappa, 12)
    expect(doubled.standardError).toBeCloseTo(found.standardError / Math.SQRT2, 12)
  })

  it('covers the true agreement about as often as it says', () => {
    const random = seededRandom(41)
    const truth = [
      [0.3, 0.08, 0.02],
      [0.06, 0.2, 0.06],
      [0.02, 0.06, 0.2],
    ]
    const { kappa } = weightedKappa(truth)
    const studies = 500
    let covered = 0
    for (let study = 0; study < studies; study += 1) {
      const table = truth.map((row) => row.map(() => 0))
      for (let item = 0; item < 200; item += 1) {
        let rest = random()
        const cell = truth.flat().findIndex((chance) => (rest -= chance) < 0)
        table[Math.floor(cell / 3)]![cell % 3]! += 1
      }
      const [low, high] = weightedKappa(table).interval
      if (low <= kappa && kappa <= high) covered += 1
    }
    expect(covered / studies).toBeGreaterThan(0.95 - 4 * Math.sqrt((0.05 * 0.95) / studies))
    expect(covered / studies).toBeLessThan(0.985)
  })

  it('keeps its errors where a class is rare', () => {
    // mpmath: the formulas in 60 digits
    const { standardError, chanceError } = weightedKappa(
      [
        [1e9, 3],
        [2, 1],
      ],
      'none',
    )
    expect(standardError).toBeCloseTo(0.223560227968312, 12)
    expect(chanceError / 3.12984317613071e-5).toBeCloseTo(1, 9)
  })

  it('is 1 for full agreement and 0 for chance', () => {
    const same = weightedKappa([
      [7, 0],
      [0, 9],
    ])
    expect(same.kappa).toBe(1)
    expect(same.interval[1]).toBe(1)
    expect(same.interval[0]).toBeGreaterThan(0.5)
    expect(same.interval[0]).toBeLessThan(0.8)
    const chance = weightedKappa([
      [8, 16],
      [4, 8],
    ])
    expect(chance.kappa).toBeCloseTo(0, 14)
  })

  it('refuses what tells nothing', () => {
    expect(() => weightedKappa([[1]])).toThrow(code('bad_input'))
    expect(() => weightedKappa([[1, 2], [3]])).toThrow(code('bad_input'))
    const table = (a: number, b: number, c: number, d: number) => [
      [a, b],
      [c, d],
    ]
    expect(() => weightedKappa(table(0, 0, 0, 0))).toThrow(code('not_enough_data'))
    expect(() => weightedKappa(table(5, 0, 4, 0))).toThrow(code('no_variation'))
    expect(() => weightedKappa(table(5, 0, 0, 0))).toThrow(code('no_variation'))
    expect(() => weightedKappa(table(5, -1, 0, 2))).toThrow(code('bad_input'))
    // The first rating is always below the second: kappa is 0 by exact and by linear weights, whoever rated whom.
    const apart = [
      [0, 0, 3, 1],
      [0, 0, 2, 4],
      [0, 0, 0, 0],
      [0, 0, 0, 0],
    ]
    expect(() => weightedKappa(apart, 'none')).toThrow(code('no_variation'))
    expect(() => weightedKappa(apart, 'linear')).toThrow(code('no_variation'))
    expect(weightedKappa(apart).kappa).toBeGreaterThan(0)
  })
})
