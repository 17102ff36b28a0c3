import type { TreeModel } from './fit-trees.ts'

export type ColumnImportance = Readonly<{ column: string; gain: number; share: number }>

/**
 * How much of the loss the splits on each column took away while the trees were grown, greatest first; shares add up to 1.
 * Columns that repeat each other share what is theirs, and a column with many values is favoured over one with few.
 *
 * Source: L. Breiman et al., Classification and Regression Trees (1984), section 5.3.4; J. H. Friedman, Ann. Statist. 29
 * (2001), section 8.1. Cost: O(nodes).
 *
 * @example
 * const tree = { column: [1, -1, -1], threshold: [2, 0, 0], missingLeft: [true, false, false], value: [0, -1, 1], gain: [3, 0, 0] }
 * treeImportance({ names: ['seats', 'usage'], baseLogOdds: 0, trees: [tree] }) // [{ column: 'usage', gain: 3, share: 1 }, { column: 'seats', gain: 0, share: 0 }]
 */
export function treeImportance({ names, trees }: TreeModel): ColumnImportance[] {
  const gains = new Float64Array(names.length)
  for (const tree of trees)
    tree.column.forEach((column, node) => {
      if (column >= 0) gains[column]! += tree.gain[node]!
    })
  const all = gains.reduce((sum, gain) => sum + gain, 0)
  return names
    .map((column, at) => ({ column, gain: gains[at]!, share: all > 0 ? gains[at]! / all : 0 }))
    .sort((a, b) => b.gain - a.gain)
}
