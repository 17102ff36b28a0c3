import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import type { components } from '../../../ui/api/schema.d.ts'
import { dayShort } from '../../../ui/format.ts'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import css from './region.module.css'
import { words } from './region-words.ts'

type User = components['schemas']['PowerUsers']['users'][number]
const mostMet = 4

/** Who the power users are, and what they met: errors, wishes and tickets, those met before all others first. */
export function PowerUsers({ id, today }: { id: string; today: string }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" className={css.link} aria-expanded={open} onClick={() => setOpen(!open)}>
        {words(open ? 'hide' : 'who')}
      </button>
      {open && <Users id={id} today={today} />}
    </>
  )
}

function Users({ id, today }: { id: string; today: string }) {
  const found = useQuery({
    queryKey: ['accounts', id, 'power-users'],
    queryFn: ({ signal }) =>
      body(api.GET('/api/v1/accounts/{id}/usage/power-users', { params: { path: { id } }, signal })),
    placeholderData: undefined,
  })
  return (
    <Loaded query={found} label={words('who')}>
      {({ users }) => (
        <>
          <ul aria-label={words('who')} className={css.users}>
            {users.map((user) => (
              <li key={user.user}>
                <span className={css.name}>{user.person?.name ?? words('unnamedUser')}</span>{' '}
                <span className={css.qualifier}>{words('userEvents', { n: user.events })}</span>
                <Met user={user} today={today} />
              </li>
            ))}
          </ul>
          <p className={css.reason}>{words('notSafety')}</p>
        </>
      )}
    </Loaded>
  )
}

/** What a user met, what nobody had met before first. */
export function metBy({ errors, tickets }: User, today: string): string[] {
  const first = errors.filter(({ metFirst }) => metFirst)
  const later = errors.filter(({ metFirst }) => !metFirst)
  const day = (text: string) => dayShort(text.slice(0, 10), today)
  return [
    ...first.map(({ feature, firstOn, accounts }) =>
      words('metFirst', { feature, day: day(firstOn), accounts }),
    ),
    ...tickets
      .toSorted((a, b) => Number(b.asksForFeature) - Number(a.asksForFeature))
      .map(({ subject, openedAt, asksForFeature }) =>
        words(asksForFeature ? 'asked' : 'ticket', {
          subject: subject ?? words('noSubject'),
          day: day(openedAt),
        }),
      ),
    ...later.map(({ feature, firstOn, errors: n }) =>
      words('met', { feature, day: day(firstOn), errors: n }),
    ),
  ]
}

function Met({ user, today }: { user: User; today: string }) {
  const met = metBy(user, today)
  if (met.length === 0) return <p className={css.reason}>{words('nothingMet')}</p>
  return (
    <ul className={css.met}>
      {met.slice(0, mostMet).map((text) => (
        <li key={text}>{text}</li>
      ))}
    </ul>
  )
}
