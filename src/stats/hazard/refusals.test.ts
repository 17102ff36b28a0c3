import { describe, expect, it } from 'vitest'
import { StatsError } from '../stats-error.ts'
import { fitHazard, type HazardRows } from './fit-hazard.ts'
import { predictHazard } from './predict-hazard.ts'
import type { Term } from './term.ts'

const at = Array.from({ length: 40 }, (_, row) => row)
const usage = at.map((row) => (row * 7) % 11)
const events = at.map((row) => (row % 5 === 0 ? 1 : 0))
const slope: Term = { kind: 'linear', column: 'usage', ridge: false }
const levels = ['a', 'b']

const codeOf = (rows: HazardRows, terms: readonly Term[], options = {}) =>
  fitHazard(rows, terms, options).then(
    () => 'fitted',
    (error: unknown) => (error instanceof StatsError ? error.code : String(error)),
  )

describe('a fit says why it cannot be', () => {
  it.each<[string, Partial<HazardRows>, readonly Term[], object, string]>([
    ['no events', { events: at.map(() => 0) }, [slope], {}, 'too_few_events'],
    ['fewer events than asked for', {}, [slope], { minEvents: 9 }, 'too_few_events'],
    ['events everywhere', { events: at.map(() => 1) }, [slope], {}, 'no_variation'],
    ['no rows', { columns: {}, events: [] }, [], {}, 'bad_input'],
    ['rows without weight', { weights: at.map(() => 0) }, [], {}, 'not_enough_data'],
    ['weights below nought', { weights: at.map((row) => row - 1) }, [], {}, 'bad_input'],
    [
      'two events in a row',
      { events: at.map((row) => (row === 3 ? 2 : events[row]!)) },
      [slope],
      {},
      'bad_input',
    ],
    [
      'an offset without end',
      { offset: at.map((row) => (row === 3 ? Number.NaN : 0)) },
      [slope],
      {},
      'bad_input',
    ],
    ['a short offset', { offset: [0] }, [slope], {}, 'bad_input'],
    ['a short column', { columns: { usage: [1, 2] } }, [slope], {}, 'bad_input'],
    ['no such column', {}, [{ kind: 'linear', column: 'mood' }], {}, 'bad_input'],
    ['a term twice', {}, [slope, slope], {}, 'bad_input'],
    ['an infinite value', { columns: { usage: at.map((row) => 1 / row) } }, [slope], {}, 'bad_input'],
    [
      'a missing value',
      { columns: { usage: at.map((row) => (row === 7 ? Number.NaN : row)) } },
      [slope],
      {},
      'bad_input',
    ],
    ['a level that is none', {}, [{ kind: 'factor', column: 'usage', levels }], {}, 'bad_input'],
    ['one level', {}, [{ kind: 'factor', column: 'usage', levels: ['a'] }], {}, 'bad_input'],
    ['a slope of one value', { columns: { usage: at.map(() => 3) } }, [slope], {}, 'no_variation'],
    [
      'a curve of one value',
      { columns: { usage: at.map(() => 3) } },
      [{ kind: 'smooth', column: 'usage' }],
      {},
      'no_variation',
    ],
    ['three B-splines', {}, [{ kind: 'smooth', column: 'usage', basisSize: 3 }], {}, 'bad_input'],
    ['a range upside down', {}, [{ kind: 'smooth', column: 'usage', range: [3, 1] }], {}, 'bad_input'],
    [
      'a prior without spread',
      {},
      [{ kind: 'linear', column: 'usage', prior: { mean: 0, sd: 0 } }],
      {},
      'bad_input',
    ],
    [
      'smoothing for another model',
      {},
      [{ kind: 'smooth', column: 'usage' }],
      { smoothing: [1, 2] },
      'bad_input',
    ],
    ['smoothing below nought', {}, [{ kind: 'smooth', column: 'usage' }], { smoothing: [-1] }, 'bad_input'],
  ])('%s', async (_, rows, terms, options, code) => {
    expect(await codeOf({ columns: { usage }, events, ...rows }, terms, options)).toBe(code)
  })

  it('covariates that repeat each other, unless ridge tells them apart', async () => {
    const twins = { columns: { usage, twin: usage.map((value) => 2 * value + 1) }, events }
    expect(await codeOf(twins, [slope, { kind: 'linear', column: 'twin', ridge: false }])).toBe('singular')
    expect(
      await codeOf(twins, [
        { kind: 'linear', column: 'usage' },
        { kind: 'linear', column: 'twin' },
      ]),
    ).toBe('fitted')
  })

  it('a covariate that tells events without error, by its name, unless ridge or a prior holds it', async () => {
    const oracle = { columns: { oracle: events.map((event, row) => event * 10 + (row % 3)) }, events }
    const term = { kind: 'linear', column: 'oracle' } as const
    await expect(fitHazard(oracle, [{ ...term, ridge: false }])).rejects.toThrow(
      'oracle tells events from the rest',
    )
    expect(await codeOf(oracle, [{ ...term, ridge: false }])).toBe('separation')
    expect(await codeOf(oracle, [{ ...term, ridge: false }], { link: 'logit' })).toBe('separation')
    expect(await codeOf(oracle, [{ ...term, prior: { mean: 0, sd: 1 } }])).toBe('fitted')
  })

  it('a gap between all events and all others, however many rows there are', async () => {
    const usage = Array.from({ length: 2000 }, (_, row) => Math.sin(row))
    const rows = { columns: { usage }, events: usage.map((value) => (value > 0.9 ? 1 : 0)) }
    for (const link of ['cloglog', 'logit'] as const) {
      expect(await codeOf(rows, [slope], { link })).toBe('separation')
      const curve: Term = { kind: 'smooth', column: 'usage', monotone: 'increasing' }
      expect(await codeOf(rows, [curve], { link })).toBe('separation')
    }
  })

  it('a level without events, unless ridge holds it', async () => {
    const plan = at.map((row) => (events[row] === 1 ? 0 : row % 2))
    const term = { kind: 'factor', column: 'plan', levels } as const
    expect(await codeOf({ columns: { plan }, events }, [{ ...term, ridge: false }])).toBe('separation')
    const model = await fitHazard({ columns: { plan }, events }, [term])
    const [some, none] = predictHazard(model, { plan: [0, 1] })
    expect(none).toBeGreaterThan(0)
    expect(none).toBeLessThan(some!)
  })

  it('a level without rows has the mean of levels under ridge', async () => {
    const model = await fitHazard({ columns: { plan: at.map((row) => row % 2) }, events }, [
      { kind: 'factor', column: 'plan', levels: ['a', 'b', 'c'] },
    ])
    const hazards = predictHazard(model, { plan: [0, 1, 2] })
    expect(hazards[2]).toBeGreaterThanOrEqual(Math.min(hazards[0]!, hazards[1]!))
    expect(hazards[2]).toBeLessThanOrEqual(Math.max(hazards[0]!, hazards[1]!))
  })
})

it('a base rate that is none is told in words of the model', async () => {
  for (const intercept of [
    { mean: Number.NaN, sd: 1 },
    { mean: -4, sd: 0 },
  ])
    await expect(fitHazard({ columns: { usage }, events }, [slope], { intercept })).rejects.toThrow(
      'The prior of the intercept',
    )
})

describe('a prediction says why it cannot be', () => {
  it('when a pair holds what is no number', async () => {
    const columns = { usage, other: usage.map((value) => value ** 2) }
    const model = await fitHazard({ columns, events }, [{ kind: 'pair', columns: ['usage', 'other'] }])
    const infinite = { usage: [1], other: [Number.POSITIVE_INFINITY] }
    expect(() => predictHazard(model, infinite)).toThrow('other holds Infinity')
  })

  it('when columns are not there, or differ in length', async () => {
    const model = await fitHazard({ columns: { usage, other: usage.map((value) => value ** 2) }, events }, [
      slope,
      { kind: 'linear', column: 'other' },
    ])
    expect(() => predictHazard(model, { usage: [1] })).toThrow('The rows have no column other.')
    expect(() => predictHazard(model, { usage: [1], other: [1, 2] })).toThrow('same number of rows')
    expect(() => predictHazard(model, { usage: [1], other: [Number.POSITIVE_INFINITY] })).toThrow(
      'other holds Infinity',
    )
    expect(() => predictHazard(model, { usage: [Number.NaN], other: [1] })).toThrow(
      'A value of usage is missing',
    )
    expect(predictHazard(model, { usage: [], other: [] })).toEqual(new Float64Array())
  })

  it('and a curve stays level beyond the values it was fitted on', async () => {
    const model = await fitHazard({ columns: { usage }, events }, [{ kind: 'smooth', column: 'usage' }])
    const [below, lowest, highest, above] = predictHazard(model, { usage: [-100, 0, 10, 1e9] })
    expect([below, above]).toEqual([lowest, highest])
  })
})
