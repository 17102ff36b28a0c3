import type { ReactNode } from 'react'
import css from './states.module.css'

/** One sentence of fact, one of how things get here, at most one button. */
export function Empty({ title, text, action }: { title: string; text: ReactNode; action?: ReactNode }) {
  return (
    <div className={css.empty}>
      <p className={css.title}>{title}</p>
      <p className={css.text}>{text}</p>
      {action && <div className={css.actions}>{action}</div>}
    </div>
  )
}
