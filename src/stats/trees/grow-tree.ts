import {
  bestSplit,
  histogramStride,
  leafValue,
  type BestSplit,
  type LeafBounds,
  type LossSums,
  type SplitRules,
} from './best-split.ts'
import { missingCode, type BinnedFeatures } from './feature-bins.ts'
import { leafTree, type Tree } from './tree.ts'

/** What stays the same from tree to tree: the binned rows, their derivatives, and room to work in. */
export type TreeGround = Readonly<{
  features: BinnedFeatures
  /** Bins of each column, without the missing values. */
  bins: Int32Array
  depth: number
  rules: SplitRules
  learningRate: number
  gradients: Float64Array
  hessians: Float64Array
  scores: Float64Array
  /** One histogram a depth. */
  histograms: readonly Float64Array[]
  scratch: Int32Array
}>

/**
 * Room to grow trees on binned rows; derivatives and scores start at 0.
 *
 * Source: G. Ke et al., LightGBM, NIPS 30 (2017), section 2.1 (histograms in place of sorted columns). Cost: O(rows) numbers.
 *
 * @example
 * const features = binFeatures({ a: [1, 2, 3] }, seededRandom(1))
 * const rules = { l2: 1, minChildWeight: 1, monotone: Int8Array.of(0) }
 * treeGround(features, 2, rules, 0.1).bins // [3]
 */
export function treeGround(
  features: BinnedFeatures,
  depth: number,
  rules: SplitRules,
  learningRate: number,
): TreeGround {
  const bins = Int32Array.from(features.cuts, (cuts) => cuts.length + 1)
  return {
    features,
    bins,
    depth,
    rules,
    learningRate,
    gradients: new Float64Array(features.rows),
    hessians: new Float64Array(features.rows),
    scores: new Float64Array(features.rows),
    histograms: Array.from({ length: depth }, () => new Float64Array(histogramStride * bins.length)),
    scratch: new Int32Array(features.rows),
  }
}

/** Adds up derivatives by bin; columns of a row lie side by side, so that neighbouring additions meet different slots. */
function fillHistogram(ground: TreeGround, rows: Int32Array, histogram: Float64Array): void {
  const { gradients, hessians, features } = ground
  const { codes } = features
  const columns = features.names.length
  histogram.fill(0)
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!
    const gradient = gradients[row]!
    const hessian = hessians[row]!
    let value = row * columns
    for (let start = 0; start < histogram.length; start += histogramStride) {
      const slot = start + (codes[value++]! << 1)
      histogram[slot]! += gradient
      histogram[slot + 1]! += hessian
    }
  }
}

/** 1 for each code that goes left. */
function leftCodes({ bin, missingLeft }: BestSplit): Uint8Array {
  const goesLeft = new Uint8Array(256).fill(1, 0, bin + 1)
  goesLeft[missingCode] = missingLeft ? 1 : 0
  return goesLeft
}

/** Rows that go left first, each side in its old order; answers how many go left. */
function partition({ features, scratch }: TreeGround, rows: Int32Array, split: BestSplit): number {
  const { codes } = features
  const columns = features.names.length
  const goesLeft = leftCodes(split)
  let [left, right] = [0, 0]
  for (let at = 0; at < rows.length; at++) {
    const row = rows[at]!
    const goes = goesLeft[codes[row * columns + split.column]!]!
    // Both are written and one place moves on: half of all branches would be guessed wrong.
    rows[left] = row
    scratch[right] = row
    left += goes
    right += 1 - goes
  }
  rows.set(scratch.subarray(0, right), left)
  return left
}

/** Children of a monotone split may not cross the middle between them. */
function childBounds(ground: TreeGround, split: BestSplit, bounds: LeafBounds): [LeafBounds, LeafBounds] {
  const { l2, monotone } = ground.rules
  const direction = monotone[split.column]!
  if (direction === 0) return [bounds, bounds]
  const middle = (leafValue(split.left, l2, bounds) + leafValue(split.right, l2, bounds)) / 2
  const [below, above]: [LeafBounds, LeafBounds] = [
    [bounds[0], middle],
    [middle, bounds[1]],
  ]
  return direction > 0 ? [below, above] : [above, below]
}

function subtract(from: Float64Array, part: Float64Array): void {
  for (let slot = 0; slot < from.length; slot++) from[slot]! -= part[slot]!
}

/** A node to be split or left as it is; `histogram` is missing at full depth. */
type Growing = Readonly<{
  node: number
  depth: number
  rows: Int32Array
  sums: LossSums
  bounds: LeafBounds
  histogram: Float64Array | undefined
}>

function becomeLeaf(ground: TreeGround, tree: Tree, { node, rows, sums, bounds }: Growing): void {
  const value = ground.learningRate * leafValue(sums, ground.rules.l2, bounds)
  tree.value[node] = value
  const { scores } = ground
  for (let at = 0; at < rows.length; at++) scores[rows[at]!]! += value
}

/** The smaller child is added up, the larger is what remains of the parent, in the parent's own room. */
function growChildren(ground: TreeGround, tree: Tree, parent: Growing, split: BestSplit): void {
  const { node, rows, bounds, histogram } = parent
  const depth = parent.depth + 1
  const cut = partition(ground, rows, split)
  const [leftBounds, rightBounds] = childBounds(ground, split, bounds)
  const left = {
    node: 2 * node + 1,
    depth,
    rows: rows.subarray(0, cut),
    sums: split.left,
    bounds: leftBounds,
  }
  const right = {
    node: 2 * node + 2,
    depth,
    rows: rows.subarray(cut),
    sums: split.right,
    bounds: rightBounds,
  }
  const [small, large] = left.rows.length <= right.rows.length ? [left, right] : [right, left]
  const own = depth < ground.depth ? ground.histograms[depth] : undefined
  if (own && histogram) {
    fillHistogram(ground, small.rows, own)
    subtract(histogram, own)
  }
  growNode(ground, tree, { ...small, histogram: own })
  growNode(ground, tree, { ...large, histogram: own && histogram })
}

function growNode(ground: TreeGround, tree: Tree, growing: Growing): void {
  const { node, sums, bounds, histogram } = growing
  const split = histogram && bestSplit(histogram, ground.bins, ground.rules, sums, bounds)
  if (!split) return becomeLeaf(ground, tree, growing)
  const cuts = ground.features.cuts[split.column]!
  tree.column[node] = split.column
  tree.threshold[node] = cuts[split.bin] ?? Number.MAX_VALUE
  tree.missingLeft[node] = split.missingLeft
  tree.gain[node] = split.gain
  growChildren(ground, tree, growing, split)
}

/**
 * Grows one tree on the given rows to the derivatives of the ground, and adds its values to their scores.
 *
 * Source: T. Chen and C. Guestrin, XGBoost, KDD (2016) 785-794, algorithm 1 on bins; the larger child's histogram is the
 * parent's minus the smaller's, Ke et al. (2017), section 2.1. Cost: O(rows columns depth / 2).
 *
 * @param rows numbers of rows; they are put into another order
 * @example
 * const features = binFeatures({ a: [1, 2, 3, 4] }, seededRandom(1))
 * const rules = { l2: 0, minChildWeight: 1, monotone: Int8Array.of(0) }
 * const ground = treeGround(features, 1, rules, 1)
 * ground.gradients.set([-1, -1, 1, 1])
 * ground.hessians.fill(1)
 * const tree = growTree(ground, Int32Array.of(0, 1, 2, 3))
 * tree.threshold[0] // 2.5
 * ground.scores // [1, 1, -1, -1]
 */
export function growTree(ground: TreeGround, rows: Int32Array): Tree {
  const tree = leafTree(ground.depth)
  let [gradient, hessian] = [0, 0]
  for (let at = 0; at < rows.length; at++) {
    gradient += ground.gradients[rows[at]!]!
    hessian += ground.hessians[rows[at]!]!
  }
  const histogram = ground.histograms[0]!
  fillHistogram(ground, rows, histogram)
  const bounds = [-Number.MAX_VALUE, Number.MAX_VALUE] as const
  growNode(ground, tree, { node: 0, depth: 0, rows, sums: { gradient, hessian }, bounds, histogram })
  return tree
}

/**
 * Adds a tree's values to the scores of rows that it was not grown on, by their bins.
 *
 * Source: as `treeValue`. Cost: O(rows depth).
 *
 * @example
 * const features = binFeatures({ a: [1, 2, 3, 4] }, seededRandom(1))
 * const ground = treeGround(features, 1, { l2: 0, minChildWeight: 1, monotone: Int8Array.of(0) }, 1)
 * const tree = { column: [0, -1, -1], threshold: [2.5, 0, 0], missingLeft: [true, false, false], value: [0, 1, -1], gain: [1, 0, 0] }
 * addTree(ground, tree, Int32Array.of(1, 3))
 * ground.scores // [0, 1, 0, -1]
 */
export function addTree({ features, scores }: TreeGround, tree: Tree, rows: Int32Array): void {
  const { codes, cuts } = features
  const columns = features.names.length
  const lastBins = Int32Array.from(tree.column, (column, node) =>
    column < 0
      ? 0
      : cuts[column]!.filter((cut) => cut <= tree.threshold[node]!).length -
        (tree.threshold[node]! < Number.MAX_VALUE ? 1 : 0),
  )
  const column = Int32Array.from(tree.column)
  const value = Float64Array.from(tree.value)
  const missingLeft = Uint8Array.from(tree.missingLeft, Number)
  for (let at = 0; at < rows.length; at++) {
    const start = rows[at]! * columns
    let node = 0
    for (let c = column[0]!; c >= 0; c = column[node]!) {
      const code = codes[start + c]!
      const left = code === missingCode ? missingLeft[node] === 1 : code <= lastBins[node]!
      node = 2 * node + (left ? 1 : 2)
    }
    scores[rows[at]!]! += value[node]!
  }
}
