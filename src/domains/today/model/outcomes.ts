import { newcombeDifference } from '../../../stats/inference/newcombe.ts'
import { riskRatio } from '../../../stats/inference/ratios.ts'
import { wilsonInterval } from '../../../stats/inference/wilson.ts'
import type { Arm, Effect, Followed, Interval, Outcome } from '../schema.ts'

/** Cases of a rule after some days, by whether chance held them out and whether somebody acted. */
export type Cases = Readonly<{
  ruleCode: string
  heldOut: boolean
  acted: boolean
  days: Outcome['days']
  /** Followed to that day, and still customers then. */
  n: number
  kept: number
  /** Of which it is known whether the rule still held, and it did not. */
  easedOf: number
  eased: number
  arrCents: number
  /** Not so old yet, or not known yet. */
  waiting: number
}>

/** Fewer cases on a side, or fewer departures on the side that is compared with, say nothing yet. */
export const leastCases = 30
export const leastDepartures = 5
export const outcomeDays = [30, 60, 90] as const

const shareWithEnds = (k: number, n: number) => {
  if (n === 0) return { share: null, low: null, high: null }
  const [low, high] = wilsonInterval(k, n)
  return { share: k / n, low, high }
}

/** How many of those that were followed left, with Wilson's interval; `n` counts for the interval as `effective`. */
export const followed = (left: number, n: number, effective = n): Followed => {
  if (n === 0 || effective === 0) return { n, left, share: null, low: null, high: null }
  const [low, high] = wilsonInterval((left / n) * effective, effective)
  return { n, left, share: left / n, low, high }
}

function armOf(cases: readonly Cases[]): Arm {
  const total = (of: (one: Cases) => number) => cases.reduce((sum, one) => sum + of(one), 0)
  const [n, kept] = [total((one) => one.n), total((one) => one.kept)]
  return {
    n,
    kept,
    ...shareWithEnds(kept, n),
    easedOf: total((one) => one.easedOf),
    eased: total((one) => one.eased),
    arrCents: total((one) => one.arrCents),
  }
}

const enough = (first: Arm, second: Arm): boolean =>
  first.n >= leastCases && second.n >= leastCases && second.n - second.kept >= leastDepartures

function compared(first: Arm, second: Arm): Pick<Outcome, 'difference' | 'keptCents'> {
  const { difference, interval } = newcombeDifference(
    { successes: first.kept, trials: first.n },
    { successes: second.kept, trials: second.n },
  )
  const of = (scale: number): Interval => ({
    value: difference * scale,
    low: interval[0] * scale,
    high: interval[1] * scale,
  })
  const cents = of(first.arrCents)
  return {
    difference: of(1),
    keptCents: {
      value: Math.round(cents.value),
      low: Math.round(cents.low!),
      high: Math.round(cents.high!),
    },
  }
}

/** What became of the cases of one rule after so many days. Chance counts for more than likeness. */
export function outcomeOf(ruleCode: string, days: Outcome['days'], cases: readonly Cases[]): Outcome {
  const mine = cases.filter((one) => one.ruleCode === ruleCode && one.days === days)
  const [shownCases, heldCases] = [mine.filter((one) => !one.heldOut), mine.filter((one) => one.heldOut)]
  const [shown, heldOut] = [armOf(shownCases), armOf(heldCases)]
  const acted = armOf(shownCases.filter((one) => one.acted))
  const notActed = armOf(shownCases.filter((one) => !one.acted))
  const verdict = enough(shown, heldOut) ? 'holdout' : enough(acted, notActed) ? 'similar_cases' : 'too_early'
  return {
    ruleCode,
    days,
    acted,
    notActed,
    shown,
    heldOut,
    verdict,
    ...(verdict === 'holdout'
      ? compared(shown, heldOut)
      : verdict === 'similar_cases'
        ? compared(acted, notActed)
        : { difference: null, keptCents: null }),
    waiting: mine.reduce((sum, one) => sum + one.waiting, 0),
  }
}

const within = (share: number): number => Math.min(1, Math.max(0, share))

/**
 * The share of what is at stake that acting keeps: 1 - the ratio of departures with and without, with Katz's interval.
 * null while it is too early. With no departure on the first side half a case is added to each cell.
 */
export function effectFrom(outcome: Outcome): Effect | null {
  if (outcome.verdict === 'too_early') return null
  const [first, second] =
    outcome.verdict === 'holdout' ? [outcome.shown, outcome.heldOut] : [outcome.acted, outcome.notActed]
  const departures = (arm: Arm) => ({ successes: arm.n - arm.kept, trials: arm.n })
  const added = first.n === first.kept ? 0.5 : 0
  const { ratio, interval } = riskRatio(departures(first), departures(second), { added })
  return {
    share: within(1 - ratio),
    low: within(1 - interval[1]),
    high: within(1 - interval[0]),
    basis: outcome.verdict,
    n: first.n + second.n,
  }
}
