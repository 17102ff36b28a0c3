import type { ReactNode } from 'react'
import { cx } from '../cx.ts'
import css from './List.module.css'

/** Rows split by hairlines, all of them in sight: no pages. Children are ListRows. */
export function List({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul aria-label={label} className={css.list}>
      {children}
    </ul>
  )
}

/** One row, 32 high: what it is, and quiet facts at the right. */
export function ListRow({
  lead,
  children,
  end,
  current = false,
}: {
  lead?: ReactNode
  children: ReactNode
  end?: ReactNode
  current?: boolean
}) {
  return (
    <li aria-current={current || undefined} className={cx(css.row, current && css.current)}>
      {lead}
      <span className={css.main}>{children}</span>
      {end && <span className={css.end}>{end}</span>}
    </li>
  )
}
