import { Tooltip as Base } from '@base-ui/react/tooltip'
import type { ReactElement } from 'react'
import { cx } from '../cx.ts'
import overlay from './overlay.module.css'
import css from './Tooltip.module.css'

/** Says a short text when its child is hovered or focused. The child keeps its own name. */
export function Tooltip({ text, children }: { text: string; children: ReactElement }) {
  return (
    <Base.Root>
      <Base.Trigger render={children} />
      <Base.Portal>
        <Base.Positioner sideOffset={6} className={overlay.positioner}>
          <Base.Popup className={cx(overlay.popup, css.tip)}>{text}</Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  )
}
