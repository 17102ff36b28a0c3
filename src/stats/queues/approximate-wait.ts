import { insist } from '../stats-error.ts'
import { insistQueue, multiServerQueue, type MultiServerQueue } from './multi-server-queue.ts'

/** Standard deviation by mean: of the time between arrivals (1 for Poisson), and of service (1 for exponential). */
export type Variation = Readonly<{ service: number; arrivals?: number }>

/**
 * Mean wait, first come first served, where service is not exponential: that of M/M/c times (Ca^2 + Cs^2) / 2. With Poisson
 * arrivals this is Lee and Longton's M/G/c approximation, and for one server exact.
 *
 * Source: A. O. Allen, Probability, Statistics, and Queueing Theory, 2nd ed. (1990), section 5.3 (Allen and Cunneen); A. M. Lee
 * and P. A. Longton, Operational Research Quarterly 10 (1959) 56. Within a tenth at a utilisation of 0.85
 * for Cs of 0 and 1.5 (simulated); simulate where more is needed. Cost: O(servers).
 *
 * @throws StatsError bad_input unless variations are at or above 0; unstable
 * @example
 * approximateWait({ arrivalRate: 10, serviceRate: 3, servers: 4 }, { service: 2 }) // 0.822152065
 */
export function approximateWait(queue: MultiServerQueue, { service, arrivals = 1 }: Variation): number {
  insistQueue(queue)
  const known = [service, arrivals].every((variation) => variation >= 0 && Number.isFinite(variation))
  insist(known, `Coefficients of variation lie at 0 or above, not at ${service} and ${arrivals}.`)
  return (multiServerQueue(queue).meanWait * (arrivals ** 2 + service ** 2)) / 2
}
