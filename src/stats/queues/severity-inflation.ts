import { insist } from '../stats-error.ts'
import { multiServerQueue, type MultiServerQueue } from './multi-server-queue.ts'
import { priorityWaits } from './priority-waits.ts'

/** With this share of tickets in the top class: mean waits of the top class and of the rest. */
export type InflationRow = Readonly<{ topShare: number; topWait: number; restWait: number }>

export type SeverityInflation = Readonly<{ rows: readonly InflationRow[]; firstComeWait: number }>

/**
 * What becomes of the top class as more and more tickets are called urgent: its wait rises towards that of first come first
 * served, which all would have without classes.
 *
 * Source: A. Cobham (1954) with two classes; see priorityWaits and its assumptions. Cost: O(shares * servers).
 *
 * @param shares of the top class, each inside (0, 1)
 * @throws StatsError bad_input; unstable
 * @example
 * const { rows, firstComeWait } = severityInflation({ arrivalRate: 10, serviceRate: 3, servers: 4 }, [0.1, 0.95])
 * rows.map((row) => row.topWait) // [0.059792877, 0.263088661]
 * firstComeWait // 0.328860826
 */
export function severityInflation(queue: MultiServerQueue, shares: readonly number[]): SeverityInflation {
  const rows = shares.map((topShare) => {
    insist(topShare > 0 && topShare < 1, `A share of the top class lies inside (0, 1), not at ${topShare}.`)
    const rates = [queue.arrivalRate * topShare, queue.arrivalRate * (1 - topShare)]
    const [topWait, restWait] = priorityWaits(rates, queue) as [number, number]
    return { topShare, topWait, restWait }
  })
  return { rows, firstComeWait: multiServerQueue(queue).meanWait }
}
