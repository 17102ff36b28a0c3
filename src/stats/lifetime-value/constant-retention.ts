import { insist } from '../stats-error.ts'

/** Margin and discount of one period, and the chance to stay for one more. */
export type SteadyCustomer = Readonly<{ margin: number; retention: number; discount: number }>

/** When the first margin comes: at once, or after a period, from those who stayed. */
export type FirstPayment = 'now' | 'next_period'

/**
 * Present value of a customer who stays each period with the same chance: m (1 + d) / (1 + d - r) when the first margin is
 * paid now, m r / (1 + d - r) when it comes after a period.
 *
 * Source: S. Gupta and D. R. Lehmann, Customers as assets, J. Interactive Marketing 17 (2003) 9; P. S. Fader and B. G. S.
 * Hardie, Customer-base valuation in a contractual setting, Marketing Science 29 (2010) 85, eq. 3. Assumes that all customers
 * are alike. Where they are not it undervalues those who have stayed: see `residualLifetime`. Cost: O(1).
 *
 * @param customer contribution margin (in money of any unit), not revenue; retention in [0, 1]; discount a period
 * @throws StatsError bad_input unless 0 <= retention <= 1 and 1 + discount > retention
 * @example
 * const customer = { margin: 100, retention: 0.95, discount: periodDiscount(0.1) }
 * constantRetentionValue(customer, 'now') // 1738.6616
 * constantRetentionValue(customer, 'next_period') // 1638.6616
 */
export function constantRetentionValue(customer: SteadyCustomer, first: FirstPayment): number {
  const { margin, retention, discount } = customer
  insist(Number.isFinite(margin), `A margin is a finite number, not ${margin}.`)
  insist(retention >= 0 && retention <= 1, `A retention lies in [0, 1], not at ${retention}.`)
  insist(
    discount > -1 && Number.isFinite(discount) && 1 + discount > retention,
    `With retention ${retention} and discount ${discount} the value has no end: the discount must exceed retention - 1.`,
  )
  return (margin * (first === 'now' ? 1 + discount : retention)) / (1 + discount - retention)
}
