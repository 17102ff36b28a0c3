import { insist } from '../stats-error.ts'
import { attitudeOf, type Attitude } from './attitude.ts'

/**
 * What a gain or loss from the reference point feels like: x^a for gains, -lambda (-x)^b for losses.
 *
 * Source: Tversky and Kahneman (1992), eq. 5. Assumes that the reference point has been said: the price today, the promise
 * made. Cost: O(1).
 *
 * @param amount gain (above 0) or loss (below 0), in any unit; the value depends on the unit when the powers differ
 * @throws StatsError bad_input unless the amount is finite
 * @example
 * valueFunction(100) // 57.5439937
 * valueFunction(-100) // -129.473986
 */
export function valueFunction(amount: number, attitude: Partial<Attitude> = {}): number {
  insist(Number.isFinite(amount), `An amount is a finite number, not ${amount}.`)
  const { gainPower, lossPower, lossAversion } = attitudeOf(attitude)
  return amount >= 0 ? amount ** gainPower : -lossAversion * (-amount) ** lossPower
}

/**
 * The amount that feels like the given value: the inverse of `valueFunction`.
 *
 * Source: Tversky and Kahneman (1992), eq. 5, solved for the amount. Cost: O(1).
 *
 * @throws StatsError bad_input unless the value is finite
 * @example
 * amountOfValue(valueFunction(-40)) // -40.0000000
 */
export function amountOfValue(value: number, attitude: Partial<Attitude> = {}): number {
  insist(Number.isFinite(value), `A value is a finite number, not ${value}.`)
  const { gainPower, lossPower, lossAversion } = attitudeOf(attitude)
  return value >= 0 ? value ** (1 / gainPower) : -((-value / lossAversion) ** (1 / lossPower))
}
