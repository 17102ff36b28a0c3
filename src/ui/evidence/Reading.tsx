import type { ReactNode } from 'react'
import { cx } from '../cx.ts'
import { Stale } from '../states/Stale.tsx'
import { words } from '../words.ts'
import { Changed } from './Changed.tsx'
import css from './Reading.module.css'

export interface ReadingProps {
  label: string
  /** Already formatted. Null where it is not known: unknown is never zero. */
  value: string | null
  /** Interval or comparison beside the value. */
  qualifier?: string
  sparkline?: ReactNode
  /** One line that says why, usually ending in an EvidenceMark. */
  reason: ReactNode
  state?: 'ok' | 'not enough data' | 'stale'
  /** The day a stale value is from, already formatted. */
  asOf?: string
  /** Colours value and ground when a threshold is crossed. */
  tone?: 'plain' | 'ochre' | 'rust'
  /** Opens the why of the value. */
  onWhy?: () => void
}

/** One reading: label, value with how sure it is, its recent way, and one reason. */
export function Reading({ label, value, sparkline, reason, tone = 'plain', ...face }: ReadingProps) {
  return (
    <section className={cx(css.reading, css[tone])} aria-label={label}>
      <h3 className={css.label}>{label}</h3>
      <div className={css.line}>
        <Value label={label} value={value} {...face} />
        {sparkline && <span className={css.sparkline}>{sparkline}</span>}
      </div>
      <p className={css.reason}>{reason}</p>
    </section>
  )
}

function Value({
  label,
  value,
  qualifier,
  state = 'ok',
  asOf = '',
  onWhy,
}: Pick<ReadingProps, 'label' | 'value' | 'qualifier' | 'state' | 'asOf' | 'onWhy'>) {
  if (state === 'not enough data' || value === null)
    return <span className={css.unknown}>{qualifier ?? words('notEnough')}</span>
  const face = onWhy ? (
    <button type="button" className={css.value} aria-label={`${label}: ${value}`} onClick={onWhy}>
      {value}
    </button>
  ) : (
    <span className={css.value}>{value}</span>
  )
  const shown = <Changed value={`${value} ${qualifier ?? ''}`}>{face}</Changed>
  if (state === 'stale') return <Stale asOf={asOf}>{shown}</Stale>
  return (
    <>
      {shown}
      {qualifier && <span className={css.qualifier}>{qualifier}</span>}
    </>
  )
}

/** Readings side by side, split by hairlines; they wrap on narrow screens. */
export function Readings({ children }: { children: ReactNode }) {
  return <div className={css.strip}>{children}</div>
}
