import type { Role } from '../../../platform/auth/roles.ts'
import { api, body } from '../../../ui/api/client.ts'
import type { Session } from '../../../ui/api/session.ts'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Select } from '../../../ui/controls/Select.tsx'
import { mayGrant } from '../model.ts'
import { invitationsKey } from './queries.ts'
import { roleMay, roleOptions } from './roles.ts'
import { SecretDialog, type Secret } from './SecretDialog.tsx'
import { words } from './words.ts'

interface Input {
  email: string
  role: Role
}

async function invite(input: Input): Promise<Secret> {
  const { url } = await body(api.POST('/api/v1/invitations', { body: input }))
  return { label: words('link', { email: input.email }), value: url, hint: words('linkHint') }
}

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
    <SecretDialog<Input>
      open={open}
      onClose={onClose}
      title={words('inviteTitle')}
      width={440}
      intro={words('inviteText')}
      initial={{ email: '', role: 'csm' }}
      fields={['email', 'role']}
      action={words('makeLink')}
      make={invite}
      refreshes={invitationsKey}
    >
      {(input, change, fault) => (
        <>
          <Field label={words('email')} error={fault('email')}>
            {(control) => (
              <TextInput
                {...control}
                type="email"
                autoComplete="off"
                value={input.email}
                onChange={(event) => change({ email: event.target.value })}
              />
            )}
          </Field>
          <Field label={words('role')} hint={roleMay(input.role)} error={fault('role')}>
            {(control) => (
              <Select
                {...control}
                options={roleOptions((role) => mayGrant(session.role, role))}
                value={input.role}
                onChange={(role) => change({ role })}
              />
            )}
          </Field>
        </>
      )}
    </SecretDialog>
  )
}
