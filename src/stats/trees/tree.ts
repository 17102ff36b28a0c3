/**
 * A tree as parallel lists in heap order: the children of node i are 2 i + 1 and 2 i + 2. `column` is -1 at a leaf, whose `value` is added
 * to the log odds; elsewhere values up to `threshold` go left, and missing ones where `missingLeft` says. `gain` is how much
 * the split lowered the loss.
 */
export type Tree = Readonly<{
  column: number[]
  threshold: number[]
  missingLeft: boolean[]
  value: number[]
  gain: number[]
}>

/**
 * A tree of one leaf with room for a depth.
 *
 * Source: heap order, D. E. Knuth, The Art of Computer Programming 3 (1998), section 5.2.3. Cost: O(2^depth).
 *
 * @example
 * leafTree(1).column // [-1, -1, -1]
 */
export function leafTree(depth: number): Tree {
  const nodes = 2 ** (depth + 1) - 1
  const filled = <T>(value: T): T[] => Array.from({ length: nodes }, () => value)
  return {
    column: filled(-1),
    threshold: filled(0),
    missingLeft: filled(false),
    value: filled(0),
    gain: filled(0),
  }
}

/**
 * What a tree adds to the log odds of one row.
 *
 * Source: L. Breiman et al., Classification and Regression Trees (1984), section 2.2. Cost: O(depth).
 *
 * @param columns values by column number, NaN where missing
 * @example
 * const tree = { column: [0, -1, -1], threshold: [2, 0, 0], missingLeft: [true, false, false], value: [0, -1, 1], gain: [3, 0, 0] }
 * treeValue(tree, [[1, 5, NaN]], 1) // 1
 * treeValue(tree, [[1, 5, NaN]], 2) // -1
 */
export function treeValue(tree: Tree, columns: readonly ArrayLike<number>[], row: number): number {
  let node = 0
  for (let column = tree.column[0]!; column >= 0; column = tree.column[node]!) {
    const value = columns[column]![row]!
    const left = Number.isNaN(value) ? tree.missingLeft[node]! : value <= tree.threshold[node]!
    node = 2 * node + (left ? 1 : 2)
  }
  return tree.value[node]!
}
