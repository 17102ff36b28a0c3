import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { api, body } from '../../../ui/api/client.ts'
import type { components } from '../../../ui/api/schema.d.ts'
import { count, dayShort } from '../../../ui/format.ts'
import { Heading } from '../../../ui/layout/Region.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { PlainTable } from '../../../ui/table/PlainTable.tsx'
import css from './region.module.css'
import { words } from './region-words.ts'

type UsageOfDay = components['schemas']['UsageOfDay']
type FileRow = UsageOfDay['rows'][number]

const most = 200

/** What a day of use is made of: live events themselves, and rows of files with where they came from. */
export function DayDialog({
  id,
  day,
  today,
  onClose,
}: {
  id: string
  day: string
  today: string
  onClose: () => void
}) {
  const found = useQuery({
    queryKey: ['accounts', id, 'usage-day', day],
    queryFn: ({ signal }) =>
      body(
        api.GET('/api/v1/accounts/{id}/usage/day', {
          params: { path: { id }, query: { day, limit: most } },
          signal,
        }),
      ),
    placeholderData: undefined,
  })
  const title = words('dayTitle', { day: dayShort(day, today) })
  return (
    <Dialog open onClose={onClose} title={title} width={720}>
      <Loaded query={found} label={title}>
        {({ events, rows }) => (
          <div className={css.day}>
            {events.length === 0 && rows.length === 0 && <p>{words('nothing')}</p>}
            {events.length > 0 && <Events id={id} day={day} events={events} />}
            {rows.length > 0 && <Rows rows={rows} />}
          </div>
        )}
      </Loaded>
    </Dialog>
  )
}

const nameOf = (person: FileRow['person']): string => person?.name ?? words('notNamed')

function Events({ id, day, events }: { id: string; day: string; events: UsageOfDay['events'] }) {
  return (
    <section aria-label={words('live')}>
      <Heading
        title={words('live')}
        note={words('liveNote', { n: events.length })}
        actions={
          <Link to={'/events' as '/'} search={{ account: id, day } as never} className={css.link}>
            {words('inExplorer')}
          </Link>
        }
      />
      <PlainTable
        label={words('live')}
        rows={events}
        rowKey={({ messageId, user }) => `${user} ${messageId}`}
        columns={[
          { id: 'feature', head: words('feature'), cell: ({ feature }) => feature },
          { id: 'user', head: words('user'), cell: ({ person }) => nameOf(person) },
          { id: 'from', head: words('from'), cell: ({ library }) => library },
          { id: 'at', head: words('time'), number: true, cell: ({ at }) => `${at.slice(11, 16)} UTC` },
        ]}
      />
      <Capped n={events.length} />
    </section>
  )
}

function fileOf({ file, row, rowId }: FileRow): string {
  const values = { file: file ?? '', row: row ?? 0, id: rowId ?? '' }
  return row === null ? words('rowById', values) : words('rowOf', values)
}

function Rows({ rows }: { rows: readonly FileRow[] }) {
  return (
    <section aria-label={words('files')}>
      <Heading title={words('files')} note={words('filesNote', { n: rows.length })} />
      <PlainTable
        label={words('files')}
        rows={rows.map((row, i) => ({ ...row, key: String(i) }))}
        rowKey={({ key }) => key}
        columns={[
          { id: 'feature', head: words('feature'), cell: ({ feature }) => feature },
          { id: 'count', head: words('count'), number: true, cell: (row) => count(row.count) },
          { id: 'errors', head: words('errors'), number: true, cell: ({ errors }) => count(errors) },
          { id: 'user', head: words('user'), cell: ({ person }) => nameOf(person) },
          {
            id: 'file',
            head: words('file'),
            cell: (row) => (
              <Link to={`/import/${row.importId}` as '/'} className={css.link}>
                {fileOf(row)}
              </Link>
            ),
          },
        ]}
      />
      <Capped n={rows.length} />
    </section>
  )
}

function Capped({ n }: { n: number }) {
  return n >= most ? <p className={css.reason}>{words('capped', { n: most })}</p> : null
}
