import { range } from '../format.ts'
import css from './IntervalMark.module.css'

export type MarkTone = 'petrol' | 'ochre' | 'rust' | 'grey'

/**
 * A 95% interval with a dot at its estimate on the axis `domain`, which a table column shares. Without an
 * estimate (too few data) only the axis shows. Tone follows the class of the value, position carries it too.
 */
export function IntervalMark({
  estimate,
  interval,
  domain,
  tone = 'petrol',
  width = 80,
  label,
}: {
  estimate: number | null
  interval: readonly [number, number] | null
  domain: readonly [number, number]
  tone?: MarkTone
  width?: number
  label?: string
}) {
  const at = (value: number) =>
    Math.min(1, Math.max(0, (value - domain[0]) / (domain[1] - domain[0]))) * (width - 6) + 3
  const name = label ?? (estimate !== null && interval ? `${estimate}, ${range(...interval)}` : undefined)
  return (
    <svg
      width={width}
      height={16}
      role={name ? 'img' : undefined}
      aria-label={name}
      aria-hidden={!name}
      className={css[tone]}
    >
      <line x1={0} x2={width} y1={8} y2={8} className={css.axis} />
      {estimate !== null && interval && (
        <>
          <line x1={at(interval[0])} x2={at(interval[1])} y1={8} y2={8} className={css.interval} />
          <circle cx={at(estimate)} cy={8} r={3} className={css.dot} />
        </>
      )}
    </svg>
  )
}
