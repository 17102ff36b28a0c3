import { useVirtualizer } from '@tanstack/react-virtual'
import { Fragment, useRef, type RefObject } from 'react'
import { cx } from '../../../ui/cx.ts'
import { count } from '../../../ui/format.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { NoPermission } from '../../../ui/states/NoPermission.tsx'
import { customKeys } from '../model/text.ts'
import { cellWords } from './describe.ts'
import css from './imports.module.css'
import { usePreview, type Import, type ImportKind, type Preview } from './queries.ts'
import { faultSentence, words } from './words.ts'

const shownRows = 20

/** The first rows as they will be written, beside what the file says where that differs. */
export function PreviewRegion({
  entry,
  kind,
  mayImport,
}: {
  entry: Import
  kind: ImportKind | undefined
  mayImport: boolean
}) {
  // After an undo or a long time the file is gone, and with it its rows.
  const there = entry.state !== 'undone' && entry.state !== 'done'
  const preview = usePreview(entry.id, mayImport && there)
  if (!there) return null
  return (
    <Region title={words('preview')} note={mayImport && words('previewNote')} line={false}>
      {mayImport ? (
        <Loaded query={preview} label={words('preview')}>
          {(data) =>
            data.rows.length === 0 ? (
              <Empty title={words('previewEmpty')} text={words('previewAfter')} />
            ) : (
              <PreviewTable preview={data} entry={entry} kind={kind} />
            )
          }
        </Loaded>
      ) : (
        <NoPermission title={words('previewOnly')} text={words('previewOnlyText')} />
      )}
    </Region>
  )
}

interface ShownColumn {
  index: number
  name: string
  /** Field or key under which the parsed value stands. */
  key: string
  label: string
  type: string | undefined
  number: boolean
  /** Its place among all columns that are shown, counted from 1; the first holds the number of the row. */
  place: number
}

const numbers: readonly string[] = ['integer', 'decimal', 'money']

function shownColumns({ plan, inspection }: Import, kind: ImportKind | undefined): ShownColumn[] {
  const keys = customKeys(inspection.dialect.columns)
  const kept = inspection.columns.flatMap(({ index, name }) => {
    const column = plan.columns[name]
    if (!column || column.use === 'leave') return []
    const field = kind?.fields.find((candidate) => candidate.name === column.field)
    const key = column.use === 'field' ? (column.field ?? name) : (keys.get(name) ?? name)
    const number = numbers.includes(field?.type ?? column.format.type)
    return [{ index, name, key, label: field?.label ?? name, type: field?.type, number }]
  })
  return kept.map((column, i) => ({ ...column, place: i + 2 }))
}

type Row = Preview['rows'][number]
type Fault = Row['faults'][number]

const isAt = ({ column }: Fault, { name, key }: ShownColumn): boolean => column === name || column === key

/** More columns than this are drawn only while they are in sight. */
const few = 60
const columnWidth = 176
const rowWidth = 64

type InSight = Readonly<{ columns: ShownColumn[]; before: number; after: number; width: number | undefined }>

/** Which columns to draw, and how many px the others take at either side; width is free when all are drawn. */
function useInSight(all: ShownColumn[], scroller: RefObject<HTMLElement | null>): InSight {
  const many = all.length > few
  const virtual = useVirtualizer({
    horizontal: true,
    count: many ? all.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => columnWidth,
    overscan: 3,
    scrollMargin: rowWidth,
  })
  if (!many) return { columns: all, before: 0, after: 0, width: undefined }
  const items = virtual.getVirtualItems()
  const total = virtual.getTotalSize()
  const end = (items.at(-1)?.end ?? rowWidth) - rowWidth
  return {
    columns: items.map(({ index }) => all[index]!),
    before: (items[0]?.start ?? rowWidth) - rowWidth,
    after: total - end,
    width: rowWidth + total,
  }
}

function PreviewTable({
  preview,
  entry,
  kind,
}: {
  preview: Preview
  entry: Import
  kind: ImportKind | undefined
}) {
  const scroller = useRef<HTMLDivElement>(null)
  const all = shownColumns(entry, kind)
  const inSight = useInSight(all, scroller)
  const { width } = inSight
  // What is still needed is said once, below, and not again in every row.
  const asked = new Set(entry.faults.map(({ code }) => code as string))
  return (
    <div ref={scroller} role="region" aria-label={words('preview')} tabIndex={0} className={css.scroll}>
      <table
        aria-colcount={all.length + 1}
        className={cx(css.preview, width !== undefined && css.windowed)}
        style={{ width }}
      >
        <thead>
          <tr>
            <th scope="col" style={width === undefined ? undefined : { width: rowWidth }}>
              {words('previewRow')}
            </th>
            <Side width={inSight.before} />
            {inSight.columns.map(({ index, label, number, place }) => (
              <th
                key={index}
                scope="col"
                aria-colindex={place}
                title={label}
                className={cx(number && css.number)}
                style={width === undefined ? undefined : { width: columnWidth }}
              >
                {label}
              </th>
            ))}
            <Side width={inSight.after} />
          </tr>
        </thead>
        <tbody>
          {preview.rows.slice(0, shownRows).map((row) => (
            <PreviewRow
              key={row.row}
              row={row}
              all={all}
              inSight={inSight}
              faults={row.faults.filter(({ code }) => !asked.has(code))}
              currency={entry.plan.answers.currency}
            />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function Side({ width }: { width: number }) {
  return width > 0 ? <td aria-hidden style={{ width }} /> : null
}

function PreviewRow({
  row,
  all,
  inSight: { columns, before, after },
  faults,
  currency,
}: {
  row: Row
  all: ShownColumn[]
  inSight: InSight
  faults: Fault[]
  currency: string
}) {
  const ownCurrency = typeof row.cells.currency === 'string' ? row.cells.currency.toUpperCase() : ''
  const rowCurrency = /^[A-Z]{3}$/.test(ownCurrency) ? ownCurrency : currency
  const others = faults.filter((fault) => !all.some((column) => isAt(fault, column)))
  return (
    <Fragment>
      <tr>
        <th scope="row">{count(row.row)}</th>
        <Side width={before} />
        {columns.map((column) => (
          <PreviewCell
            key={column.index}
            column={column}
            raw={row.raw[column.index] ?? ''}
            value={row.cells[column.key] ?? null}
            faults={faults.filter((fault) => isAt(fault, column))}
            currency={rowCurrency}
          />
        ))}
        <Side width={after} />
      </tr>
      {others.length > 0 && (
        <tr>
          <td colSpan={columns.length + 1 + Number(before > 0) + Number(after > 0)} className={css.rowFault}>
            <Faults faults={others} />
          </td>
        </tr>
      )}
    </Fragment>
  )
}

function PreviewCell({
  column: { type, number, place },
  raw,
  value,
  faults,
  currency,
}: {
  column: ShownColumn
  raw: string
  value: Row['cells'][string]
  faults: Fault[]
  currency: string
}) {
  const refused = faults.some(({ severity }) => severity === 'error')
  const shown = refused ? raw : cellWords(value, type, currency)
  const empty = value === null && !refused
  return (
    <td aria-colindex={place} className={cx(number && css.number)}>
      <span className={cx(empty ? css.quiet : css.value)} title={shown}>
        {shown}
      </span>
      {shown !== raw.trim() && raw !== '' && (
        <span className={css.raw} title={raw}>
          {raw}
        </span>
      )}
      <Faults faults={faults} />
    </td>
  )
}

function Faults({ faults }: { faults: Fault[] }) {
  return faults.map(({ severity, code, params, column }) => (
    <span key={`${code} ${column}`} className={severity === 'error' ? css.cellFault : css.cellLook}>
      {faultSentence(code, params)}
    </span>
  ))
}
