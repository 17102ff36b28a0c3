import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { Button } from '../../../ui/controls/Button.tsx'
import { Tag } from '../../../ui/controls/Tag.tsx'
import { timeOfInstant } from '../../../ui/instant.ts'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { DataTable, type Column } from '../../../ui/table/DataTable.tsx'
import { filterOf, filtersOf, type Explorer } from './address.ts'
import { Aside } from './Aside.tsx'
import { EventDetail } from './EventDetail.tsx'
import css from './explorer.module.css'
import { FilterBar } from './FilterBar.tsx'
import { eventLabel } from './mapping.ts'
import { useNewest, useStream, type EventFilter, type ExploredEvent } from './queries.ts'
import { Volume } from './Volume.tsx'
import { words } from './words.ts'

/** Events newest first: narrowed by filters, each opened beside the list. */
export function StreamTab({ explorer }: { explorer: Explorer }) {
  const { address, go } = explorer
  const asked = JSON.stringify(filtersOf(address).map((field) => [field, address[field]]))
  // A span begins when it is chosen: with every second it would be another question.
  const filter = useMemo(() => filterOf(address, Date.now()), [asked])
  const stream = useStream(filter)
  const rows = stream.data?.pages.flatMap((page) => page.rows) ?? []
  const chosen = rows.find(({ cursor }) => cursor === address.at)
  return (
    <>
      <Volume explorer={explorer} />
      <FilterBar
        explorer={explorer}
        end={<NewEvents filter={filter} rows={rows} ready={!!stream.data} readAt={stream.dataUpdatedAt} />}
      />
      <div className={css.split}>
        <div className={css.main}>
          {rows.length > 0 ? (
            <Rows
              explorer={explorer}
              rows={rows}
              more={stream.hasNextPage}
              onEnd={() => !stream.isFetchingNextPage && void stream.fetchNextPage()}
            />
          ) : (
            <div className={css.padded}>
              <Loaded query={stream} label={words('stream')}>
                {({ pages }) => (
                  <None
                    explorer={explorer}
                    looked={pages.reduce((sum, { looked }) => sum + looked, 0)}
                    older={stream.hasNextPage ? () => void stream.fetchNextPage() : undefined}
                  />
                )}
              </Loaded>
            </div>
          )}
        </div>
        {chosen && (
          <Aside title={words('details')} onClose={() => go({ at: undefined }, true)}>
            <EventDetail event={chosen} explorer={explorer} />
          </Aside>
        )}
      </div>
    </>
  )
}

/** So far may the clock of a browser be ahead. */
const clockDoubtMs = 600_000

/** How many events came since the list was read; they are shown when asked for, so that rows stay where they are. */
function NewEvents({
  filter,
  rows,
  ready,
  readAt,
}: {
  filter: EventFilter
  rows: readonly ExploredEvent[]
  ready: boolean
  /** When the list was read, in ms of the clock of this machine. */
  readAt: number
}) {
  const cache = useQueryClient()
  const since = rows[0]?.receivedAt ?? new Date(Math.max(0, readAt - clockDoubtMs)).toISOString()
  const newest = useNewest(filter, ready ? since : undefined).data
  const known = useMemo(() => new Set(rows.map(({ cursor }) => cursor)), [rows])
  const n = newest?.rows.filter(({ cursor }) => !known.has(cursor)).length ?? 0
  const show = useCallback(
    () => cache.resetQueries({ queryKey: ['events', 'stream', filter] }),
    [cache, filter],
  )
  // An empty list has nothing that could jump: what comes is shown at once.
  const atOnce = ready && rows.length === 0 && n > 0
  useEffect(() => {
    if (atOnce) void show()
  }, [atOnce, show])
  if (n === 0 || rows.length === 0) return null
  return (
    <Button size="row" onClick={() => void show()}>
      {words(newest?.next ? 'moreNewEvents' : 'newEvents', { n })}
    </Button>
  )
}

function Rows({
  explorer,
  rows,
  more,
  onEnd,
}: {
  explorer: Explorer
  rows: readonly ExploredEvent[]
  more: boolean
  onEnd: () => void
}) {
  const { go, timeZone } = explorer
  const latest = useRef({ more, onEnd, loaded: rows.length })
  latest.current = { more, onEnd, loaded: rows.length }
  const onRangeChange = useCallback((_first: number, last: number) => {
    if (latest.current.more && last >= latest.current.loaded - 1) latest.current.onEnd()
  }, [])
  const open = (event: ExploredEvent) => go({ at: event.cursor }, true)
  return (
    <DataTable
      label={words('stream')}
      columns={columnsOf(timeZone)}
      rowCount={rows.length + (more ? 1 : 0)}
      getRow={(index) => rows[index]}
      onRangeChange={onRangeChange}
      rowId={({ cursor }) => cursor}
      rowName={eventLabel}
      onOpen={open}
      onPeek={open}
      compact={(event) => <Compact event={event} timeZone={timeZone} />}
    />
  )
}

const userText = ({ user }: ExploredEvent): string => user?.externalId ?? words('unknownUser')

function PlaceMark({ event: { place } }: { event: ExploredEvent }) {
  if (place.state === 'counted') return <>{place.account?.name}</>
  if (place.state === 'none')
    return <span className={css.quiet}>{place.account?.name ?? words('stateNone')}</span>
  return <Tag tone="unknown">{words(place.state === 'waiting' ? 'stateWaiting' : 'stateCounting')}</Tag>
}

const columnsOf = (timeZone: string): [Column<ExploredEvent>, ...Column<ExploredEvent>[]] => [
  {
    id: 'event',
    header: words('event'),
    width: 180,
    cell: (event) => <span className={css.name}>{eventLabel(event)}</span>,
  },
  { id: 'type', header: words('type'), width: 70, cell: ({ type }) => words(type) },
  { id: 'customer', header: words('customer'), width: 150, cell: (event) => <PlaceMark event={event} /> },
  {
    id: 'user',
    header: words('user'),
    width: 140,
    cell: (event) => (
      <span className={event.user?.kind === 'user' ? undefined : css.quiet}>{userText(event)}</span>
    ),
  },
  { id: 'from', header: words('from'), width: 100, cell: ({ key }) => key?.name ?? words('noKey') },
  {
    id: 'received',
    header: words('received'),
    width: 110,
    align: 'end',
    cell: ({ receivedAt }) => timeOfInstant(receivedAt, timeZone),
  },
]

function Compact({ event, timeZone }: { event: ExploredEvent; timeZone: string }) {
  return (
    <span className={css.compact}>
      <span className={css.name}>{eventLabel(event)}</span>
      <span className={css.quiet}>{timeOfInstant(event.receivedAt, timeZone)}</span>
      <span className={css.quiet}>{userText(event)}</span>
      <span>
        <PlaceMark event={event} />
      </span>
    </span>
  )
}

function None({
  explorer: { address, mayAdmin },
  looked,
  older,
}: {
  explorer: Explorer
  looked: number
  older: (() => void) | undefined
}) {
  const navigate = useNavigate()
  if (filtersOf(address).length > 0)
    return (
      <Empty
        title={words('noneFits')}
        text={words('noneFitsText', { n: looked })}
        action={older && <Button onClick={older}>{words('older')}</Button>}
      />
    )
  return (
    <Empty
      title={words('noEvents')}
      text={words(mayAdmin ? 'noEventsText' : 'noEventsViewer')}
      action={
        mayAdmin && (
          <Button onClick={() => void navigate({ to: '/settings/write-keys' as '/' })}>
            {words('writeKeys')}
          </Button>
        )
      }
    />
  )
}
