import { normalReach } from '../distributions/normal.ts'
import { insist, StatsError } from '../stats-error.ts'
import { observedShare, type Proportion } from './proportion.ts'
import type { Interval } from './wilson.ts'

/** A ratio of two groups; its logarithm has the standard error `logError`. */
export type Ratio = Readonly<{ ratio: number; interval: Interval; logError: number }>

/** `added` goes to each cell of the table: 0 unless told, 0.5 (Haldane and Anscombe) lets a cell be empty. */
export type RatioOptions = Readonly<{ level?: number; added?: number }>

type Cells = Readonly<{ a: number; b: number; c: number; d: number }>

function cellsOf(first: Proportion, second: Proportion, added: number): Cells {
  observedShare(first)
  observedShare(second)
  insist(added >= 0 && Number.isFinite(added), `What is added to each cell is 0 or more, not ${added}.`)
  return {
    a: first.successes + added,
    b: first.trials - first.successes + added,
    c: second.successes + added,
    d: second.trials - second.successes + added,
  }
}

function insistFilled(needed: readonly number[], sentence: string) {
  if (needed.some((cell) => cell === 0)) throw new StatsError('too_few_events', sentence)
}

function withInterval(logRatio: number, logError: number, level: number): Ratio {
  const reach = normalReach(level) * logError
  return {
    ratio: Math.exp(logRatio),
    interval: [Math.exp(logRatio - reach), Math.exp(logRatio + reach)],
    logError,
  }
}

/**
 * Odds ratio of two independent proportions, ad / bc, with Woolf's interval: log OR +- z sqrt(1/a + 1/b + 1/c + 1/d).
 *
 * Source: B. Woolf, On estimating the relation between blood group and disease, Annals of Human Genetics 19 (1955)
 * 251-253. Assumes independent trials and no small cell; with small cells take conditionalOddsRatio. Cost: O(1).
 *
 * @throws StatsError bad_input unless both are proportions
 * @throws StatsError too_few_events when a cell is empty and nothing is added
 * @example
 * const odds = oddsRatio({ successes: 56, trials: 70 }, { successes: 48, trials: 80 })
 * odds.ratio // 2.6666667
 * odds.interval // [1.276218, 5.572020]
 */
export function oddsRatio(
  first: Proportion,
  second: Proportion,
  { level = 0.95, added = 0 }: RatioOptions = {},
): Ratio {
  const { a, b, c, d } = cellsOf(first, second, added)
  insistFilled(
    [a, b, c, d],
    'A cell of the table is empty, so the odds ratio has no finite estimate: take conditionalOddsRatio or add 0.5.',
  )
  return withInterval(Math.log(a / b) - Math.log(c / d), Math.sqrt(1 / a + 1 / b + 1 / c + 1 / d), level)
}

/**
 * Risk ratio of two independent proportions, p1 / p2, with Katz's interval: log RR +- z sqrt(1/a - 1/n1 + 1/c - 1/n2).
 *
 * Source: D. Katz et al., Obtaining confidence intervals for the risk ratio in cohort studies, Biometrics 34 (1978)
 * 469-474. Assumes independent trials and no small count of successes. Cost: O(1).
 *
 * @throws StatsError bad_input unless both are proportions
 * @throws StatsError too_few_events when a group has no success and nothing is added
 * @throws StatsError no_variation when both groups had nothing but successes and nothing is added
 * @example
 * const risk = riskRatio({ successes: 56, trials: 70 }, { successes: 48, trials: 80 })
 * risk.ratio // 1.3333333
 * risk.interval // [1.076626, 1.651249]
 */
export function riskRatio(
  first: Proportion,
  second: Proportion,
  { level = 0.95, added = 0 }: RatioOptions = {},
): Ratio {
  const { a, b, c, d } = cellsOf(first, second, added)
  insistFilled(
    [a, c],
    'A group has no success, so the risk ratio has no finite interval: add 0.5 to each cell.',
  )
  if (b === 0 && d === 0)
    throw new StatsError(
      'no_variation',
      'Both groups had nothing but successes: their ratio has no interval.',
    )
  // 1/a - 1/(a + b) without the cancellation.
  const variance = b / (a * (a + b)) + d / (c * (c + d))
  return withInterval(Math.log(a / (a + b)) - Math.log(c / (c + d)), Math.sqrt(variance), level)
}
