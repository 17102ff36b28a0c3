import type { Random } from '../../stats/random/seeded-random.ts'
import { weighted } from './chance.ts'
import type { Account } from './accounts.ts'
import { destinations, type Cause, type Destination } from './causes.ts'

/** Rates of the generator: revenue lost a month, of the revenue of the group. */
export const monthlyChurn = { estimators: 0.051, others: 0.01475 } as const
/** Share of the estimators' churn that the change takes away. */
export const changeEffect = 0.82
/** Yearly revenue of leavers who come back after the change, at 1,200 customers. */
export const returningArr = 220_000

/** Causes that the change removes: import into quoting systems, outreach within a day, triage of tickets. */
export const cured: readonly Cause[] = ['copying', 'slow_help', 'no_contact']

/** What pulls at a customer this week, cause by cause. */
export function pullsOf(account: Account, week: number, changed: boolean): [Cause, number][] {
  const { traits } = account
  const young = week - account.startWeek < 13 ? 1 : 0
  const recent = (since: number | null) => (since !== null && week >= since && week - since < 20 ? 1 : 0)
  const ill = account.isEstimator && !changed ? 1 : 0
  return [
    ['copying', 2.4 * ill * traits.copying],
    ['slow_help', (account.isEstimator ? 1.4 * ill : 0.1) * (0.4 + account.slowTickets)],
    ['no_contact', 0.9 * ill * (young + 0.2)],
    ['usability', 0.12 + 0.9 * recent(account.releaseWeek)],
    ['changed_need', 0.3 + 1.2 * recent(account.needWeek)],
    ['sponsor_left', 0.05 + 1.6 * recent(account.sponsorWeek)],
    ['unfinished_onboarding', 0.08 + 0.9 * young * (traits.onboarded ? 0 : 1)],
    ['outage', 0.03 + 0.5 * recent(account.outageWeek)],
    ['price', 0.2 + 0.8 * recent(account.priceWeek)],
    ['export_fault', traits.heavy && week >= account.faultWeek ? 1.1 : 0.04],
    ['closed_without_cause', 0.05 + 0.25 * Math.min(3, account.cameBack)],
    ['wrong_solution_sold', traits.wrongFit ? 0.8 : 0.02],
  ]
}

/** Risk beside that of other customers of the group: what pulls, held back by trust, and more in the first ninety days. */
export function relativeRisk(
  account: Account,
  week: number,
  pulls: readonly (readonly [Cause, number])[],
): number {
  const pull = pulls.reduce((sum, [, weight]) => sum + weight, 0)
  const early = week - account.startWeek < 13 ? 1.6 : 1
  return early * pull * Math.exp(-2.2 * account.trust)
}

/** Where leavers go, by why they leave. */
export const destinationShares = {
  changed_need: { rival: 0.1, nothing: 0.5, out_of_business: 0.4 },
  price: { rival: 0.6, nothing: 0.3, out_of_business: 0.1 },
  others: { rival: 0.5, nothing: 0.4, out_of_business: 0.1 },
} as const

export function drawDestination(random: Random, cause: Cause): Destination {
  const shares = destinationShares[cause === 'changed_need' || cause === 'price' ? cause : 'others']
  return weighted(
    random,
    destinations.map((destination) => [destination, shares[destination]] as const),
  )
}
