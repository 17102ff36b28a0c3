import { newcombeDifference } from '../../../stats/inference/newcombe.ts'
import { wilsonInterval } from '../../../stats/inference/wilson.ts'

/** An account that was still a customer after its first 26 weeks, all of them observed, and then for the whole follow-up. */
export type Followed = Readonly<{
  /** Weeks of the first 26 with use. */
  activeWeeks: number
  /** It left during the follow-up. */
  left: boolean
  /** What it paid a year when the follow-up began, in minor units; null where that is not known. */
  yearlyCents: number | null
}>

export type AdoptionGroup = Readonly<{
  accounts: number
  left: number
  share: number | null
  low: number | null
  high: number | null
  yearlyCents: number
  /** Accounts whose revenue is not known, and is in no sum. */
  withoutRevenue: number
}>

export type AdoptionComparison = Readonly<{
  reached: AdoptionGroup
  others: AdoptionGroup
  /** Share that left of the others minus that of those who reached it, with Newcombe's interval. */
  difference: Readonly<{ value: number; low: number; high: number }> | null
  /** Yearly revenue that the others would have kept if they had left as rarely: the difference times what they paid. */
  worth: Readonly<{ cents: number; lowCents: number; highCents: number }> | null
}>

function groupOf(accounts: readonly Followed[]): AdoptionGroup {
  const left = accounts.filter((account) => account.left).length
  const paid = accounts.flatMap(({ yearlyCents }) => yearlyCents ?? [])
  const [low, high] = accounts.length > 0 ? wilsonInterval(left, accounts.length) : [null, null]
  return {
    accounts: accounts.length,
    left,
    share: accounts.length > 0 ? left / accounts.length : null,
    low,
    high,
    yearlyCents: paid.reduce((sum, cents) => sum + cents, 0),
    withoutRevenue: accounts.length - paid.length,
  }
}

/**
 * Compares accounts that used the product in at least `weeks` of their first 26 weeks with the others: who left
 * afterwards. Who chose to use it was not drawn by lot, so the difference is no effect of using it.
 */
export function compareAdoption(accounts: readonly Followed[], weeks: number): AdoptionComparison {
  const reached = groupOf(accounts.filter(({ activeWeeks }) => activeWeeks >= weeks))
  const others = groupOf(accounts.filter(({ activeWeeks }) => activeWeeks < weeks))
  if (reached.accounts === 0 || others.accounts === 0)
    return { reached, others, difference: null, worth: null }
  const {
    difference: value,
    interval: [low, high],
  } = newcombeDifference(
    { successes: others.left, trials: others.accounts },
    { successes: reached.left, trials: reached.accounts },
  )
  const money = (share: number) => Math.round(share * others.yearlyCents)
  return {
    reached,
    others,
    difference: { value, low, high },
    worth:
      others.accounts === others.withoutRevenue
        ? null
        : { cents: money(value), lowCents: money(low), highCents: money(high) },
  }
}

/** The day so many months later, or the last one of its month. */
export function monthsLater(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate()
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10)
}
