import { Link, useParams } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useMembers } from '../../domains/team/ui/queries.ts'
import { roleName } from '../../domains/team/ui/roles.ts'
import { atLeast, type Role } from '../../platform/auth/roles.ts'
import { Page } from '../../ui/layout/Page.tsx'
import { Empty } from '../../ui/states/Empty.tsx'
import { NoPermission } from '../../ui/states/NoPermission.tsx'
import { useSession } from '../../ui/api/session.ts'
import { settingsSections, type SettingsSection } from './settings-sections.tsx'
import css from './SettingsFrame.module.css'
import { words } from './web-words.ts'

/** The settings: their sections at the left, the one of the address at the right. */
export function SettingsFrame() {
  const { section: id } = useParams({ strict: false }) as { section?: string }
  const section = id === undefined ? settingsSections[0] : settingsSections.find((one) => one.id === id)
  return (
    <Page title={section?.label ?? words('notFound')} parent={words('settings')}>
      <div className={css.settings}>
        <nav aria-label={words('settings')} className={css.nav}>
          {settingsSections.map(({ id: to, label }) => (
            <Link
              key={to}
              to={`/settings/${to}`}
              className={css.link}
              aria-current={to === section?.id ? 'page' : undefined}
            >
              {label}
            </Link>
          ))}
        </nav>
        <div className={css.section} key={section?.id}>
          {section ? <Section section={section} /> : <Unknown />}
        </div>
      </div>
    </Page>
  )
}

function Section({ section }: { section: SettingsSection }) {
  const { data: session } = useSession()
  // The shell says so when the session cannot be read.
  if (!session) return null
  if (!atLeast(session.role, section.needs)) return <NotYours section={section} />
  return (
    <Suspense>
      {section.parts.map((Part, i) => (
        <Part key={i} session={session} />
      ))}
    </Suspense>
  )
}

function NotYours({ section: { label, needs } }: { section: SettingsSection }) {
  const { data: members = [] } = useMembers()
  const who = members.filter(({ role }) => atLeast(role, needs)).map(({ name }) => name)
  return (
    <div className={css.alone}>
      <NoPermission
        title={words('mayNotSee', { section: label, role: roleName(needs as Role).toLowerCase() })}
        text={who.length > 0 ? words('ask', { who: who.join(', ') }) : ''}
      />
    </div>
  )
}

function Unknown() {
  return (
    <div className={css.alone}>
      <Empty title={words('notFound')} text={words('noSection')} />
    </div>
  )
}
