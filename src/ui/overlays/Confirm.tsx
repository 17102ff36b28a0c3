import { AlertDialog as Base } from '@base-ui/react/alert-dialog'
import { Button } from '../controls/Button.tsx'
import { cx } from '../cx.ts'
import { words } from '../words.ts'
import css from './Dialog.module.css'
import overlay from './overlay.module.css'

export interface ConfirmProps {
  open: boolean
  /** The question, naming the thing: "Mark the promise as broken?" */
  title: string
  /** What changes and who will notice. */
  text: string
  action: string
  keep?: string
  onConfirm: () => void
  onClose: () => void
}

/** Asks before an act that cannot be undone or that reaches a customer. */
export function Confirm({ open, title, text, action, keep, onConfirm, onClose }: ConfirmProps) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={overlay.backdrop} />
        <Base.Popup
          className={cx(overlay.popup, css.dialog, css.confirm)}
          style={{ width: 'min(360px, 100vw - 32px)' }}
        >
          <Base.Title className={css.title}>{title}</Base.Title>
          <Base.Description className={css.text}>{text}</Base.Description>
          <div className={css.choices}>
            <Base.Close render={<Button>{keep ?? words('cancel')}</Button>} />
            <Base.Close
              render={
                <Button variant="danger" onClick={onConfirm}>
                  {action}
                </Button>
              }
            />
          </div>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
