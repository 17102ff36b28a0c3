import { insist } from '../stats-error.ts'
import { erlangC, insistStable } from './erlang.ts'
import { insistQueue, type MultiServerQueue } from './multi-server-queue.ts'

/** A class of customers at one server: how often they come, and the first two moments of their service. */
export type ServedClass = Readonly<{ arrivalRate: number; meanService: number; meanSquaredService: number }>

/** Wq_k = W0 / ((1 - s_(k-1)) (1 - s_k)), s_k the utilisation by the classes up to k. */
function cobham(residual: number, utilisations: readonly number[]): number[] {
  let above = 0
  return utilisations.map((utilisation) => {
    const upTo = above + utilisation
    const wait = residual / ((1 - above) * (1 - upTo))
    above = upTo
    return wait
  })
}

/**
 * Mean waits by class at several servers where the first class goes first, nobody is interrupted, and all classes take equally
 * long: W0 = C / (c mu), Wq_k = W0 / ((1 - s_(k-1)) (1 - s_k)).
 *
 * Source: A. Cobham, Priority assignment in waiting line problems, Operations Research 2 (1954) 70, eq. 3 and its correction;
 * L. Kleinrock, Queueing Systems 2 (1976), section 3.6. Assumes Poisson arrivals and one exponential service time for all. The
 * mean over all customers is that of first come first served: order moves waiting, it removes none. Cost: O(servers + classes).
 *
 * @param arrivalRates by class, the first to be served first
 * @returns mean wait of each class
 * @throws StatsError bad_input; unstable when all classes together are more than the servers can do
 * @example
 * priorityWaits([2, 3, 5], { serviceRate: 3, servers: 4 }) // [0.065772165, 0.112752283, 0.563761416]
 */
export function priorityWaits(
  arrivalRates: readonly number[],
  { serviceRate, servers }: Omit<MultiServerQueue, 'arrivalRate'>,
): number[] {
  insist(
    arrivalRates.every((rate) => rate >= 0),
    'Arrival rates lie at 0 or above.',
  )
  const arrivalRate = arrivalRates.reduce((sum, rate) => sum + rate, 0)
  insistQueue({ arrivalRate, serviceRate, servers })
  const capacity = servers * serviceRate
  const residual = erlangC(arrivalRate / serviceRate, servers) / capacity
  return cobham(
    residual,
    arrivalRates.map((rate) => rate / capacity),
  )
}

/**
 * Mean waits by class at one server, with any service times: W0 = sum of lambda_i E[S_i^2] / 2.
 *
 * Source: A. Cobham (1954), eq. 3; L. Kleinrock, Queueing Systems 2 (1976), eq. 3.31. Assumes Poisson arrivals, no
 * interruption. Cost: O(classes).
 *
 * @param classes the first to be served first; E[S^2] is at least E[S]^2
 * @returns mean wait of each class
 * @throws StatsError bad_input; unstable when utilisation reaches 1
 * @example
 * const served = (arrivalRate) => ({ arrivalRate, meanService: 1, meanSquaredService: 2 })
 * singleServerPriorityWaits([served(0.3), served(0.4)]) // [1, 3.33333333]
 */
export function singleServerPriorityWaits(classes: readonly ServedClass[]): number[] {
  insist(classes.length > 0, 'A queue has one class or more.')
  let [residual, load] = [0, 0]
  for (const { arrivalRate, meanService, meanSquaredService } of classes) {
    insist(
      arrivalRate >= 0 && meanService > 0 && meanSquaredService >= meanService ** 2 * (1 - 1e-12),
      'Arrival rates lie at 0 or above, mean services above 0, and the mean square is not below the square of the mean.',
    )
    residual += (arrivalRate * meanSquaredService) / 2
    load += arrivalRate * meanService
  }
  insistStable(load, 1)
  return cobham(
    residual,
    classes.map(({ arrivalRate, meanService }) => arrivalRate * meanService),
  )
}
