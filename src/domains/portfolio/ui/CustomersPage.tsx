import { useNavigate, useSearch } from '@tanstack/react-router'
import { Download, Layers } from 'lucide-react'
import { useCallback, useMemo, useState } from 'react'
import { ProblemError } from '../../../ui/api/problem.ts'
import { announce } from '../../../ui/announce.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { ViewTabs } from '../../../ui/controls/ViewTabs.tsx'
import { percentParts } from '../../../ui/format.ts'
import { useKeys } from '../../../ui/keys.ts'
import { Page } from '../../../ui/layout/Page.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { ErrorState } from '../../../ui/states/ErrorState.tsx'
import { SkeletonRows } from '../../../ui/states/Skeleton.tsx'
import { DataTable, type Column } from '../../../ui/table/DataTable.tsx'
import { HeldOrder } from '../../../ui/table/HeldOrder.tsx'
import type { Sort as TableSort } from '../../../ui/table/sort.ts'
import { useOccupied } from '../../../ui/use-occupied.ts'
import type { Fields, Row, Sort, View } from '../schema.ts'
import { readAddress, type Address } from './address.ts'
import { Bulk } from './Bulk.tsx'
import { buildColumns, riskTone, usualColumns } from './columns.tsx'
import { fieldLabel, valueText, viewLabel, withRangeOn } from './conditions.ts'
import { FilterBar } from './FilterBar.tsx'
import { Peek } from './Peek.tsx'
import css from './portfolio.module.css'
import {
  mayChange,
  useFields,
  useMayWrite,
  useRefresh,
  useRows,
  useSummary,
  useViewCounts,
  useViews,
  type Asked,
} from './use-portfolio.ts'
import { changeView, failed, ViewMenu } from './ViewMenu.tsx'
import { words } from './words.ts'

const usualSorts = ['reading.risk.expected_loss', 'reading.risk.renewal', 'reading.revenue.arr', 'name']

/** What the table asks for: the view, with what the address changes of it. */
function askedOf(address: Address, view: View | undefined, fields: Fields | undefined): Asked {
  const known = new Set(fields?.fields.map(({ code }) => code))
  const viewColumns = view && view.columns.length > 0 ? view.columns : usualColumns
  const viewSort = view && view.sort.length > 0 ? view.sort : usualSort(known)
  return {
    filter: address.filter ?? view?.filter ?? [],
    find: address.find ?? '',
    sort: (address.sort ?? viewSort).filter(({ field }) => known.has(field)),
    columns: (address.columns ?? viewColumns).filter((code) => known.has(code)),
  }
}

function usualSort(known: ReadonlySet<string>): Sort[] {
  const field = usualSorts.find((code) => known.has(code)) ?? 'name'
  return [{ field, dir: field === 'name' ? 'asc' : 'desc' }]
}

/** All customers in one table: views, filters, sort, totals over all that match, and a look at each. */
export function CustomersPage() {
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const address = useMemo(() => readAddress(search), [search])
  const fields = useFields()
  const views = useViews()
  const counts = useViewCounts()
  const view = views.data?.find(({ id }) => id === address.view)
  const go = useCallback(
    (change: Partial<Address>, replace = false) => {
      const next = Object.entries({ ...address, ...change }).filter(([, value]) => value !== undefined)
      void navigate({ to: '/customers', search: Object.fromEntries(next) as never, replace })
    },
    [address, navigate],
  )
  const openView = useCallback(
    (id: string) => void navigate({ to: '/customers', search: { view: id } as never }),
    [navigate],
  )
  const asked = useMemo(() => askedOf(address, view, fields.data), [address, view, fields.data])
  const refresh = useRefresh()
  const changed = Boolean(address.filter ?? address.sort ?? address.columns)
  const list = views.data ?? []
  const tabs = list.map((one, i) => {
    const size = counts.data?.find(({ id }) => id === one.id)?.count
    return {
      id: one.id,
      label: viewLabel(one),
      ...(size !== undefined && { count: size }),
      ...(i === 0 && { icon: Layers }),
      unsaved: one.id === address.view && changed,
    }
  })
  const at = list.findIndex(({ id }) => id === address.view)
  const step = (by: number) => {
    const next = list[(at + by + list.length) % list.length]
    if (next) openView(next.id)
  }
  useKeys([
    ...list.slice(0, 6).map((one, i) => ({
      key: String(i + 1),
      label: words('switchView'),
      run: () => openView(one.id),
      bar: 'right' as const,
    })),
    { key: '[', label: words('previousView'), run: () => step(-1), when: list.length > 1 },
    { key: ']', label: words('nextView'), run: () => step(1), when: list.length > 1 },
  ])
  const content = { filter: asked.filter, sort: [...asked.sort], columns: [...asked.columns] }
  const save = async (id: string) => {
    try {
      await changeView(id, content)
      await refresh()
      openView(id)
      toast(words('saved'))
    } catch (error) {
      failed(error as Error)
    }
  }
  const error = fields.error ?? views.error
  const mayWrite = useMayWrite()
  const canSave = view !== undefined && mayChange(view, mayWrite)
  return (
    <Page
      title={words('customers')}
      actions={
        <>
          <Button variant="quiet" icon={Download} onClick={() => location.assign(exportAddress(asked))}>
            {words('export')}
          </Button>
          <ViewMenu
            view={view}
            saved={list.filter((one) => mayChange(one, mayWrite))}
            content={content}
            onOpen={openView}
          />
        </>
      }
    >
      <div className={css.screen}>
        <ViewTabs
          label={words('views')}
          tabs={tabs}
          current={address.view}
          onChange={openView}
          {...(canSave && { onSave: () => void save(view.id) })}
        />
        {error && !(fields.data && views.data) ? (
          <ErrorState
            title={words('rowsFailed')}
            text={error.message}
            actions={<Button onClick={() => void refresh()}>{words('tryAgain')}</Button>}
          />
        ) : fields.data && views.data ? (
          <Body fields={fields.data} views={list} address={address} asked={asked} go={go} />
        ) : (
          <SkeletonRows rows={12} label={words('reading')} reading={words('stillReading')} />
        )}
      </div>
    </Page>
  )
}

function exportAddress({ filter, find, sort, columns }: Asked): string {
  const query = new URLSearchParams({
    filter: JSON.stringify(filter),
    sort: JSON.stringify(sort),
    columns: JSON.stringify(columns),
    ...(find && { find }),
  })
  return `/api/v1/portfolio/export.csv?${query}`
}

interface BodyProps {
  fields: Fields
  views: readonly View[]
  address: Address
  asked: Asked
  go: (change: Partial<Address>, replace?: boolean) => void
}

function Body({ fields, views, address, asked, go }: BodyProps) {
  const { filter, find, sort, columns } = asked
  return (
    <>
      <FilterBar
        fields={fields}
        views={views}
        filter={filter}
        find={find}
        sort={sort}
        columns={columns}
        onFilter={(next) => go({ filter: next })}
        onFind={(next) => go({ find: next === '' ? undefined : next })}
        onSort={(next) => go({ sort: next })}
        onColumns={(next) => go({ columns: next })}
      />
      <Customers fields={fields} views={views} address={address} asked={asked} go={go} />
    </>
  )
}

function Customers({ fields, views, address, asked, go }: BodyProps) {
  const navigate = useNavigate()
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set())
  // The line of use turns rust by the usual range, which the trend holds.
  const columns = asked.columns.includes('reading.usage.weekly_active')
    ? [...new Set([...asked.columns, ...fieldsAmong(fields, ['reading.usage.trend'])])]
    : asked.columns
  const [occupied, table] = useOccupied()
  const rows = useRows({ ...asked, columns }, true, occupied)
  const summary = useSummary(
    {
      ...asked,
      columns: [...new Set([...asked.columns, ...fieldsAmong(fields, ['reading.risk.expected_loss'])])],
    },
    true,
  )
  // The customer's page takes the list along, so that it knows who comes next.
  const openRow = (id: string) => {
    const { filter, find, sort } = asked
    const at = Array.from({ length: rows.total ?? 0 }, (_, i) => i).find((i) => rows.getRow(i)?.id === id)
    const search = at === undefined ? {} : { list: { filter, find, sort }, at: at + 1 }
    void navigate({ to: `/customers/${id}` as '/', search: search as never })
  }
  const total = rows.total ?? 0
  const first: Column<Row> = {
    id: 'name',
    header: words('customer'),
    width: 190,
    sortable: true,
    cell: (row) => <span className={css.text}>{row.name}</span>,
    total: (
      <span className={css.count}>
        <b>{words('total', { n: summary.data?.count ?? total })}</b>
        {summary.isError && <span className={css.quiet}>{words('summaryFailed')}</span>}
      </span>
    ),
  }
  const built = buildColumns(asked.columns, first, {
    fields,
    filter: asked.filter,
    summary: summary.data,
    onRange: (field, limits) => go({ filter: withRangeOn(asked.filter, field, limits) }),
  })
  if (rows.error && rows.loading)
    return <Failed error={rows.error} onRetry={rows.retry} onClear={() => go({ filter: [] })} />
  if (rows.loading) return <SkeletonRows rows={14} label={words('reading')} reading={words('stillReading')} />
  return (
    <div className={css.split}>
      <div ref={table} className={css.main}>
        {rows.error && <Failed error={rows.error} onRetry={rows.retry} onClear={() => go({ filter: [] })} />}
        {total === 0 ? (
          <Nothing asked={asked} onClear={() => go({ filter: [], find: undefined })} />
        ) : (
          <DataTable
            label={words('customers')}
            columns={built}
            rowCount={total}
            getRow={rows.getRow}
            onRangeChange={rows.onRangeChange}
            rowId={(row) => row.id}
            rowName={(row) => row.name}
            sort={asked.sort.map(toTableSort)}
            onSort={(next) => go({ sort: next.map(fromTableSort) })}
            selection={selection}
            onSelect={setSelection}
            onOpen={(row) => openRow(row.id)}
            onPeek={(row) => {
              go({ row: address.row === row.id ? undefined : row.id }, true)
              announce(words('peekOf', { name: row.name }))
            }}
            onFocusRow={(row) => row && address.row && go({ row: row.id }, true)}
            compact={(row) => <CompactRow row={row} fields={fields} sort={asked.sort} />}
            compactHeight={60}
          />
        )}
      </div>
      {rows.differs && <HeldOrder onShow={rows.showNewer} />}
      {address.row && (
        <Peek
          key={address.row}
          id={address.row}
          fields={fields}
          onClose={() => go({ row: undefined }, true)}
          onOpen={() => address.row && openRow(address.row)}
        />
      )}
      <Bulk selection={selection} fields={fields} views={views} onClear={() => setSelection(new Set())} />
    </div>
  )
}

const fieldsAmong = ({ fields }: Fields, codes: readonly string[]): string[] =>
  codes.filter((code) => fields.some((field) => field.code === code))

const toTableSort = ({ field, dir }: Sort): TableSort => ({
  column: field,
  direction: dir === 'desc' ? 'descending' : 'ascending',
})

const fromTableSort = ({ column, direction }: TableSort): Sort => ({
  field: column,
  dir: direction === 'descending' ? 'desc' : 'asc',
})

function Failed({ error, onRetry, onClear }: { error: Error; onRetry: () => void; onClear: () => void }) {
  const refused = error instanceof ProblemError && error.status === 422
  const why = refused ? (error.errors[0]?.message ?? error.message) : error.message
  return (
    <ErrorState
      title={refused ? words('filterRefused') : words('rowsFailed')}
      text={why}
      actions={
        <Button onClick={refused ? onClear : onRetry}>
          {refused ? words('clearFilters') : words('tryAgain')}
        </Button>
      }
    />
  )
}

function Nothing({ asked, onClear }: { asked: Asked; onClear: () => void }) {
  const navigate = useNavigate()
  if (asked.filter.length > 0 || asked.find)
    return (
      <Empty
        title={words('noneTitle')}
        text={words('noneText')}
        action={<Button onClick={onClear}>{words('clearFilters')}</Button>}
      />
    )
  return (
    <Empty
      title={words('emptyTitle')}
      text={words('emptyText')}
      action={<Button onClick={() => void navigate({ to: '/import' as '/' })}>{words('toImport')}</Button>}
    />
  )
}

/** A customer on a phone: the name, and the two readings that matter for the sort. */
function CompactRow({ row, fields, sort }: { row: Row; fields: Fields; sort: readonly Sort[] }) {
  const sorted = sort.map(({ field }) => field).find((code) => code.startsWith('reading.'))
  const codes = [
    ...new Set([sorted ?? 'reading.risk.expected_loss', 'reading.risk.renewal', 'reading.revenue.arr']),
  ]
  return (
    <span className={css.compact}>
      <span className={css.compactName}>{row.name}</span>
      <span className={css.compactFacts}>
        {codes.slice(0, 2).map((code) => {
          const field = fields.fields.find((one) => one.code === code)
          const reading = row.readings[code.slice('reading.'.length)]
          if (!field || !reading || reading.value === null) return null
          const share =
            field.unit === 'share' ? percentParts(reading.value, [reading.low, reading.high]) : null
          const interval = share?.range ? ` (${share.range})` : ''
          const shown = share?.share ?? valueText(reading.value, field.unit, fields.currency)
          const tone = code === 'reading.risk.renewal' ? css[riskTone(reading.value)] : undefined
          return (
            <span key={code} className={tone}>
              {fieldLabel(code)} {shown}
              {interval}
            </span>
          )
        })}
      </span>
    </span>
  )
}
