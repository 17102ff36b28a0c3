import { Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import css from './states.module.css'

/** Says who may see a region and how to ask. */
export function NoPermission({ title, text, action }: { title: string; text: string; action?: ReactNode }) {
  return (
    <div className={css.empty}>
      <p className={css.title}>
        <Lock size={14} strokeWidth={1.75} aria-hidden className={css.lock} />
        {title}
      </p>
      <p className={css.text}>{text}</p>
      {action && <div className={css.actions}>{action}</div>}
    </div>
  )
}
