import type { Interval } from '../inference/wilson.ts'
import { insist } from '../stats-error.ts'

/** Signals at a point inside one of the open intervals `inside`, in units of sigma, when `atLeast` of the last `of` points are. */
export type RunRule = Readonly<{ atLeast: number; of: number; inside: readonly Interval[] }>

/**
 * Whether z lies inside one of the open intervals of a rule.
 *
 * Source: the definition of `RunRule`. Cost: O(intervals).
 *
 * @example
 * isInside({ atLeast: 1, of: 1, inside: [[3, Infinity]] }, 3) // false
 */
export function isInside({ inside }: RunRule, z: number): boolean {
  return inside.some(([low, high]) => low < z && z < high)
}

/** Marks the points that complete the rule. */
function mark(rule: RunRule, z: readonly number[], flagged: Uint8Array): void {
  const within = z.map((value) => isInside(rule, value))
  let count = 0
  within.forEach((now, i) => {
    count += Number(now) - Number(within[i - rule.of] ?? false)
    if (now && count >= rule.atLeast) flagged[i] = 1
  })
}

/**
 * The points, counted from 0, that complete one of the rules.
 *
 * Source: C. W. Champ and W. H. Woodall, Exact results for Shewhart control charts with supplementary runs rules, Technometrics
 * 29 (1987) 393-399. Cost: O(points * rules).
 *
 * @param z (value - center) / sigma of each point
 * @throws StatsError bad_input when a point is no number
 * @example
 * pointsCompleting([{ atLeast: 2, of: 3, inside: [[2, Infinity]] }], [2.5, 0, 2.1, 2.2, 0]) // [2, 3]
 */
export function pointsCompleting(rules: readonly RunRule[], z: readonly number[]): number[] {
  insist(z.every(Number.isFinite), 'Rules read finite z-scores only.')
  const flagged = new Uint8Array(z.length)
  for (const rule of rules) mark(rule, z, flagged)
  return z.flatMap((_, i) => (flagged[i] ? [i] : []))
}

/**
 * The same rule on both sides of the center, each on its own: so many points above `limit`, or so many below -limit.
 *
 * Source: Western Electric (1956), as in `westernElectricRule1`. Cost: O(1).
 *
 * @example
 * onEitherSide(2, 3, 2)[0] // { atLeast: 2, of: 3, inside: [[2, Infinity]] }
 */
export function onEitherSide(atLeast: number, of: number, limit: number): RunRule[] {
  const { POSITIVE_INFINITY: far } = Number
  return [
    { atLeast, of, inside: [[limit, far]] },
    { atLeast, of, inside: [[-far, -limit]] },
  ]
}
