import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { memo, useEffect, useRef, useState, type MouseEvent, type ReactNode, type RefObject } from 'react'
import { Checkbox } from '../controls/Checkbox.tsx'
import { cx } from '../cx.ts'
import { useKeys } from '../keys.ts'
import { useRowHeight } from '../row-height.ts'
import { Bone } from '../states/Skeleton.tsx'
import { phone, useMedia } from '../use-media.ts'
import { words } from '../words.ts'
import css from './DataTable.module.css'
import { toggled, withRange } from './selection.ts'
import { nextSort, type Sort } from './sort.ts'

export interface Column<Row> {
  id: string
  header: string
  /** In px. The first column takes what is left. */
  width: number
  /** Text starts left, numbers end right. */
  align?: 'start' | 'end'
  cell: (row: Row) => ReactNode
  /** What stands in the totals row, over all filtered rows. */
  total?: ReactNode
  /** A MicroHistogram over the header. */
  histogram?: ReactNode
  sortable?: boolean
}

export interface DataTableProps<Row> {
  /** Names the table. */
  label: string
  columns: readonly [Column<Row>, ...Column<Row>[]]
  /** All filtered rows, loaded or not. */
  rowCount: number
  /** The row at an index, undefined while its page loads. */
  getRow: (index: number) => Row | undefined
  /** Called with the first and last index in sight, to load their pages. */
  onRangeChange?: (first: number, last: number) => void
  rowId: (row: Row) => string
  rowName: (row: Row) => string
  /** Follows the setting of the person when absent: 32 dense, 40 comfortable. */
  rowHeight?: number
  sort?: readonly Sort[]
  onSort?: (sort: Sort[]) => void
  /** Ids of selected rows; without onSelect the table has no check boxes. */
  selection?: ReadonlySet<string>
  onSelect?: (selection: Set<string>) => void
  onOpen?: (row: Row) => void
  onPeek?: (row: Row) => void
  onFocusRow?: (row: Row | undefined, index: number) => void
  /** One row as it stands on a phone, instead of columns. Give its height too. */
  compact?: (row: Row) => ReactNode
  compactHeight?: number
}

const totalsHeight = 34

/**
 * A table over server pages: only rows in sight exist. J and K move, X selects, Shift takes ranges, Space peeks,
 * Enter opens. It fills its parent, which must have a height.
 */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { columns, rowCount, getRow, onRangeChange, compactHeight = 56 } = props
  const chosenHeight = useRowHeight()
  const rowHeight = props.rowHeight ?? chosenHeight
  const scroller = useRef<HTMLDivElement>(null)
  const compact = useMedia(phone) && props.compact !== undefined
  const hasHistogram = columns.some(({ histogram }) => histogram)
  const hasTotals = columns.some(({ total }) => total !== undefined)
  const headerHeight = compact ? 0 : hasHistogram ? 52 : 30
  const rows = useVirtualizer({
    count: rowCount,
    getScrollElement: () => scroller.current,
    estimateSize: () => (compact ? compactHeight : rowHeight),
    overscan: 10,
    scrollPaddingEnd: headerHeight + (hasTotals && !compact ? totalsHeight : 0),
  })
  useEffect(() => rows.measure(), [rows, compact, rowHeight, compactHeight])
  const items = rows.getVirtualItems()
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0]
  useEffect(() => {
    if (rowCount > 0) onRangeChange?.(first, last)
  }, [first, last, rowCount, onRangeChange])
  const cursor = useCursor(props, scroller, (index) => rows.scrollToIndex(index))
  const columnCount = compact ? 1 : columns.length
  const above = items[0]?.start ?? 0
  const below = rows.getTotalSize() - (items.at(-1)?.end ?? 0)
  const tabStop = cursor.index >= first && cursor.index <= last ? cursor.index : first
  return (
    <div ref={scroller} className={css.scroller} style={{ scrollPaddingTop: headerHeight }}>
      <table
        role="grid"
        aria-label={props.label}
        aria-rowcount={rowCount + (compact ? 0 : 1)}
        aria-multiselectable={props.onSelect ? true : undefined}
        className={css.table}
        style={{ minWidth: compact ? 0 : columns.reduce((sum, { width }) => sum + width, 40) }}
      >
        {!compact && <Header {...props} height={headerHeight} />}
        <tbody>
          <Spacer height={above} columns={columnCount} />
          {items.map(({ index }) => (
            <BodyRow
              key={index}
              {...props}
              row={getRow(index)}
              index={index}
              height={compact ? compactHeight : rowHeight}
              compactNow={compact}
              current={index === cursor.index}
              tabStop={index === tabStop}
              onCursor={cursor.move}
              onToggle={cursor.toggle}
            />
          ))}
          <Spacer height={below} columns={columnCount} />
        </tbody>
        {hasTotals && !compact && <Totals columns={columns} />}
      </table>
    </div>
  )
}

interface Cursor {
  index: number
  move: (index: number) => void
  toggle: (index: number, range: boolean) => void
}

/** The focused row, its keys, and selection from it. */
function useCursor<Row>(
  { rowCount, getRow, rowId, selection, onSelect, onOpen, onPeek, onFocusRow }: DataTableProps<Row>,
  scroller: RefObject<HTMLDivElement | null>,
  scrollTo: (index: number) => void,
): Cursor {
  const [index, setIndex] = useState(-1)
  const [anchor, setAnchor] = useState(0)
  const wantsFocus = useRef(false)
  useEffect(() => {
    if (!wantsFocus.current) return
    const row = scroller.current?.querySelector<HTMLElement>(`tr[data-index="${index}"]`)
    if (!row) return
    wantsFocus.current = false
    row.focus({ preventScroll: true })
  })
  const move = (to: number) => {
    if (to === index) return
    setIndex(to)
    onFocusRow?.(getRow(to), to)
  }
  const go = (to: number) => {
    if (rowCount === 0) return
    const next = Math.min(rowCount - 1, Math.max(0, to))
    wantsFocus.current = true
    scrollTo(next)
    move(next)
  }
  const idAt = (at: number) => {
    const row = getRow(at)
    return row === undefined ? undefined : rowId(row)
  }
  const toggle = (at: number, range: boolean) => {
    const id = idAt(at)
    if (!onSelect || id === undefined) return
    onSelect(
      range ? withRange(selection ?? new Set(), idAt, anchor, at) : toggled(selection ?? new Set(), id),
    )
    setAnchor(at)
  }
  const extend = (step: number) => {
    const next = Math.min(rowCount - 1, Math.max(0, index + step))
    onSelect?.(withRange(selection ?? new Set(), idAt, index, next))
    go(next)
  }
  const withRow = (act: ((row: Row) => void) | undefined) => () => {
    const row = getRow(index)
    if (row !== undefined) act?.(row)
  }
  const onRow = index >= 0
  const page = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 320) / 32) - 3)
  useKeys([
    { key: 'j', label: words('move'), run: () => go(index + 1), bar: 'left' },
    { key: 'k', label: words('move'), run: () => go(index - 1), bar: 'left' },
    { key: 'x', label: words('select'), run: () => toggle(index, false), when: !!onSelect, bar: 'left' },
    { key: 'enter', label: words('open'), run: withRow(onOpen), when: !!onOpen, bar: 'left' },
    { key: 'space', label: words('peek'), run: withRow(onPeek), when: !!onPeek, bar: 'left' },
    {
      key: 'escape',
      label: words('clearSelection'),
      run: () => onSelect?.(new Set()),
      when: !!selection?.size,
    },
  ])
  useKeys(
    [
      { key: 'down', label: words('move'), run: () => go(index + 1) },
      { key: 'up', label: words('move'), run: () => go(index - 1) },
      { key: 'pagedown', label: words('move'), run: () => go(index + page()) },
      { key: 'pageup', label: words('move'), run: () => go(index - page()) },
      { key: 'home', label: words('move'), run: () => go(0) },
      { key: 'end', label: words('move'), run: () => go(rowCount - 1) },
      { key: 'shift+down', label: words('select'), run: () => extend(1), when: !!onSelect && onRow },
      { key: 'shift+up', label: words('select'), run: () => extend(-1), when: !!onSelect && onRow },
      { key: 'shift+j', label: words('select'), run: () => extend(1), when: !!onSelect && onRow },
      { key: 'shift+k', label: words('select'), run: () => extend(-1), when: !!onSelect && onRow },
      { key: 'shift+x', label: words('select'), run: () => toggle(index, true), when: !!onSelect && onRow },
    ],
    { within: scroller },
  )
  return { index, move, toggle }
}

function Header<Row>({
  columns,
  sort = [],
  onSort,
  selection,
  onSelect,
  rowCount,
  getRow,
  rowId,
  height,
}: DataTableProps<Row> & { height: number }) {
  const size = selection?.size ?? 0
  const selectLoaded = (checked: boolean) => {
    const idAt = (index: number) => {
      const row = getRow(index)
      return row === undefined ? undefined : rowId(row)
    }
    onSelect?.(checked ? withRange(new Set(), idAt, 0, rowCount - 1) : new Set())
  }
  return (
    <>
      <colgroup>
        {columns.map(({ id, width }, i) => (
          <col key={id} style={i === 0 ? undefined : { width }} />
        ))}
      </colgroup>
      <thead>
        <tr aria-rowindex={1} style={{ height }}>
          {columns.map((column, i) => (
            <HeaderCell key={column.id} column={column} sort={sort} {...(onSort && { onSort })}>
              {i === 0 && onSelect && (
                <span className={css.check}>
                  <Checkbox
                    label={words('selectAll')}
                    hideLabel
                    checked={size > 0 && size >= rowCount}
                    mixed={size > 0 && size < rowCount}
                    onChange={selectLoaded}
                  />
                </span>
              )}
            </HeaderCell>
          ))}
        </tr>
      </thead>
    </>
  )
}

function HeaderCell<Row>({
  column,
  sort,
  onSort,
  children,
}: {
  column: Column<Row>
  sort: readonly Sort[]
  onSort?: (sort: Sort[]) => void
  children: ReactNode
}) {
  const sorted = sort.find(({ column: id }) => id === column.id)
  const first = column.align === 'end' ? 'descending' : 'ascending'
  const Arrow = sorted?.direction === 'ascending' ? ArrowUp : ArrowDown
  const name = (
    <>
      {column.header}
      {sorted && <Arrow size={12} strokeWidth={1.75} aria-hidden />}
    </>
  )
  const onClick = (event: MouseEvent) => onSort?.(nextSort(sort, column.id, first, event.shiftKey))
  return (
    <th scope="col" aria-sort={sorted?.direction} className={cx(css.head, column.align === 'end' && css.end)}>
      {column.histogram && <div className={css.histogram}>{column.histogram}</div>}
      <div className={css.headLine}>
        {children}
        {column.sortable && onSort ? (
          <button type="button" className={cx(css.sort, sorted && css.sorted)} onClick={onClick}>
            {name}
          </button>
        ) : (
          <span className={css.sort}>{name}</span>
        )}
      </div>
    </th>
  )
}

interface BodyRowProps<Row> extends DataTableProps<Row> {
  row: Row | undefined
  index: number
  height: number
  compactNow: boolean
  current: boolean
  tabStop: boolean
  onCursor: (index: number) => void
  onToggle: (index: number, range: boolean) => void
}

function BodyRow<Row>(props: BodyRowProps<Row>) {
  const { row, index, height, current, tabStop, selection, onSelect, rowId, onOpen, onCursor, onToggle } =
    props
  const selected = row !== undefined && (selection?.has(rowId(row)) ?? false)
  const onClick = (event: MouseEvent) => {
    if (row === undefined || (event.target as Element).closest('button,a,input,label,[role=checkbox]')) return
    if (onSelect && event.shiftKey) onToggle(index, true)
    else onOpen?.(row)
  }
  return (
    <tr
      data-index={index}
      aria-rowindex={index + 2}
      aria-selected={onSelect ? selected : undefined}
      aria-busy={row === undefined || undefined}
      tabIndex={tabStop ? 0 : -1}
      className={cx(css.row, current && css.current)}
      style={{ height }}
      onFocus={() => onCursor(index)}
      onClick={onClick}
    >
      <Cells {...props} selected={selected} />
    </tr>
  )
}

function ContentOf<Row>({ column, row }: { column: Column<Row>; row: Row }) {
  return column.cell(row)
}
/** Scrolling draws rows anew many times a second: what is in their cells is kept. */
const Content = memo(ContentOf) as typeof ContentOf

function Cells<Row>({
  row,
  index,
  columns,
  compact,
  compactNow,
  selected,
  rowName,
  onSelect,
  onToggle,
}: BodyRowProps<Row> & { selected: boolean }) {
  if (row === undefined)
    return (
      <td colSpan={compactNow ? 1 : columns.length} className={css.cell}>
        <span className={css.hidden}>{words('loadingRow')}</span>
        <Bone width={160} />
      </td>
    )
  if (compactNow) return <td className={css.cell}>{compact!(row)}</td>
  const shift = (event: MouseEvent) => {
    if (!event.shiftKey) return
    event.preventDefault()
    event.stopPropagation()
    onToggle(index, true)
  }
  return columns.map((column, i) =>
    i === 0 ? (
      <th key={column.id} scope="row" className={cx(css.cell, css.first)}>
        <div className={css.firstLine}>
          {onSelect && (
            <span className={css.check} onClickCapture={shift}>
              <Checkbox
                label={words('selectRow', { name: rowName(row) })}
                hideLabel
                checked={selected}
                tabIndex={-1}
                onChange={() => onToggle(index, false)}
              />
            </span>
          )}
          <span className={css.name} title={rowName(row)}>
            <Content column={column} row={row} />
          </span>
        </div>
      </th>
    ) : (
      <td key={column.id} className={cx(css.cell, column.align === 'end' && css.end)}>
        <Content column={column} row={row} />
      </td>
    ),
  )
}

function Totals<Row>({ columns }: { columns: readonly Column<Row>[] }) {
  return (
    <tfoot>
      <tr style={{ height: totalsHeight }}>
        {columns.map(({ id, align, total }, i) => (
          <td key={id} className={cx(css.total, align === 'end' && css.end, i === 0 && css.first)}>
            {total}
          </td>
        ))}
      </tr>
    </tfoot>
  )
}

function Spacer({ height, columns }: { height: number; columns: number }) {
  if (height <= 0) return null
  return (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height, padding: 0 }} />
    </tr>
  )
}
