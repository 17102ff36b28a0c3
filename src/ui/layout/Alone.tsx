import { useEffect, type ReactNode } from 'react'
import css from './Alone.module.css'
import { Mark } from './Mark.tsx'

/** A quiet page outside the shell: the product's name over one column. */
export function Alone({ title, lead, children }: { title: string; lead?: ReactNode; children?: ReactNode }) {
  useEffect(() => {
    document.title = `${title} \u00b7 Mainstay`
  }, [title])
  return (
    <div className={css.page}>
      <header className={css.product}>
        <Mark />
        Mainstay
      </header>
      <main id="main" tabIndex={-1} className={css.column}>
        <h1 className={css.title}>{title}</h1>
        {lead && <div className={css.lead}>{lead}</div>}
        {children}
      </main>
    </div>
  )
}
