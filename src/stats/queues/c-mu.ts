import { insist } from '../stats-error.ts'

/**
 * What it costs to let one of a class wait for a unit of time, how much that grows with each unit waited (0 unless told), and
 * how long its service takes on average.
 */
export type CostlyClass = Readonly<{ costRate: number; meanService: number; costGrowth?: number }>

/** How urgent the longest waiting of a class is; the greatest is served first. */
export type Urgency = (kind: number, waited: number) => number

/**
 * Urgency by the generalised c-mu rule: what waiting costs now, by mean service, (c + g w) / E[S] after a wait of w. With
 * growth above 0 nobody waits for ever; without any it is the plain c-mu rule.
 *
 * Source: J. A. Van Mieghem, Dynamic scheduling with convex delay costs: the generalized c-mu rule, Ann. Appl. Probab. 5
 * (1995) 809, eq. 3, for the cost c w + g w^2 / 2; it is best in heavy traffic. Cost: O(1) a call.
 *
 * @param classes costRate and costGrowth at or above 0, meanService above 0
 * @throws StatsError bad_input
 * @example
 * const urgency = generalizedCMu([{ costRate: 10, meanService: 4 }, { costRate: 1, meanService: 2, costGrowth: 1 }])
 * urgency(0, 8) // 2.5
 * urgency(1, 8) // 4.5
 */
export function generalizedCMu(classes: readonly CostlyClass[]): Urgency {
  for (const { costRate, meanService, costGrowth = 0 } of classes) {
    const known = costRate >= 0 && costGrowth >= 0 && Number.isFinite(costRate + costGrowth)
    insist(known, `Costs of waiting lie at 0 or above, not at ${costRate} and ${costGrowth}.`)
    insist(meanService > 0, `A mean service lies above 0, not at ${meanService}.`)
  }
  return (kind, waited) => {
    const { costRate, meanService, costGrowth = 0 } = classes[kind]!
    return (costRate + costGrowth * waited) / meanService
  }
}

/**
 * In which order to serve classes so that waiting costs least: the greatest cost rate by mean service first. Equal ones keep
 * their order.
 *
 * Source: D. R. Cox and W. L. Smith, Queues (1961), section 3.3: the c-mu rule, best among all orders at one server without
 * interruption when costs are linear in the wait. Cost: O(n log n).
 *
 * @returns indices of the classes, the first to be served first
 * @throws StatsError bad_input
 * @example
 * const classes = [{ costRate: 10, meanService: 4 }, { costRate: 3, meanService: 1 }, { costRate: 1, meanService: 0.5 }]
 * cMuOrder(classes) // [1, 0, 2]
 */
export function cMuOrder(classes: readonly CostlyClass[]): number[] {
  const urgency = generalizedCMu(classes)
  return classes.map((_, i) => i).toSorted((i, j) => urgency(j, 0) - urgency(i, 0))
}
