import { line } from 'd3-shape'
import { scaleLinear } from 'd3-scale'
import css from './Sparkline.module.css'

/**
 * A line 50 to 64 wide with its last point marked. `values` may hold null where nothing was measured.
 * `usual` is the usual range; the line is rust only when the last value leaves it. `minSpan` is the least
 * height of the axis in units of the values, so that noise stays flat.
 */
export function Sparkline({
  values,
  label,
  usual,
  showBand = false,
  minSpan = 0,
  width = 56,
  height = 18,
}: {
  values: readonly (number | null)[]
  /** What the line says, for screen readers. */
  label: string
  usual?: readonly [number, number]
  showBand?: boolean
  minSpan?: number
  width?: number
  height?: number
}) {
  const known = values.filter((value) => value !== null)
  const last = values.at(-1) ?? null
  const x = scaleLinear([0, Math.max(1, values.length - 1)], [1, width - 3])
  const y = scaleLinear(spanOf(showBand && usual ? [...known, ...usual] : known, minSpan), [height - 3, 3])
  const path = line<number | null>()
    .defined((value) => value !== null)
    .x((_, i) => x(i))
    .y((value) => y(value!))
  const unusual = last !== null && usual !== undefined && (last < usual[0] || last > usual[1])
  return (
    <svg
      width={width}
      height={height}
      role="img"
      aria-label={label}
      className={unusual ? css.unusual : css.plain}
    >
      {showBand && usual && (
        <rect x={0} width={width} y={y(usual[1])} height={y(usual[0]) - y(usual[1])} className={css.band} />
      )}
      <path d={path(values) ?? ''} className={css.line} />
      {last !== null && <circle cx={x(values.length - 1)} cy={y(last)} r={1.75} className={css.point} />}
    </svg>
  )
}

/** The domain of values, widened around its middle to at least `minSpan`. */
export function spanOf(values: readonly number[], minSpan: number): [number, number] {
  if (values.length === 0) return [0, 1]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const span = Math.max(high - low, minSpan) || 1
  const middle = (low + high) / 2
  return [middle - span / 2, middle + span / 2]
}
