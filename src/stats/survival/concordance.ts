import { normalReach } from '../distributions/normal.ts'
import type { Interval } from '../inference/wilson.ts'
import { ascendingOrder } from '../numerics/ascending-order.ts'
import { StatsError, insist } from '../stats-error.ts'
import { censoringSurvival } from './censoring-survival.ts'
import { type FollowUp, insistFollowUp } from './follow-up.ts'
import { countBelow } from './step-lookup.ts'

/** Chance that of two rows the one that left first had the higher risk, with the (weighted) pairs it was counted from. */
export type Concordance = Readonly<{
  concordance: number
  standardError: number
  interval: Interval
  concordant: number
  discordant: number
  /** Pairs of equal risk: each counts half. */
  tied: number
}>

export type ConcordanceOptions = Readonly<{
  level?: number
  /** Only events before this time are compared with those who were there longer. */
  before?: number
}>

/** Sums by rank that can be added to and asked for all below: Fenwick, Softw. Pract. Exper. 24 (1994) 327. */
type RankSums = Readonly<{ tree: Float64Array; at: Float64Array; total: Float64Array }>

const rankSums = (ranks: number): RankSums => ({
  tree: new Float64Array(ranks + 1),
  at: new Float64Array(ranks),
  total: new Float64Array(1),
})

function add({ tree, at, total }: RankSums, rank: number, amount: number): void {
  at[rank]! += amount
  total[0]! += amount
  for (let node = rank + 1; node < tree.length; node += node & -node) tree[node]! += amount
}

function below({ tree }: RankSums, rank: number): number {
  let sum = 0
  for (let node = rank; node > 0; node -= node & -node) sum += tree[node]!
  return sum
}

/** Rank of each value from 0, equal values alike. */
function denseRanks(values: ArrayLike<number>): { rank: Uint32Array; ranks: number } {
  const order = ascendingOrder(values)
  const rank = new Uint32Array(order.length)
  let last = 0
  for (let i = 0; i < order.length; i++) {
    if (i > 0 && values[order[i]!] !== values[order[i - 1]!]) last++
    rank[order[i]!] = last
  }
  return { rank, ranks: last + 1 }
}

/** Rows by rising time and entry, ranked by risk, each with the weight of its event. */
type Ranked = FollowUp &
  Readonly<{
    byTime: Uint32Array
    byEntry: Uint32Array | undefined
    rank: Uint32Array
    ranks: number
    weight: Float64Array
  }>

/** Weighted pairs that each row is part of. */
type Pairs = Readonly<{ concordant: Float64Array; discordant: Float64Array; tied: Float64Array }>

/** Pairs of each event with those at risk beyond it: times falling, rows that last longer are already counted. */
function pairsAsFirst(
  { time, event, entry, byTime, byEntry, rank, ranks, weight }: Ranked,
  pairs: Pairs,
): void {
  const longer = rankSums(ranks)
  let entryEnd = time.length
  for (let end = time.length, start = end; end > 0; end = start) {
    const t = time[byTime[end - 1]!]!
    let events = 0
    while (start > 0 && time[byTime[start - 1]!] === t) {
      const row = byTime[--start]!
      if (event[row] === 1) events++
      else add(longer, rank[row]!, 1)
    }
    if (events === 0) continue
    if (entry && byEntry)
      while (entryEnd > 0 && entry[byEntry[entryEnd - 1]!]! >= t) add(longer, rank[byEntry[--entryEnd]!]!, -1)
    for (let i = start; i < end; i++) {
      const row = byTime[i]!
      const w = weight[row]!
      if (event[row] === 0 || w === 0) continue
      const lower = below(longer, rank[row]!)
      const tied = longer.at[rank[row]!]!
      pairs.concordant[row]! += w * lower
      pairs.tied[row]! += w * tied
      pairs.discordant[row]! += w * (longer.total[0]! - lower - tied)
    }
    for (let i = start; i < end; i++) if (event[byTime[i]!] === 1) add(longer, rank[byTime[i]!]!, 1)
  }
}

/** Adds `sign` times the events so far to the pairs of a row that outlasts them. */
function addEarlier(earlier: RankSums, row: number, rank: number, sign: number, pairs: Pairs): void {
  const lower = below(earlier, rank)
  const tied = earlier.at[rank]!
  pairs.discordant[row]! += sign * lower
  pairs.tied[row]! += sign * tied
  pairs.concordant[row]! += sign * (earlier.total[0]! - lower - tied)
}

/** Pairs of each row with the events it outlasted: times rising, less the events up to its entry. */
function pairsAsSecond(
  { time, event, entry, byTime, byEntry, rank, ranks, weight }: Ranked,
  pairs: Pairs,
): void {
  const rows = time.length
  const earlier = rankSums(ranks)
  let entered = 0
  for (let start = 0, end = 0; start < rows; start = end) {
    const t = time[byTime[start]!]!
    if (entry && byEntry)
      for (; entered < rows && entry[byEntry[entered]!]! < t; entered++)
        addEarlier(earlier, byEntry[entered]!, rank[byEntry[entered]!]!, -1, pairs)
    while (end < rows && time[byTime[end]!] === t) end++
    const atTime = byTime.subarray(start, end)
    for (const row of atTime) if (event[row] === 1) addEarlier(earlier, row, rank[row]!, 1, pairs)
    for (const row of atTime) if (event[row] === 1) add(earlier, rank[row]!, weight[row]!)
    for (const row of atTime) if (event[row] === 0) addEarlier(earlier, row, rank[row]!, 1, pairs)
  }
}

const sumOf = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0)

/** Concordance with pairs weighed by their event, and its infinitesimal jackknife standard error. */
function weighPairs(
  { time, event, entry }: FollowUp,
  risk: ArrayLike<number>,
  weight: Float64Array,
  level: number,
): Concordance {
  const rows = time.length
  const reach = normalReach(level)
  const byTime = ascendingOrder(time)
  const byEntry = entry && ascendingOrder(entry)
  const ranked: Ranked = { time, event, entry, byTime, byEntry, weight, ...denseRanks(risk) }
  const pairs: Pairs = {
    concordant: new Float64Array(rows),
    discordant: new Float64Array(rows),
    tied: new Float64Array(rows),
  }
  pairsAsFirst(ranked, pairs)
  const [concordant, discordant, tied] = [sumOf(pairs.concordant), sumOf(pairs.discordant), sumOf(pairs.tied)]
  const all = concordant + discordant + tied
  if (!(all > 0))
    throw new StatsError(
      'not_enough_data',
      'No event came while another row was still there: nothing can be compared.',
    )
  const concordance = (concordant + tied / 2) / all
  pairsAsSecond(ranked, pairs)
  let variance = 0
  for (let i = 0; i < rows; i++) {
    const won = pairs.concordant[i]! + pairs.tied[i]! / 2
    const part = pairs.concordant[i]! + pairs.discordant[i]! + pairs.tied[i]!
    variance += ((won - concordance * part) / all) ** 2
  }
  const standardError = Math.sqrt(variance)
  return {
    concordance,
    standardError,
    interval: [
      Math.max(0, concordance - reach * standardError),
      Math.min(1, concordance + reach * standardError),
    ],
    concordant,
    discordant,
    tied,
  }
}

function insistRisk(followUp: FollowUp, risk: ArrayLike<number>): void {
  insistFollowUp(followUp)
  const rows = followUp.time.length
  insist(risk.length === rows, `${rows} rows stand beside ${risk.length} risks.`)
  for (let i = 0; i < rows; i++)
    if (!Number.isFinite(risk[i])) insist(false, `Row ${i} has risk ${risk[i]}: give finite numbers.`)
}

/**
 * Harrell's C: of the pairs where one row has its event while the other is still at risk, the share in which the first had
 * the higher risk. A half is chance, 1 is perfect order. Two events at the same time make no pair; equal risks count half.
 *
 * Source: Harrell, Lee and Mark, Statist. Med. 15 (1996) 361; standard error by infinitesimal jackknife, as R's
 * concordance. Depends on how long rows were followed: see unoConcordance. Cost: O(n log n).
 *
 * @param risk any number that is larger for rows expected to leave sooner
 * @throws StatsError bad_input; not_enough_data when no pair can be compared
 * @example
 * harrellConcordance({ time: [1, 2, 3, 4], event: [1, 0, 1, 0] }, [4, 1, 2, 3]).concordance // 0.75
 */
export function harrellConcordance(
  followUp: FollowUp,
  risk: ArrayLike<number>,
  { level = 0.95, before = Infinity }: ConcordanceOptions = {},
): Concordance {
  insistRisk(followUp, risk)
  const { time } = followUp
  const weight = Float64Array.from({ length: time.length }, (_, i) => (time[i]! < before ? 1 : 0))
  return weighPairs(followUp, risk, weight, level)
}

/**
 * Uno's C: Harrell's pairs weighed by 1 / G(t-)^2, G the chance not to be censored, so that the answer does not depend on
 * who was followed how long. `before` keeps the weights from growing without bound at the end.
 *
 * Source: Uno, Cai, Pencina, D'Agostino and Wei, Statist. Med. 30 (2011) 1105; standard error with G held fixed, as R's
 * concordance(timewt = "n/G2"). Assumes censoring alike for all rows. Cost: O(n log n).
 *
 * @param risk any number that is larger for rows expected to leave sooner
 * @throws StatsError bad_input, also with late entries; not_enough_data when no pair can be compared
 * @example
 * unoConcordance({ time: [1, 2, 3, 4], event: [1, 0, 1, 0] }, [4, 1, 2, 3]).concordance // 0.571429
 */
export function unoConcordance(
  followUp: FollowUp,
  risk: ArrayLike<number>,
  { level = 0.95, before = Infinity }: ConcordanceOptions = {},
): Concordance {
  insistRisk(followUp, risk)
  const { time, event } = followUp
  const censoring = censoringSurvival(followUp)
  const weight = Float64Array.from({ length: time.length }, (_, i) => {
    if (event[i] === 0 || time[i]! >= before) return 0
    const step = countBelow(censoring.time, time[i]!)
    return step === 0 ? 1 : 1 / censoring.survival[step - 1]! ** 2
  })
  return weighPairs(followUp, risk, weight, level)
}
