import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { betaMean, betaPosterior } from '../shrinkage/beta-binomial.ts'
import { StatsError } from '../stats-error.ts'
import { fitHazard } from './fit-hazard.ts'
import { interceptPrior } from './intercept-prior.ts'
import { chanceOf } from './likelihood.ts'
import { predictHazard } from './predict-hazard.ts'

const belief = { mean: 0.015, weight: 300 }

describe('a base rate as a prior', () => {
  it.each(['cloglog', 'logit'] as const)(
    'has the mean that is believed, and counts as many account-months (%s)',
    async (link) => {
      const prior = interceptPrior(link, belief)
      expectNear(chanceOf(link, prior.mean), 0.015, 1e-12)
      const events = Array.from({ length: 600 }, (_, row) => (row < 15 ? 1 : 0))
      const model = await fitHazard({ columns: {}, events }, [], { link, intercept: prior })
      // A normal prior on the link scale is near the beta prior that it stands for, not equal to it.
      expectNear(chanceOf(link, model.coefficients[0]!), betaMean(betaPosterior(belief, 15, 600)), 0.05)
      expect(Math.abs(model.interceptPriorShare - 300 / 900)).toBeLessThan(0.12)
    },
  )

  it('refuses a rate of nought and a weight of nothing', () => {
    expect(() => interceptPrior('logit', { mean: 0, weight: 300 })).toThrow(StatsError)
    expect(() => interceptPrior('logit', { mean: 0.1, weight: 0 })).toThrow(StatsError)
  })
})

describe('a company with few events', () => {
  const random = seededRandom(21)
  const rows = 700
  const habit = Array.from({ length: rows }, () => (random() < 0.5 ? 1 : 0))
  const usage = Array.from({ length: rows }, () => random())
  const columns = { habit, usage }
  const terms = [
    { kind: 'linear', column: 'habit', prior: { mean: Math.log(0.5), sd: 0.35 } },
    { kind: 'linear', column: 'usage', prior: { mean: -0.5, sd: 0.5 } },
  ] as const

  it('gets what it believed with hardly any events, and what it saw with many', async () => {
    const few = await fitHazard(
      { columns, events: habit.map((_, row) => (row % 175 === 0 ? 1 : 0)) },
      terms,
      {
        intercept: interceptPrior('cloglog', belief),
      },
    )
    expect(few.events).toBe(4)
    expect(few.terms.every(({ priorShare }) => priorShare > 0.7)).toBe(true)
    expect(Math.abs(few.coefficients[1]! - Math.log(0.5))).toBeLessThan(0.35)
    const many = await fitHazard(
      { columns, events: habit.map((value) => (random() < (value ? 0.4 : 0.3) ? 1 : 0)) },
      terms,
      {
        intercept: interceptPrior('cloglog', belief),
      },
    )
    expect(many.terms[0]!.priorShare).toBeLessThan(0.3)
    const [without, withHabit] = predictHazard(many, { habit: [0, 1], usage: [0.5, 0.5] })
    expect(withHabit).toBeGreaterThan(without!)
  })
})
