import { predictionHalfWidth } from '../../../stats/inference/prediction-interval.ts'

export const recentWeeks = 4
export const previousWeeks = 8
/** With fewer weeks the usual range cannot be told. */
export const leastWeeks = 8

export type Trend = Readonly<{
  /** Relative change of the typical week: -0.3 is 30 % less. */
  change: number
  low: number
  high: number
  /** Parts of the change, one for each recent week; they add up to it. */
  parts: readonly number[]
  /** Typical recent and earlier week, in events. */
  recent: number
  before: number
  /** Where the typical recent week lies 19 times of 20 when nothing changed. */
  band: readonly [low: number, high: number]
  /** The same for a single week. */
  usual: readonly [low: number, high: number]
  outOfBand: boolean
  direction: 'up' | 'down' | null
}>

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length

/**
 * Spread of log(1 + count) from week to week, never less than what counting alone brings: sd of a Poisson count with
 * this mean, by the delta method. Half an event is added so that eight empty weeks still allow for one.
 */
function spread(counts: readonly number[], logs: readonly number[]): number {
  const middle = mean(logs)
  const variance = logs.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (logs.length - 1)
  const rate = mean(counts) + 0.5 / counts.length
  return Math.sqrt(Math.max(variance, rate / (1 + rate) ** 2))
}

/**
 * Compares the last four weeks with the (up to eight) weeks before them on log(1 + events): the mean of four future
 * weeks has a t-based prediction interval (see stats/prediction-interval), and outside it something changed.
 * Weeks are taken as independent; where they drift, false alarms are more frequent than the nominal 5 %.
 *
 * @param events of known weeks, oldest first
 * @returns null with fewer than eight weeks
 */
export function trendOf(events: readonly number[]): Trend | null {
  if (events.length < leastWeeks) return null
  const counts = events.slice(-recentWeeks - previousWeeks, -recentWeeks)
  const before = counts.map(Math.log1p)
  const recent = events.slice(-recentWeeks).map(Math.log1p)
  const usualLog = mean(before)
  const sd = spread(counts, before)
  const halfWidth = predictionHalfWidth(sd, before.length, recentWeeks)
  const oneWeek = predictionHalfWidth(sd, before.length, 1)
  const shift = mean(recent) - usualLog
  // A part is its share of the shift, drawn on the scale of the change; the limit for no shift is the same.
  const stretch = Math.abs(shift) < 1e-12 ? 1 : Math.expm1(shift) / shift
  const parts = recent.map((value) => ((value - usualLog) / recentWeeks) * stretch)
  const outOfBand = Math.abs(shift) > halfWidth
  return {
    change: parts.reduce((sum, part) => sum + part, 0),
    low: Math.expm1(shift - halfWidth),
    high: Math.expm1(shift + halfWidth),
    parts,
    recent: Math.expm1(mean(recent)),
    before: Math.expm1(usualLog),
    band: bandAround(usualLog, halfWidth),
    usual: bandAround(usualLog, oneWeek),
    outOfBand,
    direction: outOfBand ? (shift > 0 ? 'up' : 'down') : null,
  }
}

const bandAround = (log: number, halfWidth: number): readonly [low: number, high: number] => [
  Math.max(0, Math.expm1(log - halfWidth)),
  Math.expm1(log + halfWidth),
]
