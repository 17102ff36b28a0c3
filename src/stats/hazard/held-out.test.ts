import { describe, expect, it, vi } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { rollingOrigins } from '../validation/rolling-origin.ts'
import { chooseSmoothing } from './choose-smoothing.ts'
import { buildDesign } from './design.ts'
import { fitHazard } from './fit-hazard.ts'
import { heldOutLoss } from './held-out-loss.ts'
import { predictHazard } from './predict-hazard.ts'
import { screenPairs } from './screen-pairs.ts'
import type { PairTerm, Term } from './term.ts'

// Fits share the machine with whatever else runs.
vi.setConfig({ testTimeout: 60_000 })

const options = { link: 'cloglog', smoothing: 'reml', intercept: undefined, minEvents: 5 } as const
const random = seededRandom(31)
const size = 4000
const column = () => Float64Array.from({ length: size }, () => Math.round(60 * random()) / 60)
const columns = { usage: column(), trust: column(), noise: column() }
const months = Float64Array.from({ length: size }, (_, row) => Math.floor((row * 12) / size))
const accounts = Int32Array.from({ length: size }, (_, row) => row % 500)
/** Low usage harms only where trust is low as well. */
const eventsWith = (together: number) =>
  Array.from(columns.usage, (usage, row) => {
    const trust = columns.trust[row]!
    const eta = -2.2 - usage - trust + together * (usage - 0.5) * (trust - 0.5)
    return random() < -Math.expm1(-Math.exp(eta)) ? 1 : 0
  })
const terms: Term[] = ['usage', 'trust', 'noise'].map((name) => ({
  kind: 'smooth',
  column: name,
  basisSize: 6,
}))
const pairs: PairTerm[] = [
  ['usage', 'noise'],
  ['usage', 'trust'],
  ['trust', 'noise'],
].map(([a, b]) => ({ kind: 'pair', columns: [a!, b!], basisSize: 4 }))
const splits = rollingOrigins(months, { origins: [6, 9], window: 3 })

describe('loss held out', () => {
  it('is that of a model fitted on the rows before each origin', async () => {
    const events = eventsWith(0)
    const design = buildDesign(columns, terms)
    const loss = await heldOutLoss(design, { events }, splits, options)
    expect(loss.rows.length).toBe(splits.reduce((sum, { test }) => sum + test.length, 0))
    const pick = (values: ArrayLike<number>, rows: Int32Array) => Array.from(rows, (row) => values[row]!)
    const { train, test } = splits[0]!
    const table = (rows: Int32Array) =>
      Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, pick(values, rows)]))
    const model = await fitHazard({ columns: table(train), events: pick(events, train) }, terms)
    const chances = predictHazard(model, table(test))
    const losses = pick(events, test).map(
      (event, at) => -Math.log(event === 1 ? chances[at]! : 1 - chances[at]!),
    )
    const mean = (values: ArrayLike<number>) =>
      Array.from(values).reduce((sum, value) => sum + value, 0) / values.length
    expectNear(mean(loss.losses.subarray(0, test.length)), mean(losses), 1e-4)
  })

  it('is not lowered by peeking: test rows turned over change nothing of the fit', async () => {
    const events = eventsWith(0)
    const turned = events.map((event, row) => (months[row]! >= 9 ? 1 - event : event))
    const design = buildDesign(columns, terms)
    const last = splits.slice(1)
    const [one, other] = [
      await heldOutLoss(design, { events }, last, options),
      await heldOutLoss(design, { events: turned }, last, options),
    ]
    // Chance h in one is 1 - h in the other.
    one.losses.forEach((loss, at) => expectNear(Math.exp(-loss) + Math.exp(-other.losses[at]!), 1, 1e-9))
  })

  it('chooses smoothing at least as well as the restricted likelihood does', async () => {
    const rows = { events: eventsWith(0) }
    const design = buildDesign(columns, terms)
    const chosen = await chooseSmoothing(design, rows, splits, options, 1)
    const reml = await fitHazard({ columns, ...rows }, terms)
    const given = await heldOutLoss(design, rows, splits, {
      ...options,
      smoothing: reml.smoothing.map(({ factor }) => factor),
    })
    expect(chosen.loss).toBeLessThanOrEqual(given.mean)
    const again = await heldOutLoss(design, rows, splits, { ...options, smoothing: chosen.smoothing })
    expectNear(again.mean, chosen.loss, 1e-12)
  })
})

describe('pairs', () => {
  it('are found where two covariates act together, and only there', async () => {
    const screened = await screenPairs(
      { columns, events: eventsWith(12), accounts },
      terms,
      pairs,
      splits,
      options,
    )
    const kept = screened.filter((pair) => pair.kept).map(({ term }) => term.columns.join(':'))
    expect(screened[0]!.term.columns).toEqual(['usage', 'trust'])
    expect(kept).toEqual(['usage:trust'])
    expect(screened[0]!.gain).toBeGreaterThan(2 * screened[0]!.standardError)
  })

  it('are left out where nothing acts together', async () => {
    const screened = await screenPairs(
      { columns, events: eventsWith(0), accounts },
      terms,
      pairs,
      splits,
      options,
    )
    expect(screened.map(({ kept }) => kept)).toEqual([false, false, false])
  })

  it('are left out when what they gain is within its own error', async () => {
    const coin = seededRandom(6)
    const rows = 3000
    const draw = () => Float64Array.from({ length: rows }, () => Math.round(60 * coin()) / 60)
    const few = { usage: draw(), trust: draw(), noise: draw() }
    const events = Array.from(few.usage, (usage, row) => {
      const trust = few.trust[row]!
      const eta = -2.2 - usage - trust + 3 * (usage - 0.5) * (trust - 0.5)
      return coin() < -Math.expm1(-Math.exp(eta)) ? 1 : 0
    })
    const when = rollingOrigins(
      Float64Array.from({ length: rows }, (_, row) => Math.floor((row * 12) / rows)),
      { origins: [6, 9], window: 3 },
    )
    const owners = accounts.subarray(0, rows)
    const screened = await screenPairs(
      { columns: few, events, accounts: owners },
      terms,
      pairs,
      when,
      options,
    )
    const gainOf = (name: string) => screened.find(({ term }) => term.columns.join(':') === name)!
    const [real, slight] = [gainOf('usage:trust'), gainOf('usage:noise')]
    expect(real.kept).toBe(true)
    expect(slight.gain).toBeGreaterThan(0)
    expect(slight.gain).toBeLessThan(slight.standardError)
    expect(slight.kept).toBe(false)
  })

  it('do not repeat what each covariate does alone', async () => {
    const rows = { columns, events: eventsWith(12) }
    const model = await fitHazard(rows, [...terms, pairs[1]!])
    const grid = Array.from({ length: 61 }, (_, at) => at / 60)
    const pair = {
      ...model,
      coefficients: model.coefficients.map((value, at) => (at >= model.terms[3]!.first ? value : 0)),
    }
    // Averaged over usage, which is even here, the surface is level in trust.
    const along = grid.map((trust) => {
      const eta = predictHazard(
        { ...pair, link: 'logit' },
        { usage: grid, trust: grid.map(() => trust), noise: grid },
      )
      return eta.reduce((sum, chance) => sum + Math.log(chance / (1 - chance)), 0) / 61
    })
    expect(Math.max(...along) - Math.min(...along)).toBeLessThan(0.2)
    const corner = predictHazard(model, { usage: [0, 0], trust: [0, 1], noise: [0.5, 0.5] })
    expect(corner[0]).toBeGreaterThan(2 * corner[1]!)
  })
})
