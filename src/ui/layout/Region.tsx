import type { CSSProperties, ReactNode } from 'react'
import { cx } from '../cx.ts'
import css from './Region.module.css'

/** A region with its heading row: what is shown, a quiet note, and controls at the right. */
export function Region({
  title,
  note,
  actions,
  line = true,
  children,
}: {
  title: string
  note?: ReactNode
  actions?: ReactNode
  /** A hairline under the region. */
  line?: boolean
  children: ReactNode
}) {
  return (
    <section aria-label={title} className={cx(css.region, line && css.line)}>
      <Heading title={title} note={note} actions={actions} />
      {children}
    </section>
  )
}

/** The heading row of a region. */
export function Heading({ title, note, actions }: { title: string; note?: ReactNode; actions?: ReactNode }) {
  return (
    <header className={css.heading}>
      <h2 className={css.title}>{title}</h2>
      {note && <span className={css.note}>{note}</span>}
      {actions && <span className={css.actions}>{actions}</span>}
    </header>
  )
}

/** The sentence that opens an analytic page and states its finding. */
export function Lead({ children }: { children: ReactNode }) {
  return <p className={css.lead}>{children}</p>
}

/** The main column and a panel of fixed width at its right; the panel goes below on narrow screens. */
export function Split({ panel, width, children }: { panel: ReactNode; width: number; children: ReactNode }) {
  return (
    <div className={css.split} style={{ '--panel': `${width}px` } as CSSProperties}>
      <div className={css.column}>{children}</div>
      <aside className={css.panel}>{panel}</aside>
    </div>
  )
}
