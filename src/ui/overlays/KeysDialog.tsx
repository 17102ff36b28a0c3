import { useState } from 'react'
import { Kbd } from '../controls/Kbd.tsx'
import { groupKeys } from '../key-groups.ts'
import { useActiveKeys, useKeys } from '../keys.ts'
import { words } from '../words.ts'
import { Dialog } from './Dialog.tsx'
import css from './KeysDialog.module.css'

/** All keys of the current page, opened with ?. Rendered once by the shell. */
export function KeysDialog() {
  const [open, setOpen] = useState(false)
  const groups = groupKeys(useActiveKeys())
  useKeys([{ key: '?', label: words('allKeysHere'), run: () => setOpen(true), bar: 'right' }])
  return (
    <Dialog open={open} onClose={() => setOpen(false)} title={words('allKeys')} width={560}>
      <dl className={css.keys}>
        {groups.map(({ label, keys }) => (
          <div key={label} className={css.row}>
            <dt>
              {keys.map((key) => (
                <span key={key} className={css.cap}>
                  <Kbd keys={key} />
                </span>
              ))}
            </dt>
            <dd>{label}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
