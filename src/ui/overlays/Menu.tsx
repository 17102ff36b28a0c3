import { Menu as Base } from '@base-ui/react/menu'
import type { LucideIcon } from 'lucide-react'
import type { ReactElement } from 'react'
import { Kbd } from '../controls/Kbd.tsx'
import { cx } from '../cx.ts'
import overlay from './overlay.module.css'

export type MenuItem =
  | 'separator'
  | {
      label: string
      icon?: LucideIcon
      keys?: string
      /** For acts that cannot be undone. */
      danger?: boolean
      disabled?: boolean
      run: () => void
    }

/** A menu that `trigger`, a button, opens. */
export function Menu({
  trigger,
  items,
  align = 'start',
}: {
  trigger: ReactElement
  items: readonly MenuItem[]
  align?: 'start' | 'end'
}) {
  return (
    <Base.Root modal={false}>
      <Base.Trigger render={trigger} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className={overlay.positioner}>
          <Base.Popup className={cx(overlay.popup, overlay.list)}>
            {items.map((item, i) =>
              item === 'separator' ? (
                <Base.Separator key={i} className={overlay.separator} />
              ) : (
                <Base.Item
                  key={i}
                  className={cx(overlay.item, item.danger && overlay.danger)}
                  disabled={item.disabled ?? false}
                  onClick={item.run}
                >
                  {item.icon && (
                    <item.icon size={15} strokeWidth={1.6} aria-hidden className={overlay.icon} />
                  )}
                  {item.label}
                  {item.keys && (
                    <span className={overlay.trailing} aria-hidden>
                      <Kbd keys={item.keys} />
                    </span>
                  )}
                </Base.Item>
              ),
            )}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
