import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { drawExponential, drawGamma, drawNormal } from '../random/draw.ts'
import { seededRandom, type Random } from '../random/seeded-random.ts'
import { approximateWait } from './approximate-wait.ts'
import { batchMeans } from './batch-means.ts'
import { generalizedCMu } from './c-mu.ts'
import { chanceToWaitLonger, multiServerQueue } from './multi-server-queue.ts'
import { priorityWaits, singleServerPriorityWaits } from './priority-waits.ts'
import { simulateQueue, type ServiceOrder, type SimulatedClass } from './simulate-queue.ts'

const code = (expected: string) => expect.objectContaining({ code: expected })
const luck = (rounds: number) => 4 * Math.sqrt((0.95 * 0.05) / rounds)
const covers = ([low, high]: readonly [number, number], truth: number) => low <= truth && truth <= high

const exponential = (arrivalRate: number, meanService: number): SimulatedClass => ({
  arrivalRate,
  meanService,
  drawService: (random) => drawExponential(random, 1 / meanService),
})
const team = [2, 3, 3].map((rate) => exponential(rate, 1 / 3))
const simulate = (
  classes: readonly SimulatedClass[],
  servers: number,
  order: ServiceOrder,
  seed: number,
  arrivals = 20_000,
) => simulateQueue({ classes, servers, order }, seededRandom(seed), { arrivals })

describe('simulated queue', () => {
  it('agrees with the formula of priorities as often as its intervals say', async () => {
    const formula = priorityWaits([2, 3, 3], { serviceRate: 3, servers: 4 })
    const all = multiServerQueue({ arrivalRate: 8, serviceRate: 3, servers: 4 })
    const rounds = 30
    let [covered, coveredAll, busy] = [0, 0, 0]
    for (let seed = 1; seed <= rounds; seed += 1) {
      const found = await simulate(team, 4, 'priority', seed)
      covered += found.classes.filter(({ interval }, kind) => covers(interval, formula[kind]!)).length
      if (covers(found.all.interval, all.meanWait)) coveredAll += 1
      busy += found.utilisation / rounds
    }
    expect(covered / (3 * rounds)).toBeGreaterThan(0.95 - luck(3 * rounds))
    expect(coveredAll / rounds).toBeGreaterThan(0.95 - luck(rounds))
    expectNear(busy, all.utilisation, 0.01)
  })

  it('agrees with the formula of one server, any service, priorities', async () => {
    const fixed = { arrivalRate: 0.3, meanService: 0.5, drawService: () => 0.5 }
    const varied = {
      arrivalRate: 0.15,
      meanService: 3,
      drawService: (random: Random) => drawGamma(random, 0.5, 1 / 6),
    }
    // E[S^2] of gamma: mean^2 (1 + 1 / shape)
    const formula = singleServerPriorityWaits([
      { arrivalRate: 0.3, meanService: 0.5, meanSquaredService: 0.25 },
      { arrivalRate: 0.15, meanService: 3, meanSquaredService: 27 },
    ])
    const { classes } = await simulate([fixed, varied], 1, 'priority', 5, 200_000)
    formula.forEach((wait, kind) => expect(covers(classes[kind]!.interval, wait)).toBe(true))
  })

  it('has the tail and the quantiles of first come first served', async () => {
    const { all } = await simulate(team, 4, 'first_come', 7, 150_000)
    const queue = { arrivalRate: 8, serviceRate: 3, servers: 4 }
    expect(covers(all.interval, multiServerQueue(queue).meanWait)).toBe(true)
    expect(Math.abs(chanceToWaitLonger(queue, all.ninetieth) - 0.1)).toBeLessThan(0.015)
    expect(all.median).toBe(0)
  })

  it('lies near the approximation for services that vary little or much', async () => {
    const spread = Math.sqrt(Math.log(1 + 1.5 ** 2))
    const draws: [number, (random: Random) => number][] = [
      [0, () => 1],
      [1.5, (random) => Math.exp(spread * drawNormal(random) - spread ** 2 / 2)],
    ]
    for (const [service, drawService] of draws) {
      const { all } = await simulate(
        [{ arrivalRate: 3.4, meanService: 1, drawService }],
        4,
        'first_come',
        3,
        150_000,
      )
      const formula = approximateWait({ arrivalRate: 3.4, serviceRate: 1, servers: 4 }, { service })
      expectNear(all.mean, formula, 0.15)
    }
  })

  it('moves waiting between classes but removes none when all take equally long', async () => {
    const urgency = generalizedCMu([
      { costRate: 5, meanService: 1 },
      { costRate: 2, meanService: 1, costGrowth: 8 },
      { costRate: 1, meanService: 1, costGrowth: 8 },
    ])
    const [first, strict, ageing] = await Promise.all(
      (['first_come', 'priority', urgency] as const).map((order) => simulate(team, 4, order, 11, 100_000)),
    )
    expectNear(strict!.all.mean, first!.all.mean, 0.05)
    expectNear(ageing!.all.mean, first!.all.mean, 0.05)
    expect(strict!.classes[0]!.mean).toBeLessThan(ageing!.classes[0]!.mean)
    expect(ageing!.classes[0]!.mean).toBeLessThan(first!.classes[0]!.mean)
    expect(ageing!.classes[2]!.ninetieth).toBeLessThan(strict!.classes[2]!.ninetieth)
  })

  it('brings the same customers for the same seed', async () => {
    const [one, again, other] = await Promise.all(
      [1, 1, 2].map((seed) => simulate(team, 4, 'priority', seed)),
    )
    expect(again).toEqual(one)
    expect(other!.all.mean).not.toBe(one!.all.mean)
  })

  it('says that a queue has no steady state, or too few customers', async () => {
    await expect(simulate([exponential(4, 1)], 4, 'priority', 1)).rejects.toThrow(code('unstable'))
    const slower = { arrivalRate: 1, meanService: 0.5, drawService: () => 5 }
    await expect(simulate([slower], 1, 'priority', 1, 2000)).rejects.toThrow(code('unstable'))
    const rare = exponential(0.001, 1)
    await expect(simulate([rare, ...team], 4, 'priority', 1, 2000)).rejects.toThrow(code('not_enough_data'))
    await expect(simulate([], 4, 'priority', 1)).rejects.toThrow(code('bad_input'))
    await expect(simulate(team, 0, 'priority', 1)).rejects.toThrow(code('bad_input'))
    await expect(simulate(team, 4, 'priority', 1, 0)).rejects.toThrow(code('bad_input'))
    const broken = { ...team[0]!, drawService: () => Number.NaN }
    await expect(simulate([broken], 4, 'priority', 1)).rejects.toThrow(code('bad_input'))
  })

  it('can be followed and stopped', async () => {
    const stop = new AbortController()
    const shares: number[] = []
    const onProgress = (share: number) => {
      shares.push(share)
      if (shares.length === 2) stop.abort()
    }
    const options = { arrivals: 200_000, onProgress, signal: stop.signal }
    const running = simulateQueue({ classes: team, servers: 4, order: 'priority' }, seededRandom(1), options)
    await expect(running).rejects.toThrow(code('aborted'))
    expect(shares).toHaveLength(2)
    expect(shares[1]).toBeGreaterThan(shares[0]!)
  })
})

describe('batch means', () => {
  it('are wider than independence says where neighbours depend on each other, and cover the mean', () => {
    const random = seededRandom(9)
    const rounds = 300
    let [covered, naive] = [0, 0]
    for (let round = 0; round < rounds; round += 1) {
      let value = drawNormal(random) / Math.sqrt(1 - 0.81)
      const series = Float64Array.from({ length: 4000 }, () => (value = 0.9 * value + drawNormal(random)))
      const { interval, mean } = batchMeans(series)
      if (covers(interval, 0)) covered += 1
      const half = (1.96 * Math.sqrt(1 / 0.19)) / Math.sqrt(4000)
      if (Math.abs(mean) < half) naive += 1
    }
    expect(covered / rounds).toBeGreaterThan(0.95 - luck(rounds))
    expect(naive / rounds).toBeLessThan(0.7)
  })

  it('need values enough', () => {
    expect(() => batchMeans(new Float64Array(199), 20)).toThrow(code('not_enough_data'))
    expect(() => batchMeans(new Float64Array(199), 1)).toThrow(code('bad_input'))
    expect(() => batchMeans(new Float64Array(199), 2, 1)).toThrow(code('bad_input'))
    expect(batchMeans(new Float64Array(200))).toEqual({ mean: 0, standardError: 0, interval: [0, 0] })
  })
})
