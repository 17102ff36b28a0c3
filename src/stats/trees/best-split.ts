import { missingCode } from './feature-bins.ts'

/** Limits of a leaf's value, which a monotone column sets. */
export type LeafBounds = readonly [low: number, high: number]

/** Sums of first and second derivatives of the loss over some rows. */
export type LossSums = Readonly<{ gradient: number; hessian: number }>

/** A gradient and a hessian for each of 256 codes: the room that one column has in a histogram, missing values last. */
export const histogramStride = 512
const missingSlot = 2 * missingCode

export type SplitRules = Readonly<{
  l2: number
  minChildWeight: number
  /** 1 where more may only raise the chance, -1 where it may only lower it, else 0; by column. */
  monotone: Int8Array
}>

/** Rows up to bin `bin` of `column` go left. */
export type BestSplit = Readonly<{
  column: number
  bin: number
  missingLeft: boolean
  gain: number
  left: LossSums
  right: LossSums
}>

/**
 * The best value of a leaf, -G / (H + l2), kept inside its bounds.
 *
 * Source: T. Chen and C. Guestrin, XGBoost, KDD (2016) 785-794, eq. 5. Cost: O(1).
 *
 * @example
 * leafValue({ gradient: -3, hessian: 2 }, 1, [-9, 9]) // 1
 */
export function leafValue({ gradient, hessian }: LossSums, l2: number, [low, high]: LeafBounds): number {
  const weight = hessian + l2
  return weight > 0 ? Math.min(high, Math.max(low, -gradient / weight)) : Math.min(high, Math.max(low, 0))
}

/** How much the loss falls when a leaf takes this value. */
const lowered = (gradient: number, hessian: number, l2: number, value: number) =>
  -(gradient * value + ((hessian + l2) * value * value) / 2)

function valueOf(gradient: number, hessian: number, l2: number, low: number, high: number): number {
  const weight = hessian + l2
  const value = weight > 0 ? -gradient / weight : 0
  return value < low ? low : value > high ? high : value
}

type Found = {
  column: number
  bin: number
  missingLeft: boolean
  gain: number
  gradient: number
  hessian: number
}

/** Tries every cut of a column, with the missing values on one side. */
function scanColumn(
  histogram: Float64Array,
  bins: Int32Array,
  rules: SplitRules,
  parent: LossSums,
  bounds: LeafBounds,
  column: number,
  missingLeft: boolean,
  best: Found,
): void {
  const { l2, minChildWeight } = rules
  const [low, high] = bounds
  const start = column * histogramStride
  const direction = rules.monotone[column]!
  const missing = start + missingSlot
  let gradient = missingLeft ? histogram[missing]! : 0
  let hessian = missingLeft ? histogram[missing + 1]! : 0
  // With missing values at the right, the last cut parts them from all the others.
  const cuts = missingLeft ? bins[column]! - 1 : bins[column]!
  for (let bin = 0; bin < cuts; bin++) {
    const slot = start + 2 * bin
    gradient += histogram[slot]!
    hessian += histogram[slot + 1]!
    const otherHessian = parent.hessian - hessian
    if (hessian < minChildWeight || otherHessian < minChildWeight) continue
    const otherGradient = parent.gradient - gradient
    const left = valueOf(gradient, hessian, l2, low, high)
    const right = valueOf(otherGradient, otherHessian, l2, low, high)
    if (direction !== 0 && direction * (right - left) < 0) continue
    const gain = lowered(gradient, hessian, l2, left) + lowered(otherGradient, otherHessian, l2, right)
    if (gain > best.gain) {
      best.column = column
      best.bin = bin
      best.missingLeft = missingLeft
      best.gain = gain
      best.gradient = gradient
      best.hessian = hessian
    }
  }
}

/**
 * The split of a node that lowers the loss most, over all columns and cuts and with missing values on either side: gain =
 * (G_L^2 / (H_L + l2) + G_R^2 / (H_R + l2) - G^2 / (H + l2)) / 2, with values kept inside bounds. Where no value is missing,
 * a later missing one goes with the heavier side. Nothing where no split gains.
 *
 * Source: T. Chen and C. Guestrin, XGBoost, KDD (2016) 785-794, eq. 7 and algorithm 3. Cost: O(bins).
 *
 * @param histogram gradient and hessian of each code side by side, column by column
 * @param bins bins of each column, without the missing values
 * @example
 * const rules = { l2: 0, minChildWeight: 1, monotone: Int8Array.of(0) }
 * const histogram = new Float64Array(512)
 * histogram.set([-2, 4, 2, 4])
 * bestSplit(histogram, Int32Array.of(2), rules, { gradient: 0, hessian: 8 }, [-9, 9]).gain // 1
 */
export function bestSplit(
  histogram: Float64Array,
  bins: Int32Array,
  rules: SplitRules,
  parent: LossSums,
  bounds: LeafBounds,
): BestSplit | undefined {
  const own = lowered(parent.gradient, parent.hessian, rules.l2, leafValue(parent, rules.l2, bounds))
  // A gain within rounding of nothing is none.
  const least = own + 1e-9 * (1 + Math.abs(own))
  const best: Found = { column: -1, bin: 0, missingLeft: false, gain: least, gradient: 0, hessian: 0 }
  for (let column = 0; column < bins.length; column++) {
    const hasMissing = histogram[column * histogramStride + missingSlot + 1]! > 0
    scanColumn(histogram, bins, rules, parent, bounds, column, false, best)
    if (hasMissing) scanColumn(histogram, bins, rules, parent, bounds, column, true, best)
  }
  if (best.column < 0) return undefined
  const left = { gradient: best.gradient, hessian: best.hessian }
  const right = { gradient: parent.gradient - left.gradient, hessian: parent.hessian - left.hessian }
  const missing = best.column * histogramStride + missingSlot
  const missingLeft = histogram[missing + 1]! > 0 ? best.missingLeft : left.hessian >= right.hessian
  return { column: best.column, bin: best.bin, missingLeft, gain: best.gain - own, left, right }
}
