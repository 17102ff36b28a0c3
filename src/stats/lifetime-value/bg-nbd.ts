import { insist, StatsError } from '../stats-error.ts'
import { insistPurchaseHistory, type PurchaseHistory } from './purchase-history.ts'

/**
 * Customers buy at own rates, Gamma(r, alpha) over customers, and after each purchase are lost with own chances,
 * Beta(a, b) over customers.
 */
export type BgNbd = Readonly<{ r: number; alpha: number; a: number; b: number }>

const mostTerms = 10_000_000

function insistBgNbd({ r, alpha, a, b }: BgNbd): void {
  const positive = [r, alpha, a, b].every((value) => value > 0 && Number.isFinite(value))
  insist(positive, `The four parameters lie above 0, not at ${r}, ${alpha}, ${a} and ${b}.`)
}

/** Log of the odds that a customer with repeats was lost right after the last. */
const logOddsOfLoss = ({ r, alpha, a, b }: BgNbd, { repeats, lastAge, age }: PurchaseHistory) =>
  Math.log(a / (b + repeats - 1)) + (r + repeats) * Math.log1p((age - lastAge) / (alpha + lastAge))

/**
 * Chance that a customer is still one: 1 / (1 + a / (b + x - 1) ((alpha + T) / (alpha + t_x))^(r + x)). Without a repeat it is
 * 1, since in this model only a purchase can be followed by loss.
 *
 * Source: P. S. Fader, B. G. S. Hardie and K. L. Lee, Computing P(alive) using the BG/NBD model (2008), eq. 7. Assumes
 * independent rates and chances to leave, and no seasons. Cost: O(1).
 *
 * @throws StatsError bad_input unless all parameters are above 0 and the history is one
 * @example
 * const cdnow = { r: 0.242593, alpha: 4.41353, a: 0.792886, b: 2.42575 }
 * probabilityAlive(cdnow, { repeats: 2, lastAge: 30.43, age: 38.86 }) // 0.726609
 * probabilityAlive(cdnow, { repeats: 0, lastAge: 0, age: 38.86 }) // 1
 */
export function probabilityAlive(model: BgNbd, history: PurchaseHistory): number {
  insistBgNbd(model)
  insistPurchaseHistory(history)
  return history.repeats === 0 ? 1 : 1 / (1 + Math.exp(logOddsOfLoss(model, history)))
}

/**
 * The sum over n of the chance of n purchases, were the customer never lost, times how many of n are made before the loss.
 * All terms are positive; the closed form by 2F1 divides by a - 1.
 */
function purchasesOf({ r, alpha, a, b }: BgNbd, duration: number): number {
  const share = duration / (alpha + duration)
  let logChance = r * Math.log1p(-share)
  let here = 1
  let made = 0
  let expected = 0
  for (let n = 1; n <= mostTerms; n += 1) {
    logChance += Math.log(((r + n - 1) / n) * share)
    made += here
    here *= (b + n - 1) / (a + b + n - 1)
    const chance = Math.exp(logChance)
    expected += chance * made
    const ratio = ((r + n) / (n + 1)) * share
    // What is left is less than a geometric series whose terms grow by one purchase each.
    if (ratio < 1 && (chance * (made + 1)) / (1 - ratio) ** 2 <= 1e-16 * expected) return expected
  }
  throw new StatsError('no_convergence', `${duration} is too long a time to forecast: take a shorter one.`)
}

/**
 * Purchases that a customer about whom nothing is known yet will repeat within `duration`.
 *
 * Source: Fader, Hardie and Lee (2005), eq. 9, as the sum of chance of n purchases times those made before loss, which has no
 * gap at a = 1. Assumes what probabilityAlive does. Cost: about 40 (alpha + duration) / alpha + r terms.
 *
 * @param duration above or at 0, in the unit of the ages
 * @throws StatsError bad_input; no_convergence where the duration asks for more than 10 million terms
 * @example
 * expectedPurchases({ r: 0.242593, alpha: 4.41353, a: 0.792886, b: 2.42575 }, 52) // 1.4440211534
 */
export function expectedPurchases(model: BgNbd, duration: number): number {
  insistBgNbd(model)
  insist(duration >= 0 && Number.isFinite(duration), `A duration lies at 0 or above, not at ${duration}.`)
  return duration === 0 ? 0 : purchasesOf(model, duration)
}

/**
 * Purchases that a customer with this history will make within the next `duration`: the chance to be alive times what is
 * expected of Gamma(r + x, alpha + T) and Beta(a, b + x).
 *
 * Source: Fader, Hardie and Lee (2005), eq. 10. Assumes what probabilityAlive does. Cost: as expectedPurchases.
 *
 * @throws StatsError bad_input; no_convergence as expectedPurchases
 * @example
 * const cdnow = { r: 0.242593, alpha: 4.41353, a: 0.792886, b: 2.42575 }
 * expectedFuturePurchases(cdnow, { repeats: 2, lastAge: 30.43, age: 38.86 }, 39) // 1.2259101565
 */
export function expectedFuturePurchases(model: BgNbd, history: PurchaseHistory, duration: number): number {
  const alive = probabilityAlive(model, history)
  const { r, alpha, a, b } = model
  const { repeats, age } = history
  return alive * expectedPurchases({ r: r + repeats, alpha: alpha + age, a, b: b + repeats }, duration)
}
