import { Link } from '@tanstack/react-router'
import { duration } from '../../../ui/format.ts'
import { timeOfInstant } from '../../../ui/instant.ts'
import { DescriptionList } from '../../../ui/layout/DescriptionList.tsx'
import { CodeBlock } from './CodeBlock.tsx'
import type { Explorer } from './address.ts'
import css from './explorer.module.css'
import { eventLabel, mappingOf } from './mapping.ts'
import { rawOf } from './raw.ts'
import type { ExploredEvent } from './queries.ts'
import { words } from './words.ts'

/** One event: where it counts and why, when it happened and came, and as it was received. */
export function EventDetail({
  event,
  explorer: { timeZone, today },
}: {
  event: ExploredEvent
  explorer: Explorer
}) {
  const { place, user, person, key, feature } = event
  return (
    <div className={css.detail}>
      <p className={css.detailName}>{eventLabel(event)}</p>
      <p className={css.says}>{mappingOf(event, today)}</p>
      <DescriptionList
        items={[
          {
            term: words('customer'),
            value: place.account ? (
              <Link to={`/customers/${place.account.id}` as '/'}>{place.account.name}</Link>
            ) : (
              words('notKnown')
            ),
          },
          { term: words('feature'), value: feature ?? words('noUse') },
          {
            term: words('user'),
            value: user
              ? `${user.externalId}${user.kind === 'anonymous' ? `, ${words('anonymous')}` : ''}`
              : words('unknownUser'),
          },
          { term: words('person'), value: person?.name ?? words('notKnown') },
          { term: words('groupId'), value: event.groupId ?? words('noGroup') },
          { term: words('happened'), value: timeOfInstant(event.at, timeZone) },
          {
            term: words('receivedAt'),
            value: `${timeOfInstant(event.receivedAt, timeZone)}. ${lateness(event)}`,
          },
          {
            term: words('from'),
            value: [key?.name ?? words('noKey'), words(event.by), event.library].filter(Boolean).join(', '),
          },
        ]}
      />
      <p className={css.quiet}>{words('corrected')}</p>
      <h3 className={css.subheading}>{words('asReceived')}</h3>
      <CodeBlock label={words('asReceived')} text={rawOf(event)} />
      <p className={css.quiet}>{words('asReceivedNote')}</p>
      <p className={css.links}>
        {user && (
          <Link to={'/events' as '/'} search={{ user: user.externalId } as never}>
            {words('ofUser')}
          </Link>
        )}
        {event.name && (
          <Link to={'/events' as '/'} search={{ tab: 'names', at: `${event.type} ${event.name}` } as never}>
            {words('ofName')}
          </Link>
        )}
      </p>
    </div>
  )
}

function lateness({ at, receivedAt }: ExploredEvent): string {
  const minutes = (Date.parse(receivedAt) - Date.parse(at)) / 60_000
  return minutes < 1 ? words('atOnce') : words('late', { time: late(minutes) })
}

const late = (minutes: number): string =>
  minutes < 48 * 60 ? duration(minutes) : `${Math.round(minutes / 1_440)} d`
