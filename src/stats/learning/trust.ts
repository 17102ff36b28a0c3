import { insist } from '../stats-error.ts'

/**
 * How an expectation learns. `anchorStrength` (kappa) is how many experiences the anchor is worth; `pace` (c): 1 gives every
 * experience the same weight in the end, less gives early ones more; `leastRate` above 0 forgets, with a memory of about
 * 1 / leastRate experiences; `lossFactor` (lambda) is how much more a disappointment moves than a good surprise.
 */
export type TrustRule = Readonly<{
  anchorStrength: number
  pace: number
  leastRate: number
  lossFactor: number
  greatestRate: number
}>

/** One experience: how it went, from 0 to 1, and the weight of its kind (1 unless told). */
export type Experience = Readonly<{ outcome: number; weight?: number }>

/** What one experience did: how far it lay from what was expected, the share of that which was learned, and the trust. */
export type TrustMove = Readonly<{ error: number; rate: number; before: number; after: number }>

const usual: TrustRule = { anchorStrength: 4, pace: 0.8, leastRate: 0, lossFactor: 1.5, greatestRate: 0.9 }

/**
 * A whole rule: what is not told is as usual (4, 0.8, 0, 1.5, 0.9). These are assumptions to be set or fitted, not findings:
 * see `profileTrustRule`.
 *
 * Source: the delta rule of B. Widrow and M. E. Hoff (1960) with a falling rate; for losses and gains apart, S. J. Gershman,
 * Psychonomic Bulletin & Review 22 (2015) 1320. Cost: O(1).
 *
 * @throws StatsError bad_input unless anchorStrength >= 0, 0 < pace <= anchorStrength + 1, 0 <= leastRate <= greatestRate < 1,
 * lossFactor > 0
 * @example
 * trustRule({ lossFactor: 1 }).lossFactor // 1
 * trustRule({}).pace // 0.8
 */
export function trustRule(told: Partial<TrustRule> = {}): TrustRule {
  const rule = { ...usual, ...told }
  const { anchorStrength, pace, leastRate, lossFactor, greatestRate } = rule
  insist(
    anchorStrength >= 0 && Number.isFinite(anchorStrength),
    `An anchor is worth 0 experiences or more, not ${anchorStrength}.`,
  )
  insist(
    pace > 0 && pace <= anchorStrength + 1,
    `A pace lies above 0, up to ${anchorStrength + 1}, not at ${pace}.`,
  )
  insist(
    leastRate >= 0 && leastRate <= greatestRate && greatestRate > 0 && greatestRate < 1,
    `Rates of learning rise from 0 or more to less than 1, not from ${leastRate} to ${greatestRate}.`,
  )
  insist(lossFactor > 0 && lossFactor <= 100, `A loss factor lies above 0, up to 100, not at ${lossFactor}.`)
  return rule
}

/**
 * The share of an error that experience number `number` teaches: min(greatest, max(least, w c / (kappa + k)), times lambda for
 * a disappointment).
 *
 * Source: as learnTrust. Cost: O(1). Checks nothing: it stands in the innermost loops.
 *
 * @param number 1 for the first experience
 * @example
 * learningRate(trustRule({}), 1, 1, false) // 0.16
 * learningRate(trustRule({}), 1, 1, true) // 0.24
 */
export function learningRate(rule: TrustRule, number: number, weight: number, disappoints: boolean): number {
  const falling = (weight * rule.pace) / (rule.anchorStrength + number)
  const rate = Math.max(rule.leastRate, falling) * (disappoints ? rule.lossFactor : 1)
  return Math.min(rule.greatestRate, rate)
}

function insistShare(what: string, share: number): void {
  insist(share >= 0 && share <= 1, `${what} lies in [0, 1], not at ${share}.`)
}

/**
 * What one more experience does to trust: T + a (o - T), a from learningRate.
 *
 * Source: as learnTrust. Cost: O(1).
 *
 * @param before trust so far, in [0, 1]; the anchor before the first experience
 * @param number 1 for the first experience of the account
 * @throws StatsError bad_input
 * @example
 * trustMove(0.68, 2, { outcome: 0 }, trustRule({ pace: 1 })) // { error: -0.68, rate: 0.25, before: 0.68, after: 0.51 }
 */
export function trustMove(
  before: number,
  number: number,
  experience: Experience,
  rule: TrustRule,
): TrustMove {
  const { outcome, weight = 1 } = experience
  insistShare('Trust', before)
  insistShare('An outcome', outcome)
  insist(Number.isInteger(number) && number >= 1, `Experiences are numbered from 1, not ${number}.`)
  insist(weight >= 0 && Number.isFinite(weight), `A weight lies at 0 or above, not at ${weight}.`)
  const error = outcome - before
  const rate = learningRate(rule, number, weight, error < 0)
  return { error, rate, before, after: before + rate * error }
}

/**
 * Trust as it is learned, experience by experience: T_k = T_(k-1) + a_k (o_k - T_(k-1)), from the anchor T_0. A late experience
 * is put in its place and all are learned anew. With pace 1, no least rate and loss factor 1 it is the mean of a beta-binomial
 * posterior, (kappa T_0 + sum of o) / (kappa + n).
 *
 * Source: R. N. Bolton, A dynamic model of the duration of the customer's relationship, Marketing Science 17 (1998) 45:
 * satisfaction as an anchor that experience moves less and less; R. A. Rescorla and A. R. Wagner (1972), in Classical
 * Conditioning II, 64. Assumes outcomes on one scale. Asymmetry moves the long-run level to an expectile: see
 * `longRunTrust`. Cost: O(n).
 *
 * @param anchor what is expected before any experience, in [0, 1]
 * @param experiences in the order in which they happened
 * @returns a move for each experience
 * @throws StatsError bad_input
 * @example
 * learnTrust(0.6, [{ outcome: 1 }, { outcome: 0 }], { pace: 1, lossFactor: 1 }).map((move) => move.after) // [0.68, 0.566666667]
 */
export function learnTrust(
  anchor: number,
  experiences: readonly Experience[],
  told: Partial<TrustRule> = {},
): TrustMove[] {
  const rule = trustRule(told)
  insistShare('An anchor', anchor)
  let trust = anchor
  return experiences.map((experience, i) => {
    const move = trustMove(trust, i + 1, experience, rule)
    trust = move.after
    return move
  })
}
