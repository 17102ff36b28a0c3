import { pause, type LongRun } from '../long-run.ts'
import { insist } from '../stats-error.ts'
import { insistBaskets, type Baskets } from './baskets.ts'
import { plantTree, projectTree, weighLevels, type FpForest, type FpTree } from './fp-tree.ts'
import type { Itemsets } from './itemsets.ts'

export type ItemsetOptions = Readonly<{
  /** Baskets in which a set must be. Ten or more, for the rules that come of it to mean anything. */
  minCount: number
  /** Items that a set may have (5). */
  maxLength?: number
  /** More sets than this are refused (2 million). */
  maxItemsets?: number
}>

type Found = { offsets: Uint32Array; items: Uint32Array; counts: Uint32Array; size: number; most: number }

const doubled = (old: Uint32Array) => {
  const larger = new Uint32Array(old.length * 2)
  larger.set(old)
  return larger
}

/** Notes the first `length` items of `set` as one that is in `count` baskets. */
function note(found: Found, set: Uint32Array, length: number, count: number): void {
  if (found.size === found.most)
    insist(false, `More than ${found.most} sets are frequent: raise minCount or lower maxLength.`)
  const from = found.offsets[found.size]!
  while (from + length > found.items.length) found.items = doubled(found.items)
  if (found.size + 1 >= found.counts.length) {
    found.counts = doubled(found.counts)
    found.offsets = doubled(found.offsets)
  }
  const { items } = found
  // Set in rising order as they are put down: sets are short.
  for (let i = 0; i < length; i++) {
    const item = set[i]!
    let at = from + i
    for (; at > from && items[at - 1]! > item; at--) items[at] = items[at - 1]!
    items[at] = item
  }
  found.counts[found.size++] = count
  found.offsets[found.size] = from + length
}

/** The baskets of each frequent item, the item in most baskets first. */
function frequentItems({ offsets, items, labels }: Baskets, minCount: number) {
  const basketCount = offsets.length - 1
  const counts = new Uint32Array(labels.length)
  const lastIn = new Int32Array(labels.length).fill(-1)
  for (let basket = 0; basket < basketCount; basket++) {
    for (let at = offsets[basket]!; at < offsets[basket + 1]!; at++) {
      const item = items[at]!
      if (lastIn[item] === basket)
        insist(false, `Basket ${basket} holds item ${item} twice: give each of its items once.`)
      lastIn[item] = basket
      counts[item]!++
    }
  }
  const kept = Array.from(counts.keys())
    .filter((item) => counts[item]! >= minCount)
    .sort((a, b) => counts[b]! - counts[a]! || a - b)
  const lists = kept.map((item) => new Uint32Array(counts[item]!))
  const listOf = new Map(kept.map((item, level) => [item, lists[level]!]))
  const places = labels.map((_, item) => listOf.get(item))
  const filled = new Uint32Array(labels.length)
  for (let basket = 0; basket < basketCount; basket++) {
    for (let at = offsets[basket]!; at < offsets[basket + 1]!; at++) {
      const item = items[at]!
      const list = places[item]
      if (list) list[filled[item]!++] = basket
    }
  }
  return { kept, lists }
}

type Growth = Readonly<{
  forest: FpForest
  minCount: number
  maxLength: number
  set: Uint32Array
  found: Found
}>

/** Notes all sets that extend the first `length` items of the growing set by items above `level` of the tree. */
function growAbove(growth: Growth, tree: FpTree, level: number, length: number): void {
  const { forest, minCount, maxLength, set, found } = growth
  if (length + 1 === maxLength) {
    weighLevels(forest, tree, level, true)
    for (let above = 0; above < level; above++) {
      if (forest.sums[above]! < minCount) continue
      set[length] = tree.items[above]!
      note(found, set, length + 1, forest.sums[above]!)
    }
    return
  }
  const smaller = projectTree(forest, tree, level, minCount)
  smaller.tree.items.forEach((item, above) => {
    set[length] = item
    note(found, set, length + 1, smaller.counts[above]!)
    if (above > 0) growAbove(growth, smaller.tree, above, length + 1)
  })
  forest.end = smaller.tree.root
}

/** The sets in order of length, as found within one length. */
function shorterFirst({ offsets, items, counts, size }: Found) {
  const lengths = Array.from({ length: size }, (_, s) => offsets[s + 1]! - offsets[s]!)
  const longest = lengths.reduce((most, length) => Math.max(most, length), 0)
  const next = new Uint32Array(longest + 2)
  for (const length of lengths) next[length + 1]!++
  for (let length = 1; length < next.length; length++) next[length]! += next[length - 1]!
  const order = new Uint32Array(size)
  lengths.forEach((length, s) => (order[next[length]!++] = s))
  const ordered = {
    offsets: new Uint32Array(size + 1),
    items: new Uint32Array(offsets[size]!),
    counts: new Uint32Array(size),
  }
  order.forEach((s, place) => {
    ordered.items.set(items.subarray(offsets[s], offsets[s + 1]), ordered.offsets[place])
    ordered.offsets[place + 1] = ordered.offsets[place]! + lengths[s]!
    ordered.counts[place] = counts[s]!
  })
  return ordered
}

/**
 * All sets of one to `maxLength` items that are together in at least `minCount` baskets, found by FP-growth: baskets are
 * folded into a prefix tree, from which the tree of each item's baskets is grown in turn.
 *
 * Source: J. Han, J. Pei and Y. Yin, Mining frequent patterns without candidate generation, SIGMOD (2000) 1-12. Assumes
 * nothing; for rules take one basket an account, or repeated rows count as evidence of their own.
 * Cost: O(items in baskets + nodes weighed for the trees of all sets); 4 bytes an item and 24 a node of the tree.
 *
 * @param baskets in any order, items in any order
 * @throws StatsError bad_input when the baskets are none or hold an item twice, minCount or maxLength is not whole from 1,
 * or more than `maxItemsets` sets are frequent; aborted
 * @example
 * const baskets = basketsOf([['late', 'lost'], ['late', 'lost'], ['late'], ['lost']])
 * const sets = await frequentItemsets(baskets, { minCount: 2 })
 * sets.counts // [3, 3, 2]
 * sets.items // [0, 1, 0, 1]
 */
export async function frequentItemsets(
  baskets: Baskets,
  { minCount, maxLength = 5, maxItemsets = 2_000_000 }: ItemsetOptions,
  run: LongRun = {},
): Promise<Itemsets> {
  insist(Number.isInteger(minCount) && minCount >= 1, `A set is in 1 basket or more, not in ${minCount}.`)
  insist(Number.isInteger(maxLength) && maxLength >= 1, `A set has 1 item or more, not ${maxLength}.`)
  insistBaskets(baskets)
  await pause(run, 0)
  const basketCount = baskets.offsets.length - 1
  const { kept, lists } = frequentItems(baskets, minCount)
  const { tree, forest } = plantTree(kept, lists, basketCount)
  const found: Found = {
    offsets: new Uint32Array(1024),
    items: new Uint32Array(1024),
    counts: new Uint32Array(1024),
    size: 0,
    most: maxItemsets,
  }
  const longest = Math.min(maxLength, kept.length)
  const growth: Growth = { forest, minCount, maxLength: longest, set: new Uint32Array(longest), found }
  for (const [level, item] of kept.entries()) {
    await pause(run, level / kept.length)
    growth.set[0] = item
    note(found, growth.set, 1, lists[level]!.length)
    if (level > 0 && longest > 1) growAbove(growth, tree, level, 1)
  }
  await pause(run, 1)
  return { ...shorterFirst(found), basketCount, minCount, maxLength }
}
