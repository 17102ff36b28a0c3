import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo } from 'react'
import { atLeast } from '../../../platform/auth/roles.ts'
import { useSession } from '../../../ui/api/session.ts'
import { ViewTabs } from '../../../ui/controls/ViewTabs.tsx'
import { dayAt } from '../../../ui/instant.ts'
import { useKeys } from '../../../ui/keys.ts'
import { Page } from '../../../ui/layout/Page.tsx'
import { NoPermission } from '../../../ui/states/NoPermission.tsx'
import { readAddress, tabs, type Explorer, type Tab } from './address.ts'
import css from './explorer.module.css'
import { NamesTab } from './NamesTab.tsx'
import { useReasons } from './queries.ts'
import { RejectedTab } from './RejectedTab.tsx'
import { StreamTab } from './StreamTab.tsx'
import { WaitingTab } from './WaitingTab.tsx'
import { words } from './words.ts'

/** What arrives from the product, from where, and for which customer it counts. */
export function EventsPage() {
  const { data: session } = useSession()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as Record<string, unknown>
  const address = useMemo(() => readAddress(search), [search])
  const go = useCallback<Explorer['go']>(
    (change, replace = false) => {
      const next = Object.entries({ ...address, ...change }).filter(([, value]) => value !== undefined)
      void navigate({ to: '/events' as '/', search: Object.fromEntries(next) as never, replace })
    },
    [address, navigate],
  )
  if (!session) return null
  const { timeZone } = session.workspace
  const mayAdmin = atLeast(session.role, 'admin')
  const today = dayAt(new Date().toISOString(), timeZone)
  return <Explorers explorer={{ address, go, timeZone, today, mayAdmin }} />
}

function Explorers({ explorer }: { explorer: Explorer }) {
  const { address, mayAdmin } = explorer
  const navigate = useNavigate()
  const reasons = useReasons(mayAdmin).data
  const tab = address.tab ?? 'stream'
  const open = (id: string) =>
    void navigate({ to: '/events' as '/', search: (id === 'stream' ? {} : { tab: id }) as never })
  const step = (by: number) => open(tabs[(tabs.indexOf(tab) + by + tabs.length) % tabs.length]!)
  useKeys([
    { key: '[', label: words('tabs'), run: () => step(-1) },
    { key: ']', label: words('tabs'), run: () => step(1) },
  ])
  const openRejects = reasons?.reduce((sum, one) => sum + one.open, 0)
  return (
    <Page
      title={words('title')}
      actions={
        <>
          {mayAdmin && (
            <Link to={'/settings/write-keys' as '/'} className={css.topLink}>
              {words('writeKeys')}
            </Link>
          )}
        </>
      }
    >
      <div className={css.screen}>
        <ViewTabs
          label={words('tabs')}
          tabs={tabs.map((id) => ({
            id,
            label: words(id),
            ...(id === 'rejected' && openRejects !== undefined && { count: openRejects }),
          }))}
          current={tab}
          onChange={open}
        />
        <TabContent tab={tab} explorer={explorer} />
      </div>
    </Page>
  )
}

function TabContent({ tab, explorer }: { tab: Tab; explorer: Explorer }) {
  if (tab === 'names') return <NamesTab explorer={explorer} />
  if (tab === 'waiting') return <WaitingTab />
  if (tab === 'stream') return <StreamTab explorer={explorer} />
  return explorer.mayAdmin ? (
    <RejectedTab explorer={explorer} />
  ) : (
    <div className={css.padded}>
      <NoPermission title={words('needAdmin')} text={words('needAdminText')} />
    </div>
  )
}
