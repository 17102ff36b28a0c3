import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'
import { useId, useRef, useState } from 'react'
import { announce } from '../announce.ts'
import { Button } from '../controls/Button.tsx'
import { useKeys } from '../keys.ts'
import { toast } from '../overlays/Toast.tsx'
import { useWidth } from '../use-width.ts'
import { words } from '../words.ts'
import css from './LineWithBand.module.css'

export interface LinePoint {
  /** The week or day, already formatted. */
  label: string
  /** Null where nothing was measured: the line breaks, it does not fall to zero. */
  value: number | null
  /** The usual range at this point. */
  usual?: readonly [number, number]
}

/**
 * Values over time with their usual range. Arrow keys move between points, D opens the data as a table.
 * `finding` says in one sentence what the chart shows.
 */
export function LineWithBand({
  finding,
  points,
  format = String,
  endLabel,
  usualLabel,
  height = 120,
  yFrom,
}: {
  finding: string
  points: readonly LinePoint[]
  format?: (value: number) => string
  /** Direct label at the end of the line. */
  endLabel?: string
  /** Direct label of the band, "usual 28 to 34". */
  usualLabel?: string
  height?: number
  /** Lower end of the axis when it must not follow the data. */
  yFrom?: number
}) {
  const figure = useRef<HTMLElement>(null)
  const id = useId()
  const width = useWidth(figure, 296)
  const [at, setAt] = useState<number | null>(null)
  const [table, setTable] = useState(false)
  const move = (step: number) => {
    const next = Math.min(points.length - 1, Math.max(0, (at ?? points.length) + step))
    setAt(next)
    announce(sayPoint(points[next]!, format))
  }
  useKeys(
    [
      { key: 'left', label: words('movePoint'), run: () => move(-1) },
      { key: 'right', label: words('movePoint'), run: () => move(1) },
      { key: 'd', label: words('dataKey'), run: () => setTable(!table) },
    ],
    { within: figure },
  )
  return (
    <figure ref={figure} className={css.figure}>
      <div
        role="img"
        aria-label={finding}
        aria-describedby={`${id}-keys`}
        tabIndex={0}
        className={css.chart}
        onBlur={() => setAt(null)}
      >
        <Drawing {...{ points, format, endLabel, usualLabel, height, yFrom, width, at, setAt }} />
      </div>
      <button
        id={`${id}-keys`}
        type="button"
        className={css.dataButton}
        aria-expanded={table}
        aria-keyshortcuts="d"
        onClick={() => setTable(!table)}
      >
        {words('data')}
      </button>
      {table && <DataOfChart points={points} format={format} />}
    </figure>
  )
}

interface DrawingProps {
  points: readonly LinePoint[]
  format: (value: number) => string
  endLabel?: string | undefined
  usualLabel?: string | undefined
  height: number
  yFrom?: number | undefined
  width: number
  at: number | null
  setAt: (at: number | null) => void
}

function Drawing({ points, format, endLabel, usualLabel, height, yFrom, width, at, setAt }: DrawingProps) {
  const values = points.flatMap(({ value, usual }) => [...(value === null ? [] : [value]), ...(usual ?? [])])
  const longest = Math.max(endLabel?.length ?? 0, usualLabel?.length ?? 0)
  const right = longest > 0 ? Math.max(92, 14 + longest * 5.8) : 8
  const x = scaleLinear([0, Math.max(1, points.length - 1)], [32, width - right])
  const y = scaleLinear([yFrom ?? Math.min(...values), Math.max(...values)], [height - 22, 8]).nice(3)
  const ticks = y.ticks(3)
  const path = line<LinePoint>()
    .defined(({ value }) => value !== null)
    .x((_, i) => x(i))
    .y(({ value }) => y(value!))
  const band = area<LinePoint>()
    .defined(({ usual }) => usual !== undefined)
    .x((_, i) => x(i))
    .y0(({ usual }) => y(usual![0]))
    .y1(({ usual }) => y(usual![1]))
  const last = points.findLastIndex(({ value }) => value !== null)
  const unusual = last >= 0 && isUnusual(points[last]!)
  const lastUsual = points.findLast(({ usual }) => usual)?.usual
  const usualY = lastUsual && y((lastUsual[0] + lastUsual[1]) / 2)
  const endY = last >= 0 ? apart(y(points[last]!.value!), usualLabel ? usualY : undefined) : 0
  const nearest = (clientX: number, left: number) =>
    Math.min(points.length - 1, Math.max(0, Math.round(x.invert(clientX - left))))
  return (
    <svg
      width={width}
      height={height}
      aria-hidden
      onPointerMove={(event) =>
        setAt(nearest(event.clientX, event.currentTarget.getBoundingClientRect().left))
      }
      onPointerLeave={() => setAt(null)}
    >
      {ticks.map((tick, i) => (
        <g key={tick}>
          <line x1={32} x2={width - right} y1={y(tick)} y2={y(tick)} className={css.grid} />
          <text x={26} y={y(tick) + 4} textAnchor="end" className={css.axis}>
            {i === ticks.length - 1 ? format(tick) : tick}
          </text>
        </g>
      ))}
      <path d={band(points) ?? ''} className={css.band} />
      <path d={path(points) ?? ''} className={unusual ? css.unusual : css.line} />
      {last >= 0 && (
        <circle
          cx={x(last)}
          cy={y(points[last]!.value!)}
          r={2.5}
          className={unusual ? css.pointUnusual : css.point}
        />
      )}
      {usualLabel && usualY !== undefined && (
        <text x={width - right + 8} y={usualY + 4} className={css.axis}>
          {usualLabel}
        </text>
      )}
      {endLabel && (
        <text x={width - right + 8} y={endY + 4} className={unusual ? css.endUnusual : css.end}>
          {endLabel}
        </text>
      )}
      <text x={32} y={height - 4} className={css.axis}>
        {points[0]?.label}
      </text>
      <text x={width - right} y={height - 4} textAnchor="end" className={css.axis}>
        {points.at(-1)?.label}
      </text>
      {at !== null && points[at] && (
        <Held point={points[at]} x={x(at)} y={y} format={format} height={height} />
      )}
    </svg>
  )
}

function Held({
  point,
  x,
  y,
  format,
  height,
}: {
  point: LinePoint
  x: number
  y: (value: number) => number
  format: (value: number) => string
  height: number
}) {
  return (
    <g>
      <line x1={x} x2={x} y1={8} y2={height - 22} className={css.held} />
      {point.value !== null && <circle cx={x} cy={y(point.value)} r={3.5} className={css.heldPoint} />}
      <text x={x} y={8} textAnchor="middle" className={css.note}>
        {sayPoint(point, format)}
      </text>
    </g>
  )
}

function DataOfChart({
  points,
  format,
}: {
  points: readonly LinePoint[]
  format: (value: number) => string
}) {
  const copy = async () => {
    await navigator.clipboard.writeText(toCsv(points))
    toast(words('copied'))
  }
  return (
    <div className={css.data}>
      <table>
        <thead>
          <tr>
            <th scope="col">{words('week')}</th>
            <th scope="col">{words('value')}</th>
          </tr>
        </thead>
        <tbody>
          {points.map((point) => (
            <tr key={point.label}>
              <th scope="row">{point.label}</th>
              <td>{point.value === null ? words('noReading') : format(point.value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Button size="row" onClick={copy}>
        {words('copyCsv')}
      </Button>
    </div>
  )
}

/** The data of a line as CSV; a missing value is an empty cell. */
export function toCsv(points: readonly LinePoint[]): string {
  const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
  const rows = points.map(({ label, value, usual }) =>
    [quote(label), value ?? '', usual?.[0] ?? '', usual?.[1] ?? ''].join(','),
  )
  return ['label,value,usual_low,usual_high', ...rows].join('\r\n')
}

function sayPoint({ label, value, usual }: LinePoint, format: (value: number) => string): string {
  const said = value === null ? words('noReading') : format(value)
  const range = usual ? `, ${words('usual', { range: `${usual[0]} to ${usual[1]}` })}` : ''
  return `${label}: ${said}${range}`
}

function isUnusual({ value, usual }: LinePoint): boolean {
  return value !== null && usual !== undefined && (value < usual[0] || value > usual[1])
}

/** Moves a label at least 15 px away from another. */
function apart(y: number, other: number | undefined): number {
  if (other === undefined || Math.abs(y - other) >= 15) return y
  return y < other ? other - 15 : other + 15
}
