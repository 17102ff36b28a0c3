import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { cx } from '../cx.ts'
import css from './Timeline.module.css'

/** Entries on a line, newest first. Children are TimelineItems. */
export function Timeline({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ol aria-label={label} className={css.timeline}>
      {children}
    </ol>
  )
}

/** One entry: what happened, when, a quote, and its effect on readings. */
export function TimelineItem({
  icon: Icon,
  title,
  date,
  text,
  quote,
  effect,
  effectTone = 'petrol',
}: {
  icon: LucideIcon
  title: ReactNode
  /** Already formatted. */
  date: string
  text?: ReactNode
  quote?: ReactNode
  /** "Risk +5.1, trust −0.06". */
  effect?: ReactNode
  effectTone?: 'petrol' | 'rust' | 'ochre' | 'none'
}) {
  return (
    <li className={css.item}>
      <span className={css.icon}>
        <Icon size={16} strokeWidth={1.6} aria-hidden />
      </span>
      <div className={css.head}>
        <span className={css.title}>{title}</span>
        <span className={css.date}>{date}</span>
      </div>
      {text && <p className={css.text}>{text}</p>}
      {quote && <blockquote className={css.quote}>{quote}</blockquote>}
      {effect && <p className={cx(css.effect, css[effectTone])}>{effect}</p>}
    </li>
  )
}
