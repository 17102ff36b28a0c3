import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { drawNormal } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { auc } from './auc.ts'
import { delongInterval, delongTest } from './delong.ts'
import { placementValues } from './placements.ts'
import { expectCode, judged } from './predicted-rows.fixture.ts'

const { events, a, b } = judged

const bothGroups = fc
  .array(
    fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: -5, max: 5 }), fc.integer({ min: 0, max: 3 })),
    {
      minLength: 2,
      maxLength: 40,
    },
  )
  .filter((rows) => new Set(rows.map(([event]) => event)).size === 2)
  .map((rows) => ({
    events: rows.map(([event]) => event),
    scores: rows.map(([, score]) => score),
    others: rows.map(([, , score]) => score),
  }))

/** Pairs of an event and a non-event, ties by half. */
function countedPairs(events: readonly number[], scores: readonly number[]): number {
  let [won, pairs] = [0, 0]
  for (const [i, event] of events.entries())
    for (const [j, other] of events.entries()) {
      if (event !== 1 || other !== 0) continue
      pairs += 1
      won += scores[i]! > scores[j]! ? 1 : scores[i] === scores[j] ? 0.5 : 0
    }
  return won / pairs
}

describe('AUC', () => {
  it('agrees with R', () => {
    // R: pROC::auc(roc(y, a, direction = "<"))
    expectNear(auc(events, a), 0.951676884240894, 1e-14)
    // R: pROC::auc(roc(y, b, direction = "<"))
    expectNear(auc(events, b), 0.78050246423849, 1e-14)
  })

  it('counts the pairs that an event wins, ties by half', () => {
    fc.assert(
      fc.property(bothGroups, ({ events, scores }) => {
        expect(auc(events, scores)).toBeCloseTo(countedPairs(events, scores), 12)
      }),
    )
  })

  it('sees the order of scores alone, and turns with it', () => {
    fc.assert(
      fc.property(bothGroups, ({ events, scores }) => {
        const stretched = scores.map((score) => Math.exp(score) - 3)
        expect(auc(events, stretched)).toBe(auc(events, scores))
        const reversed = scores.map((score) => -score)
        expect(auc(events, reversed)).toBeCloseTo(1 - auc(events, scores), 12)
      }),
    )
  })

  it('is the mean placement of either group', () => {
    fc.assert(
      fc.property(bothGroups, ({ events, scores }) => {
        const placed = placementValues(events, scores)
        for (const group of [0, 1]) {
          const own = [...placed.placements].filter((_, row) => events[row] === group)
          expect(own.reduce((sum, value) => sum + value, 0) / own.length).toBeCloseTo(placed.auc, 12)
        }
      }),
    )
  })

  it('needs both groups, events of 0 or 1 and finite scores', () => {
    expectCode(() => auc([1, 1], [0.2, 0.4]), 'empty_stratum')
    expectCode(() => auc([0], [0.2]), 'empty_stratum')
    expectCode(() => auc([], []), 'bad_input')
    expectCode(() => auc([0, 2], [0.2, 0.4]), 'bad_input')
    expectCode(() => auc([0, 1], [0.2, NaN]), 'bad_input')
    expectCode(() => auc([0, 1], [0.2]), 'bad_input')
  })
})

describe("DeLong's interval", () => {
  it('agrees with R', () => {
    const found = delongInterval(events, a)
    // R: ci.auc(roc(y, a))
    expectNear(found.interval[0], 0.925051776176961, 1e-12)
    expectNear(found.interval[1], 0.978301992304828, 1e-12)
    // R: sqrt(var(roc(y, a)))
    expectNear(found.standardError, 0.013584488426292, 1e-12)
    const [low, high] = delongInterval(events, b, 0.9).interval
    // R: ci.auc(roc(y, b), conf.level = .9)
    expectNear(low, 0.723461525645035, 1e-12)
    expectNear(high, 0.837543402831945, 1e-12)
  })

  it('has a width where all is told without error, or one row stands for a group', () => {
    const perfect = delongInterval([0, 0, 0, 1, 1, 1], [1, 2, 3, 4, 5, 6])
    expect(perfect).toMatchObject({ auc: 1, method: 'newcombe' })
    expect(perfect.interval[0]).toBeLessThan(0.9)
    expect(perfect.interval[1]).toBe(1)
    const single = delongInterval([0, 0, 0, 1], [1, 2, 5, 4])
    expect(single.method).toBe('newcombe')
    expect(single.standardError).toBeGreaterThan(0)
  })

  it('covers the true AUC about as often as it says', () => {
    const random = seededRandom(71)
    // P(N(1, 1) > N(0, 1)) = Phi(1 / sqrt(2)). R: pnorm(1 / sqrt(2))
    const truth = 0.760249938906523
    const rounds = 1000
    let covered = 0
    for (let round = 0; round < rounds; round += 1) {
      const outcome = Array.from({ length: 200 }, (_, row) => (row < 40 ? 1 : 0))
      const [low, high] = delongInterval(
        outcome,
        outcome.map((event) => event + drawNormal(random)),
      ).interval
      if (low <= truth && truth <= high) covered += 1
    }
    expect(covered / rounds).toBeGreaterThan(0.93)
    expect(covered / rounds).toBeLessThan(0.97)
  })
})

describe("DeLong's test", () => {
  it('agrees with R', () => {
    const found = delongTest(events, a, b)
    // R: roc.test(roc(y, a), roc(y, b), method = "delong", paired = TRUE)
    expectNear(found.z, 4.63503936360657, 1e-12)
    expectNear(found.p, 3.5686956387644e-6, 1e-10)
  })

  it('turns its sign with the order of the predictions and keeps its p', () => {
    fc.assert(
      fc.property(bothGroups, ({ events, scores, others }) => {
        const sizes = events.filter((event) => event === 1).length
        fc.pre(sizes > 1 && events.length - sizes > 1)
        try {
          const forth = delongTest(events, scores, others)
          const back = delongTest(events, others, scores)
          expect(back.difference).toBeCloseTo(-forth.difference, 12)
          expect(back.p).toBeCloseTo(forth.p, 12)
        } catch (error) {
          expect(error).toMatchObject({ code: 'no_variation' })
        }
      }),
    )
  })

  it('finds no difference between predictions of one order', () => {
    const same = delongTest(
      events,
      a,
      a.map((score) => score ** 3),
    )
    expect(same).toMatchObject({ difference: 0, p: 1, interval: [0, 0] })
  })

  it('errs about as often as it says when two predictions are equally good', () => {
    const random = seededRandom(72)
    const rounds = 1000
    let rejected = 0
    for (let round = 0; round < rounds; round += 1) {
      const outcome = Array.from({ length: 150 }, (_, row) => (row < 50 ? 1 : 0))
      const shared = outcome.map((event) => event + drawNormal(random))
      const [first, second] = [0, 1].map(() => shared.map((value) => value + drawNormal(random)))
      if (delongTest(outcome, first!, second!).p < 0.05) rejected += 1
    }
    expect(rejected / rounds).toBeGreaterThan(0.03)
    expect(rejected / rounds).toBeLessThan(0.07)
  })

  it('says when too few rows tell', () => {
    expectCode(() => delongTest([0, 0, 1], [1, 2, 3], [3, 2, 1]), 'too_few_events')
    expectCode(() => delongTest([0, 0, 1, 1], [1, 2, 3, 4], [0, 0, 0, 0]), 'no_variation')
  })
})
