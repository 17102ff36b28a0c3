import { pause, type LongRun } from '../long-run.ts'
import { shuffleInPlace } from '../random/shuffle.ts'
import type { Random } from '../random/seeded-random.ts'
import { insist, StatsError } from '../stats-error.ts'
import type { Alternative } from './alternative.ts'

/** A statistic of two groups, such as a difference; the arrays are used again for the next shuffle. */
export type GroupContrast = (first: Float64Array, second: Float64Array) => number

export type PermutationOptions = LongRun &
  Readonly<{
    alternative?: Alternative
    /** 9,999 unless told: p can then be no less than 1 / 10,000. */
    rounds?: number
    /** The difference of the means, first - second, unless told. */
    contrast?: GroupContrast
  }>

/** `contrast` of the groups as they are, and how often a shuffle is as far, the groups themselves counted. */
export type PermutationTest = Readonly<{ contrast: number; p: number }>

function meanOf(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

const differenceOfMeans: GroupContrast = (first, second) => meanOf(first) - meanOf(second)

/** How far a contrast lies in the direction that is looked for. */
const distances: Record<Alternative, (contrast: number) => number> = {
  two_sided: Math.abs,
  greater: (contrast) => contrast,
  less: (contrast) => -contrast,
}

const roundsAStep = 64

/**
 * Permutation test that it does not matter which of two groups a value is in: the share of shuffles whose contrast is as far
 * as the observed one, p = (1 + as far) / (1 + rounds). Two-sided, contrasts are compared by size, so theirs should be 0
 * where the groups are alike.
 *
 * Source: B. Phipson and G. K. Smyth, Permutation p-values should never be zero, Statist. Appl. Genet. Mol. Biol. 9 (2010)
 * 39; E. J. G. Pitman, J. R. Statist. Soc. Suppl. 4 (1937) 119-130. Assumes that values could be exchanged if the groups were
 * alike: give one value an account, not one a month. Cost: rounds * n.
 *
 * @throws StatsError bad_input when a value or a contrast is not finite, shuffled or not, or with fewer than 99 rounds
 * @throws StatsError empty_stratum when a group holds nobody
 * @throws StatsError no_variation when all values are the same
 * @throws StatsError aborted
 * @example
 * const { contrast, p } = await permutationTest([5, 7, 9, 6], [3, 4, 4, 5, 3], seededRandom(1))
 * contrast // 2.95
 * p < 0.04 // true
 */
export async function permutationTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  random: Random,
  options: PermutationOptions = {},
): Promise<PermutationTest> {
  const { alternative = 'two_sided', rounds = 9999, contrast = differenceOfMeans, ...longRun } = options
  insist(Number.isInteger(rounds) && rounds >= 99, `Take 99 rounds or more, not ${rounds}.`)
  if (first.length === 0 || second.length === 0)
    throw new StatsError('empty_stratum', 'A group holds nobody: there is nothing to compare.')
  const values = new Float64Array(first.length + second.length)
  values.set(first)
  values.set(second, first.length)
  insist(values.every(Number.isFinite), 'A permutation test compares finite values.')
  if (values.every((value) => value === values[0]))
    throw new StatsError('no_variation', 'All values are the same: no shuffle changes anything.')

  const groups = [values.subarray(0, first.length), values.subarray(first.length)] as const
  const contrastNow = () => {
    const value = contrast(...groups)
    insist(
      Number.isFinite(value),
      'The contrast of the groups, or of a shuffle of them, is no finite number.',
    )
    return value
  }
  const observed = contrastNow()
  const distance = distances[alternative]
  // Sums in another order differ by rounding; that is no difference.
  const asFar = distance(observed) - 1e-10 * Math.abs(observed)
  let count = 1
  for (let round = 1; round <= rounds; round += 1) {
    shuffleInPlace(random, values)
    if (distance(contrastNow()) >= asFar) count += 1
    if (round % roundsAStep === 0 || round === rounds) await pause(longRun, round / rounds)
  }
  return { contrast: observed, p: count / (rounds + 1) }
}
