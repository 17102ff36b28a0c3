import { chiSquaredQuantile } from '../distributions/chi-squared.ts'
import { normalReach } from '../distributions/normal.ts'
import { type Interval, wilsonInterval } from '../inference/wilson.ts'
import { compensatedSum } from '../numerics/compensated-sum.ts'
import { insist } from '../stats-error.ts'
import { individualsChart } from './individuals-chart.ts'
import { movingRangeVariation } from './moving-range.ts'
import { meanAndDeviationCharts, meanAndRangeCharts } from './subgroup-charts.ts'

/** What a value may be: one limit or both. */
export type Specification = Readonly<{ low?: number; high?: number }>

/** An index with its interval; above 1 the process fits inside the specification. */
export type CapabilityIndex = Readonly<{ value: number; interval: Interval }>

/** How many values lay outside the specification: it asks for no shape and no stability. */
export type Outside = Readonly<{ n: number; count: number; share: number; interval: Interval }>

/**
 * The indices, or why there are none: `too_few` values (fewer than 50), or an `unstable` process, with the rows beyond the limits
 * of its chart, which has no one capability. `cp` and `pp` are null for a specification of one limit.
 */
export type Capability = Readonly<
  | { kind: 'too_few'; needed: number; outside: Outside }
  | { kind: 'unstable'; rows: readonly number[]; outside: Outside }
  | {
      kind: 'indices'
      outside: Outside
      mean: number
      /** Standard deviation from one value to the next, and of all values. */
      sigmaWithin: number
      sigmaOverall: number
      cp: CapabilityIndex | null
      cpk: CapabilityIndex
      pp: CapabilityIndex | null
      ppk: CapabilityIndex
      /** Third standardised moment; beyond 0.5 or so to a side the indices mislead. */
      skewness: number
    }
>

const leastValues = 50

type Within = Readonly<{ sigma: number; freedom: number; rows: readonly number[] }>

/** Degrees of freedom of a chi whose coefficient of variation is that of the estimate of sigma: Patnaik, Biometrika 37 (1950) 78. */
const freedomOf = (squaredVariation: number) => 1 / (2 * Math.sqrt(1 + 2 * squaredVariation) - 2)

const rowsOf = (...charts: { beyond: readonly number[] }[]) =>
  [...new Set(charts.flatMap(({ beyond }) => beyond))].sort((a, b) => a - b)

function withinSingles(values: readonly number[]): Within {
  const { individuals, movingRanges } = individualsChart(values, { baseline: values.length })
  const freedom = freedomOf(movingRangeVariation(values.length))
  return { sigma: individuals.points[0]!.sigma, freedom, rows: rowsOf(individuals, movingRanges) }
}

const largestForRange = 10

function withinSubgroups(subgroups: readonly (readonly number[])[], size: number): Within {
  const small = size <= largestForRange
  const chart = small ? meanAndRangeCharts : meanAndDeviationCharts
  const { means, spreads } = chart(subgroups, { baseline: subgroups.length })
  const { sigma, center } = spreads.points[0]!
  return {
    sigma: means.points[0]!.sigma * Math.sqrt(size),
    freedom: freedomOf((sigma / center) ** 2 / subgroups.length),
    rows: rowsOf(means, spreads),
  }
}

function outsideOf(values: readonly number[], low: number, high: number, level: number): Outside {
  const n = values.length
  const count = values.filter((value) => value < low || value > high).length
  return { n, count, share: count / n, interval: wilsonInterval(count, n, level) }
}

function moments(values: readonly number[]) {
  const n = values.length
  const mean = compensatedSum(values) / n
  const central = (power: number) => compensatedSum(values.map((value) => (value - mean) ** power))
  const squares = central(2)
  return {
    mean,
    sigma: Math.sqrt(squares / (n - 1)),
    skewness: (Math.sqrt(n) * central(3)) / squares ** 1.5,
  }
}

/**
 * Does a stable process fit its specification? Cp = (high - low) / 6 sigma and Cpk = the nearer limit's distance from the mean / 3
 * sigma, with sigma from one value to the next; Pp and Ppk with the standard deviation of all values. Intervals: of Cp and Pp by
 * chi-squared, of Cpk and Ppk +- z sqrt(1 / (9 n) + c^2 / (2 df)). Refused below 50 values and for a process with points beyond the
 * limits of its chart. `outside` answers in any case.
 *
 * Source: A. F. Bissell, How reliable is your capability index?, Applied Statistics 39 (1990) 331-340; V. E. Kane, Process
 * capability indices, J. Qual. Tech. 18 (1986) 41-52; degrees of freedom of a sigma from ranges: Patnaik (1950), rough to 2 %.
 * Assumes normal values: times are skewed, so read `outside` for them. Cost: O(n).
 *
 * @param subgroups in order of time, all of one size; single values as [value]
 * @throws StatsError bad_input for unequal sizes, no numbers, or no limits in order; no_variation when all values are equal
 * @example
 * const values = Array.from({ length: 60 }, (_, i) => [10 + ((i * 37) % 60) / 60])
 * const { kind, ppk, outside } = capability(values, { low: 9, high: 12 })
 * kind // 'indices'
 * ppk // { value: 1.7082517 }
 * outside // { n: 60, count: 0, share: 0 }
 */
export function capability(
  subgroups: readonly (readonly number[])[],
  { low = Number.NEGATIVE_INFINITY, high = Number.POSITIVE_INFINITY }: Specification,
  level = 0.95,
): Capability {
  const size = subgroups[0]?.length ?? 0
  const values = subgroups.flat()
  const reach = normalReach(level)
  insist(size >= 1 && subgroups.every((group) => group.length === size), 'Subgroups are all of one size.')
  insist(values.every(Number.isFinite), 'A process is judged by finite numbers only.')
  insist(
    low < high && (Number.isFinite(low) || Number.isFinite(high)),
    'Give a low limit, a higher one, or both.',
  )
  const outside = outsideOf(values, low, high, level)
  const n = values.length
  if (n < leastValues) return { kind: 'too_few', needed: leastValues, outside }
  const within = size === 1 ? withinSingles(values) : withinSubgroups(subgroups, size)
  if (within.rows.length > 0) return { kind: 'unstable', rows: within.rows, outside }
  const overall = moments(values)
  const room = Math.min(high - overall.mean, overall.mean - low)
  const spread = (sigma: number, freedom: number): CapabilityIndex | null => {
    const value = (high - low) / (6 * sigma)
    const end = (p: number) => value * Math.sqrt(chiSquaredQuantile(p, freedom) / freedom)
    return Number.isFinite(value) ? { value, interval: [end((1 - level) / 2), end((1 + level) / 2)] } : null
  }
  const nearest = (sigma: number, freedom: number): CapabilityIndex => {
    const value = room / (3 * sigma)
    const half = reach * Math.sqrt(1 / (9 * n) + value ** 2 / (2 * freedom))
    return { value, interval: [value - half, value + half] }
  }
  return {
    kind: 'indices',
    outside,
    mean: overall.mean,
    sigmaWithin: within.sigma,
    sigmaOverall: overall.sigma,
    cp: spread(within.sigma, within.freedom),
    cpk: nearest(within.sigma, within.freedom),
    pp: spread(overall.sigma, n - 1),
    ppk: nearest(overall.sigma, n - 1),
    skewness: overall.skewness,
  }
}
