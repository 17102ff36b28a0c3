import { itemsetAt, type Itemsets } from './itemsets.ts'

/** Finds the set that is left when one item is taken from a set: its place among the sets, or -1 when it is not there. */
export type ItemsetIndex = Readonly<{ without: (set: number, item: number) => number }>

function mix(item: number): number {
  const z = Math.imul(item + 1, 0x9e3779b1)
  return Math.imul(z ^ (z >>> 15), 0x85ebca77)
}

function isWithout(larger: Uint32Array, item: number, smaller: Uint32Array): boolean {
  if (smaller.length !== larger.length - 1) return false
  let at = 0
  for (const kept of larger) {
    if (kept === item) continue
    if (smaller[at++] !== kept) return false
  }
  return at === smaller.length
}

/**
 * An index of sets by their items. The hash of a set is the sum of its items' hashes, so that of a subset is a subtraction
 * away.
 *
 * Source: A. L. Zobrist, A new hashing method with application for game playing (1970), with sums in place of xor; open
 * addressing: D. E. Knuth, The Art of Computer Programming 3, 2nd ed. (1998), section 6.4. Cost: O(items of all sets) to
 * build, O(items of the set) to find; 12 bytes a set.
 *
 * @example
 * const baskets = basketsOf([['late', 'lost'], ['late', 'lost'], ['late']])
 * const sets = await frequentItemsets(baskets, { minCount: 2 })
 * const largest = itemsetAt(sets, 2) // [0, 1]
 * itemsetAt(sets, indexItemsets(sets).without(2, 0)) // [1]
 */
export function indexItemsets(itemsets: Itemsets): ItemsetIndex {
  const count = itemsets.counts.length
  const mask = 2 ** Math.ceil(Math.log2(2 * count + 2)) - 1
  const slots = new Int32Array(mask + 1).fill(-1)
  const hashes = new Int32Array(count)
  for (let set = 0; set < count; set++) {
    let hash = 0
    for (const item of itemsetAt(itemsets, set)) hash = (hash + mix(item)) | 0
    hashes[set] = hash
    let slot = hash & mask
    while (slots[slot] !== -1) slot = (slot + 1) & mask
    slots[slot] = set
  }
  const without = (set: number, item: number): number => {
    const items = itemsetAt(itemsets, set)
    const hash = (hashes[set]! - mix(item)) | 0
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const found = slots[slot]!
      if (found === -1) return -1
      if (hashes[found] === hash && isWithout(items, item, itemsetAt(itemsets, found))) return found
    }
  }
  return { without }
}
