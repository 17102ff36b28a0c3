import { normalReach } from '../distributions/normal.ts'
import type { Interval } from '../inference/wilson.ts'
import { insist, StatsError } from '../stats-error.ts'

/** How many baskets there are, hold all of the antecedent, hold the consequent, and hold both. */
export type RuleCounts = Readonly<{
  baskets: number
  withAntecedent: number
  withConsequent: number
  withBoth: number
}>

/**
 * What a rule 'antecedent, then consequent' is worth. `support` is the share of baskets with both, `confidence` the share of
 * those with the antecedent that have the consequent too, `lift` its ratio to the share of all that do (1: no tie), with an
 * interval; `leverage` the share of baskets with both beyond what luck would give; `conviction` how many times as often
 * the rule would be wrong if there were no tie. `liftInterval` is null when no basket holds both, `conviction` when the
 * rule is never wrong.
 */
export type RuleMeasures = Readonly<{
  support: number
  confidence: number
  lift: number
  liftInterval: Interval | null
  leverage: number
  conviction: number | null
}>

function insistCounts({ baskets, withAntecedent, withConsequent, withBoth }: RuleCounts): void {
  const counts = [baskets, withAntecedent, withConsequent, withBoth]
  insist(
    counts.every(Number.isSafeInteger) && baskets > 0,
    `Baskets are counted in whole numbers, and there is at least one: not ${counts.join(', ')}.`,
  )
  insist(
    withBoth >= Math.max(0, withAntecedent + withConsequent - baskets) &&
      withBoth <= Math.min(withAntecedent, withConsequent) &&
      Math.max(withAntecedent, withConsequent) <= baskets,
    `Of ${baskets} baskets, ${withAntecedent} and ${withConsequent} cannot share ${withBoth}.`,
  )
  if (withAntecedent === 0 || withConsequent === 0)
    throw new StatsError(
      'too_few_events',
      'No basket holds one side of the rule, so that nothing can be said of it.',
    )
}

/** Standard error of log lift: the spread of its gradient over the four cells, a sum that cannot cancel below 0. */
function logLiftError({ baskets, withAntecedent, withConsequent, withBoth }: RuleCounts): number {
  const onlyAntecedent = withAntecedent - withBoth
  const onlyConsequent = withConsequent - withBoth
  const neither = baskets - withAntecedent - onlyConsequent
  const [a, b] = [baskets / withAntecedent, baskets / withConsequent]
  const variance =
    (withBoth * (baskets / withBoth - a - b + 1) ** 2 +
      onlyAntecedent * (1 - a) ** 2 +
      onlyConsequent * (1 - b) ** 2 +
      neither) /
    baskets ** 2
  return Math.sqrt(variance)
}

/**
 * The measures of a rule: support n_AB / n, confidence n_AB / n_A, lift n n_AB / (n_A n_B), leverage n_AB / n - n_A n_B / n^2,
 * conviction (1 - n_B / n) / (1 - confidence). The limits of lift are exp(log lift +- z e), where by the delta method
 * e^2 = 1 / n_AB - 1 / n_A - 1 / n_B + 2 n_AB / (n_A n_B) - 1 / n.
 *
 * Source: lift and conviction: S. Brin, R. Motwani, J. D. Ullman and S. Tsur, Dynamic itemset counting and implication rules
 * for market basket data, SIGMOD (1997) 255-264; leverage: G. Piatetsky-Shapiro, Discovery, analysis and presentation of
 * strong rules (1991); delta method over a multinomial: A. Agresti, Categorical Data Analysis, 3rd ed. (2013), section 16.1.
 * Assumes baskets that do not depend on each other; the interval needs n_AB of about ten. Cost: O(1).
 *
 * @throws StatsError bad_input when the counts cannot be; too_few_events when no basket holds one of the sides
 * @example
 * const rule = ruleMeasures({ baskets: 100, withAntecedent: 20, withConsequent: 30, withBoth: 12 })
 * rule.confidence // 0.6
 * rule.lift // 2
 * rule.liftInterval // [1.424287, 2.808422]
 * rule.leverage // 0.06
 * rule.conviction // 1.75
 */
export function ruleMeasures(counts: RuleCounts, level = 0.95): RuleMeasures {
  insistCounts(counts)
  const { baskets, withAntecedent, withConsequent, withBoth } = counts
  const product = withAntecedent * withConsequent
  const lift = (withBoth / product) * baskets
  const reach = normalReach(level) * (withBoth > 0 ? logLiftError(counts) : 0)
  const wrong = withAntecedent - withBoth
  return {
    support: withBoth / baskets,
    confidence: withBoth / withAntecedent,
    lift,
    liftInterval: withBoth > 0 ? [lift * Math.exp(-reach), lift * Math.exp(reach)] : null,
    leverage: (withBoth * baskets - product) / baskets ** 2,
    conviction: wrong > 0 ? (((baskets - withConsequent) / baskets) * withAntecedent) / wrong : null,
  }
}
