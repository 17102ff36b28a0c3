import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { Outlet } from '@tanstack/react-router'
import { liveRegionId } from '../../ui/announce.ts'
import { useKeyListener } from '../../ui/keys.ts'
import { CommandMenu } from '../../ui/overlays/CommandMenu.tsx'
import { KeysDialog } from '../../ui/overlays/KeysDialog.tsx'
import { Toaster } from '../../ui/overlays/Toast.tsx'
import css from './Shell.module.css'
import { words } from './web-words.ts'

/** What surrounds every page, in the shell or alone: skip link, live region, toasts, menu of commands, keys. */
export function Frame() {
  useKeyListener()
  return (
    <CSPProvider disableStyleElements>
      <Tooltip.Provider delay={400}>
        <a href="#main" className={css.skip}>
          {words('skip')}
        </a>
        <Outlet />
        <CommandMenu />
        <KeysDialog />
        <Toaster />
        <div id={liveRegionId} role="status" className={css.live} />
      </Tooltip.Provider>
    </CSPProvider>
  )
}
