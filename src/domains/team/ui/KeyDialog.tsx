import type { z } from 'zod'
import { scopes, type Scope } from '../../../platform/auth/roles.ts'
import { api, body } from '../../../ui/api/client.ts'
import type { Session } from '../../../ui/api/session.ts'
import { Checkbox } from '../../../ui/controls/Checkbox.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Select, type Option } from '../../../ui/controls/Select.tsx'
import { mayGrant } from '../model.ts'
import type { ApiKeyInput } from '../schema.ts'
import { apiKeysKey } from './queries.ts'
import { roleName } from './roles.ts'
import { SecretDialog, type Secret } from './SecretDialog.tsx'
import css from './team.module.css'
import { words } from './words.ts'

type Input = z.output<typeof ApiKeyInput>
const keyRoles: readonly Input['role'][] = ['admin', 'leader', 'csm', 'viewer']

async function makeKey(input: Input): Promise<Secret> {
  const { key } = await body(api.POST('/api/v1/api-keys', { body: input }))
  return { label: words('key', { name: input.name }), value: key, hint: words('keyHint') }
}

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
  const options: Option<Input['role']>[] = keyRoles
    .filter((role) => mayGrant(session.role, role))
    .map((role) => ({ value: role, label: roleName(role) }))
  return (
    <SecretDialog<Input>
      open={open}
      onClose={onClose}
      title={words('newKeyTitle')}
      width={460}
      initial={{ name: '', role: 'csm', scopes: ['read'] }}
      fields={['name', 'role', 'scopes']}
      action={words('makeKey')}
      make={makeKey}
      refreshes={apiKeysKey}
    >
      {(input, change, fault) => (
        <>
          <Field label={words('keyName')} hint={words('keyNameHint')} error={fault('name')}>
            {(control) => (
              <TextInput
                {...control}
                autoComplete="off"
                value={input.name}
                onChange={(event) => change({ name: event.target.value })}
              />
            )}
          </Field>
          <Field label={words('role')} hint={words('keyRoleHint')} error={fault('role')}>
            {(control) => (
              <Select
                {...control}
                options={options}
                value={input.role}
                onChange={(role) => change({ role })}
              />
            )}
          </Field>
          <Scopes
            chosen={input.scopes}
            onChange={(chosen) => change({ scopes: chosen })}
            fault={fault('scopes')}
          />
        </>
      )}
    </SecretDialog>
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
