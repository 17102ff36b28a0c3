import { Link, Outlet, useNavigate } from '@tanstack/react-router'
import { ChevronsUpDown, LogOut, Plus, Search } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { Avatar } from '../../ui/controls/Avatar.tsx'
import { Button } from '../../ui/controls/Button.tsx'
import { Kbd } from '../../ui/controls/Kbd.tsx'
import { useKeys } from '../../ui/keys.ts'
import { Mark } from '../../ui/layout/Mark.tsx'
import { MobileTabBar, TabFace } from '../../ui/layout/MobileTabBar.tsx'
import { DocumentName } from '../../ui/layout/Page.tsx'
import { SidebarLink } from '../../ui/layout/Sidebar.tsx'
import { openCommandMenu } from '../../ui/overlays/command-store.ts'
import { Menu, type MenuItem } from '../../ui/overlays/Menu.tsx'
import { ErrorState } from '../../ui/states/ErrorState.tsx'
import { useSampleLabel } from '../../sample/ui/SampleLabel.tsx'
import { phone, useMedia } from '../../ui/use-media.ts'
import { themes, useShellCommands } from './commands.ts'
import { useLivePages } from './live.ts'
import { LiveNotice } from './LiveFact.tsx'
import { places, type Place } from './places.ts'
import { useSession, type Session } from '../../ui/api/session.ts'
import { enter, leave } from './session.ts'
import css from './Shell.module.css'
import { sidebarFacts, sidebarGroups } from './sidebar.ts'
import { words } from './web-words.ts'

const NewWorkspace = lazy(async () => ({
  default: (await import('../../domains/team/ui/NewWorkspace.tsx')).NewWorkspace,
}))

/** The signed-in product: sidebar 212 (52 with icons only, a tab bar on phones) beside the page. */
export function Shell() {
  const session = useSession()
  const onPhone = useMedia(phone)
  const sample = useSampleLabel()
  usePlaceKeys()
  useShellCommands()
  useLivePages()
  return (
    <DocumentName value={session.data?.workspace.name ?? words('product')}>
      <div className={css.shell}>
        <div className={css.sidebar}>
          <WorkspaceMenu session={session.data} />
          <FindField />
          <PlaceList />
          <div className={css.groups}>
            {sidebarGroups.map((Group, i) => (
              <Group key={i} />
            ))}
          </div>
          {session.isError && (
            <ErrorState
              title={words('sessionLost')}
              text={session.error.message}
              actions={<Button onClick={() => session.refetch()}>{words('tryAgain')}</Button>}
            />
          )}
          {sidebarFacts.map((Fact, i) => (
            <Fact key={i} />
          ))}
          {!onPhone && sample.label}
          <User session={session.data} />
        </div>
        <div className={css.page}>
          <LiveNotice />
          {onPhone && sample.label}
          <Outlet />
        </div>
        <Tabs />
        {sample.dialogs}
      </div>
    </DocumentName>
  )
}

function usePlaceKeys(): void {
  const navigate = useNavigate()
  useKeys([
    { key: 'mod+k', label: words('keyFindOrDo'), run: openCommandMenu },
    ...places.map(({ to, label, key }) => ({
      key: `g ${key}`,
      label: words('goTo', { place: label }),
      run: () => void navigate({ to }),
    })),
  ])
}

function WorkspaceMenu({ session }: { session: Session | undefined }) {
  const [making, setMaking] = useState(false)
  const face = (
    <>
      <Mark />
      <span className={css.name}>{session?.workspace.name ?? words('product')}</span>
    </>
  )
  const items = session ? workspaceItems(session, () => setMaking(true)) : []
  if (!session || items.length === 0) return <div className={css.workspace}>{face}</div>
  return (
    <>
      <Menu
        items={items}
        trigger={
          <button type="button" className={css.workspace}>
            {face}
            <ChevronsUpDown size={15} strokeWidth={1.6} aria-hidden className={css.icon} />
          </button>
        }
      />
      {making && (
        <Suspense>
          <NewWorkspace
            session={session}
            open
            onClose={() => setMaking(false)}
            onMade={(id) => void enter(id)}
          />
        </Suspense>
      )}
    </>
  )
}

/** The other workspaces, and for owners a way to make one more. */
function workspaceItems({ workspace, workspaces, role }: Session, make: () => void): MenuItem[] {
  const others: MenuItem[] = workspaces
    .filter(({ id }) => id !== workspace.id)
    .map(({ id, name }) => ({ label: name, run: () => void enter(id) }))
  if (role !== 'owner') return others
  const another: MenuItem = { label: words('newWorkspace'), icon: Plus, run: make }
  return others.length > 0 ? [...others, 'separator', another] : [another]
}

function FindField() {
  return (
    <button type="button" className={css.find} onClick={openCommandMenu}>
      <Search size={15} strokeWidth={1.6} aria-hidden className={css.icon} />
      <span className={css.label}>{words('findOrDo')}</span>
      <span className={css.label}>
        <Kbd keys="mod+k" plain />
      </span>
    </button>
  )
}

function PlaceList() {
  return (
    <nav aria-label={words('places')}>
      <ul>
        {places
          .filter(({ foot }) => !foot)
          .map((place) => (
            <PlaceLink key={place.to} place={place} />
          ))}
      </ul>
    </nav>
  )
}

function PlaceLink({ place }: { place: Place }) {
  const useCount = place.useCount ?? noCount
  return (
    <SidebarLink
      to={place.to}
      label={place.label}
      icon={place.icon}
      count={useCount()}
      exact={place.to === '/'}
    />
  )
}

function noCount(): undefined {
  return undefined
}

function User({ session }: { session: Session | undefined }) {
  const items: MenuItem[] = [
    ...themes(),
    'separator',
    { label: words('signOut'), icon: LogOut, run: () => void leave() },
  ]
  const name = session?.user.name ?? ''
  return (
    <div className={css.user}>
      <Menu
        items={items}
        trigger={
          <button type="button" className={css.who}>
            <Avatar name={name} />
            <span className={css.label}>{name}</span>
          </button>
        }
      />
      {places
        .filter(({ foot }) => foot)
        .map(({ to, label, icon: Icon }) => (
          <Link
            key={to}
            to={to}
            className={css.gear}
            aria-label={label}
            activeProps={{ 'aria-current': 'page' }}
          >
            <Icon size={15} strokeWidth={1.6} aria-hidden />
          </Link>
        ))}
    </div>
  )
}

function Tabs() {
  return (
    <MobileTabBar>
      {places
        .filter(({ wide }) => !wide)
        .map(({ to, label, icon }) => (
          <Link
            key={to}
            to={to}
            activeOptions={{ exact: to === '/', includeSearch: false }}
            activeProps={{ 'aria-current': 'page' }}
          >
            <TabFace icon={icon} label={label} />
          </Link>
        ))}
      <button type="button" onClick={openCommandMenu}>
        <TabFace icon={Search} label={words('find')} />
      </button>
    </MobileTabBar>
  )
}
