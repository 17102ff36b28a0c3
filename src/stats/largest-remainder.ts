/**
 * Whole numbers near `parts` whose sum is the rounded sum of `parts`: each is rounded down, and the units that are
 * missing go to the largest remainders (Hare-Niemeyer apportionment; ties go to the earlier part).
 *
 * @throws RangeError when a part is not finite
 */
export function largestRemainder(parts: readonly number[]): number[] {
  if (!parts.every(Number.isFinite)) throw new RangeError('Only finite parts can be rounded.')
  const floors = parts.map(Math.floor)
  const total = Math.round(parts.reduce((sum, part) => sum + part, 0))
  const missing = total - floors.reduce((sum, part) => sum + part, 0)
  const byRemainder = parts
    .map((part, index) => ({ index, remainder: part - Math.floor(part) }))
    .sort((a, b) => b.remainder - a.remainder || a.index - b.index)
  for (const { index } of byRemainder.slice(0, Math.max(0, missing))) floors[index]! += 1
  return floors
}
