export interface Sort {
  column: string
  direction: 'ascending' | 'descending'
}

/**
 * The sort after a click on a header: the column alone, or with `add` one more after those there are. The first
 * click sorts numbers descending and text ascending, the next turns it round.
 */
export function nextSort(
  sort: readonly Sort[],
  column: string,
  first: Sort['direction'],
  add: boolean,
): Sort[] {
  const known = sort.find((one) => one.column === column)
  const turned: Sort = { column, direction: known ? opposite(known.direction) : first }
  if (!add) return [turned]
  return known ? sort.map((one) => (one === known ? turned : one)) : [...sort, turned]
}

function opposite(direction: Sort['direction']): Sort['direction'] {
  return direction === 'ascending' ? 'descending' : 'ascending'
}
