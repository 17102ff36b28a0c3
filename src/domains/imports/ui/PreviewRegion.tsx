import { Fragment } from 'react'
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
}

function shownColumns({ plan, inspection }: Import, kind: ImportKind | undefined): ShownColumn[] {
  const keys = customKeys(inspection.dialect.columns)
  return inspection.columns.flatMap(({ index, name }) => {
    const column = plan.columns[name]
    if (!column || column.use === 'leave') return []
    const field = kind?.fields.find((candidate) => candidate.name === column.field)
    const key = column.use === 'field' ? (column.field ?? name) : (keys.get(name) ?? name)
    return [{ index, name, key, label: field?.label ?? name, type: field?.type }]
  })
}

type Row = Preview['rows'][number]
type Fault = Row['faults'][number]

const isAt = ({ column }: Fault, { name, key }: ShownColumn): boolean => column === name || column === key

function PreviewTable({
  preview,
  entry,
  kind,
}: {
  preview: Preview
  entry: Import
  kind: ImportKind | undefined
}) {
  const columns = shownColumns(entry, kind)
  return (
    <div role="region" aria-label={words('preview')} tabIndex={0} className={css.scroll}>
      <table className={css.preview}>
        <thead>
          <tr>
            <th scope="col">{words('previewRow')}</th>
            {columns.map(({ index, label }) => (
              <th key={index} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {preview.rows.slice(0, shownRows).map((row) => (
            <PreviewRow key={row.row} row={row} columns={columns} currency={entry.plan.answers.currency} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function PreviewRow({ row, columns, currency }: { row: Row; columns: ShownColumn[]; currency: string }) {
  const ownCurrency = typeof row.cells.currency === 'string' ? row.cells.currency.toUpperCase() : ''
  const rowCurrency = /^[A-Z]{3}$/.test(ownCurrency) ? ownCurrency : currency
  const others = row.faults.filter((fault) => !columns.some((column) => isAt(fault, column)))
  return (
    <Fragment>
      <tr>
        <th scope="row">{count(row.row)}</th>
        {columns.map((column) => (
          <PreviewCell
            key={column.index}
            raw={row.raw[column.index] ?? ''}
            value={row.cells[column.key] ?? null}
            faults={row.faults.filter((fault) => isAt(fault, column))}
            type={column.type}
            currency={rowCurrency}
          />
        ))}
      </tr>
      {others.length > 0 && (
        <tr>
          <td colSpan={columns.length + 1}>
            <Faults faults={others} />
          </td>
        </tr>
      )}
    </Fragment>
  )
}

function PreviewCell({
  raw,
  value,
  faults,
  type,
  currency,
}: {
  raw: string
  value: Row['cells'][string]
  faults: Fault[]
  type: string | undefined
  currency: string
}) {
  const refused = faults.some(({ severity }) => severity === 'error')
  const shown = refused ? raw : cellWords(value, type, currency)
  const empty = value === null && !refused
  return (
    <td>
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
