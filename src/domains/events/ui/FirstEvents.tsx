import { Link } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { announce } from '../../../ui/announce.ts'
import { Heading } from '../../../ui/layout/Region.tsx'
import css from './events.module.css'
import { eventLabel, mappingOf } from './mapping.ts'
import { useFirstEvents, useFirstRejects, type ExploredEvent } from './queries.ts'
import { words } from './words.ts'

const shownAtOnce = 8

/** Waits for what a key sends from `since` on, and shows each event with what became of it. */
export function FirstEvents({
  keyId,
  keyName,
  since,
  today,
}: {
  keyId: string
  keyName: string
  since: string
  today: string
}) {
  const events = useFirstEvents(keyId, since).data?.rows ?? []
  const rejects = useFirstRejects(keyName, since).data ?? []
  useArrivalSaid(events.length)
  return (
    <section aria-label={words('waitingFirst')} className={css.first}>
      {events.length === 0 ? (
        <Heading title={words('waitingFirst')} note={words('waitingFirstText')} />
      ) : (
        <>
          <Heading title={words('arrived', { n: events.length })} note={words('arrivedNote')} />
          <ol className={css.arrivals}>
            {events.slice(0, shownAtOnce).map((event) => (
              <Arrival key={event.cursor} event={event} today={today} />
            ))}
          </ol>
        </>
      )}
      {rejects[0] && (
        <p className={css.refused}>
          {words('rejectedHere', { says: rejects[0].says })}{' '}
          <Link to={'/events' as '/'} search={{ tab: 'rejected' } as never}>
            {words('toRejected')}
          </Link>
        </p>
      )}
    </section>
  )
}

function Arrival({ event, today }: { event: ExploredEvent; today: string }) {
  return (
    <li>
      <span className={css.name}>{eventLabel(event)}</span>{' '}
      <span className={css.quiet}>
        {[words(event.type), event.user?.externalId, event.library].filter(Boolean).join(' · ')}
      </span>
      <p>{mappingOf(event, today)}</p>
    </li>
  )
}

/** Tells screen readers once that something came. */
function useArrivalSaid(n: number): void {
  const said = useRef(false)
  useEffect(() => {
    if (n === 0 || said.current) return
    said.current = true
    announce(words('arrived', { n }))
  }, [n])
}
