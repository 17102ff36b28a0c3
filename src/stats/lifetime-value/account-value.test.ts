import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { drawNormal } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { accountValueInterval, meanAccountValue } from './account-value.ts'
import { topShare } from './concentration.ts'
import { savePlayValue } from './save-play.ts'
import { survivalValue } from './survival-value.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })
const { decision } = JSON.parse(readFileSync('test/reference/misc.json', 'utf8')) as {
  decision: {
    save_play: { cost: number; uplift: number; V: number; ev: number; roi: number; breakeven_uplift: number }
  }
}
const plan = { discount: 0.01, horizon: 12 }

/** Accounts that leave with one chance a period; large ones with half of it. */
function drawnAccounts(seed: number, accounts: number) {
  const random = seededRandom(seed)
  const [periods, left, margins] = [
    new Int32Array(accounts),
    new Uint8Array(accounts),
    new Float64Array(accounts),
  ]
  for (let i = 0; i < accounts; i += 1) {
    const large = random() < 0.3
    const watched = 6 + Math.floor(random() * 20)
    let age = 1
    while (random() >= (large ? 0.04 : 0.08) && age < 1000) age += 1
    periods[i] = Math.min(age, watched)
    left[i] = age < watched ? 1 : 0
    margins[i] = (large ? 1000 : 100) * Math.exp(0.3 * drawNormal(random))
  }
  return { periods, left, margins }
}

const trueMean = () => {
  const value = (churn: number) =>
    survivalValue(
      1,
      Array.from({ length: plan.horizon }, (_, t) => (1 - churn) ** t),
      plan.discount,
    )
  return Math.exp(0.045) * (0.3 * 1000 * value(0.04) + 0.7 * 100 * value(0.08))
}

describe('value of an account', () => {
  it('is the survival curve times the margin', () => {
    const histories = { periods: [1, 2, 2, 3, 4], left: [1, 1, 0, 1, 0], margins: [50, 50, 50, 50, 50] }
    // R: survfit(Surv(c(1, 2, 2, 3, 4), c(1, 1, 0, 1, 0)) ~ 1)$surv: .8, .6, .3
    const expected = survivalValue(50, [1, 0.8, 0.6, 0.3], 0.1)
    expectNear(meanAccountValue(histories, { discount: 0.1, horizon: 4 }), expected, 1e-12)
  })

  it('counts accounts by their margin', () => {
    const histories = { periods: [1, 3, 3], left: [1, 0, 0], margins: [10, 45, 45] }
    expectNear(meanAccountValue(histories, { discount: 0, horizon: 3 }), (100 / 3) * 2.8, 1e-12)
  })

  it('does not depend on order, and scales with money', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), (seed) => {
        const { periods, left, margins } = drawnAccounts(seed, 60)
        fc.pre(Math.max(...periods) >= plan.horizon)
        const value = meanAccountValue({ periods, left, margins }, plan)
        const turned = {
          periods: periods.toReversed(),
          left: left.toReversed(),
          margins: margins.toReversed().map((margin) => 100 * margin),
        }
        expectNear(meanAccountValue(turned, plan), 100 * value, 1e-10)
      }),
      { numRuns: 30 },
    )
  })

  it('has an interval that holds the truth about as often as it says', async () => {
    const truth = trueMean()
    let covered = 0
    const rounds = 120
    for (let seed = 1; seed <= rounds; seed += 1) {
      const options = { rounds: 199, method: 'percentile', level: 0.9 } as const
      const { interval } = await accountValueInterval(
        drawnAccounts(seed, 120),
        plan,
        seededRandom(seed),
        options,
      )
      if (interval[0] <= truth && truth <= interval[1]) covered += 1
    }
    expect(covered / rounds).toBeGreaterThan(0.9 - 4 * Math.sqrt((0.9 * 0.1) / rounds))
  })

  it('says when nobody was watched for so long', () => {
    const short = { periods: [2, 2], left: [0, 0], margins: [1, 1] }
    expect(() => meanAccountValue(short, { discount: 0, horizon: 4 })).toThrow(code('not_enough_data'))
    expect(meanAccountValue(short, { discount: 0, horizon: 2 })).toBe(2)
    expect(meanAccountValue({ ...short, left: [1, 1] }, { discount: 0, horizon: 9 })).toBe(2)
    expect(meanAccountValue({ ...short, margins: [0, 0] }, { discount: 0, horizon: 9 })).toBe(0)
    expect(() => meanAccountValue({ periods: [], left: [], margins: [] }, plan)).toThrow(
      code('not_enough_data'),
    )
    expect(() => meanAccountValue({ ...short, left: [0] }, plan)).toThrow(code('bad_input'))
    expect(() => meanAccountValue({ ...short, left: [0, 2] }, plan)).toThrow(code('bad_input'))
    expect(() => meanAccountValue({ ...short, periods: [0, 2] }, plan)).toThrow(code('bad_input'))
    expect(() => meanAccountValue(short, { discount: 0, horizon: 0 })).toThrow(code('bad_input'))
  })
})

describe('concentration', () => {
  it('is the share of the greatest', () => {
    expect(topShare([1, 1, 1, 1, 1, 1, 1, 1, 1, 1])).toBe(0.5)
    expect(topShare([3, 1], 5)).toBe(1)
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 30 }), (values) => {
        expect(topShare(values, 3)).toBeLessThanOrEqual(topShare(values, 4))
        expect(topShare(values.toReversed(), 3)).toBe(topShare(values, 3))
        expect(topShare(values, 1)).toBeGreaterThanOrEqual(1 / values.length)
      }),
    )
  })

  it('is none of nothing', () => {
    expect(() => topShare([0, 0])).toThrow(code('no_variation'))
    expect(() => topShare([])).toThrow(code('no_variation'))
    expect(() => topShare([-1, 2])).toThrow(code('bad_input'))
    expect(() => topShare([1], 0)).toThrow(code('bad_input'))
  })
})

describe('attempt to keep a customer', () => {
  const { cost, uplift, V, ev, roi, breakeven_uplift } = decision.save_play

  it('agrees with the reference, and pays for itself from its break-even', () => {
    const found = savePlayValue({ uplift, valueSaved: V, cost })
    expectNear(found.expectedValue, ev, 1e-12)
    expectNear(found.returnOnCost!, roi, 1e-12)
    expectNear(found.breakEvenUplift, breakeven_uplift, 1e-12)
    expect(savePlayValue({ uplift: found.breakEvenUplift, valueSaved: V, cost }).expectedValue).toBeCloseTo(
      0,
      9,
    )
  })

  it('can do harm, and can cost nothing', () => {
    expect(savePlayValue({ uplift: -0.1, valueSaved: 100, cost: 5 }).expectedValue).toBe(-15)
    expect(savePlayValue({ uplift: 0.1, valueSaved: 100, cost: 0 }).returnOnCost).toBeNull()
    expect(() => savePlayValue({ uplift: 1.1, valueSaved: 1, cost: 0 })).toThrow(code('bad_input'))
    expect(() => savePlayValue({ uplift: 0.1, valueSaved: 0, cost: 1 })).toThrow(code('bad_input'))
    expect(() => savePlayValue({ uplift: 0.1, valueSaved: 1, cost: -1 })).toThrow(code('bad_input'))
  })
})
