import { normalCdf, normalReach } from '../distributions/normal.ts'
import { insist, StatsError } from '../stats-error.ts'
import { wilsonInterval, type Interval } from './wilson.ts'

/** How much a near miss counts: not at all, by the distance of the classes, or by its square. */
export type KappaWeights = 'none' | 'linear' | 'quadratic'

/** `chanceError` is the standard error where agreement is by chance alone; `z` and the two-sided `p` test that. */
export type Kappa = Readonly<{
  kappa: number
  interval: Interval
  standardError: number
  chanceError: number
  z: number
  p: number
}>

/** A variance below this share of its size is rounding. */
const nothing = 1e-24

/** Disagreement that a pair of classes counts for: 0 for the same, 1 for the two ends. */
function distanceOf(weights: KappaWeights, classes: number): (i: number, j: number) => number {
  if (weights === 'none') return (i, j) => (i === j ? 0 : 1)
  const power = weights === 'linear' ? 1 : 2
  return (i, j) => (Math.abs(i - j) / (classes - 1)) ** power
}

/**
 * Cohen's weighted kappa, agreement of two ratings beyond chance: (po - pe) / (1 - pe), where po and pe are the observed
 * and chance means of the weights 1 - (|i - j| / (k - 1))^w, w = 1 linear, 2 quadratic; 'none' counts exact agreement.
 *
 * Source: J. L. Fleiss, J. Cohen and B. S. Everitt, Large sample standard errors of kappa and weighted kappa,
 * Psychological Bulletin 72 (1969) 323-327, eq. 8 and 9 with deviations from their mean. Assumes independent items, classes in
 * order, and 3 k^2 items or more for the errors; the interval is normal, kept inside [-1, 1]; where all items agree it starts
 * at 1 - w / (1 - pe), w Wilson's bound of the share that might disagree. Cost: O(k^2).
 *
 * @param table counts, k rows (first rating) by k columns (second rating)
 * @throws StatsError bad_input unless the table is square with two classes of counts or more
 * @throws StatsError not_enough_data when nothing was rated
 * @throws StatsError no_variation when a rating is one class throughout, or no class of one could meet one of the other
 * @example
 * const { kappa, standardError } = weightedKappa([[53, 5, 2], [11, 14, 5], [1, 6, 3]], 'linear')
 * kappa // 0.4923076923
 * standardError // 0.0717269427
 */
export function weightedKappa(
  table: readonly (readonly number[])[],
  weights: KappaWeights = 'quadratic',
  level = 0.95,
): Kappa {
  const classes = table.length
  insist(
    classes >= 2 && table.every((row) => row.length === classes),
    'Agreement needs a square table of two classes or more.',
  )
  insist(
    table.every((row) => row.every((count) => count >= 0 && Number.isFinite(count))),
    'A table of counts holds finite numbers of 0 or more.',
  )
  const total = table.flat().reduce((sum, count) => sum + count, 0)
  if (total === 0) throw new StatsError('not_enough_data', 'Nothing was rated, so agreement is unknown.')
  const every = Array.from({ length: classes }, (_, i) => i)
  const sumOver = (term: (i: number) => number) => every.reduce((sum, i) => sum + term(i), 0)
  const rows = every.map((i) => sumOver((j) => table[i]![j]!) / total)
  const columns = every.map((j) => sumOver((i) => table[i]![j]!) / total)
  if ([...rows, ...columns].includes(1))
    throw new StatsError('no_variation', 'A rating is one class throughout, so agreement says nothing.')
  // Disagreement is summed instead of agreement, which would lose the digits of near agreement and of rare classes.
  const distance = distanceOf(weights, classes)
  const ofRow = every.map((i) => sumOver((j) => distance(i, j) * columns[j]!))
  const ofColumn = every.map((j) => sumOver((i) => distance(i, j) * rows[i]!))
  const missed = sumOver((i) => sumOver((j) => distance(i, j) * table[i]![j]!)) / total
  const missedByChance = sumOver((i) => rows[i]! * ofRow[i]!)
  const kappa = 1 - missed / missedByChance

  const spread = (share: (i: number, j: number) => number, beyond: number) =>
    sumOver((i) =>
      sumOver((j) => {
        const expected = (1 - beyond) * (ofRow[i]! + ofColumn[j]! - missedByChance)
        return share(i, j) * (distance(i, j) - expected) ** 2
      }),
    )
  const observedSpread = spread((i, j) => table[i]![j]! / total, kappa)
  const chanceSpread = spread((i, j) => rows[i]! * columns[j]!, 0)
  if (chanceSpread < nothing * missedByChance ** 2)
    throw new StatsError(
      'no_variation',
      'How often each class was given fixes the agreement by these weights, so kappa says nothing.',
    )
  const errorOf = (variance: number) => Math.sqrt(variance / total) / missedByChance
  const standardError = errorOf(observedSpread)
  const chanceError = errorOf(chanceSpread)
  const reach = normalReach(level) * standardError
  // Full agreement leaves no error to measure; what disagreement n items may have missed bounds it.
  const low = missed === 0 ? 1 - wilsonInterval(0, total, level)[1] / missedByChance : kappa - reach
  const z = kappa / chanceError
  return {
    kappa,
    interval: [Math.max(-1, low), Math.min(1, kappa + reach)],
    standardError,
    chanceError,
    z,
    p: 2 * normalCdf(-Math.abs(z)),
  }
}
