/** Rows as they stand before somebody's eyes while newer ones are here. */
export interface Steady<Row> {
  rows: readonly Row[]
  /** Keys of rows that are shown as they last were, because they are not among the newer ones. */
  gone: ReadonlySet<string>
  /** The newer rows are others, or in another order. */
  differs: boolean
}

/** What is shown keeps its rows and their order, and takes what the newer rows say. */
export function steadied<Row>(
  shown: readonly Row[],
  newer: readonly Row[],
  keyOf: (row: Row) => string,
): Steady<Row> {
  const byKey = new Map(newer.map((row) => [keyOf(row), row]))
  const gone = new Set(shown.map(keyOf).filter((key) => !byKey.has(key)))
  const differs =
    shown.length !== newer.length || shown.some((row, at) => keyOf(row) !== keyOf(newer[at] as Row))
  return { rows: shown.map((row) => byKey.get(keyOf(row)) ?? row), gone, differs }
}
