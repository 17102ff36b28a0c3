import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { contributions, groupedContributions } from './contributions.ts'
import { fitHazard } from './fit-hazard.ts'
import { predictLinear } from './predict-hazard.ts'
import { segments, simulateAccountMonths } from './simulate-account-months.fixture.ts'
import type { Term } from './term.ts'

// Fits share the machine with whatever else runs.
vi.setConfig({ testTimeout: 60_000 })

const sim = simulateAccountMonths(seededRandom(3), { accounts: 300, months: 24 })
const terms: Term[] = [
  { kind: 'smooth', column: 'tenure', basisSize: 6 },
  { kind: 'smooth', column: 'usage', basisSize: 6 },
  { kind: 'linear', column: 'trust' },
  { kind: 'factor', column: 'segment', levels: segments },
  { kind: 'pair', columns: ['usage', 'trust'], basisSize: 4 },
]
const model = await fitHazard(sim, terms, { minEvents: 20 })
const rowOf = (row: number) =>
  Object.fromEntries(Object.entries(sim.columns).map(([name, column]) => [name, column[row]!]))
const anyRow = fc.integer({ min: 0, max: sim.events.length - 1 }).map(rowOf)
const sumOf = (parts: readonly Readonly<{ value: number }>[]) =>
  parts.reduce((sum, { value }) => sum + value, 0)

describe('contributions', () => {
  it('sum to the linear predictor less that of the mean row, for any row', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const [eta] = predictLinear(
          model,
          Object.fromEntries(Object.entries(row).map(([name, value]) => [name, [value]])),
        )
        expect(sumOf(contributions(model, row))).toBeCloseTo(eta! - model.coefficients[0]!, 10)
      }),
    )
  })

  it('are nought on average over the training rows, so that the intercept is the mean row', () => {
    const binned = meanOf(predictLinear(model, sim.columns))
    expect(Math.abs(binned - model.coefficients[0]!)).toBeLessThan(2e-3)
  })

  it('survive a store as JSON', () => {
    const stored = JSON.parse(JSON.stringify(model)) as typeof model
    expect(contributions(stored, rowOf(5))).toEqual(contributions(model, rowOf(5)))
  })

  it('have the standard errors of the posterior', () => {
    const row = rowOf(17)
    const trust = contributions(model, row).find(({ name }) => name === 'trust')!
    const { first, shape } = model.terms[2]!
    const sd = Math.sqrt(model.covariance[first * (model.coefficients.length + 1)]!)
    expect(trust.value).toBeCloseTo((row.trust! - shape.centre[0]!) * model.coefficients[first]!, 12)
    expect(trust.standardError).toBeCloseTo(Math.abs(row.trust! - shape.centre[0]!) * sd, 12)
  })

  it('refuse a row without a covariate, and a level that is none', () => {
    const { trust: _trust, ...rest } = rowOf(0)
    expect(() => contributions(model, rest)).toThrow('The row has no trust.')
    expect(() => contributions(model, { ...rowOf(0), segment: 3 })).toThrow('numbered from 0 to 2')
    expect(() => contributions(model, { ...rowOf(0), usage: Number.NaN })).toThrow('missing')
  })
})

/** Mean of the values. */
function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

describe('grouped contributions', () => {
  const groups = { behaviour: ['usage', 'usage:trust', 'trust'], time: ['tenure'] }

  it('sum as the parts do, and leave ungrouped terms alone', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const grouped = groupedContributions(model, row, groups)
        expect(sumOf(grouped)).toBeCloseTo(sumOf(contributions(model, row)), 10)
        expect(grouped.map(({ name }) => name)).toEqual(['behaviour', 'time', 'segment'])
      }),
    )
  })

  it('have the standard error of a sum: no more than the parts together, and that of a part when alone', () => {
    fc.assert(
      fc.property(anyRow, (row) => {
        const [behaviour, time] = groupedContributions(model, row, groups)
        const parts = contributions(model, row)
        const worst = parts
          .filter(({ name }) => groups.behaviour.includes(name))
          .reduce((sum, { standardError }) => sum + standardError, 0)
        expect(behaviour!.standardError).toBeLessThanOrEqual(worst + 1e-12)
        expect(time!.standardError).toBe(parts[0]!.standardError)
      }),
    )
  })

  it('tell together what twins cannot tell alone', async () => {
    const twin = Float32Array.from(sim.columns.usage!, (usage, row) => usage + (row % 7) * 1e-3)
    const twins = await fitHazard({ ...sim, columns: { ...sim.columns, twin } }, [
      { kind: 'linear', column: 'usage', ridge: false },
      { kind: 'linear', column: 'twin', ridge: false },
    ])
    const row = { usage: 0.2, twin: 0.2 }
    const [together] = groupedContributions(twins, row, { both: ['usage', 'twin'] })
    const alone = contributions(twins, row).map(({ standardError }) => standardError)
    expect(Math.min(...alone)).toBeGreaterThan(5 * together!.standardError)
  })

  it('refuse a term in two groups, and one that is not there', () => {
    expect(() => groupedContributions(model, rowOf(0), { a: ['usage'], b: ['usage'] })).toThrow(
      'one group only',
    )
    expect(() => groupedContributions(model, rowOf(0), { a: ['mood'] })).toThrow('mood, which is no term')
  })
})
