import { binomialCdf } from '../distributions/binomial.ts'
import { normalCdf } from '../distributions/normal.ts'
import { insist, StatsError } from '../stats-error.ts'

/** `p` is that of `z`, `exactP` that of the binomial distribution; take the exact one below 25 changes. */
export type McNemarTest = Readonly<{ z: number; p: number; exactP: number }>

/**
 * McNemar's test of paired yes-no answers: do as many go one way as the other? z = (up - down) / sqrt(up + down); exactly,
 * the smaller of the two against a binomial of chance one half, doubled.
 *
 * Source: Q. McNemar, Psychometrika 12 (1947) 153-157; A. Agresti, Categorical Data Analysis, 3rd ed. (2013), section
 * 11.1; z^2 is R's mcnemar.test(correct = FALSE), the exact p that of binom.test. Assumes independent pairs. Cost: O(1).
 *
 * @param up pairs that changed one way, such as tickets whose priority was raised
 * @param down pairs that changed the other way
 * @throws StatsError bad_input unless both are whole and not negative
 * @throws StatsError not_enough_data when no pair changed
 * @example
 * const { z, exactP } = mcnemarTest(225, 85)
 * z // 7.9514657
 * exactP // 9.3312622e-16
 */
export function mcnemarTest(up: number, down: number): McNemarTest {
  insist(
    Number.isInteger(up) && Number.isInteger(down) && up >= 0 && down >= 0,
    `Pairs that changed are counted in whole numbers, not ${up} and ${down}.`,
  )
  const changed = up + down
  if (changed === 0)
    throw new StatsError('not_enough_data', 'No pair changed, so there is no direction to test.')
  const z = (up - down) / Math.sqrt(changed)
  return {
    z,
    p: 2 * normalCdf(-Math.abs(z)),
    exactP: Math.min(1, 2 * binomialCdf(Math.min(up, down), changed, 0.5)),
  }
}
