import { Link } from '@tanstack/react-router'
import { count } from '../../../ui/format.ts'
import { Lead, Region } from '../../../ui/layout/Region.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { PlainTable } from '../../../ui/table/PlainTable.tsx'
import type { components } from '../../../ui/api/schema.d.ts'
import css from './explorer.module.css'
import { useWaiting } from './queries.ts'
import { words } from './words.ts'

type Waiting = components['schemas']['WaitingEvents']
type User = Waiting['users'][number]

/** What counts for nobody yet, and what would make it count. */
export function WaitingTab() {
  const waiting = useWaiting()
  return (
    <div className={css.scroll}>
      <Loaded query={waiting} label={words('waiting')}>
        {(found) =>
          found.events === 0 && found.groupsTotal === 0 ? (
            <div className={css.padded}>
              <Empty title={words('noWaiting')} text={words('noWaitingText')} />
            </div>
          ) : (
            <>
              <Lead>
                <b>
                  {found.capped
                    ? words('waitingAtLeast', { n: count(found.events) })
                    : words('waitingNote', { n: found.events })}
                </b>
                . {words('waitingLead')}{' '}
                <Link to={'/events' as '/'} search={{ state: 'waiting' } as never}>
                  {words('seeThem')}
                </Link>
              </Lead>
              <Groups waiting={found} />
              <Users waiting={found} />
            </>
          )
        }
      </Loaded>
    </div>
  )
}

function Groups({ waiting: { groups, groupsTotal } }: { waiting: Waiting }) {
  if (groups.length === 0) return null
  return (
    <Region title={words('groups')} note={count(groupsTotal)}>
      <p className={css.says}>{words('groupsHelp')}</p>
      <PlainTable
        label={words('groups')}
        rows={groups}
        rowKey={({ groupId }) => groupId}
        columns={[
          { id: 'group', head: words('groupId'), cell: ({ groupId }) => groupId },
          {
            id: 'by',
            head: words('groupNamedBy'),
            cell: ({ byServer }) => words(byServer ? 'aServer' : 'aPage'),
          },
          { id: 'users', head: words('joined'), number: true, cell: ({ users }) => count(users) },
        ]}
      />
      <More shown={groups.length} total={groupsTotal} />
    </Region>
  )
}

function whyOf({ kind, person, accounts }: User): string {
  if (person) return accounts === 0 ? words('whyNone') : words('whySeveral', { n: accounts })
  return words(kind === 'anonymous' ? 'whyAnonymous' : 'whyNobody')
}

function Users({ waiting: { users, usersTotal } }: { waiting: Waiting }) {
  if (users.length === 0) return null
  return (
    <Region
      title={words('usersHead')}
      note={count(usersTotal)}
      line={false}
      actions={<Link to="/import">{words('importPeople')}</Link>}
    >
      <p className={css.says}>{words('usersHelp')}</p>
      <PlainTable
        label={words('usersHead')}
        rows={users}
        rowKey={({ kind, externalId }) => `${kind} ${externalId}`}
        columns={[
          {
            id: 'user',
            head: words('user'),
            cell: ({ externalId }) => (
              <Link to={'/events' as '/'} search={{ user: externalId } as never}>
                {externalId}
              </Link>
            ),
          },
          {
            id: 'person',
            head: words('person'),
            cell: ({ person }) => person?.name ?? words('notKnown'),
          },
          { id: 'why', head: words('why'), cell: whyOf },
        ]}
      />
      <More shown={users.length} total={usersTotal} />
    </Region>
  )
}

function More({ shown, total }: { shown: number; total: number }) {
  if (total <= shown) return null
  return <p className={css.quiet}>{words('listedOf', { shown: count(shown), total: count(total) })}</p>
}
