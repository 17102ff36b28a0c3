import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Navigate, useRouter, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { api } from '../../../ui/api/client.ts'
import { fieldFault } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { PasswordInput } from '../../../ui/controls/PasswordInput.tsx'
import { Alone } from '../../../ui/layout/Alone.tsx'
import { safePath } from './safe-path.ts'
import { useSetupState } from './SetupPage.tsx'
import { words } from './words.ts'

/** E-mail and password, then back to where the person was. On a fresh installation it leads to first run. */
export function SignInPage() {
  const setup = useSetupState()
  const { next } = useSearch({ strict: false }) as { next?: unknown }
  const router = useRouter()
  const cache = useQueryClient()
  const [input, setInput] = useState({ email: '', password: '' })
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => api.POST('/api/v1/session', { body: input }),
    onSuccess: () => {
      cache.clear()
      router.history.push(safePath(next))
    },
  })
  if (setup.data?.needed) return <Navigate to="/setup" replace />
  return (
    <Alone title={words('signInTo')} lead={null}>
      <Form
        onSubmit={mutate}
        error={error}
        fields={['email', 'password']}
        actions={
          <Button variant="primary" type="submit" keys="enter" busy={isPending}>
            {words('signIn')}
          </Button>
        }
      >
        <Field label={words('email')} error={fieldFault(error, 'email')}>
          {(control) => (
            <TextInput
              {...control}
              type="email"
              autoComplete="username"
              autoFocus
              value={input.email}
              onChange={(event) => setInput({ ...input, email: event.target.value })}
            />
          )}
        </Field>
        <Field label={words('password')} error={fieldFault(error, 'password')}>
          {(control) => (
            <PasswordInput
              {...control}
              autoComplete="current-password"
              value={input.password}
              onChange={(event) => setInput({ ...input, password: event.target.value })}
            />
          )}
        </Field>
      </Form>
    </Alone>
  )
}
