import { insist } from '../stats-error.ts'
import type { FeatureColumns } from './feature-bins.ts'
import type { TreeModel } from './fit-trees.ts'
import { treeValue } from './tree.ts'

/**
 * Chances of the rows by a model of trees: 1 / (1 + exp(-(base + sum of the trees' values))).
 *
 * Source: J. H. Friedman, Ann. Statist. 29 (2001) 1189-1232, section 4.5. Cost: O(rows trees depth).
 *
 * @param columns the model's columns by name, NaN where missing; others are not looked at
 * @throws StatsError bad_input when a column is not there or differs in length
 * @example
 * const tree = { column: [0, -1, -1], threshold: [2, 0, 0], missingLeft: [true, false, false], value: [0, -1, 1], gain: [3, 0, 0] }
 * predictTrees({ names: ['seats'], baseLogOdds: 0, trees: [tree] }, { seats: [1, 3] }) // [0.268941, 0.731059]
 */
export function predictTrees(
  { names, baseLogOdds, trees }: TreeModel,
  columns: FeatureColumns,
): Float64Array {
  const given = names.map((name) => {
    const column = columns[name]
    insist(column !== undefined, `The model needs the column ${name}.`)
    return column
  })
  const rows = given[0]?.length ?? 0
  insist(
    given.every((column) => column.length === rows),
    'Columns must have one length.',
  )
  const scores = new Float64Array(rows).fill(baseLogOdds)
  for (const tree of trees) for (let row = 0; row < rows; row++) scores[row]! += treeValue(tree, given, row)
  for (let row = 0; row < rows; row++) scores[row] = 1 / (1 + Math.exp(-scores[row]!))
  return scores
}
