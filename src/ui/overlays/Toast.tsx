import { Toast as Base } from '@base-ui/react/toast'
import type { ReactNode } from 'react'
import { Kbd } from '../controls/Kbd.tsx'
import { useKeys } from '../keys.ts'
import { words } from '../words.ts'
import css from './Toast.module.css'

interface ToastData {
  undo?: () => void
}

const manager = Base.createToastManager<ToastData>()
let last: string | undefined

/** Shows what happened, one toast at a time, for 6 seconds; with `undo` the button and Z take it back. */
export function toast(text: string, undo?: () => void): void {
  if (last) manager.close(last)
  last = manager.add({ title: text, timeout: 6000, data: undo ? { undo } : {} })
}

/** The place where toasts appear. Rendered once by the shell. */
export function Toaster() {
  return (
    <Base.Provider toastManager={manager} limit={1}>
      <Base.Portal>
        <Base.Viewport className={css.viewport}>
          <Current />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  )
}

function Current() {
  const { toasts, close } = Base.useToastManager<ToastData>()
  const shown = toasts.find(({ transitionStatus }) => transitionStatus !== 'ending')
  const undo = () => {
    shown?.data?.undo?.()
    close(shown?.id)
  }
  useKeys([{ key: 'z', label: words('undoKey'), run: undo, when: !!shown?.data?.undo, bar: 'right' }])
  if (!shown) return null
  return (
    <Base.Root key={shown.id} toast={shown} swipeDirection={['down']} className={css.toast}>
      <ToastFace
        text={<Base.Title className={css.text} render={<p />} />}
        {...(shown.data?.undo && { undo })}
      />
    </Base.Root>
  )
}

/** The look of a toast without its life, for the component sheet. */
export function ToastFace({ text, undo }: { text: ReactNode; undo?: () => void }) {
  return (
    <div className={css.face}>
      {text}
      {undo && (
        <button type="button" className={css.undo} onClick={undo} aria-keyshortcuts="z">
          {words('undo')}
          <span aria-hidden>
            <Kbd keys="z" />
          </span>
        </button>
      )}
    </div>
  )
}
