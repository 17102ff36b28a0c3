import { normalCdf, normalQuantile } from '../distributions/normal.ts'
import { pause, type LongRun } from '../long-run.ts'
import type { Random } from '../random/seeded-random.ts'
import { insist, StatsError } from '../stats-error.ts'
import type { Interval } from './wilson.ts'

/**
 * A statistic of the units whose numbers are given, with repetition; NaN where a sample has no such statistic. The array is
 * used again for the next sample.
 */
export type SampleStatistic = (sample: Int32Array) => number

export type BootstrapOptions = LongRun &
  Readonly<{
    level?: number
    /** 2,000 unless told; the ends of an interval want 1,000 or more. */
    rounds?: number
    /** 'bca' corrects bias and skewness; it is the default. */
    method?: 'bca' | 'percentile'
    /** Units are left out one by one for the acceleration, or in this many groups where there are more; 500 unless told. */
    jackknifeGroups?: number
  }>

export type Bootstrap = Readonly<{
  estimate: number
  interval: Interval
  standardError: number
  /** Mean of the resamples minus the estimate. */
  bias: number
  /** Resamples that had no such statistic; they are left out. */
  undefinedRounds: number
}>

const leastRounds = 100
const greatestUndefinedShare = 0.05

/**
 * Acceleration of a statistic from its jackknife values, a sixth of their skewness:
 * a = sum (m - t_i)^3 / (6 (sum (m - t_i)^2)^1.5), m the mean of the t_i.
 *
 * Source: B. Efron, Better bootstrap confidence intervals, JASA 82 (1987) 171-185, eq. 6.6; Efron and Tibshirani, An
 * Introduction to the Bootstrap (1993), eq. 14.15. Cost: O(n).
 *
 * @param values the statistic with the i-th unit, or group of units, left out
 * @throws StatsError not_enough_data with fewer than two values
 * @example
 * jackknifeAcceleration([2, 2, 2, 1]) // 0.0962250449
 * jackknifeAcceleration([1, 1, 1]) // 0
 */
export function jackknifeAcceleration(values: ArrayLike<number>): number {
  if (values.length < 2) throw new StatsError('not_enough_data', 'A jackknife needs two units or more.')
  let mean = 0
  for (let i = 0; i < values.length; i += 1) mean += (values[i]! - mean) / (i + 1)
  let [squares, cubes] = [0, 0]
  for (let i = 0; i < values.length; i += 1) {
    const distance = mean - values[i]!
    squares += distance * distance
    cubes += distance * distance * distance
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5)
}

/** The value at rank (B + 1) p, between neighbours in proportion. */
function quantileOfSorted(sorted: Float64Array, p: number): number {
  const rank = Math.min(Math.max((sorted.length + 1) * p, 1), sorted.length)
  const below = Math.floor(rank)
  const low = sorted[below - 1]!
  return low + (rank - below) * (sorted[Math.min(below, sorted.length - 1)]! - low)
}

/** Half of the resamples that equal the estimate count as below it; the share is kept off 0 and 1. */
function biasCorrection(sorted: Float64Array, estimate: number): number {
  let [below, equal] = [0, 0]
  for (const value of sorted) {
    if (value < estimate) below += 1
    else if (value === estimate) equal += 1
  }
  const share = (below + equal / 2) / sorted.length
  const least = 0.5 / sorted.length
  return normalQuantile(Math.min(Math.max(share, least), 1 - least))
}

function correctedLevel(p: number, bias: number, acceleration: number): number {
  const moved = bias + normalQuantile(p)
  const stretch = 1 - acceleration * moved
  // Past this the correction has no value; the end of the resamples is the nearest answer.
  if (stretch <= 0) return p < 0.5 ? 0 : 1
  return normalCdf(bias + moved / stretch)
}

/** All units but those of one group; groups take every `groups`-th unit. */
function withoutGroup(units: number, groups: number, group: number): Int32Array {
  const kept = new Int32Array(units - Math.ceil((units - group) / groups))
  let at = 0
  for (let unit = 0; unit < units; unit += 1) if (unit % groups !== group) kept[at++] = unit
  return kept
}

function moments(values: Float64Array) {
  let [mean, squares] = [0, 0]
  values.forEach((value, i) => {
    const distance = value - mean
    mean += distance / (i + 1)
    squares += distance * (value - mean)
  })
  return { mean, deviation: Math.sqrt(squares / (values.length - 1)) }
}

type Follow = (done: number) => Promise<void>

/** The statistic of each resample that has one, sorted. */
async function resampled(
  units: number,
  statistic: SampleStatistic,
  random: Random,
  rounds: number,
  follow: Follow,
): Promise<Float64Array> {
  const found = new Float64Array(rounds)
  const sample = new Int32Array(units)
  let defined = 0
  for (let round = 0; round < rounds; round += 1) {
    for (let i = 0; i < units; i += 1) sample[i] = Math.floor(random() * units)
    const value = statistic(sample)
    if (Number.isFinite(value)) found[defined++] = value
    await follow(round + 1)
  }
  if (rounds - defined > greatestUndefinedShare * rounds)
    throw new StatsError(
      'not_enough_data',
      `The statistic has no value in ${rounds - defined} of ${rounds} resamples: there are too few units or events.`,
    )
  const sorted = found.subarray(0, defined).sort()
  if (sorted[0] === sorted[defined - 1])
    throw new StatsError(
      'no_variation',
      'Every resample gives the same value, which says nothing of its error.',
    )
  return sorted
}

async function jackknifed(
  units: number,
  statistic: SampleStatistic,
  groups: number,
  follow: Follow,
): Promise<Float64Array> {
  const left = new Float64Array(groups)
  for (let group = 0; group < groups; group += 1) {
    const value = statistic(withoutGroup(units, groups, group))
    if (!Number.isFinite(value))
      throw new StatsError(
        'not_enough_data',
        `The statistic has no value without unit ${group}: take the percentile method.`,
      )
    left[group] = value
    await follow(group + 1)
  }
  return left
}

/**
 * Bootstrap interval of any statistic: `units` are drawn with replacement and the statistic is taken of each sample. Where
 * rows are not independent the unit is what is: number the accounts, and let the statistic look up their rows
 * (rowsOfClusters), so that whole accounts are resampled.
 *
 * 'percentile' takes the quantiles of the resamples. 'bca' takes them at Phi(z0 + (z0 + z) / (1 - a (z0 + z))), with z0
 * from the share of resamples below the estimate and a = jackknifeAcceleration.
 *
 * Source: B. Efron, Better bootstrap confidence intervals, JASA 82 (1987) 171-185; Davison and Hinkley, Bootstrap Methods
 * and their Application (1997), sections 3.8 and 5.3. Assumes independent units of one distribution, 20 or more, and a
 * smooth statistic. Not for the greatest of a sample. Cost: rounds + min(units, jackknifeGroups) statistics.
 *
 * @throws StatsError bad_input unless units >= 2, rounds >= 100, jackknifeGroups >= 2 and 0 < level < 1
 * @throws StatsError not_enough_data when the statistic is NaN for all units, or for more than 1 in 20 resamples
 * @throws StatsError no_variation when every resample gives one value: that is no certainty
 * @throws StatsError aborted
 * @example
 * const days = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
 * const mean = (sample) => sample.reduce((sum, unit) => sum + days[unit], 0) / sample.length
 * const { estimate, interval } = await bootstrapInterval(days.length, mean, seededRandom(1))
 * estimate // 102.3
 * interval[0] > 20 && interval[1] < 300 // true
 */
export async function bootstrapInterval(
  units: number,
  statistic: SampleStatistic,
  random: Random,
  options: BootstrapOptions = {},
): Promise<Bootstrap> {
  const { level = 0.95, rounds = 2000, method = 'bca', jackknifeGroups = 500, ...longRun } = options
  insist(Number.isInteger(units) && units >= 2, `A bootstrap needs two units or more, not ${units}.`)
  insist(
    Number.isInteger(rounds) && rounds >= leastRounds,
    `Take ${leastRounds} rounds or more, not ${rounds}.`,
  )
  insist(Number.isInteger(jackknifeGroups) && jackknifeGroups >= 2, 'A jackknife needs two groups or more.')
  insist(level > 0 && level < 1, `A level of confidence lies inside (0, 1), not at ${level}.`)
  const groups = method === 'bca' ? Math.min(units, jackknifeGroups) : 0

  const estimate = statistic(Int32Array.from({ length: units }, (_, unit) => unit))
  if (!Number.isFinite(estimate))
    throw new StatsError('not_enough_data', 'The statistic has no value for these units.')
  const steps = rounds + groups
  const follow = (done: number) => pause(longRun, done / steps)
  const sorted = await resampled(units, statistic, random, rounds, follow)
  const left = await jackknifed(units, statistic, groups, (done) => follow(rounds + done))
  const correction = groups > 0 ? biasCorrection(sorted, estimate) : 0
  const acceleration = groups > 0 ? jackknifeAcceleration(left) : 0
  const end = (p: number) => quantileOfSorted(sorted, correctedLevel(p, correction, acceleration))
  const { mean, deviation } = moments(sorted)
  return {
    estimate,
    interval: [end((1 - level) / 2), end((1 + level) / 2)],
    standardError: deviation,
    bias: mean - estimate,
    undefinedRounds: rounds - sorted.length,
  }
}
