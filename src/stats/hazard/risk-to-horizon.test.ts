import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { StatsError } from '../stats-error.ts'
import { fitHazard } from './fit-hazard.ts'
import { predictHazard } from './predict-hazard.ts'
import { riskToHorizon, survivalFromHazards } from './risk-to-horizon.ts'
import { simulateAccountMonths } from './simulate-account-months.fixture.ts'

const sim = simulateAccountMonths(seededRandom(8), { accounts: 400, months: 24 })
const terms = [
  { kind: 'smooth', column: 'tenure', basisSize: 6 },
  { kind: 'linear', column: 'usage', ridge: false },
] as const
const pathOf = (months: number, usage: number, level = 0) => ({
  tenure: Array.from({ length: months }, (_, at) => 5 + at),
  usage: Array.from({ length: months }, () => usage + level),
})

describe('survival from hazards', () => {
  it('is the product of what stays, and never rises', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }), (hazards) => {
        const survival = survivalFromHazards(hazards)
        expect(survival.every((share, at) => share >= 0 && share <= (survival[at - 1] ?? 1))).toBe(true)
        expect(survival.at(-1) ?? 1).toBeCloseTo(
          hazards.reduce((share, hazard) => share * (1 - hazard), 1),
          12,
        )
      }),
    )
    expect(() => survivalFromHazards([1.2])).toThrow(StatsError)
  })
})

describe.each(['cloglog', 'logit'] as const)('risk to a horizon, %s', (link) => {
  it('is one less the survival of its months, inside its interval, wider the surer it must be', async () => {
    const model = await fitHazard(sim, terms, { link })
    const path = pathOf(6, 0.4)
    const { risk, interval } = riskToHorizon(model, path)
    expectNear(risk, 1 - survivalFromHazards(predictHazard(model, path)).at(-1)!, 1e-12)
    expect(interval[0]).toBeLessThan(risk)
    expect(interval[1]).toBeGreaterThan(risk)
    const surer = riskToHorizon(model, path, 0.99).interval
    expect(surer[0]).toBeLessThan(interval[0])
    expect(surer[1]).toBeGreaterThan(interval[1])
    expect(riskToHorizon(model, pathOf(12, 0.4)).risk).toBeGreaterThan(risk)
    expect(riskToHorizon(model, pathOf(6, 0.7)).risk).toBeLessThan(risk)
    expect(() => riskToHorizon(model, pathOf(0, 0.4))).toThrow('A path needs a month.')
  })

  it('has numbers for ends however far a path leads', async () => {
    const model = await fitHazard(sim, terms, { link })
    for (const usage of [1e3, 1e5, -1e3, -1e5]) {
      const { risk, interval } = riskToHorizon(model, pathOf(2, usage))
      expect(interval[0]).toBeGreaterThanOrEqual(0)
      expect(interval[0]).toBeLessThanOrEqual(risk)
      expect(interval[1]).toBeGreaterThanOrEqual(risk)
      expect(interval[1]).toBeLessThanOrEqual(1)
    }
  })

  it('has the interval that numbers give for the derivative', async () => {
    const model = await fitHazard(sim, terms, { link })
    const path = pathOf(4, 0.3)
    const logHazardAt = (coefficients: readonly number[]) =>
      Math.log(-Math.log1p(-riskToHorizon({ ...model, coefficients }, path).risk))
    const size = model.coefficients.length
    const gradient = model.coefficients.map((_, k) => {
      const moved = (by: number) => model.coefficients.map((value, at) => (at === k ? value + by : value))
      return (logHazardAt(moved(1e-5)) - logHazardAt(moved(-1e-5))) / 2e-5
    })
    let variance = 0
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) variance += gradient[i]! * model.covariance[i * size + j]! * gradient[j]!
    const [low, high] = riskToHorizon(model, path).interval
    const middle = logHazardAt(model.coefficients)
    expectNear(high, -Math.expm1(-Math.exp(middle + 1.959963984540054 * Math.sqrt(variance))), 1e-6)
    expectNear(low, -Math.expm1(-Math.exp(middle - 1.959963984540054 * Math.sqrt(variance))), 1e-6)
  })
})
