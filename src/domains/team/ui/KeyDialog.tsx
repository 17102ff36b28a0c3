import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { z } from 'zod'
import { scopes, type Scope } from '../../../platform/auth/roles.ts'
import { api, body } from '../../../ui/api/client.ts'
import { fieldFault } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Checkbox } from '../../../ui/controls/Checkbox.tsx'
import { CopyField } from '../../../ui/controls/CopyField.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { Select, type Option } from '../../../ui/controls/Select.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { mayGrant } from '../model.ts'
import type { ApiKeyInput } from '../schema.ts'
import { apiKeysKey } from './queries.ts'
import { roleName } from './roles.ts'
import type { Session } from './session.ts'
import css from './team.module.css'
import { words } from './words.ts'

type Input = z.output<typeof ApiKeyInput>
const keyRoles: readonly Input['role'][] = ['admin', 'leader', 'csm', 'viewer']

/** Makes an API key and shows it once. */
export function KeyDialog({
  session,
  open,
  onClose,
}: {
  session: Session
  open: boolean
  onClose: () => void
}) {
  return (
    <Dialog open={open} onClose={onClose} title={words('newKeyTitle')} width={460}>
      <KeyForm session={session} onClose={onClose} />
    </Dialog>
  )
}

function KeyForm({ session, onClose }: { session: Session; onClose: () => void }) {
  const cache = useQueryClient()
  const [input, setInput] = useState<Input>({ name: '', role: 'csm', scopes: ['read'] })
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => body(api.POST('/api/v1/api-keys', { body: input })),
    onSuccess: () => cache.invalidateQueries({ queryKey: apiKeysKey }),
  })
  if (data)
    return (
      <>
        <CopyField label={words('key', { name: input.name })} value={data.key} hint={words('keyHint')} />
        <div className={css.dialogEnd}>
          <Button variant="primary" onClick={onClose}>
            {words('done')}
          </Button>
        </div>
      </>
    )
  const options: Option<Input['role']>[] = keyRoles
    .filter((role) => mayGrant(session.role, role))
    .map((role) => ({ value: role, label: roleName(role) }))
  return (
    <Form
      onSubmit={mutate}
      error={error}
      fields={['name', 'role', 'scopes']}
      actions={
        <Button variant="primary" type="submit" busy={isPending}>
          {words('makeKey')}
        </Button>
      }
    >
      <Field label={words('keyName')} hint={words('keyNameHint')} error={fieldFault(error, 'name')}>
        {(control) => (
          <TextInput
            {...control}
            autoComplete="off"
            value={input.name}
            onChange={(event) => setInput({ ...input, name: event.target.value })}
          />
        )}
      </Field>
      <Field label={words('role')} hint={words('keyRoleHint')} error={fieldFault(error, 'role')}>
        {(control) => (
          <Select
            {...control}
            options={options}
            value={input.role}
            onChange={(role) => setInput({ ...input, role })}
          />
        )}
      </Field>
      <Scopes
        chosen={input.scopes}
        onChange={(chosen) => setInput({ ...input, scopes: chosen })}
        fault={fieldFault(error, 'scopes')}
      />
    </Form>
  )
}

function Scopes({
  chosen,
  onChange,
  fault,
}: {
  chosen: readonly Scope[]
  onChange: (chosen: Scope[]) => void
  fault: string | undefined
}) {
  return (
    <fieldset className={css.scopes}>
      <legend>{words('scopes')}</legend>
      {scopes.map((scope) => (
        <div key={scope}>
          <Checkbox
            label={words(scope)}
            checked={chosen.includes(scope)}
            onChange={(on) => onChange(scopes.filter((one) => (one === scope ? on : chosen.includes(one))))}
          />
          <p>{words(`${scope}May`)}</p>
        </div>
      ))}
      {fault && (
        <span role="alert" className={css.fault}>
          {fault}
        </span>
      )}
    </fieldset>
  )
}
