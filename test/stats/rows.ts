// Rows of columns, picked by number.
type Table = Readonly<{ columns: Readonly<Record<string, ArrayLike<number>>>; events: ArrayLike<number> }>

export function pickRows({ columns, events }: Table, rows: ArrayLike<number>) {
  const pick = (column: ArrayLike<number>) =>
    Float64Array.from({ length: rows.length }, (_, at) => column[rows[at]!]!)
  return {
    columns: Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, pick(column)])),
    events: pick(events),
  }
}

/** Every fifth row of a file is held out: rows 5, 10, 15 ... counted from 1. */
export function everyFifthRow(count: number) {
  const rows = Array.from({ length: count }, (_, row) => row)
  return { train: rows.filter((row) => (row + 1) % 5 !== 0), test: rows.filter((row) => (row + 1) % 5 === 0) }
}
