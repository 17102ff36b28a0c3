import { insist } from '../stats-error.ts'

/**
 * Whole numbers near `parts` whose sum is the rounded sum of `parts`: each is rounded down, and the units that are
 * missing go to the largest remainders; ties go to the earlier part.
 *
 * Source: Hare-Niemeyer apportionment; M. Balinski and H. P. Young, Fair Representation (1982), chapter 3.
 * Cost: O(n log n).
 *
 * @throws StatsError bad_input when a part is not finite
 * @example
 * largestRemainder([33.4, 33.3, 33.3]) // [34, 33, 33]
 */
export function largestRemainder(parts: readonly number[]): number[] {
  insist(parts.every(Number.isFinite), 'Only finite parts can be rounded.')
  // -0 + 0 is 0.
  const floors = parts.map((part) => Math.floor(part) + 0)
  const total = Math.round(parts.reduce((sum, part) => sum + part, 0))
  const missing = total - floors.reduce((sum, part) => sum + part, 0)
  const byRemainder = parts
    .map((part, index) => ({ index, remainder: part - Math.floor(part) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  for (const { index } of byRemainder.slice(0, Math.max(0, missing))) floors[index]! += 1
  return floors
}
