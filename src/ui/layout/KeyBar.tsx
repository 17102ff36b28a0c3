import type { ReactNode } from 'react'
import { Kbd } from '../controls/Kbd.tsx'
import { groupKeys } from '../key-groups.ts'
import { useActiveKeys, useKeySettings } from '../keys.ts'
import css from './KeyBar.module.css'

/** The keys that work here and now, and on the right where the numbers come from, which stays when keys are hidden. */
export function KeyBar({ provenance }: { provenance?: ReactNode }) {
  const keys = useActiveKeys()
  const { on, bar: shown } = useKeySettings()
  const side = (bar: 'left' | 'right') => groupKeys(on && shown ? keys.filter((key) => key.bar === bar) : [])
  if (!shown && !provenance) return null
  return (
    <footer className={css.bar}>
      <Keys groups={side('left')} />
      <div className={css.right}>{provenance ?? <Keys groups={side('right')} />}</div>
    </footer>
  )
}

function Keys({ groups }: { groups: readonly { label: string; keys: string[] }[] }) {
  return (
    <ul className={css.keys}>
      {groups.map(({ label, keys }) => (
        <li key={label} className={css.group}>
          {keys.map((key) => (
            <span key={key} className={css.cap}>
              <Kbd keys={key} />
            </span>
          ))}
          {label}
        </li>
      ))}
    </ul>
  )
}
