import type { LucideIcon } from 'lucide-react'
import { cx } from '../cx.ts'
import { count } from '../format.ts'
import { words } from '../words.ts'
import css from './ViewTabs.module.css'

export interface ViewTab {
  id: string
  label: string
  /** How many the view holds, left out while unknown. */
  count?: number
  icon?: LucideIcon
  href?: string
  unsaved?: boolean
}

/** Saved views of a list. Unsaved changes show a dot, and Save and Save as. */
export function ViewTabs({
  label,
  tabs,
  current,
  onChange,
  onSave,
  onSaveAs,
}: {
  label: string
  tabs: readonly ViewTab[]
  current: string
  onChange: (id: string) => void
  onSave?: () => void
  onSaveAs?: () => void
}) {
  const changed = tabs.find(({ id }) => id === current)?.unsaved
  return (
    <nav aria-label={label} className={css.tabs}>
      {tabs.map(({ id, label: name, count: size, icon: Icon, unsaved }) => (
        <button
          key={id}
          type="button"
          aria-current={id === current ? 'page' : undefined}
          className={cx(css.tab, id === current && css.current)}
          onClick={() => onChange(id)}
        >
          {Icon && <Icon size={15} strokeWidth={1.6} aria-hidden className={css.icon} />}
          <span>{name}</span>
          {size !== undefined && <span className={css.count}>{count(size)}</span>}
          {unsaved && <span className={css.dot} role="img" aria-label={words('unsaved')} />}
        </button>
      ))}
      {changed && onSave && (
        <button type="button" className={css.save} onClick={onSave}>
          {words('save')}
        </button>
      )}
      {changed && onSaveAs && (
        <button type="button" className={css.save} onClick={onSaveAs}>
          {words('saveAs')}
        </button>
      )}
    </nav>
  )
}
