import type { ReactNode } from 'react'
import { cx } from '../cx.ts'
import css from './PlainTable.module.css'

export interface PlainColumn<Row> {
  id: string
  head: string
  /** Keeps the head for screen readers only, for columns of buttons. */
  hideHead?: boolean
  number?: boolean
  cell: (row: Row) => ReactNode
}

/** A short table that needs no virtual rows; on a phone each row stands as a block. The first cell names the row. */
export function PlainTable<Row>({
  label,
  columns,
  rows,
  rowKey,
}: {
  label: string
  columns: readonly PlainColumn<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
}) {
  return (
    <table aria-label={label} className={css.table}>
      <thead>
        <tr>
          {columns.map(({ id, head, hideHead, number }) => (
            <th key={id} scope="col" className={cx(number && css.number)}>
              <span className={cx(hideHead && css.hidden)}>{head}</span>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={rowKey(row)}>
            {columns.map(({ id, head, hideHead, number, cell }, i) =>
              i === 0 ? (
                <th key={id} scope="row">
                  {cell(row)}
                </th>
              ) : (
                <td key={id} className={cx(number && css.number)} data-head={hideHead ? undefined : head}>
                  {cell(row)}
                </td>
              ),
            )}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
