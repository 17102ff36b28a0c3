import { normalReach } from '../distributions/normal.ts'
import { pause, type LongRun } from '../long-run.ts'
import { nelderMead } from '../numerics/nelder-mead.ts'
import { insist } from '../stats-error.ts'
import { trustRule, type TrustRule } from './trust.ts'

/** The four numbers of a rule that data may tell. */
export type TrustParameter = 'anchorStrength' | 'pace' | 'leastRate' | 'lossFactor'

/**
 * What the data say of one parameter. `logLikelihoods[i]` is the best that the other parameters can do at `values[i]`, minus
 * infinity where the data rule it out. An end
 * of the interval is null where it lies beyond the range that was searched; 'flat' says that both do: the data do not tell
 * this parameter, and its value is an assumption.
 */
export type ParameterProfile = Readonly<{
  parameter: TrustParameter
  values: readonly number[]
  logLikelihoods: readonly number[]
  low: number | null
  high: number | null
  verdict: 'bounded' | 'open_below' | 'open_above' | 'flat'
}>

export type TrustRuleProfile = Readonly<{
  rule: TrustRule
  logLikelihood: number
  profiles: readonly ParameterProfile[]
}>

export type ProfileOptions = LongRun &
  Readonly<{
    /** Parameters to fit; the others stay as in `start`. All four unless told. */
    free?: readonly TrustParameter[]
    start?: Partial<TrustRule>
    ranges?: Partial<Record<TrustParameter, readonly [low: number, high: number]>>
    /** Values of each parameter; 11 unless told. */
    points?: number
    level?: number
  }>

const usualRanges: Record<TrustParameter, readonly [number, number]> = {
  anchorStrength: [0.5, 50],
  pace: [0.2, 1],
  leastRate: [0, 0.3],
  lossFactor: [0.5, 4],
}

/** A parameter's range laid out over [0, 1]: by ratios, or evenly where it may be 0. */
type Scale = Readonly<{
  parameter: TrustParameter
  valueAt: (share: number) => number
  shareOf: (value: number) => number
}>

function scaleOf(parameter: TrustParameter, [low, high]: readonly [number, number]): Scale {
  insist(
    low >= 0 && low < high && Number.isFinite(high),
    `The range of ${parameter} rises, but is ${low} to ${high}.`,
  )
  const span = high - low
  if (parameter === 'leastRate')
    return { parameter, valueAt: (share) => low + share * span, shareOf: (value) => (value - low) / span }
  insist(low > 0, `The range of ${parameter} begins above 0.`)
  const ratio = Math.log(high / low)
  return {
    parameter,
    valueAt: (share) => low * Math.exp(share * ratio),
    shareOf: (value) => Math.log(value / low) / ratio,
  }
}

/** Folds any number into [0, 1], so that a search cannot leave the range and finds no plateau beyond it. */
function folded(share: number): number {
  const turned = Math.abs(share) % 2
  return turned > 1 ? 2 - turned : turned
}

type Point = Readonly<{ shares: readonly number[]; value: number }>

/** The log-likelihood by shares of all free parameters, and its maximum with one of them held. */
function surfaceOf(logLikelihood: (rule: TrustRule) => number, scales: readonly Scale[], start: TrustRule) {
  const ruleAt = (shares: readonly number[]): TrustRule => {
    const told = Object.fromEntries(
      scales.map(({ parameter, valueAt }, i) => [parameter, valueAt(folded(shares[i]!))]),
    )
    return trustRule({ ...start, ...told })
  }
  const maximum = (from: readonly number[], held?: number): Point => {
    const moving = scales.map((_, i) => i).filter((i) => i !== held)
    const withMoved = (moved: ArrayLike<number>) => {
      const shares = [...from]
      moving.forEach((i, at) => (shares[i] = moved[at]!))
      return shares
    }
    const loss = (moved: ArrayLike<number>) => -logLikelihood(ruleAt(withMoved(moved)))
    if (moving.length === 0) return { shares: from, value: -loss([]) }
    const begin = moving.map((i) => from[i]!)
    // What the data rule out has no height to climb from.
    if (held !== undefined && !Number.isFinite(loss(begin))) return { shares: from, value: -loss(begin) }
    const options = { step: 0.15, tolerance: 1e-9, maxIterations: 400 }
    const first = nelderMead(loss, begin, options)
    // The top is searched twice, since the simplex may stop early; a slip beside it costs less.
    const last = held === undefined ? nelderMead(loss, first.at, { ...options, step: 0.05 }) : first
    return { shares: withMoved(last.at).map(folded), value: -last.value }
  }
  return { ruleAt, maximum }
}

/** Where the root of twice the fall from the top passes `reach`, going from the top to one side; null if it never does. */
function crossing(points: readonly Point[], held: number, top: Point, reach: number): number | null {
  let [share, depth] = [top.shares[held]!, 0]
  for (const point of points) {
    const next = Math.sqrt(Math.max(0, 2 * (top.value - point.value)))
    const nextShare = point.shares[held]!
    // The root is nearly straight where the likelihood is nearly normal, so that few points give the crossing.
    if (next >= reach) return share + ((nextShare - share) * (reach - depth)) / (next - depth)
    ;[share, depth] = [nextShare, next]
  }
  return null
}

function profileOf(
  scale: Scale,
  held: number,
  points: readonly Point[],
  top: Point,
  reach: number,
): ParameterProfile {
  const here = top.shares[held]!
  const below = points.filter(({ shares }) => shares[held]! < here).toReversed()
  const above = points.filter(({ shares }) => shares[held]! > here)
  const [low, high] = [below, above].map((side) => crossing(side, held, top, reach)) as [
    number | null,
    number | null,
  ]
  return {
    parameter: scale.parameter,
    values: points.map(({ shares }) => scale.valueAt(shares[held]!)),
    logLikelihoods: points.map(({ value }) => value),
    low: low === null ? null : scale.valueAt(low),
    high: high === null ? null : scale.valueAt(high),
    verdict:
      low === null ? (high === null ? 'flat' : 'open_below') : high === null ? 'open_above' : 'bounded',
  }
}

/**
 * The rule of learning that a company's own data make most likely, and for each parameter what they say of it: the profile
 * likelihood, the interval at which it falls by half of chi-squared's quantile, and whether it is flat. Under 100 events it
 * usually is; then the parameter is an assumption, and that is said.
 *
 * Source: D. R. Cox and D. O. Hinkley, Theoretical Statistics (1974), section 9.3; W. N. Venables and B. D. Ripley, Modern
 * Applied Statistics with S, 4th ed. (2002), section 8.4, for the root of the deviance. Assumes a likelihood whose rows are
 * independent; rates change with kinks, so that intervals of few rows are rough. Cost: about 100 to 200 likelihoods for each point of
 * each parameter.
 *
 * @param logLikelihood of a rule: `trustPredictionLogLikelihood` of later outcomes, or that of renewals given `trustAfter`
 * @throws StatsError bad_input unless the ranges rise and hold the start; aborted; what logLikelihood throws
 * @example
 * const likelihood = ({ lossFactor }) => -50 * Math.log(lossFactor / 1.8) ** 2
 * const { rule, profiles } = await profileTrustRule(likelihood, { free: ['lossFactor'] })
 * rule.lossFactor // 1.800
 * profiles[0].verdict // 'bounded'
 * profiles[0].high // 2.190
 */
export async function profileTrustRule(
  logLikelihood: (rule: TrustRule) => number,
  options: ProfileOptions = {},
): Promise<TrustRuleProfile> {
  const { free = ['anchorStrength', 'pace', 'leastRate', 'lossFactor'], points = 11, level = 0.95 } = options
  const start = trustRule(options.start)
  insist(free.length > 0 && new Set(free).size === free.length, 'Name the parameters to fit, each once.')
  insist(Number.isInteger(points) && points >= 3, `A profile has 3 points or more, not ${points}.`)
  const reach = normalReach(level)
  const scales = free.map((parameter) =>
    scaleOf(parameter, options.ranges?.[parameter] ?? usualRanges[parameter]),
  )
  const origin = scales.map(({ parameter, shareOf }) => shareOf(start[parameter]))
  scales.forEach(({ parameter }, i) =>
    insist(
      origin[i]! >= -1e-9 && origin[i]! <= 1 + 1e-9,
      `The start of ${parameter} lies outside its range.`,
    ),
  )
  const { ruleAt, maximum } = surfaceOf(logLikelihood, scales, start)

  let top = maximum(origin)
  const rows: Point[][] = []
  for (let held = 0; held < scales.length; held += 1) {
    const row: Point[] = []
    for (let point = 0; point < points; point += 1) {
      const from = top.shares.with(held, point / (points - 1))
      row.push(maximum(from, held))
      await pause(options, (held * points + point + 1) / (scales.length * points))
    }
    rows.push(row)
    const best = row.reduce((a, b) => (b.value > a.value ? b : a))
    if (best.value > top.value) top = maximum(best.shares)
  }
  return {
    rule: ruleAt(top.shares),
    logLikelihood: top.value,
    profiles: scales.map((scale, held) => profileOf(scale, held, rows[held]!, top, reach)),
  }
}
