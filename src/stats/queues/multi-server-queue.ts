import { insist } from '../stats-error.ts'
import { erlangC } from './erlang.ts'

/** Arrivals and, by one server, services in one unit of time; servers that share one queue. */
export type MultiServerQueue = Readonly<{ arrivalRate: number; serviceRate: number; servers: number }>

/** Means in the steady state; times in the unit of the rates, lengths in customers. */
export type QueueMeasures = Readonly<{
  /** Share of the servers that is busy. */
  utilisation: number
  /** Chance to wait at all. */
  waitChance: number
  meanWait: number
  /** Waiting and service. */
  meanTime: number
  meanWaiting: number
  meanPresent: number
}>

/**
 * Ends the call unless rates are above 0 and servers whole, from 1; whether work can be done is asked later.
 *
 * Source: D. G. Kendall, Ann. Math. Statist. 24 (1953) 338: the queue M/M/c. Cost: O(1).
 *
 * @throws StatsError bad_input
 * @example
 * insistQueue({ arrivalRate: 10, serviceRate: 3, servers: 4 }) // undefined
 */
export function insistQueue({ arrivalRate, serviceRate, servers }: MultiServerQueue): void {
  const positive = [arrivalRate, serviceRate].every((rate) => rate > 0 && Number.isFinite(rate))
  insist(positive, `Rates lie above 0, not at ${arrivalRate} and ${serviceRate}.`)
  insist(Number.isInteger(servers) && servers >= 1, `A number of servers is whole, from 1, not ${servers}.`)
}

/**
 * The M/M/c queue, first come first served: mean wait C / (c mu - lambda), and by Little's law the numbers waiting and present.
 *
 * Source: L. Kleinrock, Queueing Systems 1 (1975), section 3.5. Assumes Poisson arrivals and exponential service: service that
 * varies more waits longer, see `approximateWait`. Cost: O(servers).
 *
 * @throws StatsError bad_input; unstable when arrivals exceed what the servers can do
 * @example
 * multiServerQueue({ arrivalRate: 10, serviceRate: 3, servers: 4 }).meanWait // 0.328860826
 * multiServerQueue({ arrivalRate: 0.8, serviceRate: 1, servers: 1 }).meanTime // 5.0000000
 */
export function multiServerQueue(queue: MultiServerQueue): QueueMeasures {
  insistQueue(queue)
  const { arrivalRate, serviceRate, servers } = queue
  const load = arrivalRate / serviceRate
  const waitChance = erlangC(load, servers)
  const meanWait = waitChance / (servers * serviceRate - arrivalRate)
  const meanTime = meanWait + 1 / serviceRate
  return {
    utilisation: load / servers,
    waitChance,
    meanWait,
    meanTime,
    meanWaiting: arrivalRate * meanWait,
    meanPresent: arrivalRate * meanTime,
  }
}

/**
 * Chance to wait longer than `time` in the M/M/c queue, first come first served: C exp(-(c mu - lambda) t). One minus it is
 * the share answered within a promise.
 *
 * Source: L. Kleinrock (1975), section 3.5. Assumes what multiServerQueue does. Cost: O(servers).
 *
 * @throws StatsError bad_input; unstable
 * @example
 * chanceToWaitLonger({ arrivalRate: 10, serviceRate: 3, servers: 4 }, 0.5) // 0.241962
 */
export function chanceToWaitLonger(queue: MultiServerQueue, time: number): number {
  insist(time >= 0, `A wait lies at 0 or above, not at ${time}.`)
  const { waitChance } = multiServerQueue(queue)
  return waitChance * Math.exp(-(queue.servers * queue.serviceRate - queue.arrivalRate) * time)
}
