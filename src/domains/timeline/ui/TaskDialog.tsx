import { useState } from 'react'
import { api } from '../../../ui/api/client.ts'
import { ChoiceField, TextField } from './fields.tsx'
import { FormDialog, type Sent } from './FormDialog.tsx'
import { useMembers, type Here } from './queries.ts'
import { words } from './words.ts'

const nobody = 'nobody'

/** Writes down what is to be done for a customer, by whom and until when. */
export function TaskDialog({
  accountId,
  here,
  onClose,
}: {
  accountId: string
  here: Here
  onClose: () => void
}) {
  const members = useMembers()
  const [draft, setDraft] = useState({ title: '', dueOn: '', ownerId: here.me ?? nobody })
  const send = async (): Promise<Sent> => {
    await api.POST('/api/v1/tasks', {
      body: {
        accountId,
        title: draft.title,
        dueOn: draft.dueOn || null,
        ownerId: draft.ownerId === nobody ? null : draft.ownerId,
      },
    })
    return { said: words('taskAdded') }
  }
  const owners = [
    { value: nobody, label: words('nobody') },
    ...(members.data ?? []).map(({ id, name }) => ({ value: id, label: name })),
  ]
  return (
    <FormDialog
      title={words('addTask')}
      action={words('addTask')}
      width={420}
      fields={['title', 'dueOn', 'ownerId']}
      send={send}
      onClose={onClose}
    >
      {(fault) => (
        <>
          <TextField
            label={words('taskTitle')}
            value={draft.title}
            onChange={(title) => setDraft({ ...draft, title })}
            error={fault('title')}
          />
          <TextField
            label={words('due')}
            type="date"
            value={draft.dueOn}
            onChange={(dueOn) => setDraft({ ...draft, dueOn })}
            error={fault('dueOn')}
          />
          <ChoiceField
            label={words('taskOwner')}
            value={draft.ownerId}
            onChange={(ownerId) => setDraft({ ...draft, ownerId })}
            error={fault('ownerId')}
            options={owners}
          />
        </>
      )}
    </FormDialog>
  )
}
