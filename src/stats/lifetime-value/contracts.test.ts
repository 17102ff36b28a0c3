import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { drawBeta } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { constantRetentionValue } from './constant-retention.ts'
import { periodDiscount } from './discount.ts'
import { fitShiftedBetaGeometric, type FittedRetention } from './fit-shifted-beta-geometric.ts'
import { retentionCounts, type RetentionCounts } from './retention-counts.ts'
import {
  residualLifetime,
  sbgLogLikelihood,
  sbgRetention,
  sbgSurvival,
  type ShiftedBetaGeometric,
} from './shifted-beta-geometric.ts'
import { survivalValue } from './survival-value.ts'

type Cohort = {
  survivors: number[]
  alpha: number
  beta: number
  loglik: number
  retention_t1_8: number[]
  S12: number
  derl_10pct_n1_2_3: number[]
}
const { clv, decision } = JSON.parse(readFileSync('test/reference/misc.json', 'utf8')) as {
  clv: Record<string, number> & { sbg_high_end: Cohort; sbg_regular: Cohort }
  decision: { churn_cost: { value_at_risk_ex: number } }
}
const code = (expected: string) => expect.objectContaining({ code: expected })
const monthly = periodDiscount(0.1)

function mixed(fitted: FittedRetention) {
  if (fitted.kind !== 'mixed') throw new Error(`The customers are ${fitted.kind}.`)
  return fitted
}

/** Renewals of customers who each leave with an own chance. */
function drawnCounts(seed: number, customers: number, ages: number, model: ShiftedBetaGeometric) {
  const random = seededRandom(seed)
  const survivors = Array.from({ length: ages + 1 }, () => 0)
  for (let i = 0; i < customers; i += 1) {
    const churn = drawBeta(random, model.alpha, model.beta)
    let age = 0
    survivors[0]! += 1
    while (age < ages && random() >= churn) survivors[++age]! += 1
  }
  return retentionCounts(survivors)
}

describe('constant retention', () => {
  it('agrees with the reference', () => {
    expectNear(monthly, clv['monthly_discount_from_10pct']!, 1e-7)
    const customer = { margin: 100, retention: 0.95, discount: monthly }
    expectNear(constantRetentionValue(customer, 'now'), clv['perpetuity_m100_r095_first_now']!, 1e-7)
    const later = constantRetentionValue(customer, 'next_period')
    expectNear(later, clv['perpetuity_m100_r095_first_in_1']!, 1e-7)
    const lifetime = constantRetentionValue({ margin: 1, retention: 0.95, discount: 0 }, 'now')
    expectNear(lifetime, clv['expected_lifetime_months']!, 1e-12)
  })

  it('is the sum over all periods, of which the first payment is one', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.95, noNaN: true }), (retention) => {
        const customer = { margin: 3, retention, discount: 0.02 }
        const now = constantRetentionValue(customer, 'now')
        const survival = Array.from({ length: 1000 }, (_, t) => retention ** t)
        expectNear(survivalValue(3, survival, 0.02), now, 1e-10)
        expect(constantRetentionValue(customer, 'next_period')).toBeCloseTo(now - 3, 10)
      }),
    )
  })

  it('has no end where nobody leaves and nothing is discounted', () => {
    const forever = { margin: 1, retention: 1, discount: 0 }
    expect(() => constantRetentionValue(forever, 'now')).toThrow(code('bad_input'))
    expect(() => periodDiscount(-1)).toThrow(code('bad_input'))
    expect(() => periodDiscount(0.1, 0)).toThrow(code('bad_input'))
  })
})

describe('value from a survival curve', () => {
  it('agrees with the reference', () => {
    const year = Array.from({ length: 12 }, (_, t) => 0.95 ** t)
    expectNear(survivalValue(100, year, monthly), clv['survival_weighted_12m_m100_r095']!, 1e-7)
    const two = Array.from({ length: 24 }, (_, t) => 0.97 ** t)
    expectNear(survivalValue(1600, two, monthly), decision.churn_cost.value_at_risk_ex, 1e-7)
  })

  it('adds over margins and refuses what is no survival', () => {
    const survival = [1, 0.7, 0.2]
    const apart = survivalValue([1, 2, 3], survival, 0.1) + survivalValue([9, 8, 7], survival, 0.1)
    expect(survivalValue(10, survival, 0.1)).toBeCloseTo(apart, 12)
    expect(survivalValue(10, [], 0.1)).toBe(0)
    expect(() => survivalValue(1, [0.5, 0.6], 0.1)).toThrow(code('bad_input'))
    expect(() => survivalValue([1], [1, 1], 0.1)).toThrow(code('bad_input'))
    expect(() => survivalValue(Number.NaN, [1], 0.1)).toThrow(code('bad_input'))
    expect(() => survivalValue(1, [1], -1)).toThrow(code('bad_input'))
  })
})

describe('shifted beta-geometric', () => {
  it.each([clv.sbg_high_end, clv.sbg_regular])('fits $survivors', (cohort) => {
    const { model, logLikelihood } = mixed(fitShiftedBetaGeometric(retentionCounts(cohort.survivors)))
    expectNear(model.alpha, cohort.alpha, 5e-6)
    expectNear(model.beta, cohort.beta, 5e-6)
    expectNear(logLikelihood, cohort.loglik, 1e-7)
    expectNear(sbgSurvival(model, 12), cohort.S12, 5e-6)
    cohort.retention_t1_8.forEach((retention, i) => expectNear(sbgRetention(model, i + 1), retention, 2e-6))
    cohort.derl_10pct_n1_2_3.forEach((derl, i) => expectNear(residualLifetime(model, 0.1, i + 1), derl, 5e-6))
  })

  it('tells its errors as the information has them', () => {
    // R: optimHess of sum(-diff(S) * (lbeta(a + 1, b + 0:6) - lbeta(a, b))) + S[8] * (lbeta(a, b + 7) - lbeta(a, b))
    const fitted = mixed(fitShiftedBetaGeometric(retentionCounts(clv.sbg_regular.survivors)))
    expectNear(fitted.standardErrors.alpha, 0.0655989, 1e-5)
    expectNear(fitted.standardErrors.beta, 0.1524755, 1e-5)
    expectNear(fitted.covariance, 0.00889118, 1e-5)
  })

  it('has the top of its likelihood, whatever the cohort', () => {
    const drops = fc.array(fc.nat(60), { minLength: 2, maxLength: 6 })
    fc.assert(
      fc.property(drops, fc.integer({ min: 1, max: 80 }), (left, stayed) => {
        const survivors = [...left, stayed].map((_, i, all) => all.slice(i).reduce((sum, n) => sum + n, 0))
        fc.pre(survivors[0]! > stayed)
        const counts = retentionCounts(survivors)
        const { logLikelihood } = fitShiftedBetaGeometric(counts)
        for (const mean of [0.02, 0.1, 0.3, 0.5, 0.8])
          for (const weight of [0.05, 0.5, 2, 8, 50, 1000]) {
            const model = { alpha: mean * weight, beta: (1 - mean) * weight }
            expect(sbgLogLikelihood(model, counts)).toBeLessThanOrEqual(logLikelihood + 1e-9)
          }
      }),
    )
  })

  it('does not tell one cohort from its halves', () => {
    const { due, left } = retentionCounts(clv.sbg_regular.survivors)
    const doubled = { due: due.map((n) => 2 * n), left: left.map((n) => 2 * n) }
    const [one, two] = [
      mixed(fitShiftedBetaGeometric({ due, left })),
      mixed(fitShiftedBetaGeometric(doubled)),
    ]
    expectNear(two.model.alpha, one.model.alpha, 1e-8)
    expectNear(two.standardErrors.beta, one.standardErrors.beta / Math.SQRT2, 1e-7)
  })

  it('says that customers are alike, or settled', () => {
    const steady = fitShiftedBetaGeometric(retentionCounts([1000, 500, 250, 125]))
    expect(steady).toMatchObject({ kind: 'alike', retention: 0.5 })
    expect(fitShiftedBetaGeometric(retentionCounts([100, 90, 60]))).toMatchObject({ kind: 'alike' })
    const settled = fitShiftedBetaGeometric(retentionCounts([100, 60, 60, 60]))
    expect(settled).toMatchObject({ kind: 'settled', retention: 0.6 })
  })

  it('has the residual lifetime of its own survival, and more of it the longer the customer stayed', () => {
    const model = { alpha: 0.7, beta: 1.2 }
    for (const renewals of [1, 3, 8]) {
      let [chance, sum] = [1, 0]
      for (let t = 0; t < 4000; t += 1) {
        chance *= sbgRetention(model, renewals + t)
        sum += chance * (1 + 0.02) ** -t
      }
      expectNear(residualLifetime(model, 0.02, renewals), sum, 1e-10)
      expect(residualLifetime(model, 0.02, renewals + 1)).toBeGreaterThan(sum)
    }
    expectNear(sbgSurvival(model, 40) / sbgSurvival(model, 39), sbgRetention(model, 40), 1e-12)
  })

  it('finds the truth, within its errors about as often as they say', () => {
    const truth = { alpha: 0.8, beta: 3 }
    const cohorts = Array.from({ length: 300 }, (_, seed) => drawnCounts(seed, 800, 8, truth))
    const covered = cohorts.filter((counts: RetentionCounts) => {
      const fitted = fitShiftedBetaGeometric(counts)
      if (fitted.kind !== 'mixed') return false
      const { model, standardErrors } = fitted
      const spread = standardErrors.alpha / model.alpha
      return Math.abs(Math.log(model.alpha / truth.alpha)) < 1.96 * spread
    }).length
    expect(Math.abs(covered / 300 - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / 300))
  })

  it('refuses what says nothing', () => {
    expect(() => fitShiftedBetaGeometric(retentionCounts([10, 5]))).toThrow(code('not_enough_data'))
    expect(() => fitShiftedBetaGeometric(retentionCounts([10, 10, 10]))).toThrow(code('too_few_events'))
    expect(() => fitShiftedBetaGeometric({ due: [4, 3], left: [4, 3] })).toThrow(code('no_variation'))
    expect(() => fitShiftedBetaGeometric({ due: [4, 3], left: [5, 0] })).toThrow(code('bad_input'))
    expect(() => fitShiftedBetaGeometric({ due: [0, 3], left: [0, 1] })).toThrow(code('bad_input'))
    expect(() => retentionCounts([10, 11])).toThrow(code('bad_input'))
    expect(() => retentionCounts([10])).toThrow(code('bad_input'))
    expect(() => sbgRetention({ alpha: 0, beta: 1 }, 1)).toThrow(code('bad_input'))
    expect(() => sbgSurvival({ alpha: 1, beta: 1 }, 1.5)).toThrow(code('bad_input'))
    expect(() => residualLifetime({ alpha: 1, beta: 1 }, 0, 1)).toThrow(code('bad_input'))
  })
})
