import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { liveRegionId } from '../../ui/announce.ts'
import { useKeyListener } from '../../ui/keys.ts'
import { Toaster } from '../../ui/overlays/Toast.tsx'
import css from './Shell.module.css'
import { words } from './web-words.ts'

// Nobody needs these in the first moment: they load right after the first page is there.
const CommandMenu = lazy(async () => ({
  default: (await import('../../ui/overlays/CommandMenu.tsx')).CommandMenu,
}))
const KeysDialog = lazy(async () => ({
  default: (await import('../../ui/overlays/KeysDialog.tsx')).KeysDialog,
}))

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
        <Suspense>
          <CommandMenu />
          <KeysDialog />
        </Suspense>
        <Toaster />
        <div id={liveRegionId} role="status" className={css.live} />
      </Tooltip.Provider>
    </CSPProvider>
  )
}
