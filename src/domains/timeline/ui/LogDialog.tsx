import { useState } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import { Segmented } from '../../../ui/controls/Segmented.tsx'
import { toCount } from './amounts.ts'
import css from './customer.module.css'
import { ChoiceField, LongField, orNull, TextField } from './fields.tsx'
import { FormDialog, type Sent } from './FormDialog.tsx'
import { invalidField } from './invalid.ts'
import { usePeople, type Account, type Here } from './queries.ts'
import { words } from './words.ts'

const kinds = ['note', 'call', 'email', 'meeting'] as const
type Kind = (typeof kinds)[number]
const nobody = 'nobody'

interface Draft {
  kind: Kind
  text: string
  subject: string
  personId: string
  direction: 'in' | 'out'
  at: string
  minutes: string
}

/** Writes a note, or logs a call, an e-mail or a meeting. */
export function LogDialog({ account, here, onClose }: { account: Account; here: Here; onClose: () => void }) {
  const [draft, setDraft] = useState<Draft>(() => ({
    kind: 'note',
    text: '',
    subject: '',
    personId: nobody,
    direction: 'out',
    at: '',
    minutes: '',
  }))
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change })
  const isNote = draft.kind === 'note'
  return (
    <FormDialog
      title={words('logTitle', { name: account.name })}
      action={words('log')}
      width={520}
      fields={['body', 'subject', 'personId', 'at', 'durationSeconds']}
      send={() => (isNote ? sendNote(account.id, draft) : sendMessage(account.id, draft))}
      onClose={onClose}
      lead={
        <div className={css.kinds}>
          <Segmented
            label={words('logKind')}
            options={kinds.map((kind) => ({ value: kind, label: words(`log_${kind}`) }))}
            value={draft.kind}
            onChange={(kind) => set({ kind })}
          />
        </div>
      }
    >
      {(fault) => (
        <>
          {!isNote && (
            <MessageFields draft={draft} set={set} fault={fault} accountId={account.id} here={here} />
          )}
          <LongField
            label={words(isNote ? 'noteText' : 'logText')}
            value={draft.text}
            onChange={(text) => set({ text })}
            error={fault('body')}
          />
        </>
      )}
    </FormDialog>
  )
}

function MessageFields({
  draft,
  set,
  fault,
  accountId,
}: {
  draft: Draft
  set: (change: Partial<Draft>) => void
  fault: (path: string) => string | undefined
  accountId: string
  here: Here
}) {
  const people = usePeople(accountId)
  const named = (people.data?.rows ?? []).filter(({ erasedAt }) => !erasedAt)
  const hasLength = draft.kind === 'call' || draft.kind === 'meeting'
  return (
    <>
      <div className={css.pair}>
        <ChoiceField
          label={words('person')}
          value={draft.personId}
          onChange={(personId) => set({ personId })}
          error={fault('personId')}
          options={[
            { value: nobody, label: words('nobodyNamed') },
            ...named.map(({ id, name, email }) => ({ value: id, label: name ?? email ?? words('someone') })),
          ]}
        />
        <ChoiceField
          label={words('direction')}
          value={draft.direction}
          onChange={(direction) => set({ direction })}
          options={(['out', 'in'] as const).map((value) => ({ value, label: words(`direction_${value}`) }))}
        />
      </div>
      <div className={css.pair}>
        <TextField
          label={words('when')}
          type="datetime-local"
          value={draft.at}
          onChange={(at) => set({ at })}
          error={fault('at')}
          hint={words('whenHint')}
        />
        {hasLength && (
          <TextField
            label={words('minutes')}
            value={draft.minutes}
            onChange={(minutes) => set({ minutes })}
            error={fault('durationSeconds')}
          />
        )}
      </div>
      <TextField
        label={words('subject')}
        value={draft.subject}
        onChange={(subject) => set({ subject })}
        error={fault('subject')}
      />
    </>
  )
}

async function sendNote(accountId: string, { text }: Draft): Promise<Sent> {
  if (text.trim() === '') throw invalidField('body', words('required'))
  const { id } = await body(api.POST('/api/v1/notes', { body: { accountId, body: text } }))
  return {
    said: words('noteLogged'),
    undo: () => api.DELETE('/api/v1/notes/{id}', { params: { path: { id } } }),
  }
}

async function sendMessage(accountId: string, draft: Draft): Promise<Sent> {
  const { kind } = draft
  if (kind === 'note') throw new RangeError('A note is not a message.')
  const minutes = toCount(draft.minutes)
  if (minutes === undefined) throw invalidField('durationSeconds', words('numberWrong'))
  await api.POST('/api/v1/messages', {
    body: {
      accountId,
      personId: draft.personId === nobody ? null : draft.personId,
      channel: kind,
      direction: draft.direction,
      ...(draft.at && { at: new Date(draft.at).toISOString() }),
      subject: orNull(draft.subject),
      body: orNull(draft.text),
      durationSeconds: minutes === null || kind === 'email' ? null : minutes * 60,
    },
  })
  return { said: words(`${kind}Logged`) }
}
