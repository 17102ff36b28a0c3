import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import type { Session } from '../../../ui/api/session.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import css from './team.module.css'
import { words } from './words.ts'
import { WorkspaceFields } from './WorkspaceFields.tsx'

/** Another workspace of the same owner; `onMade` gets its id. */
export function NewWorkspace({
  session,
  open,
  onClose,
  onMade,
}: {
  session: Session
  open: boolean
  onClose: () => void
  onMade: (id: string) => void
}) {
  return (
    <Dialog open={open} onClose={onClose} title={words('newWorkspace')} width={420}>
      <p className={css.intro}>{words('newWorkspaceText')}</p>
      <NewWorkspaceForm workspace={session.workspace} onMade={onMade} />
    </Dialog>
  )
}

function NewWorkspaceForm({
  workspace,
  onMade,
}: {
  workspace: Session['workspace']
  onMade: (id: string) => void
}) {
  const { currency, timeZone } = workspace
  const [input, setInput] = useState({ name: '', currency, timeZone })
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => body(api.POST('/api/v1/workspaces', { body: input })),
    onSuccess: ({ id }) => onMade(id),
  })
  return (
    <Form
      onSubmit={mutate}
      error={error}
      fields={['name', 'currency', 'timeZone']}
      actions={
        <Button variant="primary" type="submit" busy={isPending}>
          {words('create')}
        </Button>
      }
    >
      <WorkspaceFields value={input} onChange={setInput} error={error} />
    </Form>
  )
}
