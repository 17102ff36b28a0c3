import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../../ui/api/client.ts'
import { fieldFault, ProblemError } from '../../../ui/api/problem.ts'
import type { Session } from '../../../ui/api/session.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Field } from '../../../ui/controls/Field.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { PasswordInput } from '../../../ui/controls/PasswordInput.tsx'
import { DescriptionList } from '../../../ui/layout/DescriptionList.tsx'
import { Region } from '../../../ui/layout/Region.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { roleMay, roleName } from './roles.ts'
import css from './team.module.css'
import { words } from './words.ts'

/** Who is signed in. */
export function ProfileRegion({ session: { user, role } }: { session: Session }) {
  return (
    <Region title={words('profile')}>
      <div className={css.facts}>
        <DescriptionList
          items={[
            { term: words('name'), value: user.name },
            { term: words('email'), value: user.email },
            { term: words('signedInAs'), value: `${roleName(role)}. ${roleMay(role)}` },
          ]}
        />
      </div>
    </Region>
  )
}

const unchanged = { current: '', next: '' }

/** Another password for whoever is signed in. */
export function PasswordRegion() {
  const [input, setInput] = useState(unchanged)
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => api.PUT('/api/v1/session/password', { body: input }),
    onSuccess: () => {
      setInput(unchanged)
      toast(words('passwordChanged'))
    },
  })
  const wrong = error instanceof ProblemError && error.code === 'wrong_password'
  const field = (
    path: 'current' | 'next',
    label: string,
    hint: string | undefined,
    fault: string | undefined,
  ) => (
    <Field label={label} hint={hint} error={fault}>
      {(control) => (
        <PasswordInput
          {...control}
          autoComplete={path === 'current' ? 'current-password' : 'new-password'}
          value={input[path]}
          onChange={(event) => setInput({ ...input, [path]: event.target.value })}
        />
      )}
    </Field>
  )
  return (
    <Region title={words('changePassword')} note={words('othersSignedOut')} line={false}>
      <div className={css.narrow}>
        <Form
          onSubmit={mutate}
          error={wrong ? null : error}
          fields={['current', 'next']}
          actions={
            <Button variant="primary" type="submit" busy={isPending}>
              {words('changePassword')}
            </Button>
          }
        >
          {field(
            'current',
            words('currentPassword'),
            undefined,
            wrong ? error.message : fieldFault(error, 'current'),
          )}
          {field(
            'next',
            words('newPassword'),
            fieldFault(error, 'next') ? undefined : words('passwordHint'),
            fieldFault(error, 'next'),
          )}
        </Form>
      </div>
    </Region>
  )
}
