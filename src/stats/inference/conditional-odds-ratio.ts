import { findRoot } from '../numerics/root.ts'
import { insist, StatsError } from '../stats-error.ts'
import { observedShare, type Proportion } from './proportion.ts'

/** An odds ratio that may have no upper bound: a cell of the table is empty. */
export type OddsBound = number | 'unbounded'

export type ConditionalOddsRatio = Readonly<{
  oddsRatio: OddsBound
  interval: readonly [low: number, high: OddsBound]
}>

type Urn = Readonly<{ drawn: number; marked: number; rest: number; least: number; greatest: number }>

/** log of P(k + 1) / P(k) at an odds ratio of 1; falling in k. */
const logStep = ({ drawn, marked, rest }: Urn, k: number) =>
  Math.log(marked - k) + Math.log(drawn - k) - Math.log(k + 1) - Math.log(rest - drawn + k + 1)

/** The likeliest k, found by halving, as P rises to it and falls from it. */
function modeOf(urn: Urn, logOdds: number): number {
  let [low, high] = [urn.least, urn.greatest]
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (logStep(urn, middle) + logOdds > 0) low = middle + 1
    else high = middle
  }
  return low
}

const negligible = 1e-40

/** Sums of the noncentral hypergeometric chances, outward from the likeliest: below, at and above k, and the mean of X - k. */
function sumsAt(urn: Urn, logOdds: number, k: number) {
  const mode = modeOf(urn, logOdds)
  const odds = Math.exp(logOdds)
  const { drawn, marked, rest } = urn
  let [below, at, above, moment] = [0, 0, 0, 0]
  const add = (j: number, weight: number) => {
    if (j < k) below += weight
    else if (j > k) above += weight
    else at += weight
    moment += (j - k) * weight
  }
  let weight = 1
  for (let j = mode; j <= urn.greatest && weight > negligible; j += 1) {
    add(j, weight)
    weight *= (odds * (marked - j) * (drawn - j)) / ((j + 1) * (rest - drawn + j + 1))
  }
  weight = 1
  for (let j = mode; j > urn.least && weight > negligible; j -= 1) {
    weight *= (j * (rest - drawn + j)) / (odds * (marked - j + 1) * (drawn - j + 1))
    add(j - 1, weight)
  }
  const total = below + at + above
  return { upTo: (below + at) / total, from: (at + above) / total, distance: moment / total }
}

/** The odds ratio at which `gap`, rising in its logarithm, is 0. */
function oddsWhere(gap: (logOdds: number) => number, near: number): number {
  let [low, high] = [near - 1, near + 1]
  while (gap(low) > 0) low -= 2 * (high - low)
  while (gap(high) < 0) high += 2 * (high - low)
  return Math.exp(findRoot(gap, low, high))
}

/**
 * Odds ratio of two proportions with all margins of the table fixed: the one at which the observed count is the expected,
 * with the interval of odds ratios that neither exact one-sided test at (1 - level) / 2 rejects. It holds for small counts
 * and empty cells, where it is 0 or unbounded with one finite end.
 *
 * Source: J. Cornfield, A statistical problem arising from retrospective studies, Proc. 3rd Berkeley Symposium 4 (1956)
 * 135-148; R's fisher.test, whose own interval is solved to 4 digits. Assumes independent trials; wider than the level
 * needs. Cost: some 50 sums of O(sqrt n) chances.
 *
 * @throws StatsError bad_input unless both are proportions of whole counts and 0 < level < 1
 * @throws StatsError no_variation when all trials of both groups ended alike
 * @example
 * const { oddsRatio, interval } = conditionalOddsRatio({ successes: 3, trials: 4 }, { successes: 1, trials: 4 })
 * oddsRatio // 6.408319658
 * interval // [0.211735595, 626.243530589]
 * conditionalOddsRatio({ successes: 9, trials: 9 }, { successes: 1, trials: 4 }).oddsRatio // 'unbounded'
 */
export function conditionalOddsRatio(
  first: Proportion,
  second: Proportion,
  level = 0.95,
): ConditionalOddsRatio {
  observedShare(first)
  observedShare(second)
  insist(level > 0 && level < 1, `A level of confidence lies inside (0, 1), not at ${level}.`)
  const k = first.successes
  const marked = k + second.successes
  const rest = first.trials + second.trials - marked
  insist([k, marked, first.trials, rest].every(Number.isInteger), 'An exact odds ratio is of whole counts.')
  const least = Math.max(0, first.trials - rest)
  const greatest = Math.min(first.trials, marked)
  if (least === greatest)
    throw new StatsError('no_variation', 'All trials of both groups ended alike: odds cannot be compared.')
  const urn = { drawn: first.trials, marked, rest, least, greatest }
  const tail = (1 - level) / 2
  const [b, c, d] = [first.trials - k, second.successes, second.trials - second.successes]
  const near = Math.log(((k + 0.5) * (d + 0.5)) / ((b + 0.5) * (c + 0.5)))
  const solve = (gap: (sums: ReturnType<typeof sumsAt>) => number) =>
    oddsWhere((logOdds) => gap(sumsAt(urn, logOdds, k)), near)
  const bounded = k < greatest
  return {
    oddsRatio: k === least ? 0 : bounded ? solve(({ distance }) => distance) : 'unbounded',
    interval: [
      k === least ? 0 : solve(({ from }) => from - tail),
      bounded ? solve(({ upTo }) => tail - upTo) : 'unbounded',
    ],
  }
}
