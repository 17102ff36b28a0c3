import { useState } from 'react'
import { IntervalMark } from '../../ui/charts/IntervalMark.tsx'
import { MicroHistogram } from '../../ui/charts/MicroHistogram.tsx'
import { Sparkline } from '../../ui/charts/Sparkline.tsx'
import { Tag } from '../../ui/controls/Tag.tsx'
import { count, days, moneyWhole, percent } from '../../ui/format.ts'
import { toast } from '../../ui/overlays/Toast.tsx'
import { BulkBar } from '../../ui/table/BulkBar.tsx'
import { DataTable, type Column } from '../../ui/table/DataTable.tsx'
import type { Sort } from '../../ui/table/sort.ts'
import css from './ComponentsPage.module.css'

interface Row {
  name: string
  yearly: number
  renewsInDays: number
  risk: number | null
  silentDays: number
  seats: number[]
}

const rowCount = 10_000
const names = [
  'Kestrel Claims',
  'Meridian Mutual',
  'Harlow Collision',
  'Brightline Builders',
  'Cobalt Realty',
]

// Invented rows, the same on every visit.
function invented(index: number): Row {
  const wave = (speed: number) => (Math.sin(index * speed) + 1) / 2
  return {
    name: `${names[index % names.length]} ${index + 1}`,
    yearly: Math.round(8_000 + wave(1.7) * 80_000),
    renewsInDays: Math.round(10 + wave(0.9) * 330),
    risk: index % 9 === 7 ? null : 0.05 + wave(2.3) * 0.5,
    silentDays: Math.round(wave(3.1) * 45),
    seats: Array.from(
      { length: 12 },
      (_, week) => 60 + Math.sin(index + week) * 4 - (index % 4 === 0 ? week * 3 : 0),
    ),
  }
}

const bins = [40, 62, 31, 18, 9, 6, 3, 1].map((size, i) => ({ from: i * 10, to: i * 10 + 10, count: size }))

function riskTone(risk: number): 'petrol' | 'ochre' | 'rust' {
  return risk >= 0.25 ? 'rust' : risk >= 0.15 ? 'ochre' : 'petrol'
}

function RiskCell({ risk }: { risk: number | null }) {
  if (risk === null) return <span className={css.tooFew}>~</span>
  const interval = [Math.max(0, risk * 100 - 9), risk * 100 + 12] as const
  return (
    <span className={css.risk}>
      <IntervalMark
        estimate={risk * 100}
        interval={interval}
        domain={[0, 80]}
        tone={riskTone(risk)}
        label={`${percent(risk)}, ${interval.map(Math.round).join(' to ')}`}
      />
      <span>{percent(risk)}</span>
    </span>
  )
}

/** A table of 10,000 invented rows, only those in sight exist. */
export function ExampleTable() {
  const [sort, setSort] = useState<Sort[]>([{ column: 'yearly', direction: 'descending' }])
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set())
  const [limit, setLimit] = useState<readonly [number, number] | null>(null)
  const columns: [Column<Row>, ...Column<Row>[]] = [
    {
      id: 'name',
      header: 'Customer',
      width: 200,
      sortable: true,
      cell: ({ name }) => name,
      total: (
        <>
          <b>{count(rowCount)} customers</b>
        </>
      ),
    },
    {
      id: 'yearly',
      header: 'ARR',
      width: 96,
      align: 'end',
      sortable: true,
      cell: ({ yearly }) => moneyWhole({ minor: yearly * 100, currency: 'USD' }),
      total: <b>$480M</b>,
    },
    {
      id: 'renews',
      header: 'Renews in',
      width: 88,
      align: 'end',
      sortable: true,
      cell: ({ renewsInDays }) => (renewsInDays < 60 ? <b>{days(renewsInDays)}</b> : days(renewsInDays)),
    },
    {
      id: 'risk',
      header: 'Renewal risk',
      width: 160,
      cell: ({ risk }) => <RiskCell risk={risk} />,
      histogram: <MicroHistogram label="Renewal risk" bins={bins} range={limit} onRange={setLimit} />,
      total: '22 to 31 (95%)',
    },
    {
      id: 'usage',
      header: 'Usage, 12 weeks',
      width: 110,
      cell: ({ seats, name }) => (
        <Sparkline values={seats} usual={[52, 66]} minSpan={26} label={`Usage of ${name}, 12 weeks`} />
      ),
    },
    {
      id: 'word',
      header: 'Last word',
      width: 130,
      cell: ({ silentDays }) =>
        silentDays >= 30 ? <Tag tone="unknown">Silent {days(silentDays)}</Tag> : `${days(silentDays)} ago`,
    },
  ]
  return (
    <section aria-label="Table" className={css.table}>
      <DataTable<Row>
        label="Invented customers"
        columns={columns}
        rowCount={rowCount}
        getRow={invented}
        rowId={({ name }) => name}
        rowName={({ name }) => name}
        sort={sort}
        onSort={setSort}
        selection={selection}
        onSelect={setSelection}
        onOpen={({ name }) => toast(`Opened ${name}`)}
        onPeek={({ name }) => toast(`Peek at ${name}`)}
        compact={({ name, risk }) => (
          <span className={css.compact}>
            <span>{name}</span>
            <RiskCell risk={risk} />
          </span>
        )}
      />
      <BulkBar
        count={selection.size}
        actions={[
          { key: 'a', label: 'Assign', run: () => toast('Assigned') },
          { key: 'v', label: 'Add to view', run: () => toast('Added') },
        ]}
        onClear={() => setSelection(new Set())}
      />
    </section>
  )
}
