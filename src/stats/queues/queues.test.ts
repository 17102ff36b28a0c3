import fc from 'fast-check'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { expectNear } from '../near.fixture.ts'
import { approximateWait } from './approximate-wait.ts'
import { cMuOrder, generalizedCMu } from './c-mu.ts'
import { erlangB, erlangC } from './erlang.ts'
import { chanceToWaitLonger, multiServerQueue } from './multi-server-queue.ts'
import { priorityWaits, singleServerPriorityWaits } from './priority-waits.ts'
import { severityInflation } from './severity-inflation.ts'

type Measures = { rho: number; p_wait: number; Wq: number; Lq: number; W: number; erlang_b: number }
type Reference = {
  queue: {
    mm1: { lam: number; mu: number; Wq: number; W: number; Lq: number }
    erlang_c: Record<string, Measures>
    priority_mmc: { lams: number[]; mu: number; c: number; Wq_by_class: number[]; fcfs_Wq: number }
    inflation: { share_class1: number; Wq: [number, number] }[]
    mg1_priority: { lam: number[]; ES: number[]; ES2: number[]; Wq: number[]; fcfs: number }
    cmu: { classes: { c: number; ES: number }[] }
  }
}
const { queue } = JSON.parse(readFileSync('test/reference/misc.json', 'utf8')) as Reference
const code = (expected: string) => expect.objectContaining({ code: expected })
const team = { arrivalRate: 10, serviceRate: 3, servers: 4 }
const rates = fc.double({ min: 0.05, max: 0.9, noNaN: true })
const someServers = fc.integer({ min: 1, max: 40 })

describe('several servers with one line', () => {
  it.each(Object.entries(queue.erlang_c))('%s agrees with the reference', (name, expected) => {
    const [arrivalRate, serviceRate, servers] = [
      ['lam10_mu3_c4', [10, 3, 4]],
      ['lam20_mu4_c6', [20, 4, 6]],
      ['lam1_mu1_2_c1', [1, 1.2, 1]],
    ].find(([key]) => key === name)![1] as [number, number, number]
    const found = multiServerQueue({ arrivalRate, serviceRate, servers })
    expectNear(found.utilisation, expected.rho, 1e-7)
    expectNear(found.waitChance, expected.p_wait, 1e-7)
    expectNear(found.meanWait, expected.Wq, 1e-7)
    expectNear(found.meanWaiting, expected.Lq, 1e-7)
    expectNear(found.meanTime, expected.W, 1e-7)
    expectNear(erlangB(arrivalRate / serviceRate, servers), expected.erlang_b, 1e-7)
  })

  it('is the queue of one server where there is one', () => {
    const { lam, mu, Wq, W, Lq } = queue.mm1
    const found = multiServerQueue({ arrivalRate: lam, serviceRate: mu, servers: 1 })
    expectNear(found.meanWait, Wq, 1e-12)
    expectNear(found.meanTime, W, 1e-12)
    expectNear(found.meanWaiting, Lq, 1e-12)
    expectNear(found.meanPresent, 4, 1e-12)
  })

  it('has the steady state of its birth and death equations', () => {
    fc.assert(
      fc.property(rates, someServers, (share, servers) => {
        const load = share * servers
        const chances = [1]
        for (let k = 1; k < 4000; k += 1) chances.push((chances[k - 1]! * load) / Math.min(k, servers))
        const total = chances.reduce((sum, chance) => sum + chance, 0)
        const busy = chances.slice(servers).reduce((sum, chance) => sum + chance, 0)
        const waiting = chances.reduce((sum, chance, k) => sum + Math.max(0, k - servers) * chance, 0)
        expectNear(erlangC(load, servers), busy / total, 1e-9)
        const found = multiServerQueue({ arrivalRate: load, serviceRate: 1, servers })
        expectNear(found.meanWaiting, waiting / total, 1e-9)
        const few = chances.slice(0, servers + 1).reduce((sum, chance) => sum + chance, 0)
        expectNear(erlangB(load, servers), chances[servers]! / few, 1e-9)
      }),
      { numRuns: 30 },
    )
  })

  it('loses no digits with many servers', () => {
    // R: a <- 9800; n <- 10000; dpois(n, a) / ppois(n, a); then B / (1 - a / n * (1 - B))
    expectNear(erlangB(9800, 10000), 0.000537130402106, 1e-10)
    expectNear(erlangC(9800, 10000), 0.026167799590223, 1e-10)
  })

  it('has a mean wait that is the area under its tail', () => {
    let area = 0
    for (let i = 0; i < 20_000; i += 1) area += chanceToWaitLonger(team, (i + 0.5) / 1000) / 1000
    expectNear(area, multiServerQueue(team).meanWait, 1e-6)
    expect(chanceToWaitLonger(team, 0)).toBe(multiServerQueue(team).waitChance)
  })

  it('says that a queue without end has no wait', () => {
    for (const arrivalRate of [12, 12.1])
      expect(() => multiServerQueue({ ...team, arrivalRate })).toThrow(code('unstable'))
    expect(() => erlangC(4, 4)).toThrow(code('unstable'))
    expect(erlangB(40, 4)).toBeLessThan(1)
    expect(() => erlangB(0, 4)).toThrow(code('bad_input'))
    expect(() => erlangB(1, 1.5)).toThrow(code('bad_input'))
    expect(() => multiServerQueue({ ...team, serviceRate: 0 })).toThrow(code('bad_input'))
    expect(() => multiServerQueue({ ...team, servers: 0 })).toThrow(code('bad_input'))
    expect(() => chanceToWaitLonger(team, -1)).toThrow(code('bad_input'))
  })
})

describe('priority', () => {
  it('agrees with the reference and moves waiting without removing any', () => {
    const { lams, mu, c, Wq_by_class, fcfs_Wq } = queue.priority_mmc
    const waits = priorityWaits(lams, { serviceRate: mu, servers: c })
    waits.forEach((wait, i) => expectNear(wait, Wq_by_class[i]!, 1e-7))
    const all = lams.reduce((sum, rate) => sum + rate, 0)
    expectNear(
      waits.reduce((sum, wait, i) => sum + (wait * lams[i]!) / all, 0),
      fcfs_Wq,
      1e-7,
    )
  })

  it('conserves waiting for any rates, and the first class never waits longer', () => {
    const classes = fc.array(fc.double({ min: 0.01, max: 1, noNaN: true }), { minLength: 2, maxLength: 5 })
    fc.assert(
      fc.property(classes, someServers, rates, (parts, servers, share) => {
        const sum = parts.reduce((total, part) => total + part, 0)
        const arrivals = parts.map((part) => (part / sum) * share * servers)
        const waits = priorityWaits(arrivals, { serviceRate: 1, servers })
        const mean = waits.reduce((total, wait, i) => total + (wait * parts[i]!) / sum, 0)
        expectNear(
          mean,
          multiServerQueue({ arrivalRate: share * servers, serviceRate: 1, servers }).meanWait,
          1e-9,
        )
        expect(waits).toEqual(waits.toSorted((a, b) => a - b))
      }),
    )
  })

  it('at one server agrees with the reference for any service', () => {
    const { lam, ES, ES2, Wq, fcfs } = queue.mg1_priority
    const served = lam.map((arrivalRate, i) => ({
      arrivalRate,
      meanService: ES[i]!,
      meanSquaredService: ES2[i]!,
    }))
    singleServerPriorityWaits(served).forEach((wait, i) => expectNear(wait, Wq[i]!, 1e-7))
    const together = { arrivalRate: lam[0]! + lam[1]!, meanService: 1, meanSquaredService: 2 }
    expectNear(singleServerPriorityWaits([together])[0]!, fcfs, 1e-7)
  })

  it('at one server of exponential service is the formula of several', () => {
    const served = [0.2, 0.5].map((arrivalRate) => ({ arrivalRate, meanService: 1, meanSquaredService: 2 }))
    const several = priorityWaits([0.2, 0.5], { serviceRate: 1, servers: 1 })
    singleServerPriorityWaits(served).forEach((wait, i) => expectNear(wait, several[i]!, 1e-12))
  })

  it('keeps the work that waits, whatever the order, when services differ', () => {
    const quick = { arrivalRate: 0.5, meanService: 0.4, meanSquaredService: 0.3 }
    const slow = { arrivalRate: 0.2, meanService: 2.5, meanSquaredService: 9 }
    const work = (waits: readonly number[], order: readonly { arrivalRate: number; meanService: number }[]) =>
      waits.reduce((sum, wait, i) => sum + wait * order[i]!.arrivalRate * order[i]!.meanService, 0)
    const first = work(singleServerPriorityWaits([quick, slow]), [quick, slow])
    expectNear(work(singleServerPriorityWaits([slow, quick]), [slow, quick]), first, 1e-12)
  })

  it('is none where work has no end, and refuses what are no classes', () => {
    expect(() => priorityWaits([6, 6], { serviceRate: 3, servers: 4 })).toThrow(code('unstable'))
    expect(() => priorityWaits([-1, 6], { serviceRate: 3, servers: 4 })).toThrow(code('bad_input'))
    expect(() => priorityWaits([], { serviceRate: 3, servers: 4 })).toThrow(code('bad_input'))
    expect(() => singleServerPriorityWaits([])).toThrow(code('bad_input'))
    const one = { arrivalRate: 1, meanService: 1, meanSquaredService: 1 }
    expect(() => singleServerPriorityWaits([one])).toThrow(code('unstable'))
    expect(() => singleServerPriorityWaits([{ ...one, meanSquaredService: 0.5 }])).toThrow(code('bad_input'))
  })
})

describe('inflation of severity', () => {
  it('agrees with the reference, and takes the top class to first come first served', () => {
    const shares = queue.inflation.map((row) => row.share_class1)
    const { rows, firstComeWait } = severityInflation(team, shares)
    rows.forEach((row, i) => {
      expectNear(row.topWait, queue.inflation[i]!.Wq[0], 1e-7)
      expectNear(row.restWait, queue.inflation[i]!.Wq[1], 1e-7)
      expect(row.topWait).toBeLessThan(firstComeWait)
    })
    expectNear(severityInflation(team, [1 - 1e-9]).rows[0]!.topWait, firstComeWait, 1e-7)
    expect(() => severityInflation(team, [1])).toThrow(code('bad_input'))
  })
})

describe('order by cost', () => {
  it('agrees with the reference', () => {
    const classes = queue.cmu.classes.map(({ c, ES }) => ({ costRate: c, meanService: ES }))
    expect(cMuOrder(classes)).toEqual([1, 0, 2])
  })

  it('costs least of all orders at one server', () => {
    const oneClass = fc.record({
      costRate: fc.integer({ min: 1, max: 20 }),
      meanService: fc.double({ min: 0.1, max: 5, noNaN: true }),
      rate: fc.double({ min: 0.05, max: 0.3, noNaN: true }),
    })
    fc.assert(
      fc.property(fc.tuple(oneClass, oneClass, oneClass), (classes) => {
        const cost = (order: readonly number[]) => {
          const served = order.map((i) => {
            const { rate, meanService } = classes[i]!
            return { arrivalRate: rate / meanService, meanService, meanSquaredService: 2 * meanService ** 2 }
          })
          const waits = singleServerPriorityWaits(served)
          return order.reduce(
            (sum, i, at) => sum + classes[i]!.costRate * served[at]!.arrivalRate * waits[at]!,
            0,
          )
        }
        const best = cost(cMuOrder(classes))
        const orders = [
          [0, 1, 2],
          [0, 2, 1],
          [1, 0, 2],
          [1, 2, 0],
          [2, 0, 1],
          [2, 1, 0],
        ]
        for (const order of orders) expect(best).toBeLessThanOrEqual(cost(order) * (1 + 1e-9))
      }),
    )
  })

  it('lets who waits long enough overtake, when costs grow', () => {
    const urgency = generalizedCMu([
      { costRate: 10, meanService: 1 },
      { costRate: 1, meanService: 1, costGrowth: 0.5 },
    ])
    expect(urgency(1, 17.9)).toBeLessThan(urgency(0, 0))
    expect(urgency(1, 18.1)).toBeGreaterThan(urgency(0, 0))
    expect(() => cMuOrder([{ costRate: -1, meanService: 1 }])).toThrow(code('bad_input'))
    expect(() => cMuOrder([{ costRate: 1, meanService: 0 }])).toThrow(code('bad_input'))
  })
})

describe('service that varies', () => {
  it('is exact for one server and for exponential service', () => {
    const one = { arrivalRate: 0.7, serviceRate: 1, servers: 1 }
    const served = { arrivalRate: 0.7, meanService: 1, meanSquaredService: 1 + 1.5 ** 2 }
    expectNear(approximateWait(one, { service: 1.5 }), singleServerPriorityWaits([served])[0]!, 1e-12)
    expectNear(approximateWait(team, { service: 1 }), multiServerQueue(team).meanWait, 1e-14)
    expectNear(approximateWait(team, { service: 0 }), multiServerQueue(team).meanWait / 2, 1e-14)
    expect(approximateWait(team, { service: 0, arrivals: 0 })).toBe(0)
  })

  it('is none where it is none', () => {
    expect(() => approximateWait(team, { service: -1 })).toThrow(code('bad_input'))
    expect(() => approximateWait({ ...team, arrivalRate: 13 }, { service: 1 })).toThrow(code('unstable'))
  })
})
