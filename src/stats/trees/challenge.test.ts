import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { rollingOrigins } from '../validation/rolling-origin.ts'
import { challenge } from './challenge.ts'
import { pairInteractions } from './pair-interactions.ts'
import { treesAtOrigins } from './trees-at-origins.ts'

const chanceAt = (logOdds: number) => 1 / (1 + Math.exp(-logOdds))

/** Account-months of five columns; `together` is what a and c do only as a pair. */
function accountMonths(seed: number, rows: number, together: number) {
  const random = seededRandom(seed)
  const column = () => Float64Array.from({ length: rows }, () => random())
  const columns = { a: column(), b: column(), c: column(), d: column(), e: column() }
  const chances = columns.a.map((a, row) => {
    const [b, c] = [columns.b[row]!, columns.c[row]!]
    return chanceAt(-2.5 + 1.5 * a - b + together * (a - 0.5) * (c - 0.5))
  })
  return {
    columns,
    truth: chances,
    events: Uint8Array.from(chances, (chance) => (random() < chance ? 1 : 0)),
    months: Float64Array.from(chances, (_, row) => Math.floor((12 * row) / rows)),
    accounts: Int32Array.from(chances, (_, row) => row % Math.floor(rows / 12)),
  }
}

async function challengeOf(together: number) {
  const months = accountMonths(41, 9000, together)
  const splits = rollingOrigins(months.months, { origins: [6, 9] })
  const core = await treesAtOrigins(months, splits, { depth: 1, rounds: 60 }, seededRandom(1))
  const deep = await treesAtOrigins(
    months,
    splits,
    { depth: 3, rounds: 60, minChildWeight: 5 },
    seededRandom(1),
  )
  const at = (values: ArrayLike<number>) => Array.from(core.rows, (row) => values[row]!)
  const columns = Object.fromEntries(
    Object.entries(months.columns).map(([name, values]) => [name, at(values)]),
  )
  const rows = {
    events: at(months.events),
    accounts: at(months.accounts),
    core: core.chances,
    challenger: deep.chances,
    columns,
  }
  return challenge(rows, seededRandom(2), { rounds: 300 })
}

describe('a challenge', () => {
  it('is won clearly where two columns act together, and names them', async () => {
    const found = await challengeOf(14)
    expect(found.verdict).toBe('additive_misses')
    expect(found.auc.difference).toBeGreaterThan(0.05)
    expect(found.logLoss.gain.interval[0]).toBeGreaterThan(0)
    expect(found.pairs[0]!.columns).toEqual(['a', 'c'])
    expect(found.pairs[0]!.contrast).toBeGreaterThan(0)
    expect(found.pairs.every(({ columns }) => columns.includes('a') || columns.includes('c'))).toBe(true)
  })

  it('is lost where they do not', async () => {
    const found = await challengeOf(0)
    expect(found).toMatchObject({ verdict: 'additive_suffices', pairs: [] })
  })

  it('is not won by luck on few rows, however great the difference looks', async () => {
    const { events, truth, accounts } = accountMonths(45, 60, 0)
    const random = seededRandom(6)
    const rows = { events, accounts: Array.from(accounts, (_, row) => row), core: truth, challenger: truth }
    let great = 0
    for (let round = 0; round < 20; round += 1) {
      // Both know the truth and a noise of their own.
      const [core, challenger] = [0, 1].map(() =>
        truth.map((chance) => chanceAt(Math.log(chance / (1 - chance)) + 2 * (random() - 0.5))),
      )
      const found = await challenge({ ...rows, core: core!, challenger: challenger! }, random, {
        rounds: 100,
      })
      if (found.auc.difference >= 0.02 && found.auc.interval[0] <= 0) {
        great += 1
        expect(found.verdict).toBe('additive_suffices')
      }
    }
    expect(great).toBeGreaterThan(2)
  })

  it('is not won by order alone, when the chances are no better', async () => {
    const { events, truth, accounts } = accountMonths(46, 4000, 0)
    const random = seededRandom(7)
    const core = truth.map((chance) => chanceAt(Math.log(chance / (1 - chance)) + 2 * (random() - 0.5)))
    // The true order, five times too sure.
    const challenger = truth.map((chance) => chanceAt(5 * Math.log(chance / (1 - chance)) + 6))
    const found = await challenge({ events, accounts, core, challenger }, random, { rounds: 100 })
    expect(found.auc.interval[0]).toBeGreaterThan(0)
    expect(found.auc.difference).toBeGreaterThan(0.02)
    expect(found.verdict).toBe('additive_suffices')
  })

  it('asks for chances of the same rows', async () => {
    const rows = {
      events: [0, 1, 0, 1],
      accounts: [1, 2, 3, 4],
      core: [0.1, 0.2, 0.3, 0.4],
      challenger: [0.1, 0.2],
    }
    await expect(challenge(rows, seededRandom(1))).rejects.toMatchObject({ code: 'bad_input' })
  })
})

describe('pairs that the core leaves unexplained', () => {
  it('are seldom found by luck', async () => {
    const rounds = 60
    let claimed = 0
    for (let round = 0; round < rounds; round += 1) {
      const { columns, events, truth } = accountMonths(100 + round, 1500, 0)
      const [best] = await pairInteractions(columns, events, truth, seededRandom(round), { rounds: 99 })
      if (best!.p <= 0.05) claimed += 1
    }
    // 5 % of 60 are 3. R: qbinom(.999, 60, .05) is 9
    expect(claimed).toBeLessThanOrEqual(9)
  })

  it('are free of what each column does alone', async () => {
    const { columns, events, truth } = accountMonths(42, 6000, 0)
    const wrong = truth.map((chance, row) =>
      chanceAt(Math.log(chance / (1 - chance)) + columns.a[row]! - 0.5),
    )
    const [best] = await pairInteractions(columns, events, wrong, seededRandom(1), { rounds: 199 })
    expect(best!.p).toBeGreaterThan(0.05)
  })

  it('turn the sign of their contrast with the sign of the effect, and do not mind the order of rows', async () => {
    for (const together of [9, -9]) {
      const { columns, events, truth } = accountMonths(43, 3000, together)
      const additive = truth.map((_, row) => chanceAt(-2.5 + 1.5 * columns.a[row]! - columns.b[row]!))
      const [best] = await pairInteractions(columns, events, additive, seededRandom(1), { rounds: 99 })
      expect(best).toMatchObject({ columns: ['a', 'c'] })
      expect(Math.sign(best!.contrast)).toBe(Math.sign(together))
      const turned = Object.fromEntries(
        Object.entries(columns).map(([name, values]) => [name, values.toReversed()]),
      )
      const [again] = await pairInteractions(
        turned,
        events.toReversed(),
        additive.toReversed(),
        seededRandom(1),
        { rounds: 99 },
      )
      expect(again!.gain).toBeCloseTo(best!.gain, 9)
    }
  })

  it('take a missing value as a value of its own', async () => {
    const { columns, events, truth } = accountMonths(44, 3000, 0)
    const random = seededRandom(9)
    const a = columns.a.map((value) => (random() < 0.3 ? NaN : value))
    const both = Array.from(a, (value, row) =>
      Number.isNaN(value) && columns.c[row]! > 0.5 && random() < 0.4 ? 1 : events[row]!,
    )
    const [best] = await pairInteractions({ ...columns, a }, both, truth, seededRandom(1), { rounds: 99 })
    expect(best!.columns).toEqual(['a', 'c'])
  })

  it('need two columns and enough rounds', async () => {
    const rows = [
      [0, 1, 0],
      [0.2, 0.4, 0.1],
    ] as const
    await expect(pairInteractions({ a: [1, 2, 3] }, ...rows, seededRandom(1))).rejects.toMatchObject({
      code: 'bad_input',
    })
    const two = { a: [1, 2, 3], b: [3, 1, 2] }
    await expect(pairInteractions(two, ...rows, seededRandom(1), { rounds: 5 })).rejects.toMatchObject({
      code: 'bad_input',
    })
    expect(await pairInteractions(two, ...rows, seededRandom(1))).toEqual([])
  })
})
