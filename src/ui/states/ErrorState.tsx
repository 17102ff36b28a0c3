import type { ReactNode } from 'react'
import css from './states.module.css'

/** What could not be done, since when and the last good value, and one way forward. */
export function ErrorState({
  title,
  text,
  actions,
}: {
  title: string
  text?: ReactNode
  actions?: ReactNode
}) {
  return (
    <div role="alert" className={css.error}>
      <p className={css.title}>{title}</p>
      {text && <p className={css.text}>{text}</p>}
      {actions && <div className={css.actions}>{actions}</div>}
    </div>
  )
}
