import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Role } from '../../../platform/auth/roles.ts'
import { api, body } from '../../../ui/api/client.ts'
import { fieldFault } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { CopyField } from '../../../ui/controls/CopyField.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { Select } from '../../../ui/controls/Select.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { mayGrant } from '../model.ts'
import { invitationsKey } from './queries.ts'
import { roleMay, roleOptions } from './roles.ts'
import type { Session } from './session.ts'
import css from './team.module.css'
import { words } from './words.ts'

/** Makes the link of an invitation and shows it once. */
export function InviteDialog({
  session,
  open,
  onClose,
}: {
  session: Session
  open: boolean
  onClose: () => void
}) {
  return (
    <Dialog open={open} onClose={onClose} title={words('inviteTitle')} width={440}>
      <InviteForm session={session} onClose={onClose} />
    </Dialog>
  )
}

function InviteForm({ session, onClose }: { session: Session; onClose: () => void }) {
  const cache = useQueryClient()
  const [input, setInput] = useState<{ email: string; role: Role }>({ email: '', role: 'csm' })
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => body(api.POST('/api/v1/invitations', { body: input })),
    onSuccess: () => cache.invalidateQueries({ queryKey: invitationsKey }),
  })
  if (data)
    return (
      <>
        <CopyField label={words('link', { email: input.email })} value={data.url} hint={words('linkHint')} />
        <div className={css.dialogEnd}>
          <Button variant="primary" onClick={onClose}>
            {words('done')}
          </Button>
        </div>
      </>
    )
  return (
    <>
      <p className={css.intro}>{words('inviteText')}</p>
      <Form
        onSubmit={mutate}
        error={error}
        fields={['email', 'role']}
        actions={
          <Button variant="primary" type="submit" busy={isPending}>
            {words('makeLink')}
          </Button>
        }
      >
        <Field label={words('email')} error={fieldFault(error, 'email')}>
          {(control) => (
            <TextInput
              {...control}
              type="email"
              autoComplete="off"
              value={input.email}
              onChange={(event) => setInput({ ...input, email: event.target.value })}
            />
          )}
        </Field>
        <Field label={words('role')} hint={roleMay(input.role)} error={fieldFault(error, 'role')}>
          {(control) => (
            <Select
              {...control}
              options={roleOptions((role) => mayGrant(session.role, role))}
              value={input.role}
              onChange={(role) => setInput({ ...input, role })}
            />
          )}
        </Field>
      </Form>
    </>
  )
}
