import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { rollingOrigins } from '../validation/rolling-origin.ts'
import { fitTrees } from './fit-trees.ts'
import { predictTrees } from './predict-trees.ts'
import { treesAtOrigins } from './trees-at-origins.ts'

const random = seededRandom(51)
const usage = Float64Array.from({ length: 600 }, () => random())
const months = Array.from(usage, (_, row) => row % 12)
const events = Array.from(usage, (value) => (random() < 0.2 + 0.6 * value ? 1 : 0))
const splits = rollingOrigins(months, { origins: [4, 8], window: 2 })
const options = {
  depth: 2,
  rounds: 40,
  stopping: { by: 'month', months, share: 0.3, patience: 5 },
} as const

const at = (values: ArrayLike<number>, rows: Int32Array) => Float64Array.from(rows, (row) => values[row]!)

describe('trees at origins', () => {
  it('are those that were fitted on the rows before each', async () => {
    const found = await treesAtOrigins({ columns: { usage }, events }, splits, options, seededRandom(1))
    expect([...found.rows]).toEqual(splits.flatMap(({ test }) => [...test]))
    const [{ train, test }] = splits as [(typeof splits)[0]]
    const known = { columns: { usage: at(usage, train) }, events: at(events, train) }
    const stopping = { ...options.stopping, months: at(months, train) }
    const model = await fitTrees(known, { ...options, stopping }, seededRandom(1))
    expect(model.trees.length).toBeGreaterThan(0)
    const alone = predictTrees(model, { usage: at(usage, test) })
    expect(found.chances.subarray(0, test.length)).toEqual(alone)
    expect(new Set(found.origins.subarray(0, test.length))).toEqual(new Set([4]))
  })

  it('know nothing of what comes later', async () => {
    const run = (outcomes: readonly number[]) =>
      treesAtOrigins({ columns: { usage }, events: outcomes }, splits, options, seededRandom(1))
    const turned = events.map((event, row) => (months[row]! >= 8 ? 1 - event : event))
    expect(await run(turned)).toEqual(await run(events))
  })

  it('need an origin', async () => {
    const none = treesAtOrigins({ columns: { usage }, events }, [], options, seededRandom(1))
    await expect(none).rejects.toMatchObject({ code: 'not_enough_data' })
  })
})
