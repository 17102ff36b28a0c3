import { normalCdf } from '../distributions/normal.ts'
import { StatsError } from '../stats-error.ts'
import { observedShare, type Proportion } from './proportion.ts'

/** `z` is signed like `difference`; its square is the chi-squared statistic with one degree of freedom. */
export type TwoProportionTest = Readonly<{ difference: number; z: number; p: number }>

/**
 * Two-sided test that two independent proportions are of one chance: z = (p1 - p2) / sqrt(p (1 - p) (1/n1 + 1/n2)) with
 * the pooled share p. `yates` moves the difference towards 0 by (1/n1 + 1/n2) / 2, at most to 0.
 *
 * Source: J. L. Fleiss, B. Levin and M. C. Paik, Statistical Methods for Rates and Proportions, 3rd ed. (2003), section
 * 3.1; R's prop.test. Assumes independent trials and expected counts of 5 or more; below that take fisherExact. Cost: O(1).
 *
 * @throws StatsError bad_input unless both are proportions
 * @throws StatsError no_variation when all trials of both groups ended alike
 * @example
 * const helped = { successes: 56, trials: 70 }
 * const left = { successes: 48, trials: 80 }
 * twoProportionTest(helped, left) // { difference: 0.2, z: 2.650172, p: 0.008045081 }
 */
export function twoProportionTest(
  first: Proportion,
  second: Proportion,
  { yates = false }: Readonly<{ yates?: boolean }> = {},
): TwoProportionTest {
  const difference = observedShare(first) - observedShare(second)
  const trials = first.trials + second.trials
  const pooled = (first.successes + second.successes) / trials
  if (pooled === 0 || pooled === 1)
    throw new StatsError(
      'no_variation',
      'All trials of both groups ended alike: there is nothing to compare.',
    )
  const inverseSizes = 1 / first.trials + 1 / second.trials
  const distance = Math.max(0, Math.abs(difference) - (yates ? inverseSizes / 2 : 0))
  const z = (Math.sign(difference) * distance) / Math.sqrt(pooled * (1 - pooled) * inverseSizes)
  return { difference, z, p: 2 * normalCdf(-Math.abs(z)) }
}
