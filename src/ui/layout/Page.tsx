import { createContext, use, useEffect, type ReactNode } from 'react'
import { cx } from '../cx.ts'
import { isolate } from '../text.ts'
import { KeyBar } from './KeyBar.tsx'
import css from './Page.module.css'

export interface PageProps {
  /** Where you are; also the title of the document. */
  title: string
  /** What stands before the title, usually a link to the list it belongs to. */
  parent?: ReactNode
  /** A short fact after the title. */
  note?: ReactNode
  /** Right side of the top bar: view switch, filter, one create action. */
  actions?: ReactNode
  /** Right side of the key bar: what was computed when, from which model. */
  provenance?: ReactNode
  /** Lets the content scroll as a whole; leave it out where regions scroll by themselves. */
  scroll?: boolean
  children: ReactNode
}

/** Follows the title in the document title: the name of the workspace or product. */
export const DocumentName = createContext('Mainstay')

/** The frame of every page: top bar 44, content, key bar 32. */
export function Page({ title, parent, note, actions, provenance, scroll = false, children }: PageProps) {
  const name = use(DocumentName)
  useEffect(() => {
    document.title = `${isolate(title)} \u00b7 ${isolate(name)}`
  }, [title, name])
  return (
    <div className={css.page}>
      <header className={css.bar}>
        <div className={css.where}>
          {parent && (
            <span className={css.parent}>
              {parent}
              <span aria-hidden> /</span>
            </span>
          )}
          <h1 className={css.title}>{title}</h1>
          {note && <span className={css.note}>{note}</span>}
        </div>
        {actions && <div className={css.actions}>{actions}</div>}
      </header>
      <main id="main" tabIndex={-1} className={cx(css.content, scroll && css.scroll)}>
        {children}
      </main>
      <KeyBar provenance={provenance} />
    </div>
  )
}
