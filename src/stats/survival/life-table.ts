import { StatsError, insist } from '../stats-error.ts'
import { type FollowUp, insistFollowUp } from './follow-up.ts'
import { sortedFollowUp } from './sorted-follow-up.ts'
import { countBelow } from './step-lookup.ts'

/** One interval [from, to) of a life table. */
export type LifeTableRow = Readonly<{
  from: number
  to: number
  /** Under observation when the interval began. */
  atStart: number
  entered: number
  withdrawn: number
  events: number
  /** Rows at risk: those that came or went within count as `within` says. */
  exposed: number
  /** Share of the exposed that have their event within the interval. */
  chance: number
  /** Share that survives the interval's end, and Greenwood's standard error. */
  survival: number
  standardError: number
  /** Events per exposed row and unit of time: events / (width (exposed - events / 2)). */
  hazard: number
}>

/** `half`: who came or went within the interval counts half. `end`: went at its end, or came then; equals Kaplan-Meier. */
export type WithinInterval = 'half' | 'end'

/**
 * Life table: chances, survival and hazard by intervals [b_0, b_1), [b_1, b_2) and so on, q = d / n' with n' the number at
 * the start less half of the withdrawals plus half of the late entries. With `end` these count as at risk throughout or
 * not at all, which on times that are whole intervals gives Kaplan-Meier exactly.
 *
 * Where all exposed have their event, survival is 0 and the standard error stays that of the interval before.
 *
 * Source: Cutler and Ederer, J. Chronic Dis. 8 (1958) 699; hazard: Gehan, J. Chronic Dis. 21 (1969) 629. Assumes that
 * withdrawals spread evenly over an interval (`half`), and a steady hazard within it. Cost: O(n log n).
 *
 * @param breaks ascending, at least two; rows that end before the first are left out
 * @throws StatsError bad_input when rows or breaks are none; not_enough_data when an interval has nobody at risk
 * @example
 * const [first] = lifeTable({ time: [1, 2, 3, 4], event: [1, 0, 1, 0] }, [0, 3, 5])
 * first.exposed // 3.5
 * first.survival // 0.714286
 */
export function lifeTable(
  followUp: FollowUp,
  breaks: readonly number[],
  { within = 'half' }: Readonly<{ within?: WithinInterval }> = {},
): LifeTableRow[] {
  insistFollowUp(followUp)
  insist(
    breaks.length > 1 && breaks.every((at, i) => at < (breaks[i + 1] ?? Infinity) && at > -Infinity),
    'A life table needs at least two breaks, finite and ascending.',
  )
  const { events, censored, entries } = sortedFollowUp(followUp)[0]!
  const rows = followUp.time.length
  const inside = (times: Float64Array, from: number, to: number) =>
    countBelow(times, to) - countBelow(times, from)
  let survival = 1
  let greenwood = 0
  let standardError = 0
  return breaks.slice(1).map((to, i) => {
    const from = breaks[i]!
    const entered = entries ? inside(entries, from, to) : 0
    const enteredBefore = entries ? countBelow(entries, from) : rows
    const atStart = enteredBefore - countBelow(events, from) - countBelow(censored, from)
    const withdrawn = inside(censored, from, to)
    const dead = inside(events, from, to)
    const exposed = within === 'half' ? atStart + (entered - withdrawn) / 2 : atStart
    if (!(exposed > 0 && dead <= exposed))
      throw new StatsError(
        'not_enough_data',
        `${dead} events stand beside ${exposed} at risk from ${from} to ${to}: choose other breaks.`,
      )
    const chance = dead / exposed
    survival *= 1 - chance
    if (survival > 0) {
      greenwood += dead / (exposed * (exposed - dead))
      standardError = survival * Math.sqrt(greenwood)
    }
    const hazard = dead / ((to - from) * (exposed - dead / 2))
    return {
      from,
      to,
      atStart,
      entered,
      withdrawn,
      events: dead,
      exposed,
      chance,
      survival,
      standardError,
      hazard,
    }
  })
}
