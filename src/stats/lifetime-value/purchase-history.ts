import { insist } from '../stats-error.ts'

/**
 * One customer's purchases while watched: `repeats` after the first, the age at the last of them (0 without one), and the age
 * at the end of watching; ages count from the first purchase, in one unit for all.
 */
export type PurchaseHistory = Readonly<{ repeats: number; lastAge: number; age: number }>

/**
 * Ends the call unless the numbers are a history of purchases.
 *
 * Source: P. S. Fader, B. G. S. Hardie and K. L. Lee, "Counting your customers" the easy way, Marketing Science 24 (2005) 275,
 * section 3: x, t_x and T. Cost: O(1).
 *
 * @throws StatsError bad_input unless repeats is whole, 0 <= lastAge <= age, age > 0, and lastAge > 0 exactly with repeats
 * @example
 * insistPurchaseHistory({ repeats: 2, lastAge: 30.43, age: 38.86 }) // undefined
 */
export function insistPurchaseHistory({ repeats, lastAge, age }: PurchaseHistory): void {
  insist(Number.isInteger(repeats) && repeats >= 0, `A number of purchases is whole, not ${repeats}.`)
  insist(age > 0 && Number.isFinite(age), `A customer was watched for a time above 0, not ${age}.`)
  insist(
    repeats === 0 ? lastAge === 0 : lastAge > 0 && lastAge <= age,
    `After ${repeats} repeats the last age cannot be ${lastAge} of ${age}; it is 0 without any.`,
  )
}
