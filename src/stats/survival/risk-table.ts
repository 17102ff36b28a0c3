import { type FollowUp, insistFollowUp } from './follow-up.ts'
import { sortedFollowUp } from './sorted-follow-up.ts'
import { countBelow } from './step-lookup.ts'

/** Who was at risk just before each time at which somebody left, and how many had their event or were censored then. */
export type RiskTable = Readonly<{
  /** Distinct times, ascending. */
  time: Float64Array
  atRisk: Uint32Array
  events: Uint32Array
  censored: Uint32Array
}>

/** How many different values two ascending arrays hold together. */
function countDistinct(a: Float64Array, b: Float64Array): number {
  let i = 0
  let j = 0
  let distinct = 0
  while (i < a.length || j < b.length) {
    const first = j >= b.length || a[i]! <= b[j]! ? a[i]! : b[j]!
    while (a[i] === first) i++
    while (b[j] === first) j++
    distinct++
  }
  return distinct
}

/**
 * The numbers at risk, events and censorings at each distinct time: what Kaplan-Meier and Nelson-Aalen are made of. A row
 * is at risk at t when entry < t <= time. Times are compared exactly: round them first if they carry noise.
 *
 * Source: Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data (2002), section 1.4. Cost: O(n log n).
 *
 * @throws StatsError bad_input when the rows are no follow-up
 * @example
 * riskTable({ time: [1, 2, 2, 3], event: [1, 1, 0, 0] }).atRisk // [4, 3, 1]
 */
export function riskTable(followUp: FollowUp): RiskTable {
  insistFollowUp(followUp)
  const { events, censored, entries } = sortedFollowUp(followUp)[0]!
  const distinct = countDistinct(events, censored)
  const time = new Float64Array(distinct)
  const atRisk = new Uint32Array(distinct)
  const eventCounts = new Uint32Array(distinct)
  const censoredCounts = new Uint32Array(distinct)
  let i = 0
  let j = 0
  let entered = entries ? 0 : followUp.time.length
  for (let step = 0; step < distinct; step++) {
    const t = j >= censored.length || events[i]! <= censored[j]! ? events[i]! : censored[j]!
    while (entries && entries[entered]! < t) entered++
    time[step] = t
    atRisk[step] = entered - i - j
    const eventsBefore = i
    const censoredBefore = j
    while (events[i] === t) i++
    while (censored[j] === t) j++
    eventCounts[step] = i - eventsBefore
    censoredCounts[step] = j - censoredBefore
  }
  return { time, atRisk, events: eventCounts, censored: censoredCounts }
}

/**
 * How many rows are at risk just before each of the asked times, for the line below a survival chart.
 *
 * Source: Kalbfleisch and Prentice (2002), section 1.4; R's summary(survfit, times)$n.risk. Cost: O(n log n + m log n)
 * for m times.
 *
 * @param times in any order
 * @throws StatsError bad_input when the rows are no follow-up
 * @example
 * numbersAtRisk({ time: [1, 2, 2, 3], event: [1, 1, 0, 0] }, [0, 2, 4]) // [4, 3, 0]
 */
export function numbersAtRisk(followUp: FollowUp, times: ArrayLike<number>): Uint32Array {
  insistFollowUp(followUp)
  const { events, censored, entries } = sortedFollowUp(followUp)[0]!
  return Uint32Array.from({ length: times.length }, (_, i) => {
    const t = times[i]!
    const entered = entries ? countBelow(entries, t) : followUp.time.length
    return entered - countBelow(events, t) - countBelow(censored, t)
  })
}
