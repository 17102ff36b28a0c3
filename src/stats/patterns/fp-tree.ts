import { insist } from '../stats-error.ts'

/**
 * Nodes of FP-trees on one stack, so that growing a smaller tree from a larger allocates nothing. A node is `nodeSize` whole
 * numbers side by side, for one look into memory to fetch them all, and is known by the place of the first: its parent, its
 * level and how many baskets pass it; the others are a projection's scratch. Weights are 0 between projections.
 */
export type FpForest = {
  end: number
  nodes: Int32Array
  /** First weighed node of each level, and the sum of weights there: what the last `weighLevels` left. */
  heads: Int32Array
  sums: Int32Array
}

/**
 * A tree in which baskets that begin alike share their path. Level l holds the nodes of item `items[l]`, from `starts[l]` up
 * to `starts[l + 1]`; a parent lies on an earlier level, or is the root.
 */
export type FpTree = Readonly<{ root: number; items: readonly number[]; starts: readonly number[] }>

const nodeSize = 6
const [parentAt, levelAt, countAt, weightAt, linkAt, copyAt] = [0, 1, 2, 3, 4, 5] as const
const none = -1
const mostPlaces = 2 ** 31 - 1

function reserve(forest: FpForest, nodes: number): void {
  const needed = forest.end + nodes * nodeSize
  if (needed <= forest.nodes.length) return
  insist(needed <= mostPlaces, 'The baskets are too many and too unlike to be held: raise minCount.')
  const larger = new Int32Array(Math.min(Math.max(needed, Math.ceil(forest.nodes.length * 1.5)), mostPlaces))
  larger.set(forest.nodes)
  forest.nodes = larger
}

function addNode(forest: FpForest, parent: number, level: number): number {
  const { nodes, end } = forest
  forest.end += nodeSize
  nodes[end + parentAt] = parent
  nodes[end + levelAt] = level
  nodes[end + countAt] = 0
  nodes[end + weightAt] = 0
  nodes[end + copyAt] = 0
  return end
}

/**
 * The tree of all baskets. It is planted a level at a time: within a level, baskets that stand on one node go on to one child,
 * so that a node needs to know only its youngest child, and no child is ever searched for.
 *
 * Source: J. Han, J. Pei and Y. Yin, Mining frequent patterns without candidate generation, SIGMOD (2000) 1-12, section 2;
 * levels in order as in C. Borgelt, An implementation of the FP-growth algorithm, OSDM (2005) 1-5.
 * Cost: O(items in baskets); 24 bytes a node, of which there are at most as many.
 *
 * @param lists baskets (0 to basketCount - 1) that hold each item, the item in most baskets first
 * @example
 * const { tree, forest } = plantTree([7, 4], [Uint32Array.of(0, 1, 2), Uint32Array.of(0, 2)], 3)
 * tree.starts.length // 3
 * weighLevels(forest, tree, 0, true) // 0
 * forest.sums[0] // 3
 */
export function plantTree(
  items: readonly number[],
  lists: readonly Uint32Array[],
  basketCount: number,
): Readonly<{ tree: FpTree; forest: FpForest }> {
  const forest: FpForest = {
    end: 0,
    nodes: new Int32Array(1024 * nodeSize),
    heads: new Int32Array(lists.length),
    sums: new Int32Array(lists.length),
  }
  const root = addNode(forest, none, none)
  const standsOn = new Int32Array(basketCount).fill(root)
  const starts = [forest.end]
  lists.forEach((list, level) => {
    reserve(forest, list.length)
    const first = forest.end
    const { nodes } = forest
    for (let at = 0; at < list.length; at++) {
      const basket = list[at]!
      const parent = standsOn[basket]!
      // While a tree is made, a node's copy is its youngest child.
      let child = nodes[parent + copyAt]!
      if (child < first) {
        child = addNode(forest, parent, level)
        nodes[parent + copyAt] = child
      }
      nodes[child + countAt]!++
      standsOn[basket] = child
    }
    starts.push(forest.end)
  })
  return { tree: { root, items, starts }, forest }
}

/**
 * Weighs the nodes above those of a level by the baskets that pass both, from the deepest level up; each node is visited
 * once, however many paths pass it. Leaves the sums of the levels in `forest.sums`, keeps the weights unless told to
 * `forget` them, and gives how many nodes it weighed.
 *
 * Source: J. Han, J. Pei and Y. Yin (2000), section 3.1: the conditional pattern base. Cost: O(nodes weighed).
 *
 * @example
 * const { tree, forest } = plantTree([7, 4], [Uint32Array.of(0, 1, 2), Uint32Array.of(0, 2)], 3)
 * weighLevels(forest, tree, 1, true) // 1
 * forest.sums[0] // 2
 */
export function weighLevels(forest: FpForest, tree: FpTree, target: number, forget: boolean): number {
  const { nodes, heads, sums } = forest
  const { root } = tree
  const [from, to] = [tree.starts[target]!, tree.starts[target + 1]!]
  let weighed = 0
  heads.fill(none, 0, target)
  heads[target] = from
  for (let node = from; node < to; node += nodeSize) {
    nodes[node + weightAt] = nodes[node + countAt]!
    nodes[node + linkAt] = node + nodeSize < to ? node + nodeSize : none
  }
  for (let at = target; at >= 0; at--) {
    let sum = 0
    for (let node = heads[at]!; node !== none; node = nodes[node + linkAt]!) {
      const weight = nodes[node + weightAt]!
      sum += weight
      if (forget || at === target) nodes[node + weightAt] = 0
      const above = nodes[node + parentAt]!
      if (above === root) continue
      const before = nodes[above + weightAt]!
      if (before === 0) {
        const level = nodes[above + levelAt]!
        nodes[above + linkAt] = heads[level]!
        heads[level] = above
        weighed++
      }
      nodes[above + weightAt] = before + weight
    }
    sums[at] = sum
  }
  return weighed
}

/**
 * The tree of the baskets that hold the item of level `target`, without that item and those in fewer than `minCount` of
 * them. It lies behind all others; to drop it, set `forest.end` to its root. Also gives how often each kept item occurs.
 *
 * Source: J. Han, J. Pei and Y. Yin (2000), section 3.1: the conditional FP-tree. Cost: O(nodes weighed).
 *
 * @example
 * const { tree, forest } = plantTree([7, 4], [Uint32Array.of(0, 1, 2), Uint32Array.of(0, 2)], 3)
 * const smaller = projectTree(forest, tree, 1, 2)
 * smaller.tree.items // [7]
 * smaller.counts // [2]
 */
export function projectTree(
  forest: FpForest,
  source: FpTree,
  target: number,
  minCount: number,
): Readonly<{ tree: FpTree; counts: readonly number[] }> {
  const weighed = weighLevels(forest, source, target, false)
  reserve(forest, weighed + 1)
  const { nodes, heads, sums } = forest
  const root = addNode(forest, none, none)
  const items: number[] = []
  const counts: number[] = []
  const starts = [forest.end]
  for (let level = 0; level < target; level++) {
    const isKept = sums[level]! >= minCount
    const first = forest.end
    for (let node = heads[level]!; node !== none; node = nodes[node + linkAt]!) {
      const above = nodes[node + parentAt]!
      const newParent = above === source.root ? root : nodes[above + copyAt]!
      if (isKept) {
        let child = nodes[newParent + copyAt]!
        if (child < first) {
          child = addNode(forest, newParent, items.length)
          nodes[newParent + copyAt] = child
        }
        nodes[child + countAt]! += nodes[node + weightAt]!
        nodes[node + copyAt] = child
      } else nodes[node + copyAt] = newParent
      nodes[node + weightAt] = 0
    }
    if (!isKept) continue
    items.push(source.items[level]!)
    counts.push(sums[level]!)
    starts.push(forest.end)
  }
  return { tree: { root, items, starts }, counts }
}
