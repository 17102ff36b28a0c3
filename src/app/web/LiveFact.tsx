import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useSyncExternalStore } from 'react'
import { useLiveState } from '../../ui/api/live.ts'
import { useSession } from '../../ui/api/session.ts'
import { timeAt } from '../../ui/instant.ts'
import { SidebarFact } from '../../ui/layout/Sidebar.tsx'
import css from './Shell.module.css'
import { words } from './web-words.ts'

/** Whether what is shown moves by itself; if not, when it was last read. */
export function LiveFact() {
  const state = useLiveState()
  if (state === 'live') return <SidebarFact>{words('live')}</SidebarFact>
  if (state === 'lost')
    return (
      <SidebarFact failed>
        <NotLive />
      </SidebarFact>
    )
  return null
}

/** The same on a phone, which has no sidebar: only when it matters. */
export function LiveNotice() {
  if (useLiveState() !== 'lost') return null
  return (
    <p className={css.notLive}>
      <NotLive />
    </p>
  )
}

function NotLive() {
  const cache = useQueryClient().getQueryCache()
  const timeZone = useSession().data?.workspace.timeZone ?? 'UTC'
  const subscribe = useCallback((listener: () => void) => cache.subscribe(listener), [cache])
  const lastRead = () =>
    Math.max(0, ...cache.findAll({ type: 'active' }).map((one) => one.state.dataUpdatedAt))
  const time = useSyncExternalStore(subscribe, () => timeAt(new Date(lastRead()), timeZone))
  return words('notLive', { time })
}
