import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Tag } from '../../../ui/controls/Tag.tsx'
import { cx } from '../../../ui/cx.ts'
import { days } from '../../../ui/format.ts'
import { dayOfInstant, timeOfInstant } from '../../../ui/instant.ts'
import { DescriptionList } from '../../../ui/layout/DescriptionList.tsx'
import { Region } from '../../../ui/layout/Region.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { ErrorState } from '../../../ui/states/ErrorState.tsx'
import { SkeletonRows } from '../../../ui/states/Skeleton.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import type { TicketEvent, TicketWithHistory } from '../../tickets/schema.ts'
import { isOpen } from '../../tickets/model.ts'
import css from './customer.module.css'
import { useOpenTickets, type Here, type Ticket } from './queries.ts'
import { daysSince } from './reasons.ts'
import { words } from './words.ts'

const pageSize = 20

/** Tickets: open ones first, then the others, newest first. */
export function TicketsRegion({ id, here }: { id: string; here: Here }) {
  const open = useOpenTickets(id)
  const all = useInfiniteQuery({
    queryKey: ['accounts', id, 'tickets', 'all'],
    queryFn: ({ signal, pageParam }) =>
      body(
        api.GET('/api/v1/accounts/{id}/tickets', {
          params: { path: { id }, query: { limit: pageSize, ...(pageParam && { after: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
  })
  const [shown, setShown] = useState<string | null>(null)
  const others = all.data?.pages.flatMap(({ rows }) => rows).filter(({ state }) => !isOpen(state)) ?? []
  const rows = open.data ? [...open.data.rows, ...others] : []
  const error = open.error ?? all.error
  return (
    <Region
      title={words('tickets')}
      note={open.data && rows.length > 0 && words('ticketsNote', { open: open.data.rows.length })}
    >
      {error && (
        <ErrorState
          title={words('notRead')}
          text={error.message}
          actions={
            <Button onClick={() => void Promise.all([open.refetch(), all.refetch()])}>
              {words('tryAgain')}
            </Button>
          }
        />
      )}
      {!error && !(open.data && all.data) && <SkeletonRows rows={3} label={words('tickets')} />}
      {open.data && all.data && rows.length === 0 && (
        <Empty title={words('ticketsEmpty')} text={words('ticketsEmptyText')} />
      )}
      {rows.length > 0 && (
        <ul className={css.rows} aria-label={words('tickets')}>
          {rows.map((ticket) => (
            <TicketRow key={ticket.id} ticket={ticket} here={here} onOpen={() => setShown(ticket.id)} />
          ))}
        </ul>
      )}
      {all.hasNextPage && (
        <Button
          size="row"
          variant="quiet"
          busy={all.isFetchingNextPage}
          onClick={() => void all.fetchNextPage()}
        >
          {words('moreTickets')}
        </Button>
      )}
      {shown && <TicketDialog id={shown} here={here} onClose={() => setShown(null)} />}
    </Region>
  )
}

type StateWord = `state_${Ticket['state']}`
const stateName = ({ state }: Pick<Ticket, 'state'>): string => words(`state_${state}` as StateWord)
const priorityName = (priority: number | null): string =>
  priority === null ? words('noPriority') : words('priority', { n: priority })

function openFor(openedAt: string, here: Here): string {
  const n = daysSince(openedAt, here)
  return n === 0 ? words('openToday') : days(n)
}

function TicketRow({ ticket, here, onOpen }: { ticket: Ticket; here: Here; onOpen: () => void }) {
  const { subject, priority, openedAt, state } = ticket
  const waits = isOpen(state)
  return (
    <li className={cx(css.row, css.wraps)}>
      <button type="button" className={css.rowButton} title={subject ?? undefined} onClick={onOpen}>
        {subject ?? words('noSubject')}
      </button>
      <span className={cx(css.rowFact, css.short)}>
        {waits && priority === 1 ? <Tag tone="rust">{priorityName(1)}</Tag> : priorityName(priority)}
      </span>
      <span className={cx(css.rowFact, css.short)}>{stateName(ticket)}</span>
      <span className={css.rowEnd}>
        {waits ? openFor(openedAt, here) : dayOfInstant(openedAt, here.timeZone)}
      </span>
    </li>
  )
}

/** One ticket with everything that happened to it. */
function TicketDialog({ id, here, onClose }: { id: string; here: Here; onClose: () => void }) {
  const ticket = useQuery({
    queryKey: ['tickets', id],
    queryFn: ({ signal }) => body(api.GET('/api/v1/tickets/{id}', { params: { path: { id } }, signal })),
    placeholderData: undefined,
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={ticket.data ? (ticket.data.subject ?? words('noSubject')) : words('ticket')}
      width={560}
      actions={<Button onClick={onClose}>{words('close')}</Button>}
    >
      <Loaded query={ticket} label={words('ticket')}>
        {(data) => <TicketFacts ticket={data} here={here} />}
      </Loaded>
    </Dialog>
  )
}

function TicketFacts({ ticket, here: { timeZone } }: { ticket: TicketWithHistory; here: Here }) {
  const at = (instant: string | null) => (instant ? timeOfInstant(instant, timeZone) : words('none'))
  return (
    <>
      <DescriptionList
        items={[
          { term: words('state'), value: ticket.stateLabel ?? stateName(ticket) },
          {
            term: words('priority', { n: '' }).trim(),
            value: ticket.priorityLabel ?? priorityName(ticket.priority),
          },
          { term: words('opened'), value: at(ticket.openedAt) },
          { term: words('firstAnswer'), value: at(ticket.firstResponseAt) },
          { term: words('solved'), value: at(ticket.solvedAt) },
          ...(ticket.reopenCount === null
            ? []
            : [{ term: words('reopened'), value: words('times', { n: ticket.reopenCount }) }]),
          { term: words('assignee'), value: ticket.assignee ?? ticket.assignmentGroup ?? words('nobody') },
          ...(ticket.category ? [{ term: words('category'), value: ticket.category }] : []),
        ]}
      />
      <h3 className={css.subheading}>{words('ticketHistory')}</h3>
      {ticket.history.length === 0 ? (
        <p className={css.quiet}>{words('noHistory')}</p>
      ) : (
        <ol className={css.rows}>
          {ticket.history.map((event) => (
            <li key={event.id} className={css.row}>
              <span className={css.main}>{eventText(event)}</span>
              <span className={css.rowFact}>{event.actor}</span>
              <span className={css.rowEnd}>{timeOfInstant(event.at, timeZone)}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  )
}

const eventText = ({ kind, from, to }: TicketEvent): string =>
  words(`event_${kind}`, { from: from ?? words('unknownValue'), to: to ?? words('unknownValue') })
