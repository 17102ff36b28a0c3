/** A half-open bin [from, to) of a histogram. */
export interface Bin {
  from: number
  to: number
  count: number
}

/** The range of the bins that a brush between two shares (0 to 1) of the width touches. */
export function brushed(bins: readonly Bin[], start: number, end: number): readonly [number, number] | null {
  if (bins.length === 0) return null
  const index = (share: number) => Math.min(bins.length - 1, Math.max(0, Math.floor(share * bins.length)))
  const [first, last] = [index(Math.min(start, end)), index(Math.max(start, end))]
  return [bins[first]!.from, bins[last]!.to]
}
