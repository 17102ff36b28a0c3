import { Dialog as Base } from '@base-ui/react/dialog'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '../controls/Button.tsx'
import { cx } from '../cx.ts'
import { words } from '../words.ts'
import css from './Dialog.module.css'
import overlay from './overlay.module.css'

/** A modal dialog with a title. `width` in px. */
export function Dialog({
  open,
  onClose,
  title,
  width = 480,
  actions,
  children,
}: {
  open: boolean
  onClose: () => void
  title: string
  width?: number
  actions?: ReactNode
  children: ReactNode
}) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={overlay.backdrop} />
        <Base.Popup
          className={cx(overlay.popup, css.dialog)}
          style={{ width: `min(${width}px, 100vw - 32px)` }}
        >
          <Base.Title className={css.title}>{title}</Base.Title>
          <div className={css.body}>{children}</div>
          {actions && <footer className={css.actions}>{actions}</footer>}
          {/* Last, so that focus starts in the content. */}
          <Base.Close
            className={css.close}
            render={<IconButton icon={X} label={words('close')} tooltip={false} />}
          />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
