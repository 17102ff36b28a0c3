/**
 * Sets of items that are in at least `minCount` baskets, with how many: set s is `items` from `offsets[s]` up to
 * `offsets[s + 1]`, rising, and is in `counts[s]` baskets. Shorter sets come first; all subsets of a set are there.
 */
export type Itemsets = Readonly<{
  offsets: Uint32Array
  items: Uint32Array
  counts: Uint32Array
  basketCount: number
  minCount: number
  maxLength: number
}>

/**
 * The items of set `index`, rising; a view, not a copy.
 *
 * Source: the layout of `Itemsets`. Cost: O(1).
 *
 * @example
 * const baskets = basketsOf([['late', 'lost'], ['late', 'lost'], ['late']])
 * itemsetAt(await frequentItemsets(baskets, { minCount: 2 }), 2) // [0, 1]
 */
export function itemsetAt({ offsets, items }: Itemsets, index: number): Uint32Array {
  return items.subarray(offsets[index], offsets[index + 1])
}
