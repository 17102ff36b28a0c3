import { insist } from '../stats-error.ts'

/**
 * The rate for one period that compounds to a yearly one: (1 + yearly)^(1 / periods) - 1.
 *
 * Source: R. A. Brealey, S. C. Myers and F. Allen, Principles of Corporate Finance, 10th ed. (2011), section 2-4.
 * Cost: O(1).
 *
 * @param yearly above -1, such as 0.1
 * @param periods of one year, 12 for months
 * @throws StatsError bad_input unless yearly > -1 and periods > 0
 * @example
 * periodDiscount(0.1) // 0.00797414043
 */
export function periodDiscount(yearly: number, periods = 12): number {
  insist(yearly > -1 && Number.isFinite(yearly), `A yearly rate lies above -1, not at ${yearly}.`)
  insist(periods > 0 && Number.isFinite(periods), `A year has more than 0 periods, not ${periods}.`)
  return Math.expm1(Math.log1p(yearly) / periods)
}
