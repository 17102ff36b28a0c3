import { useRef, type ReactNode } from 'react'
import { cx } from '../cx.ts'
import { decimal, points } from '../format.ts'
import { ErrorState } from '../states/ErrorState.tsx'
import { useWidth } from '../use-width.ts'
import { words } from '../words.ts'
import { waterfallDomain, waterfallRows, type WaterfallPart, type WaterfallRow } from './waterfall-rows.ts'
import css from './Waterfall.module.css'

export interface WaterfallProps {
  /** What the parts add up to, "Risk of not renewing, %". */
  label: string
  base: WaterfallPart
  parts: readonly WaterfallPart[]
  total: number
  interval: readonly [number, number] | null
  decimals?: number
  /** Follows the shown total, "%". */
  unit?: string
  /** Rows are 20 high in panels (compact) and 27 on a page, where the axis is drawn too. */
  size?: 'compact' | 'page'
  /** What follows the label of a part, for example its EvidenceMark. */
  after?: (part: WaterfallPart) => ReactNode
}

/** Why a number is what it is: base in grey, parts one after another on one axis, the sum with its interval. */
export function Waterfall(props: WaterfallProps) {
  const { base, parts, total, decimals = 1 } = props
  try {
    return <Rows {...props} rows={waterfallRows(base, parts, total, decimals)} />
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return <ErrorState title={words('partsDiffer')} text={error.message} />
  }
}

function Rows({
  label,
  total,
  interval,
  decimals = 1,
  unit = '',
  size = 'compact',
  after,
  rows,
}: WaterfallProps & { rows: WaterfallRow[] }) {
  const height = size === 'page' ? 27 : 20
  const [low, high] = waterfallDomain(rows, interval)
  const plot = useRef<HTMLDivElement>(null)
  const width = useWidth(plot, 160)
  const ticks = size === 'page' ? tickValues(low, high, Math.max(2, Math.min(5, Math.floor(width / 30)))) : []
  const scaleHigh = Math.max(high, ticks.at(-1) ?? high)
  const at = (value: number) => `${((value - low) / (scaleHigh - low || 1)) * 100}%`
  // What shows as zero moves nothing, whatever its sign.
  const tone = ({ value }: WaterfallRow, i: number) =>
    i === 0 || Number(value.toFixed(decimals)) === 0 ? 'grey' : value < 0 ? 'petrol' : 'rust'
  return (
    <figure className={cx(css.waterfall, css[size])}>
      <dl className={css.rows} aria-label={label}>
        {rows.map((row, i) => (
          <div key={row.label} className={css.row} style={{ height }}>
            <dt className={css.label}>
              <span className={css.name}>{row.label}</span>
              {row.detail && <span className={css.detail}> {row.detail}</span>}
              {after?.(row)}
            </dt>
            <dd className={cx(css.value, css[`${tone(row, i)}Ink`])}>
              {i === 0 ? decimal(row.value, decimals) : points(row.value, decimals)}
            </dd>
          </div>
        ))}
        <div className={cx(css.row, css.total)} style={{ height: height + 4 }}>
          <dt className={css.label}>{label}</dt>
          <dd className={css.value}>
            {decimal(total, decimals)}
            {unit}
          </dd>
        </div>
      </dl>
      <div ref={plot} className={css.plot} aria-hidden>
        <svg width="100%" height={(rows.length + 1) * height + 4} overflow="visible">
          {ticks.map((tick) => (
            <line key={tick} x1={at(tick)} x2={at(tick)} y1={0} y2="100%" className={css.grid} />
          ))}
          {rows.map((row, i) => (
            <Bar key={i} row={row} top={i * height} height={height} at={at} tone={tone(row, i)} />
          ))}
          {interval && (
            <line
              x1={at(interval[0])}
              x2={at(interval[1])}
              y1={rows.length * height + height / 2 + 2}
              y2={rows.length * height + height / 2 + 2}
              className={css.interval}
            />
          )}
          <circle cx={at(total)} cy={rows.length * height + height / 2 + 2} r={3.5} className={css.dot} />
        </svg>
        {ticks.length > 0 && (
          <div className={css.axis}>
            {ticks.map((tick, i) => (
              <span key={tick} style={{ left: at(tick) }}>
                {tick}
                {i === ticks.length - 1 && unit}
              </span>
            ))}
          </div>
        )}
      </div>
    </figure>
  )
}

function Bar({
  row,
  top,
  height,
  at,
  tone,
}: {
  row: WaterfallRow
  top: number
  height: number
  at: (value: number) => string
  tone: 'grey' | 'petrol' | 'rust'
}) {
  const thick = height === 27 ? 12 : 8
  const start = Math.min(row.from, row.to)
  const width = `calc(${at(Math.max(row.from, row.to))} - ${at(start)})`
  return (
    <>
      <rect
        x={at(start)}
        y={top + (height - thick) / 2}
        height={thick}
        rx={1}
        className={css[tone]}
        style={{ width }}
      />
      <line
        x1={at(row.to)}
        x2={at(row.to)}
        y1={top + (height - thick) / 2}
        y2={top + height + (height - thick) / 2}
        className={css.connector}
      />
    </>
  )
}

/** Round values over the axis, with at most `most` steps between them. */
function tickValues(low: number, high: number, most: number): number[] {
  const step = [1, 2, 5, 10, 20, 25, 50, 100].find((size) => (high - low) / size <= most) ?? 200
  const [first, last] = [Math.floor(low / step), Math.ceil(high / step)]
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
}
