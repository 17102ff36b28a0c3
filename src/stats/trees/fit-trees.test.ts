import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { StatsError } from '../stats-error.ts'
import { logLoss } from '../validation/log-loss.ts'
import { fitTrees, type TreeModel, type TreeOptions, type TreeRows } from './fit-trees.ts'
import { predictTrees } from './predict-trees.ts'
import { stoppingSplit } from './stopping-split.ts'
import { treeImportance } from './tree-importance.ts'

const exact: TreeOptions = { depth: 1, rounds: 1, learningRate: 1, l2: 1, minChildWeight: 0.1 }

const fit = (rows: TreeRows, options: TreeOptions, seed = 1) => fitTrees(rows, options, seededRandom(seed))

/** Rows whose log odds are a function of two even columns. */
function drawnRows(seed: number, rows: number, logOdds: (a: number, b: number) => number) {
  const random = seededRandom(seed)
  const a = Float64Array.from({ length: rows }, () => random())
  const b = Float64Array.from({ length: rows }, () => random())
  const events = Uint8Array.from(a, (value, row) =>
    random() < 1 / (1 + Math.exp(-logOdds(value, b[row]!))) ? 1 : 0,
  )
  return { columns: { a, b }, events }
}

/** The loss that a leaf's best value takes away from rows, l2 = 1. */
function taken(rows: readonly number[], events: readonly number[], share: number): number {
  const gradient = rows.reduce((sum, row) => sum + share - events[row]!, 0)
  return gradient ** 2 / (rows.length * share * (1 - share) + 1) / 2
}

/** The best gain over every cut of every column with missing values on either side. */
function bestGain(columns: readonly (readonly number[])[], events: readonly number[]): number {
  const share = events.reduce((sum, event) => sum + event, 0) / events.length
  const all = events.map((_, row) => row)
  const weight = (rows: readonly number[]) => rows.length * share * (1 - share)
  let best = 0
  for (const column of columns)
    for (const cut of column.filter((value) => !Number.isNaN(value)))
      for (const missingLeft of [true, false]) {
        const goesLeft = (row: number) => (Number.isNaN(column[row]!) ? missingLeft : column[row]! <= cut)
        const left = all.filter(goesLeft)
        const right = all.filter((row) => !goesLeft(row))
        if (weight(left) < 0.1 || weight(right) < 0.1) continue
        best = Math.max(
          best,
          taken(left, events, share) + taken(right, events, share) - taken(all, events, share),
        )
      }
  return best
}

const smallRows = fc
  .array(
    fc.tuple(
      fc.constantFrom(0, 1),
      fc.constantFrom(1, 2, 3, NaN),
      fc.oneof(fc.integer({ min: -20, max: 20 }), fc.constant(NaN)),
    ),
    { minLength: 4, maxLength: 40 },
  )
  .filter((rows) => new Set(rows.map(([event]) => event)).size === 2)
  .map((rows) => ({
    events: rows.map(([event]) => event),
    columns: { a: rows.map(([, a]) => a), b: rows.map(([, , b]) => b) },
  }))

describe('a first stump', () => {
  it('is the best of all cuts, tried one by one', async () => {
    await fc.assert(
      fc.asyncProperty(smallRows, async ({ columns, events }) => {
        const expected = bestGain([columns.a, columns.b], events)
        const { trees } = await fit({ columns, events }, exact)
        expect(trees[0]!.gain[0]).toBeCloseTo(expected, 9)
      }),
    )
  })

  it('adds -G / (H + l2) at each side', async () => {
    // Base 1/2, so G = 2 * .5 - 0 = 1 on the left, H = 4 * .25; with l2 = 1 the values are -+ 1 / 2.
    const model = await fit({ columns: { a: [1, 1, 2, 2] }, events: [0, 0, 1, 1] }, exact)
    const [low, high] = predictTrees(model, { a: [1, 2] })
    expect(Math.log(low! / (1 - low!))).toBeCloseTo(-1 / 1.5, 12)
    expect(Math.log(high! / (1 - high!))).toBeCloseTo(1 / 1.5, 12)
  })
})

describe('boosted trees', () => {
  it('go to the shares of groups when nothing holds them back', async () => {
    const group = Array.from({ length: 300 }, (_, row) => row % 3)
    const events = group.map((value, row) => (row % 10 < [1, 4, 8][value]! ? 1 : 0))
    const model = await fit(
      { columns: { group }, events },
      { depth: 2, rounds: 200, learningRate: 0.5, l2: 0 },
    )
    const found = predictTrees(model, { group: [0, 1, 2] })
    for (const value of [0, 1, 2]) {
      const own = events.filter((_, row) => group[row] === value)
      expect(found[value]).toBeCloseTo(own.reduce((sum: number, event) => sum + event, 0) / own.length, 5)
    }
  })

  it('of depth 1 are additive on the log odds', async () => {
    const rows = drawnRows(1, 800, (a, b) => 3 * (a - 0.5) * (b - 0.5) + a)
    const model = await fit(rows, { depth: 1, rounds: 60 })
    const points = predictTrees(model, { a: [0.1, 0.9, 0.1, 0.9], b: [0.2, 0.2, 0.8, 0.8] })
    const [p, q, r, s] = Array.from(points, (chance) => Math.log(chance / (1 - chance)))
    expect(q! - p!).toBeCloseTo(s! - r!, 10)
  })

  it('of depth 2 see what two columns do only together', async () => {
    const rows = drawnRows(2, 3000, (a, b) => (a > 0.5 === b > 0.5 ? 2 : -2))
    const fresh = drawnRows(3, 3000, (a, b) => (a > 0.5 === b > 0.5 ? 2 : -2))
    const lossAt = async (depth: number) =>
      logLoss(fresh.events, predictTrees(await fit(rows, { depth, rounds: 60 }), fresh.columns))
    expect(await lossAt(1)).toBeGreaterThan(0.68)
    expect(await lossAt(2)).toBeLessThan(0.45)
  })

  it('do not depend on the order of rows or columns, nor on a stretched scale', async () => {
    const { columns, events } = drawnRows(4, 500, (a, b) => 3 * a - 2 * b)
    const { a, b } = columns
    const options = { depth: 3, rounds: 15 }
    const base = predictTrees(await fit({ columns, events }, options), columns)
    const expectSame = (found: Float64Array) =>
      found.forEach((chance, row) => expect(chance).toBeCloseTo(base[row]!, 9))
    const turned = { columns: { a: a.toReversed(), b: b.toReversed() }, events: events.toReversed() }
    expectSame(predictTrees(await fit(turned, options), columns))
    expectSame(predictTrees(await fit({ columns: { b, a }, events }, options), columns))
    const stretched = { a: a.map((value) => Math.exp(9 * value)), b }
    expectSame(predictTrees(await fit({ columns: stretched, events }, options), stretched))
  })

  it('see rows given twice as rows of double weight', async () => {
    const { columns, events } = drawnRows(5, 200, (a) => 4 * a - 2)
    const twice = (values: Float64Array | Uint8Array) => [...values, ...values]
    const options = { depth: 2, rounds: 10, l2: 2, minChildWeight: 3 }
    const once = await fit({ columns, events }, options)
    const both = await fit(
      { columns: { a: twice(columns.a), b: twice(columns.b) }, events: twice(events) },
      { ...options, l2: 4, minChildWeight: 6 },
    )
    const found = predictTrees(both, columns)
    predictTrees(once, columns).forEach((chance, row) => expect(found[row]).toBeCloseTo(chance, 9))
  })

  it('learn where missing values belong', async () => {
    const { columns, events } = drawnRows(6, 2000, (a) => (a > 0.7 ? 2 : -2))
    // Those that say nothing are like those with high values.
    const a = columns.a.map((value, row) => (value > 0.7 && row % 2 === 0 ? NaN : value))
    const model = await fit({ columns: { a }, events }, { depth: 1, rounds: 60 })
    const [missing, high, low] = predictTrees(model, { a: [NaN, 0.9, 0.1] })
    expect(missing).toBeGreaterThan(0.8)
    expect(high).toBeGreaterThan(0.8)
    expect(low).toBeLessThan(0.2)
  })

  it('send a value that was never missing before with the heavier side', async () => {
    const a = Array.from({ length: 90 }, (_, row) => (row < 60 ? 1 : 2))
    const events = a.map((value, row) => (value === 1 ? Number(row % 3 === 0) : Number(row % 3 > 0)))
    const model = await fit({ columns: { a }, events }, { depth: 1, rounds: 10 })
    const [missing, heavier] = predictTrees(model, { a: [NaN, 1] })
    expect(missing).toBe(heavier)
  })

  it('keep to a declared direction, whatever the data say', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 1e6 }),
        fc.integer({ min: 1, max: 4 }),
        async (seed, depth) => {
          const rows = drawnRows(seed, 200, (a, b) => Math.sin(9 * a) * 2 + b)
          const model = await fit(rows, {
            depth,
            rounds: 12,
            learningRate: 0.3,
            monotone: { a: 'increasing', b: 'decreasing' },
          })
          const line = Array.from({ length: 41 }, (_, at) => at / 40)
          for (const other of [0.1, 0.5, 0.9]) {
            const rising = predictTrees(model, { a: line, b: line.map(() => other) })
            const falling = predictTrees(model, { a: line.map(() => other), b: line })
            for (let at = 1; at < line.length; at += 1) {
              expect(rising[at]! - rising[at - 1]!).toBeGreaterThanOrEqual(-1e-12)
              expect(falling[at]! - falling[at - 1]!).toBeLessThanOrEqual(1e-12)
            }
          }
        },
      ),
      { numRuns: 15 },
    )
  })

  it('do not cut a column that gains in the wrong direction alone', async () => {
    const rows = drawnRows(16, 500, (a) => 2 - 4 * a)
    const model = await fit(rows, { depth: 1, rounds: 10, monotone: { a: 'increasing' } })
    const importance = treeImportance(model).find(({ column }) => column === 'a')
    // What noise lets rise is little beside the fall.
    const free = treeImportance(await fit(rows, { depth: 1, rounds: 10 })).find(
      ({ column }) => column === 'a',
    )
    expect(importance!.gain).toBeLessThan(0.05 * free!.gain)
    expect(model.trees.every((tree) => tree.gain[0]! >= 0)).toBe(true)
  })

  it('stay inside (0, 1) where a column tells all', async () => {
    const a = Array.from({ length: 50 }, (_, row) => row)
    const events = a.map((value) => (value < 25 ? 0 : 1))
    const found = predictTrees(
      await fit({ columns: { a }, events }, { depth: 1, rounds: 500, learningRate: 1 }),
      { a },
    )
    expect(found.every((chance) => chance > 0 && chance < 1)).toBe(true)
    expect(Number.isFinite(logLoss(events, found))).toBe(true)
  })

  it('are the base rate where nothing varies', async () => {
    const model = await fit({ columns: { a: [1, 1, 1, 1] }, events: [0, 0, 0, 1] }, { depth: 2, rounds: 3 })
    expect(predictTrees(model, { a: [7] })[0]).toBeCloseTo(0.25, 12)
  })

  it('repeat themselves for a seed, and survive being stored', async () => {
    const rows = drawnRows(7, 400, (a, b) => 2 * a - b)
    const options = { depth: 3, rounds: 10, rowShare: 0.5 }
    const first = await fit(rows, options, 5)
    expect(await fit(rows, options, 5)).toEqual(first)
    expect(await fit(rows, options, 6)).not.toEqual(first)
    const stored = JSON.parse(JSON.stringify(first)) as TreeModel
    expect(predictTrees(stored, rows.columns)).toEqual(predictTrees(first, rows.columns))
  })

  it('name the columns that matter', async () => {
    const rows = drawnRows(8, 2000, (a) => 5 * a - 2.5)
    const [first, second] = treeImportance(await fit(rows, { depth: 1, rounds: 20 }))
    expect(first).toMatchObject({ column: 'a' })
    expect(first!.share).toBeGreaterThan(0.95)
    expect(first!.share + second!.share).toBeCloseTo(1, 12)
  })

  it('take many values into 255 bins at little loss', async () => {
    const rows = drawnRows(9, 20_000, (a, b) => 4 * (a - 0.5) - 2 * b)
    const fresh = drawnRows(10, 20_000, (a, b) => 4 * (a - 0.5) - 2 * b)
    const model = await fit(rows, { depth: 1, rounds: 120 })
    const truth = fresh.columns.a.map(
      (a, row) => 1 / (1 + Math.exp(2 * fresh.columns.b[row]! - 4 * (a - 0.5))),
    )
    const excess = logLoss(fresh.events, predictTrees(model, fresh.columns)) - logLoss(fresh.events, truth)
    expect(excess).toBeLessThan(0.004)
  })
})

describe('early stopping', () => {
  it('takes as many trees as were best on the rows held out, and grows them on all', async () => {
    const { columns, events } = drawnRows(12, 1200, (a, b) => 3 * a - 2 * b)
    const steps = (values: Float64Array) => values.map((value) => Math.round(20 * value))
    const rows = { columns: { a: steps(columns.a), b: steps(columns.b) }, events }
    const months = Array.from(events, (_, row) => row % 12)
    const accounts = Array.from(events, (_, row) => row % 40)
    for (const heldOut of [{ by: 'month', months } as const, { by: 'account', accounts } as const]) {
      const stopping = { ...heldOut, share: 0.25, patience: 15 }
      const { train, test } = stoppingSplit(stopping)
      const part = (rows: TreeRows, at: Int32Array): TreeRows => ({
        columns: {
          a: Float64Array.from(at, (row) => rows.columns.a![row]!),
          b: Float64Array.from(at, (row) => rows.columns.b![row]!),
        },
        events: Array.from(at, (row) => rows.events[row]!),
      })
      const early = await fit(part(rows, train), { depth: 3, rounds: 120 })
      const unseen = part(rows, test)
      const losses = Array.from({ length: 121 }, (_, rounds) =>
        logLoss(
          unseen.events,
          predictTrees({ ...early, trees: early.trees.slice(0, rounds) }, unseen.columns),
        ),
      )
      const best = losses.indexOf(Math.min(...losses))
      const found = await fit(rows, { depth: 3, rounds: 120, stopping })
      expect(found.stoppedAt!.rounds).toBe(best)
      expect(found.stoppedAt!.loss).toBeCloseTo(losses[best]!, 12)
      expect(best).toBeGreaterThan(3)
      expect(best).toBeLessThan(105)
      const whole = await fit(rows, { depth: 3, rounds: best })
      expect(found.trees).toEqual(whole.trees)
    }
  })

  it('grows few trees on noise', async () => {
    const counts = await Promise.all(
      Array.from({ length: 9 }, async (_, seed) => {
        const rows = drawnRows(100 + seed, 1500, () => -1)
        const stopping = { by: 'account', accounts: rows.events.map((_, row) => row), share: 0.3 } as const
        return (await fit(rows, { depth: 2, rounds: 100, stopping })).trees.length
      }),
    )
    expect(counts.toSorted((a, b) => a - b)[4]).toBeLessThan(8)
  })

  it('holds out the latest months, so that what held before and no longer holds is not learned', async () => {
    const months = Float64Array.from({ length: 2000 }, (_, row) => Math.floor(row / 200))
    const { columns, events } = drawnRows(13, 2000, (a) => 6 * a - 3)
    const turned = events.map((event, row) => (months[row]! >= 8 ? 1 - event : event))
    const stopping = { by: 'month', months, share: 0.2 } as const
    const model = await fit({ columns, events: turned }, { depth: 1, rounds: 50, stopping })
    expect(model.stoppedAt!.rounds).toBe(0)
  })

  it('needs something to hold out', async () => {
    const rows = drawnRows(14, 60, () => 0)
    const months = new Float64Array(60)
    const stopping = { by: 'month', months, share: 0.2 } as const
    await expect(fit(rows, { depth: 1, rounds: 5, stopping })).rejects.toMatchObject({
      code: 'not_enough_data',
    })
  })
})

describe('long work', () => {
  it('tells how far it is and stops when asked', async () => {
    const rows = drawnRows(15, 200, (a) => a)
    const shares: number[] = []
    const options = {
      depth: 2,
      rounds: 10,
      stopping: { by: 'account', accounts: rows.events.map((_, row) => row), share: 0.3 },
    } as const
    await fitTrees(rows, options, seededRandom(1), { onProgress: (share) => shares.push(share) })
    expect(shares.length).toBeGreaterThan(3)
    expect(shares).toEqual(shares.toSorted((a, b) => a - b))
    const controller = new AbortController()
    const run = { signal: controller.signal, onProgress: () => controller.abort() }
    await expect(fitTrees(rows, { depth: 2, rounds: 10 }, seededRandom(1), run)).rejects.toMatchObject({
      code: 'aborted',
    })
  })
})

describe('refusals', () => {
  const rows = { columns: { a: [1, 2, 3, 4] }, events: [0, 1, 0, 1] }
  const good = { depth: 1, rounds: 2 }
  it.each<[string, TreeRows, TreeOptions]>([
    ['no column', { columns: {}, events: [] }, good],
    ['unequal columns', { columns: { a: [1, 2], b: [1] }, events: [0, 1] }, good],
    ['unequal events', { columns: { a: [1, 2] }, events: [0] }, good],
    ['an event of 2', { columns: { a: [1, 2] }, events: [0, 2] }, good],
    ['an infinite value', { columns: { a: [1, Infinity] }, events: [0, 1] }, good],
    ['depth 5', rows, { depth: 5, rounds: 2 }],
    ['no rounds', rows, { depth: 1, rounds: 0 }],
    ['a rate of 0', rows, { ...good, learningRate: 0 }],
    ['a negative ridge', rows, { ...good, l2: -1 }],
    ['an unknown direction', rows, { ...good, monotone: { b: 'increasing' } }],
    ['256 bins', rows, { ...good, bins: 256 }],
    ['no share of rows', rows, { ...good, rowShare: 0 }],
  ])('%s', async (_, given, options) => {
    await expect(fit(given, options)).rejects.toMatchObject({ code: 'bad_input' })
  })

  it('only events', async () => {
    await expect(fit({ columns: { a: [1, 2] }, events: [1, 1] }, good)).rejects.toMatchObject({
      code: 'too_few_events',
    })
  })

  it('a column that the model needs', async () => {
    const model = await fit(rows, good)
    expect(() => predictTrees(model, { b: [1] })).toThrow(StatsError)
  })
})
