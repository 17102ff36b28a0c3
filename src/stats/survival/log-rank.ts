import { chiSquaredUpperTail } from '../distributions/chi-squared.ts'
import { choleskySolve } from '../numerics/cholesky.ts'
import { StatsError, insist } from '../stats-error.ts'
import { factorOrSay } from './factor-or-say.ts'
import { type FollowUp, countCodes, insistFollowUp } from './follow-up.ts'
import { type SortedFollowUp, sortedFollowUp } from './sorted-follow-up.ts'

/** Events seen in a group and expected if all groups were alike; weighted when the test is. */
export type LogRankGroup = Readonly<{ rows: number; observed: number; expected: number }>

export type LogRankTest = Readonly<{
  statistic: number
  df: number
  p: number
  groups: readonly LogRankGroup[]
  /** Row-major covariance of observed - expected, groups x groups. */
  covariance: Float64Array
}>

export type LogRankOptions = Readonly<{
  /** Stratum of each row, 0, 1, 2 and so on: groups are compared within strata only. */
  strata?: ArrayLike<number>
  /** Weights S(t-)^rho (1 - S(t-))^gamma: rho > 0 looks at early differences, gamma > 0 at late ones. */
  rho?: number
  gamma?: number
}>

const mostGroups = 1000

type Sums = Readonly<{ observed: Float64Array; expected: Float64Array; covariance: Float64Array }>

/** Adds one stratum's event times, walking the groups' sorted times side by side. */
function addStratum(groups: readonly SortedFollowUp[], rho: number, gamma: number, sums: Sums): void {
  const count = groups.length
  const { observed, expected, covariance } = sums
  const dead = new Uint32Array(count)
  const censored = new Uint32Array(count)
  const entered = Uint32Array.from(groups, (g) => (g.entries ? 0 : g.events.length + g.censored.length))
  const atRisk = new Float64Array(count)
  let survival = 1
  for (;;) {
    let t = Infinity
    for (let g = 0; g < count; g++) {
      const next = groups[g]!.events[dead[g]!]
      if (next !== undefined && next < t) t = next
    }
    if (t === Infinity) return
    const weight = rho === 0 && gamma === 0 ? 1 : survival ** rho * (1 - survival) ** gamma
    let allAtRisk = 0
    let allDead = 0
    for (let g = 0; g < count; g++) {
      const times = groups[g]!
      let gone = censored[g]!
      while (times.censored[gone]! < t) gone++
      censored[g] = gone
      if (times.entries) {
        let come = entered[g]!
        while (times.entries[come]! < t) come++
        entered[g] = come
      }
      const before = dead[g]!
      atRisk[g] = entered[g]! - before - gone
      let after = before
      while (times.events[after] === t) after++
      dead[g] = after
      allAtRisk += atRisk[g]!
      allDead += after - before
      observed[g]! += weight * (after - before)
    }
    survival *= (allAtRisk - allDead) / allAtRisk
    // Hypergeometric: allDead of allAtRisk have their event, whoever they are.
    const scale =
      allAtRisk > 1 ? (weight * weight * allDead * (allAtRisk - allDead)) / (allAtRisk - 1) / allAtRisk : 0
    for (let g = 0; g < count; g++) {
      const share = atRisk[g]! / allAtRisk
      if (share === 0) continue
      expected[g]! += weight * allDead * share
      covariance[g * count + g]! += scale * atRisk[g]! * (1 - share)
      for (let h = 0; h < g; h++) covariance[g * count + h]! -= scale * atRisk[h]! * share
    }
  }
}

function mirror(matrix: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) matrix[j * n + i] = matrix[i * n + j]!
}

const sharesNoStratum = () =>
  'Some groups were never at risk together with the others, in no stratum: compare them apart or join strata.'

/** (O - E)' V^-1 (O - E) over all but one of the groups that were ever at risk when an event came. */
function quadraticForm({ observed, expected, covariance }: Sums): { statistic: number; df: number } {
  const groups = observed.length
  const informative = Array.from(expected.keys()).filter((g) => covariance[g * groups + g]! > 0)
  const kept = informative.slice(1)
  const df = kept.length
  if (df < 1)
    throw new StatsError(
      'no_variation',
      'Only one group was at risk when events came, so that nothing can be compared: take groups followed at the same times.',
    )
  const matrix = new Float64Array(df * df)
  const excess = new Float64Array(df)
  kept.forEach((g, i) => {
    excess[i] = observed[g]! - expected[g]!
    kept.forEach((h, j) => (matrix[i * df + j] = covariance[g * groups + h]!))
  })
  const solved = choleskySolve(factorOrSay(matrix, df, sharesNoStratum), df, excess)
  return { statistic: excess.reduce((sum, value, i) => sum + value * solved[i]!, 0), df }
}

/**
 * Log-rank test that k groups leave at the same rate: (O - E)' V^-1 (O - E) ~ chi-squared with k - 1 degrees of freedom, O
 * the events of each group and E = sum d n_g / n over event times, V hypergeometric. Stratified: O, E and V are summed over
 * strata. Weighted (Fleming-Harrington) by the pooled survival of the stratum just before each time. A group that is never
 * at risk when an event comes adds nothing and takes no degree of freedom.
 *
 * Source: Mantel, Cancer Chemother. Rep. 50 (1966) 163; Harrington and Fleming, Biometrika 69 (1982) 553; as R's survdiff.
 * Assumes censoring alike in the groups given the stratum; strongest when hazards are proportional. Cost: O(n log n + k^2
 * times), O(n + k^2 times) for whole times in a narrow range.
 *
 * @param group group of each row, 0 to k - 1
 * @throws StatsError bad_input; all_censored; empty_stratum when a code is skipped; no_variation when no two groups were
 *   at risk together; singular when groups fall into sets that share no stratum
 * @example
 * const seen = { time: [1, 2, 3, 4, 5, 6], event: [1, 1, 1, 1, 1, 0] }
 * const test = logRank(seen, [0, 0, 1, 0, 1, 1])
 * test.statistic // 2.556653
 * test.groups[0] // { rows: 3, observed: 3, expected: 1.4833 }
 */
export function logRank(
  followUp: FollowUp,
  group: ArrayLike<number>,
  { strata, rho = 0, gamma = 0 }: LogRankOptions = {},
): LogRankTest {
  insistFollowUp(followUp)
  const rows = followUp.time.length
  const groups = countCodes(group, rows)
  insist(
    groups > 1 && groups <= mostGroups,
    `A log-rank test compares 2 to ${mostGroups} groups, not ${groups}.`,
  )
  insist(rho >= 0 && gamma >= 0, `Weights have exponents from 0, not ${rho} and ${gamma}.`)
  const stratumCount = strata ? countCodes(strata, rows) : 1
  const cellOf = strata
    ? Uint32Array.from({ length: rows }, (_, i) => strata[i]! * groups + group[i]!)
    : group
  const cells = sortedFollowUp(followUp, stratumCount * groups, cellOf)
  const sums: Sums = {
    observed: new Float64Array(groups),
    expected: new Float64Array(groups),
    covariance: new Float64Array(groups * groups),
  }
  if (cells.every((cell) => cell.events.length === 0))
    throw new StatsError('all_censored', 'No row has an event, so that no rate of leaving can be compared.')
  for (let s = 0; s < stratumCount; s++)
    addStratum(cells.slice(s * groups, (s + 1) * groups), rho, gamma, sums)
  mirror(sums.covariance, groups)
  const { statistic, df } = quadraticForm(sums)
  const rowsOf = new Float64Array(groups)
  cells.forEach((cell, i) => (rowsOf[i % groups]! += cell.events.length + cell.censored.length))
  return {
    statistic,
    df,
    p: chiSquaredUpperTail(statistic, df),
    groups: Array.from(rowsOf, (count, g) => ({
      rows: count,
      observed: sums.observed[g]!,
      expected: sums.expected[g]!,
    })),
    covariance: sums.covariance,
  }
}
