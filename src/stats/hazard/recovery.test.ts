import { describe, expect, it, vi } from 'vitest'
import { seededRandom, type Random } from '../random/seeded-random.ts'
import { contributions } from './contributions.ts'
import { fitHazard } from './fit-hazard.ts'
import { chanceOf, type Link } from './likelihood.ts'
import { predictHazard } from './predict-hazard.ts'
import { simulateAccountMonths, simulatedTerms } from './simulate-account-months.fixture.ts'

// Fits share the machine with whatever else runs.
vi.setConfig({ testTimeout: 60_000 })

const range = (size: number) => Array.from({ length: size }, (_, at) => at)
const drawEvents = (random: Random, link: Link, eta: readonly number[]) =>
  eta.map((value) => (random() < chanceOf(link, value) ? 1 : 0))

describe('intervals hold the truth about as often as they say', () => {
  it.each(['cloglog', 'logit'] as const)('of a slope, %s', async (link) => {
    const random = seededRandom(link === 'logit' ? 5 : 6)
    const x = range(400).map((row) => ((row * 37) % 400) / 200 - 1)
    const term = { kind: 'linear', column: 'x', ridge: false } as const
    let held = 0
    for (let time = 0; time < 200; time++) {
      const events = drawEvents(
        random,
        link,
        x.map((value) => -1.5 + 0.8 * value),
      )
      const model = await fitHazard({ columns: { x }, events }, [term], { link })
      const error = Math.sqrt(model.covariance[3]!)
      if (Math.abs(model.coefficients[1]! - 0.8) < 1.96 * error) held++
    }
    // Binomial: 190 of 200, give or take 3 x 3.1.
    expect(held).toBeGreaterThanOrEqual(180)
    expect(held).toBeLessThanOrEqual(199)
  })

  it('of a curve, on average over its length', async () => {
    const random = seededRandom(9)
    const x = range(2000).map((row) => (row % 40) / 39)
    const truth = (value: number) => Math.sin(2 * Math.PI * value)
    const middle = x.reduce((sum, value) => sum + truth(value), 0) / x.length
    let [held, asked] = [0, 0]
    for (let time = 0; time < 60; time++) {
      const events = drawEvents(
        random,
        'cloglog',
        x.map((value) => -1.2 + truth(value)),
      )
      const model = await fitHazard({ columns: { x }, events }, [{ kind: 'smooth', column: 'x' }])
      for (let at = 0; at < 40; at++, asked++) {
        const [part] = contributions(model, { x: at / 39 })
        if (Math.abs(part!.value - (truth(at / 39) - middle)) < 1.96 * part!.standardError) held++
      }
    }
    expect(held / asked).toBeGreaterThan(0.91)
    expect(held / asked).toBeLessThan(0.985)
  })
})

describe('smoothing by restricted likelihood', () => {
  const x = range(3000).map((row) => (row % 60) / 59)

  it('finds a straight line straight, a bend bent, and nothing nothing', async () => {
    const random = seededRandom(12)
    const edfOf = async (truth: (value: number) => number, select: boolean) => {
      const events = drawEvents(
        random,
        'logit',
        x.map((value) => -1 + truth(value)),
      )
      const model = await fitHazard({ columns: { x }, events }, [{ kind: 'smooth', column: 'x', select }], {
        link: 'logit',
      })
      return model.terms[0]!.edf
    }
    expect(await edfOf((value) => 2 * value, false)).toBeLessThan(2.2)
    expect(await edfOf((value) => 1.5 * Math.cos(4 * Math.PI * value), false)).toBeGreaterThan(4)
    expect(await edfOf(() => 0, true)).toBeLessThan(0.9)
  })

  it('has the largest restricted likelihood at its own choice', async () => {
    const random = seededRandom(13)
    const events = drawEvents(
      random,
      'cloglog',
      x.map((value) => -1 + Math.sin(5 * value)),
    )
    const terms = [{ kind: 'smooth', column: 'x' }] as const
    const chosen = await fitHazard({ columns: { x }, events }, terms)
    const factor = chosen.smoothing[0]!.factor
    for (const times of [0.2, 0.7, 1.5, 5]) {
      const other = await fitHazard({ columns: { x }, events }, terms, { smoothing: [factor * times] })
      expect(other.remlScore).toBeLessThan(chosen.remlScore + 1e-3)
    }
  })
})

describe('simulated account-months', () => {
  it('give their hazard back', async () => {
    const sim = simulateAccountMonths(seededRandom(2), { accounts: 3000, months: 36 })
    const model = await fitHazard(sim, simulatedTerms)
    const hazards = predictHazard(model, sim.columns)
    const log = (values: ArrayLike<number>) => Float64Array.from(values, Math.log)
    const [found, truth] = [log(hazards), log(sim.trueHazard)]
    const error = Math.sqrt(
      found.reduce((sum, value, row) => sum + (value - truth[row]!) ** 2, 0) / found.length,
    )
    const spread = Math.sqrt(
      truth.reduce((sum, value) => sum + value ** 2, 0) / truth.length -
        (truth.reduce((sum, value) => sum + value, 0) / truth.length) ** 2,
    )
    expect(error).toBeLessThan(0.25 * spread)
    const slopeOf = (name: string) => {
      const { first } = model.terms.find(({ shape }) => shape.name === name)!
      return [
        model.coefficients[first]!,
        Math.sqrt(model.covariance[first * (model.coefficients.length + 1)]!),
      ] as const
    }
    for (const [name, slope] of [
      ['championLeft', 0.7],
      ['renewal', 0.9],
      ['tickets', 0.06],
    ] as const) {
      const [value, standardError] = slopeOf(name)
      expect(Math.abs(value - slope)).toBeLessThan(3 * standardError)
    }
  })
})
