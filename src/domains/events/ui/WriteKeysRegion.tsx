import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { api } from '../../../ui/api/client.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { count, percent } from '../../../ui/format.ts'
import { dayAt, dayOfInstant, timeOfInstant } from '../../../ui/instant.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Confirm } from '../../../ui/overlays/Confirm.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { PlainTable, type PlainColumn } from '../../../ui/table/PlainTable.tsx'
import css from './events.module.css'
import { useKeyActivity, useWriteKeys, writeKeysKey, type KeyActivity, type WriteKey } from './queries.ts'
import { SendRegion, type Sending } from './SendRegion.tsx'
import { words } from './words.ts'
import { EditWriteKey, NewWriteKey } from './WriteKeyForm.tsx'

type Open = { form: 'new' } | { form: 'edit' | 'revoke'; key: WriteKey } | null

/** Keys with which products send events: make, change, revoke, and code to send with. */
export function WriteKeysRegion({ session }: { session: { workspace: { timeZone: string } } }) {
  const keys = useWriteKeys()
  const { timeZone } = session.workspace
  const [open, setOpen] = useState<Open>(null)
  const [sending, setSending] = useState<Sending | null>(null)
  const close = () => setOpen(null)
  return (
    <>
      <Region
        title={words('keys')}
        note={words('keysNote')}
        line={sending !== null}
        actions={
          <>
            <Link to={'/events' as '/'}>{words('explorer')}</Link>
            <Button icon={Plus} onClick={() => setOpen({ form: 'new' })}>
              {words('newKey')}
            </Button>
          </>
        }
      >
        <Loaded query={keys} label={words('keys')}>
          {(rows) =>
            rows.length === 0 ? (
              <Empty title={words('noKeys')} text={words('noKeysText')} />
            ) : (
              <KeyTable keys={rows} timeZone={timeZone} onOpen={setOpen} onSend={setSending} />
            )
          }
        </Loaded>
      </Region>
      {sending && (
        <SendRegion
          key={sending.id}
          sending={sending}
          today={dayAt(new Date().toISOString(), timeZone)}
          onClose={() => setSending(null)}
        />
      )}
      {open?.form === 'new' && (
        <NewWriteKey
          onClose={close}
          onMade={(made) => {
            setSending(made)
            close()
          }}
        />
      )}
      {open?.form === 'edit' && <EditWriteKey writeKey={open.key} onClose={close} />}
      <Revoke writeKey={open?.form === 'revoke' ? open.key : null} onClose={close} />
    </>
  )
}

function KeyTable({
  keys,
  timeZone,
  onOpen,
  onSend,
}: {
  keys: readonly WriteKey[]
  timeZone: string
  onOpen: (open: Open) => void
  onSend: (sending: Sending) => void
}) {
  const activity = useKeyActivity().data
  const of = (id: string) => activity?.find((one) => one.id === id)
  const facts: PlainColumn<WriteKey>[] = [
    {
      id: 'name',
      head: words('name'),
      cell: ({ name, prefix }) => (
        <>
          {name} <code className={css.prefix}>{prefix}…</code>
        </>
      ),
    },
    { id: 'kind', head: words('kind'), cell: ({ kind }) => words(kind) },
    {
      id: 'origins',
      head: words('origins'),
      cell: ({ kind, origins }) => (kind === 'server' ? words('originsNone') : origins.join(', ')),
    },
    {
      id: 'made',
      head: words('made'),
      cell: ({ createdAt, createdBy }) =>
        [dayOfInstant(createdAt, timeZone), createdBy].filter(Boolean).join(', '),
    },
    {
      id: 'last',
      head: words('lastUsed'),
      cell: ({ id }) => lastText(of(id), timeZone),
    },
    {
      id: 'events',
      head: words('events24'),
      number: true,
      cell: ({ id }) => countText(of(id)?.events),
    },
    { id: 'rejected', head: words('rejected24'), number: true, cell: ({ id }) => rejectedText(of(id)) },
  ]
  const actions: PlainColumn<WriteKey> = {
    id: 'actions',
    head: words('actions'),
    hideHead: true,
    cell: (key) =>
      key.revokedAt ? (
        <span className={css.buttons}>
          {words('revoked', { day: dayOfInstant(key.revokedAt, timeZone) })}
        </span>
      ) : (
        <span className={css.buttons}>
          <Button
            variant="quiet"
            size="row"
            onClick={() => onSend({ id: key.id, name: key.name, kind: key.kind, secret: key.publicKey })}
          >
            {words('howToSend')}
          </Button>
          <Button variant="quiet" size="row" onClick={() => onOpen({ form: 'edit', key })}>
            {words('edit')}
          </Button>
          <Button variant="quiet" size="row" onClick={() => onOpen({ form: 'revoke', key })}>
            {words('revoke')}
          </Button>
        </span>
      ),
  }
  return (
    <PlainTable label={words('keys')} columns={[...facts, actions]} rows={keys} rowKey={({ id }) => id} />
  )
}

const countText = (n: number | undefined): string => (n === undefined ? '' : count(n))

function lastText(activity: KeyActivity | undefined, timeZone: string): string {
  if (!activity) return ''
  return activity.lastAt ? timeOfInstant(activity.lastAt, timeZone) : words('notIn30')
}

function rejectedText(activity: KeyActivity | undefined): string {
  if (!activity) return ''
  const { events, rejected } = activity
  const all = events + rejected
  return rejected > 0 && all >= 20 ? `${count(rejected)} (${percent(rejected / all)})` : count(rejected)
}

function Revoke({ writeKey, onClose }: { writeKey: WriteKey | null; onClose: () => void }) {
  const cache = useQueryClient()
  const activity = useKeyActivity().data?.find(({ id }) => id === writeKey?.id)
  const revoke = useMutation({
    mutationFn: (id: string) => api.DELETE('/api/v1/write-keys/{id}', { params: { path: { id } } }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: writeKeysKey })
      toast(words('keyRevoked'))
    },
    onError: (error) => toast(words('notChanged', { reason: error.message })),
  })
  const n = activity?.events ?? 0
  return (
    <Confirm
      open={writeKey !== null}
      title={words('revokeTitle', { name: writeKey?.name ?? '' })}
      text={words('revokeText', {
        recent: n > 0 ? words('revokeRecent', { n }) : words('revokeQuiet'),
      })}
      action={words('revoke')}
      onConfirm={() => writeKey && revoke.mutate(writeKey.id)}
      onClose={onClose}
    />
  )
}
