import { useMutation, useQuery } from '@tanstack/react-query'
import { Navigate, useLocation, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import { fieldFault, ProblemError } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { PasswordInput } from '../../../ui/controls/PasswordInput.tsx'
import { Alone } from '../../../ui/layout/Alone.tsx'
import { ErrorState } from '../../../ui/states/ErrorState.tsx'
import { guessCurrency } from './currencies.ts'
import { PlaceFields } from './PlaceFields.tsx'
import { guessTimeZone } from './time-zones.ts'
import { words } from './words.ts'

/** Whether this installation still waits for its owner. */
export function useSetupState() {
  return useQuery({
    queryKey: ['setup'],
    queryFn: ({ signal }) => body(api.GET('/api/v1/setup', { signal })),
    staleTime: 0,
  })
}

/** First run: whoever holds the printed link becomes the owner. */
export function SetupPage() {
  const token = useLocation({ select: ({ hash }) => hash })
  const state = useSetupState()
  if (state.isPending) return <Alone title={words('setupTitle')} />
  if (state.isError)
    return (
      <Alone title={words('setupTitle')}>
        <ErrorState
          title={words('notRead')}
          text={state.error.message}
          actions={<Button onClick={() => void state.refetch()}>{words('tryAgain')}</Button>}
        />
      </Alone>
    )
  if (!state.data.needed) return <Navigate to="/sign-in" replace />
  return token ? <SetupForm token={token} /> : <NoToken />
}

function NoToken() {
  return (
    <Alone
      title={words('noTokenTitle')}
      lead={
        <>
          <p>{words('noTokenText')}</p>
          <p>{words('noTokenHow')}</p>
        </>
      }
    />
  )
}

const fields = ['name', 'email', 'password', 'workspace', 'currency', 'timeZone'] as const

function SetupForm({ token }: { token: string }) {
  const navigate = useNavigate()
  const [input, setInput] = useState(() => ({
    name: '',
    email: '',
    password: '',
    workspace: '',
    currency: guessCurrency(navigator.language),
    timeZone: guessTimeZone(),
  }))
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => api.POST('/api/v1/setup', { body: { token, ...input } }),
    onSuccess: () => navigate({ to: '/welcome', replace: true }),
  })
  const text = (path: 'name' | 'email' | 'workspace', label: string, autoComplete: string) => (
    <Field label={label} error={fieldFault(error, path)}>
      {(control) => (
        <TextInput
          {...control}
          type={path === 'email' ? 'email' : 'text'}
          autoComplete={autoComplete}
          value={input[path]}
          onChange={(event) => setInput({ ...input, [path]: event.target.value })}
        />
      )}
    </Field>
  )
  return (
    <Alone title={words('setupTitle')} lead={<p>{words('setupWhat')}</p>}>
      <Form
        onSubmit={mutate}
        error={error && explain(error)}
        fields={fields}
        actions={
          <Button variant="primary" type="submit" keys="enter" busy={isPending}>
            {words('setUp')}
          </Button>
        }
      >
        {text('name', words('yourName'), 'name')}
        {text('email', words('email'), 'username')}
        <Field
          label={words('password')}
          hint={fieldFault(error, 'password') ? undefined : words('passwordHint')}
          error={fieldFault(error, 'password')}
        >
          {(control) => (
            <PasswordInput
              {...control}
              autoComplete="new-password"
              value={input.password}
              onChange={(event) => setInput({ ...input, password: event.target.value })}
            />
          )}
        </Field>
        {text('workspace', words('company'), 'organization')}
        <PlaceFields value={input} onChange={(place) => setInput({ ...input, ...place })} error={error} />
      </Form>
    </Alone>
  )
}

/** A void link cannot be cured on this page, so the message says where the next one comes from. */
function explain(error: Error): Error {
  const isVoid = error instanceof ProblemError && error.code === 'setup_token'
  return isVoid ? new Error(words('voidLink'), { cause: error }) : error
}
