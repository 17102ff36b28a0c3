import { insist } from '../stats-error.ts'

/**
 * Present value of margins that are paid only by those still there: the sum of m_t S(t) / (1 + d)^t, t = 0, 1, 2 ...
 *
 * Source: S. Gupta et al., Modeling customer lifetime value, J. Service Research 9 (2006) 139, eq. 1. Assumes that margins do
 * not hang on how long the customer stays; what lies beyond the last value is left out. Cost: O(n).
 *
 * @param margins one for all periods, or one each; expansion is a path of its own
 * @param survival chances to be there when each margin is due, the first at once: S(0), S(1) ...; each in [0, 1], none rising
 * @param discount a period, above -1
 * @throws StatsError bad_input when lengths differ or a value is out of its range
 * @example
 * survivalValue(100, [1, 0.9, 0.8], 0.01) // 267.532595
 */
export function survivalValue(
  margins: number | ArrayLike<number>,
  survival: ArrayLike<number>,
  discount: number,
): number {
  insist(discount > -1 && Number.isFinite(discount), `A discount lies above -1, not at ${discount}.`)
  insist(
    typeof margins === 'number' || margins.length === survival.length,
    'Give one margin for all periods, or one for each.',
  )
  let value = 0
  for (let t = 0; t < survival.length; t += 1) {
    const alive = survival[t]!
    const margin = typeof margins === 'number' ? margins : margins[t]!
    insist(Number.isFinite(margin), `A margin is a finite number, not ${margin}.`)
    insist(
      alive >= 0 && alive <= (t === 0 ? 1 : survival[t - 1]!),
      `Survival falls from 1, but is ${alive} at ${t}.`,
    )
    value += margin * alive * (1 + discount) ** -t
  }
  return value
}
