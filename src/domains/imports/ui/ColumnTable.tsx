import { defaultRangeExtractor, useVirtualizer, type Range } from '@tanstack/react-virtual'
import { Fragment, useCallback, useRef, useState, type FocusEvent } from 'react'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { cx } from '../../../ui/cx.ts'
import { count } from '../../../ui/format.ts'
import { PlainTable, type PlainColumn } from '../../../ui/table/PlainTable.tsx'
import plain from '../../../ui/table/PlainTable.module.css'
import css from './imports.module.css'
import type { ColumnGuess } from './queries.ts'
import { words } from './words.ts'

export type ShownColumn = PlainColumn<ColumnGuess> &
  Readonly<{ /** Share of the table in percent. */ share: number }>
type Columns = readonly [ShownColumn, ...ShownColumn[]]
type Props = Readonly<{ label: string; rows: readonly ColumnGuess[]; columns: Columns }>

/** More columns than this are searched and scrolled in a frame of their own. */
const few = 60
const rowKey = ({ index }: ColumnGuess) => String(index)

/** The columns of a file, one a row. However many there are, only those in sight exist. */
export function ColumnTable(props: Props) {
  return props.rows.length > few ? <ManyColumns {...props} /> : <PlainTable {...props} rowKey={rowKey} />
}

function ManyColumns({ label, rows, columns }: Props) {
  const [sought, setSought] = useState('')
  const text = sought.trim().toLowerCase()
  const found = rows.filter(({ name }) => name.toLowerCase().includes(text))
  return (
    <>
      <div className={css.find}>
        <Field label={words('findColumn')}>
          {(control) => (
            <TextInput
              {...control}
              type="search"
              value={sought}
              onChange={(event) => setSought(event.target.value)}
            />
          )}
        </Field>
        <span role="status" className={css.quiet}>
          {text !== '' && words('columnsMatching', { n: count(found.length), all: count(rows.length) })}
        </span>
      </div>
      {/* A new search starts at its first row. */}
      <VirtualRows key={text} label={label} rows={found} columns={columns} />
    </>
  )
}

function VirtualRows({ label, rows, columns }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const [focused, setFocused] = useState<number | null>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 48,
    overscan: 10,
    // The row that has focus stays, wherever the wheel goes.
    rangeExtractor: useCallback((range: Range) => withRow(defaultRangeExtractor(range), focused), [focused]),
  })
  const items = virtual.getVirtualItems()
  const onFocus = ({ currentTarget }: FocusEvent<HTMLElement>) =>
    setFocused(Number(currentTarget.dataset.index))
  return (
    <div ref={scroller} role="group" aria-label={label} tabIndex={0} className={css.frame}>
      <table aria-label={label} aria-rowcount={rows.length + 1} className={cx(plain.table, css.manyColumns)}>
        <colgroup>
          {columns.map(({ id, share }) => (
            <col key={id} style={{ width: `${share}%` }} />
          ))}
        </colgroup>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ id, head }) => (
              <th key={id} scope="col">
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map(({ index, start }, i) => (
            <Fragment key={rowKey(rows[index]!)}>
              <Gap height={start - (items[i - 1]?.end ?? 0)} columns={columns.length} />
              <tr
                ref={virtual.measureElement}
                data-index={index}
                aria-rowindex={index + 2}
                onFocus={onFocus}
                onBlur={() => setFocused(null)}
              >
                <Cells row={rows[index]!} columns={columns} />
              </tr>
            </Fragment>
          ))}
          <Gap height={virtual.getTotalSize() - (items.at(-1)?.end ?? 0)} columns={columns.length} />
        </tbody>
      </table>
    </div>
  )
}

const withRow = (indexes: number[], row: number | null): number[] =>
  row === null || indexes.includes(row) ? indexes : [...indexes, row].sort((a, b) => a - b)

function Cells({ row, columns: [name, ...others] }: { row: ColumnGuess; columns: Columns }) {
  return (
    <>
      <th scope="row">{name.cell(row)}</th>
      {others.map(({ id, head, cell }) => (
        <td key={id} data-head={head}>
          {cell(row)}
        </td>
      ))}
    </>
  )
}

function Gap({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden className={css.gapRow}>
      <td colSpan={columns} style={{ height }} />
    </tr>
  )
}
