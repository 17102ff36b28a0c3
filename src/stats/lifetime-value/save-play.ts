import { insist } from '../stats-error.ts'

/**
 * An attempt to keep a customer: by how much it raises the chance to stay, what the customer is then worth more, and what the
 * attempt costs, in one unit of money.
 */
export type SavePlay = Readonly<{ uplift: number; valueSaved: number; cost: number }>

/** `breakEvenUplift` above 1 says that nothing can pay for it; `returnOnCost` is null for what costs nothing. */
export type SavePlayValue = Readonly<{
  expectedValue: number
  returnOnCost: number | null
  breakEvenUplift: number
}>

/**
 * What an attempt to keep a customer brings on average: uplift V - cost, that by cost, and the uplift cost / V at which it
 * pays for itself.
 *
 * Source: E. Ascarza, Retention futility: targeting high-risk customers might be ineffective, J. Marketing Research 55 (2018)
 * 80, section 2: what counts is the change that the attempt makes, not the risk. Assumes that the uplift was measured against
 * customers left alone, by chance: it is unknown otherwise. Cost: O(1).
 *
 * @param play uplift in [-1, 1], valueSaved above 0, cost at or above 0
 * @throws StatsError bad_input when a number is out of its range
 * @example
 * savePlayValue({ uplift: 0.12, valueSaved: 30000, cost: 1500 }) // { expectedValue: 2100, returnOnCost: 1.4, breakEvenUplift: 0.05 }
 */
export function savePlayValue({ uplift, valueSaved, cost }: SavePlay): SavePlayValue {
  insist(uplift >= -1 && uplift <= 1, `An uplift lies in [-1, 1], not at ${uplift}.`)
  insist(valueSaved > 0 && Number.isFinite(valueSaved), `A value to save lies above 0, not at ${valueSaved}.`)
  insist(cost >= 0 && Number.isFinite(cost), `A cost lies at 0 or above, not at ${cost}.`)
  const expected = uplift * valueSaved - cost
  return {
    expectedValue: expected,
    returnOnCost: cost === 0 ? null : expected / cost,
    breakEvenUplift: cost / valueSaved,
  }
}
