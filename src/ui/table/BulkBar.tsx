import { Kbd } from '../controls/Kbd.tsx'
import { useKeys } from '../keys.ts'
import { words } from '../words.ts'
import css from './BulkBar.module.css'

export interface BulkAction {
  key: string
  label: string
  run: () => void
}

/** What can be done with the selected rows. Floats above the bottom and exists only with a selection. */
export function BulkBar({
  count,
  actions,
  onClear,
}: {
  count: number
  actions: readonly BulkAction[]
  onClear: () => void
}) {
  useKeys(count > 0 ? actions : [])
  if (count === 0) return null
  return (
    <div role="toolbar" aria-label={words('selected', { n: count })} className={css.bar}>
      <span className={css.count}>{words('selected', { n: count })}</span>
      {actions.map(({ key, label, run }) => (
        <button key={key} type="button" className={css.action} onClick={run}>
          {label}
          <span aria-hidden>
            <Kbd keys={key} />
          </span>
        </button>
      ))}
      <button type="button" className={css.clear} onClick={onClear}>
        {words('clear')}
        <span aria-hidden>
          <Kbd keys="escape" />
        </span>
      </button>
    </div>
  )
}
