import { compensatedSum } from '../numerics/compensated-sum.ts'
import { insist } from '../stats-error.ts'
import { insistEvents, insistRates } from './count-charts.ts'
import { binomialVariance, poissonVariance, spreadBeyond } from './laney.ts'
import { movingRangeVariation } from './moving-range.ts'
import { stagesOf } from './stages.ts'

/** What is to be charted, one row a period. */
export type ChartData =
  | Readonly<{ kind: 'shares'; counts: readonly number[]; sizes: readonly number[] }>
  | Readonly<{ kind: 'rates'; counts: readonly number[]; exposures: readonly number[] }>
  | Readonly<{ kind: 'subgroups'; subgroups: readonly (readonly number[])[] }>

/** A chart and the reason for it. */
export type ChartChoice = Readonly<{ chart: keyof typeof reasons; reason: string }>

const reasons = {
  p: 'Shares of independent cases vary like a binomial.',
  u: 'Events by exposure vary like a Poisson count.',
  c: 'Events over equal exposures vary like a Poisson count.',
  laneyP: 'The shares vary from row to row by more than independent cases would.',
  laneyU: 'The rates vary from row to row by more than independent events would.',
  g: 'Fewer than one event is expected in a row: chart the cases between events.',
  t: 'Fewer than one event is expected in a row: chart the time between events.',
  individuals: 'One value a row: the spread is read from one to the next.',
  meanAndRange: 'Small subgroups: their ranges tell the spread.',
  meanAndDeviation: 'Subgroups of more than 10: their standard deviations tell the spread.',
} as const

const chosen = (chart: keyof typeof reasons): ChartChoice => ({ chart, reason: reasons[chart] })

const leastExpected = 1
const largestForRange = 10
/** How many standard errors of sigmaZ above 1 are no luck. */
const farBeyondLuck = 3

function overdispersed(
  counts: readonly number[],
  exposures: readonly number[],
  variance: (center: number) => number,
): boolean {
  const rows = counts.length
  if (rows < 2) return false
  const [stage] = stagesOf(rows, { baseline: rows })
  const { sigmaZ } = spreadBeyond(stage!, { counts, exposures }, variance)
  return sigmaZ > 1 + farBeyondLuck * Math.sqrt(movingRangeVariation(rows))
}

function chooseForShares(counts: readonly number[], sizes: readonly number[]): ChartChoice {
  insistEvents(counts, sizes)
  const events = compensatedSum(counts)
  const rarer = Math.min(events, compensatedSum(sizes) - events) / counts.length
  if (rarer < leastExpected) return chosen('g')
  return chosen(overdispersed(counts, sizes, binomialVariance) ? 'laneyP' : 'p')
}

function chooseForRates(counts: readonly number[], exposures: readonly number[]): ChartChoice {
  insistRates(counts, exposures)
  if (compensatedSum(counts) / counts.length < leastExpected) return chosen('t')
  if (overdispersed(counts, exposures, poissonVariance)) return chosen('laneyU')
  return chosen(exposures.every((exposure) => exposure === exposures[0]) ? 'c' : 'u')
}

/**
 * Which chart fits the data: shares take p, rates u or c, values the individuals chart, subgroups means with ranges (to 10 values) or
 * standard deviations; Laney's chart where sigmaZ is above 1 + 3 sqrt(0.826 / (rows - 1)), and g or t where fewer than one event is
 * expected in a row. Leave out rows of known cause first: they look like overdispersion.
 *
 * Source: D. B. Laney (2002) for sigmaZ; Montgomery (2009), sections 6.4 and 7.3, for the rest. For shifts below 1.5 sigma add
 * `ewmaChart` or `cusumChart` to any of them. Cost: O(rows).
 *
 * @throws StatsError bad_input for no rows, or rows that are no data of their kind
 * @example
 * chooseChart({ kind: 'shares', counts: [5, 7, 4, 6], sizes: [50, 60, 50, 55] }).chart // 'p'
 * chooseChart({ kind: 'rates', counts: [0, 1, 0, 0], exposures: [1, 1, 1, 1] }).chart // 't'
 * chooseChart({ kind: 'subgroups', subgroups: [[3.1], [2.9], [3.4]] }).chart // 'individuals'
 */
export function chooseChart(data: ChartData): ChartChoice {
  const rows = data.kind === 'subgroups' ? data.subgroups : data.counts
  insist(rows.length > 0, 'A chart needs rows.')
  if (data.kind === 'shares') return chooseForShares(data.counts, data.sizes)
  if (data.kind === 'rates') return chooseForRates(data.counts, data.exposures)
  const largest = Math.max(0, ...data.subgroups.map((values) => values.length))
  insist(largest > 0, 'A chart of values needs rows with values.')
  if (largest === 1) return chosen('individuals')
  return chosen(largest <= largestForRange ? 'meanAndRange' : 'meanAndDeviation')
}
