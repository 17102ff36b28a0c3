import { describe, expect, it } from 'vitest'
import { drawBeta, drawNormal } from '../random/draw.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { brierSkillInterval, logLossGain } from './account-bootstrap.ts'
import { brierSkill } from './brier.ts'
import { logLoss } from './log-loss.ts'
import { usableSignal } from './usable-signal.ts'

/** Accounts of six months each; `known` is how much of an account's own log odds is told. */
function accountMonths(seed: number, accounts: number, known: number) {
  const random = seededRandom(seed)
  const [events, chances, ids]: [number[], number[], number[]] = [[], [], []]
  for (let account = 0; account < accounts; account += 1) {
    const own = 1.2 * drawNormal(random)
    const other = 1.2 * drawNormal(random)
    const told = known * own + (1 - known) * other
    for (let month = 0; month < 6; month += 1) {
      const chance = (logOdds: number) => 1 / (1 + Math.exp(-logOdds))
      events.push(random() < chance(own - 2) ? 1 : 0)
      chances.push(chance(told - 2))
      ids.push(account)
    }
  }
  return { events, chances, accounts: ids }
}

const quick = { rounds: 200, method: 'percentile' } as const

describe('a model that says no more than the base', () => {
  it('gives no usable signal, though no sample can tell how surely', async () => {
    const { events, accounts } = accountMonths(5, 40, 0.5)
    const rows = { events, accounts, chances: events.map(() => 0.2), base: 0.2 }
    const signal = await usableSignal(rows, seededRandom(1), quick)
    expect(signal).toMatchObject({ verdict: 'no_usable_signal', skill: 0, interval: [0, 0] })
  })

  it('is told from one that is never wrong, which is an error', async () => {
    const { events, accounts } = accountMonths(5, 40, 0.5)
    await expect(usableSignal({ events, accounts, chances: events }, seededRandom(1), quick)).rejects.toThrow(
      'Every resample gives the same value',
    )
  })
})

describe('Brier skill by account', () => {
  it('is the skill of the rows themselves, with any base', async () => {
    const rows = accountMonths(1, 60, 0.8)
    const random = seededRandom(2)
    const alone = await brierSkillInterval(rows, random, quick)
    expect(alone.estimate).toBeCloseTo(brierSkill(rows.events, rows.chances), 12)
    for (const base of [0.2, rows.events.map((_, row) => 0.1 + (row % 3) / 10)]) {
      const found = await brierSkillInterval({ ...rows, base }, random, quick)
      expect(found.estimate).toBeCloseTo(brierSkill(rows.events, rows.chances, base), 12)
    }
  })

  it('does not depend on the names of accounts, and repeats itself for a seed', async () => {
    const rows = accountMonths(3, 50, 0.8)
    const named = { ...rows, accounts: rows.accounts.map((account) => `account ${account}`) }
    const first = await brierSkillInterval(rows, seededRandom(4), quick)
    expect(await brierSkillInterval(named, seededRandom(4), quick)).toEqual(first)
  })

  it('knows that months of one account are no independent rows', async () => {
    const rows = accountMonths(5, 80, 0)
    const width = ([low, high]: readonly [number, number]) => high - low
    const whole = await brierSkillInterval(rows, seededRandom(6), quick)
    const single = { ...rows, accounts: rows.events.map((_, row) => row) }
    const apart = await brierSkillInterval(single, seededRandom(6), quick)
    expect(width(whole.interval)).toBeGreaterThan(1.15 * width(apart.interval))
  })
})

describe('log loss gained', () => {
  it('is the difference of the losses, and turns its sign', async () => {
    const rows = accountMonths(7, 60, 0.9)
    const other = rows.chances.map(() => 0.15)
    const { events, accounts, chances } = rows
    const forth = await logLossGain(
      { events, accounts, first: other, second: chances },
      seededRandom(8),
      quick,
    )
    const back = await logLossGain(
      { events, accounts, first: chances, second: other },
      seededRandom(8),
      quick,
    )
    expect(forth.estimate).toBeCloseTo(logLoss(events, other) - logLoss(events, chances), 12)
    expect(back.interval[0]).toBeCloseTo(-forth.interval[1], 12)
  })

  it('has no interval when both predict the same', async () => {
    const { events, accounts, chances } = accountMonths(9, 30, 1)
    const same = logLossGain({ events, accounts, first: chances, second: chances }, seededRandom(1), quick)
    await expect(same).rejects.toMatchObject({ code: 'no_variation' })
  })
})

describe('usable signal', () => {
  it('is found where there is one, and not where there is none', async () => {
    const strong = await usableSignal(accountMonths(11, 200, 1), seededRandom(1), quick)
    expect(strong).toMatchObject({ verdict: 'usable' })
    const none = await usableSignal(accountMonths(12, 200, 0), seededRandom(1), quick)
    expect(none).toMatchObject({ verdict: 'no_usable_signal' })
  })

  it('is seldom claimed of chances that know nothing', async () => {
    const rounds = 150
    let claimed = 0
    for (let round = 0; round < rounds; round += 1) {
      const random = seededRandom(500 + round)
      const accounts = Array.from({ length: 120 }, (_, row) => row)
      const events = accounts.map(() => (random() < 0.25 ? 1 : 0))
      // Nearly the base rate: the case in which luck could pass for skill.
      const chances = accounts.map(() => drawBeta(random, 50, 150))
      const signal = await usableSignal({ events, chances, accounts }, random, { ...quick, rounds: 120 })
      if (signal.verdict === 'usable') claimed += 1
    }
    expect(claimed / rounds).toBeLessThan(0.05)
  })

  it('is not judged by a handful of events', async () => {
    const accounts = Array.from({ length: 100 }, (_, row) => row)
    const rows = {
      events: accounts.map((row) => (row < 9 ? 1 : 0)),
      chances: accounts.map(() => 0.1),
      accounts,
    }
    expect(await usableSignal(rows, seededRandom(1))).toEqual({
      verdict: 'too_few_events',
      events: 9,
      needed: 10,
    })
  })
})
