import { count } from '../../../ui/format.ts'
import { markWords } from './describe.ts'
import css from './imports.module.css'
import type { ColumnGuess } from './queries.ts'
import { words } from './words.ts'

/** How many cells have no value, and which marks say so. */
export function MissingMarks({ column: { missing, rows, missingMarks } }: { column: ColumnGuess }) {
  if (missing === 0) return <span className={css.quiet}>{words('missingNone')}</span>
  const marks = missingMarks.map(({ mark, count: n }) =>
    words('missingMark', { mark: markWords(mark), n: count(n) }),
  )
  return (
    <span className={css.lines}>
      {words('missingCount', { n: count(missing), rows: count(rows) })}
      <span className={css.quiet}>{marks.join(', ')}</span>
    </span>
  )
}
