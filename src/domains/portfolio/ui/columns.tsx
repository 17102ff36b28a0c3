import type { ReactNode } from 'react'
import { IntervalMark, type MarkTone } from '../../../ui/charts/IntervalMark.tsx'
import { MicroHistogram } from '../../../ui/charts/MicroHistogram.tsx'
import { Sparkline } from '../../../ui/charts/Sparkline.tsx'
import { cx } from '../../../ui/cx.ts'
import { Changed } from '../../../ui/evidence/Changed.tsx'
import {
  count,
  dayShort,
  days,
  money,
  percentDecimals,
  percentNumber,
  percentParts,
  shareOf,
  tooFew,
} from '../../../ui/format.ts'
import { Tooltip } from '../../../ui/overlays/Tooltip.tsx'
import type { Column } from '../../../ui/table/DataTable.tsx'
import type { ColumnSummary, Field, Fields, Filter, Row, RowReading, Summary } from '../schema.ts'
import { fieldLabel, rangeOn, scaleOf, stageLabel, valueText } from './conditions.ts'
import css from './portfolio.module.css'
import { words } from './words.ts'

export const usualColumns = [
  'reading.revenue.arr',
  'reading.revenue.renewal',
  'reading.risk.expected_loss',
  'reading.risk.renewal',
  'reading.usage.weekly_active',
  'reading.tickets.open',
  'stage',
  'owner',
  'segment',
]

/** Fields that a column can show. */
export const showable = (field: Field): boolean => field.sortable && field.code !== 'name'

const widths: Readonly<Record<string, number>> = {
  'reading.revenue.arr': 92,
  'reading.revenue.renewal': 102,
  'reading.risk.expected_loss': 108,
  'reading.risk.renewal': 168,
  'reading.usage.weekly_active': 118,
  'reading.tickets.open': 68,
  stage: 92,
  owner: 116,
  segment: 118,
}

export const riskTone = (risk: number): MarkTone =>
  risk >= 0.25 ? 'rust' : risk >= 0.15 ? 'ochre' : 'petrol'

interface Frame {
  fields: Fields
  filter: Filter
  summary: Summary | undefined
  onRange: (field: string, limits: readonly [number, number] | null) => void
}

/** The columns of the table: cells, totals over all filtered rows, and histograms to brush. */
export function buildColumns(
  codes: readonly string[],
  first: Column<Row>,
  frame: Frame,
): [Column<Row>, ...Column<Row>[]] {
  const known = new Map(frame.fields.fields.map((field) => [field.code, field]))
  const shown = codes.flatMap((code) => known.get(code) ?? [])
  return [first, ...shown.filter(showable).map((field) => toColumn(field, frame))]
}

function toColumn(field: Field, frame: Frame): Column<Row> {
  const numeric = field.type === 'number'
  const usage = field.code === 'reading.usage.weekly_active'
  const risk = field.code === 'reading.risk.renewal'
  const of = frame.summary?.columns.find((column) => column.field === field.code)
  const label = fieldLabel(field.code, field.label)
  return {
    id: field.code,
    header: label,
    width: widths[field.code] ?? 110,
    align: numeric && !usage && !risk ? 'end' : 'start',
    sortable: field.sortable,
    cell: (row) => (
      <Changed key={row.id} value={shownOf(row, field.code)}>
        <Cell row={row} field={field} frame={frame} of={of} />
      </Changed>
    ),
    total: <Total field={field} of={of} frame={frame} />,
    histogram:
      of && of.bins.length > 1 ? <Histogram field={field} label={label} of={of} frame={frame} /> : undefined,
  }
}

/** What counts as a change of a cell: its reading alone. */
function shownOf({ readings }: Row, code: string): string {
  const { value, low, high } = readings[code.slice('reading.'.length)] ?? {}
  return [value, low, high].join()
}

/** One column has one number of decimals: those that its middle value needs. */
const columnDecimals = (value: number, of: ColumnSummary | undefined): number =>
  percentDecimals([of?.median ?? value])

const axisOf = (of: ColumnSummary | undefined): readonly [number, number] => [0, of?.bins.at(-1)?.to ?? 1]

function Histogram({
  field,
  label,
  of,
  frame,
}: {
  field: Field
  label: string
  of: ColumnSummary
  frame: Frame
}) {
  const scale = scaleOf(field.unit, frame.fields.currency)
  const limits = rangeOn(frame.filter, field.code)
  const plain = (value: number) => Number((value / scale).toPrecision(10))
  const risk = field.code === 'reading.risk.renewal'
  return (
    <MicroHistogram
      label={label}
      width={risk ? 80 : 56}
      bins={of.bins.map(({ from, to, count }) => ({ from: plain(from), to: plain(to), count }))}
      range={limits && [plain(limits[0]), plain(limits[1])]}
      onRange={(next) =>
        frame.onRange(
          field.code,
          next && [Number((next[0] * scale).toPrecision(12)), Number((next[1] * scale).toPrecision(12))],
        )
      }
    />
  )
}

function Cell({
  row,
  field,
  frame,
  of,
}: {
  row: Row
  field: Field
  frame: Frame
  of: ColumnSummary | undefined
}) {
  const { code } = field
  if (code.startsWith('reading.')) {
    const reading = row.readings[code.slice('reading.'.length)]
    return <ReadingCell row={row} field={field} reading={reading} frame={frame} of={of} />
  }
  const value = code.startsWith('custom.')
    ? row.custom[code.slice('custom.'.length)]
    : accountValue(row, code)
  if (value === null || value === undefined || value === '')
    return <span className={css.quiet}>{code === 'owner' ? words('nobody') : tooFew}</span>
  if (typeof value === 'boolean') return value ? words('yes') : words('no')
  if (typeof value === 'number') return valueText(value, field.unit, frame.fields.currency)
  if (field.type === 'day' && /^\d{4}-\d{2}-\d{2}$/.test(value)) return dayShort(value, frame.fields.today)
  return (
    <span className={css.text} title={value}>
      {value}
    </span>
  )
}

function accountValue(row: Row, code: string): string | number | boolean | null {
  switch (code) {
    case 'stage':
      return row.stage && stageLabel(row.stage)
    case 'owner':
      return row.owner?.name ?? null
    case 'started_on':
      return row.startedOn
    case 'renews_on':
      return row.renewsOn
    case 'churn_flag':
      return row.churnFlag
    case 'domain':
    case 'segment':
    case 'region':
    case 'plan':
    case 'seats':
    case 'left':
      return row[code]
    default:
      return null
  }
}

interface ReadingCellProps {
  row: Row
  field: Field
  reading: RowReading | undefined
  frame: Frame
  of: ColumnSummary | undefined
}

function ReadingCell(props: ReadingCellProps) {
  const { field, reading, frame } = props
  const label = fieldLabel(field.code, field.label)
  const stale = reading?.state === 'stale'
  if (reading === undefined || reading.value === null) {
    if (field.code === 'reading.usage.weekly_active' && reading?.series) return <UsageCell {...props} />
    return (
      <span className={css.quiet} title={words('tooFewTip', { field: label })}>
        {tooFew}
      </span>
    )
  }
  const shown = <KnownReading {...props} reading={reading} value={reading.value} />
  if (!stale) return shown
  const day = dayShort(reading.asOf.slice(0, 10), frame.fields.today)
  return (
    <span className={css.stale} title={words('staleTip', { day })}>
      {shown}
      <span className={css.hidden}>{words('staleTip', { day })}</span>
    </span>
  )
}

function KnownReading({ value, ...props }: ReadingCellProps & { reading: RowReading; value: number }) {
  const { field, reading, frame, row, of } = props
  switch (field.code) {
    case 'reading.risk.renewal': {
      const interval: [number, number] | null =
        reading.low !== null && reading.high !== null ? [reading.low, reading.high] : null
      const shown = percentParts(value, [reading.low, reading.high])
      return (
        <span className={css.interval}>
          <IntervalMark
            estimate={value}
            interval={interval}
            domain={axisOf(of)}
            tone={riskTone(value)}
            label={words('riskTip', { name: row.name, risk: shown.share, range: shown.range ?? tooFew })}
          />
          <b className={css.number}>{percentNumber(value, columnDecimals(value, of))}%</b>
        </span>
      )
    }
    case 'reading.usage.weekly_active':
      return <UsageCell {...props} />
    case 'reading.revenue.renewal':
      return value >= 0 && value <= 60 ? <b>{days(value)}</b> : days(value)
    case 'reading.risk.expected_loss':
      return <b>{valueText(value, field.unit, frame.fields.currency)}</b>
    case 'reading.tickets.open':
      return value === 0 ? (
        <span className={css.quiet}>{words('none')}</span>
      ) : (
        valueText(value, field.unit, '')
      )
    default:
      return valueText(value, field.unit, frame.fields.currency)
  }
}

/** 12 weeks as a line, rust when the last is out of its usual range, and the weekly-active share. */
function UsageCell({ row, reading }: ReadingCellProps) {
  const series = reading?.series ?? []
  const usual = row.readings['usage.trend']?.usual ?? undefined
  const last = series.at(-1) ?? null
  const unusual = last !== null && usual !== undefined && (last < usual[0] || last > usual[1])
  const share =
    reading?.value === null || reading?.value === undefined ? tooFew : shareOf(reading.value, reading.n)
  const known = series.filter((value) => value !== null)
  const label = words('usageTip', { name: row.name, share, n: series.length })
  return (
    <span className={css.usage}>
      {known.length > 1 ? (
        <Sparkline
          values={series}
          label={unusual ? `${label}. ${words('usageUnusual')}` : label}
          minSpan={Math.max(...known) * 0.6}
          {...(usual && { usual })}
        />
      ) : (
        <span className={css.noLine} />
      )}
      <span className={cx(share === tooFew && css.quiet)}>{share}</span>
    </span>
  )
}

function Total({
  field,
  of,
  frame,
}: {
  field: Field
  of: ColumnSummary | undefined
  frame: Frame
}): ReactNode {
  const { currency } = frame.fields
  if (!of || of.n === 0) return null
  if (field.unit === 'money') {
    const tip =
      of.unknown > 0 ? words('sumTipPartial', { n: of.n, unknown: of.unknown }) : words('total', { n: of.n })
    return (
      <Tip text={tip}>
        {money({ minor: of.sum ?? 0, currency })}
        <Known of={of} />
      </Tip>
    )
  }
  if (field.code === 'reading.risk.renewal') return <LossInterval frame={frame} />
  if (field.code.startsWith('reading.tickets.'))
    return (
      <>
        {valueText(of.sum ?? 0, 'count', currency)}
        <Known of={of} />
      </>
    )
  if (of.median === null) return null
  return (
    <Tip text={words('medianTip', { n: of.n, unknown: of.unknown })}>
      {words('median', { value: valueText(of.median, field.unit, currency) })}
      <Known of={of} />
    </Tip>
  )
}

/** Of how many customers a total speaks, where that is not all: a total that hides what it leaves out is false. */
function Known({ of }: { of: ColumnSummary }): ReactNode {
  if (of.unknown === 0) return null
  return (
    <span className={css.known}>{words('knownOf', { n: count(of.n), of: count(of.n + of.unknown) })}</span>
  )
}

/** The interval of the summed expected loss, as it stands under the risk column. */
function LossInterval({ frame }: { frame: Frame }): ReactNode {
  const loss = frame.summary?.columns.find(({ field }) => field === 'reading.risk.expected_loss')
  if (!loss?.sumInterval) return null
  const { currency } = frame.fields
  const [low, high] = [loss.sumInterval.low, loss.sumInterval.high].map((minor) =>
    money({ minor: Math.max(0, minor), currency }),
  )
  return (
    <Tip text={words('sumTip', { n: loss.n })}>
      {words('ofSum', { range: `${low} to ${high}` })}
      <Known of={loss} />
    </Tip>
  )
}

function Tip({ text, children }: { text: string; children: ReactNode }) {
  return (
    <Tooltip text={text}>
      <span tabIndex={0} className={css.tip}>
        {children}
      </span>
    </Tooltip>
  )
}
