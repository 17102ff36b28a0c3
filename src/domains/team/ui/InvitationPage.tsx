import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import type { z } from 'zod'
import { api, body } from '../../../ui/api/client.ts'
import { fieldFault, ProblemError } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { PasswordInput } from '../../../ui/controls/PasswordInput.tsx'
import { Alone } from '../../../ui/layout/Alone.tsx'
import { ErrorState } from '../../../ui/states/ErrorState.tsx'
import type { InvitationPreview } from '../schema.ts'
import { roleMay, roleName } from './roles.ts'
import { words } from './words.ts'

/** Joins a workspace with the link that somebody handed over. */
export function InvitationPage() {
  const token = useLocation({ select: ({ hash }) => hash })
  const preview = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => body(api.POST('/api/v1/invitation/preview', { body: { token }, signal })),
    enabled: token !== '',
    staleTime: Infinity,
  })
  const isVoid = preview.error instanceof ProblemError && preview.error.status === 404
  if (token === '' || isVoid)
    return <Alone title={words('invitationVoidTitle')} lead={<p>{words('invitationVoid')}</p>} />
  if (preview.isError)
    return (
      <Alone title={words('notRead')}>
        <ErrorState
          title={words('notRead')}
          text={preview.error.message}
          actions={<Button onClick={() => void preview.refetch()}>{words('tryAgain')}</Button>}
        />
      </Alone>
    )
  if (!preview.data) return <Alone title={words('reading')} />
  return <Join token={token} invitation={preview.data} />
}

function Join({ token, invitation }: { token: string; invitation: z.output<typeof InvitationPreview> }) {
  const { email, role, workspace, known } = invitation
  const navigate = useNavigate()
  const cache = useQueryClient()
  const [input, setInput] = useState({ name: '', password: '' })
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => {
      const { name, password } = input
      return api.POST('/api/v1/invitation/accept', { body: { token, password, ...(!known && { name }) } })
    },
    onSuccess: () => {
      cache.clear()
      return navigate({ to: '/', replace: true })
    },
  })
  return (
    <Alone
      title={words('invitationTitle', { workspace })}
      lead={
        <>
          <p>{words('invitationText', { role: roleName(role).toLowerCase(), may: roleMay(role) })}</p>
          <p>
            {words('invitationAs', { email })} {known && words('invitationKnown')}
          </p>
        </>
      }
    >
      <Form
        onSubmit={mutate}
        error={error}
        fields={['name', 'password']}
        actions={
          <Button variant="primary" type="submit" keys="enter" busy={isPending}>
            {words('join')}
          </Button>
        }
      >
        {!known && (
          <Field label={words('yourName')} error={fieldFault(error, 'name')}>
            {(control) => (
              <TextInput
                {...control}
                autoComplete="name"
                value={input.name}
                onChange={(event) => setInput({ ...input, name: event.target.value })}
              />
            )}
          </Field>
        )}
        <Field
          label={words('password')}
          hint={known || fieldFault(error, 'password') ? undefined : words('passwordHint')}
          error={fieldFault(error, 'password')}
        >
          {(control) => (
            <PasswordInput
              {...control}
              autoComplete={known ? 'current-password' : 'new-password'}
              value={input.password}
              onChange={(event) => setInput({ ...input, password: event.target.value })}
            />
          )}
        </Field>
      </Form>
    </Alone>
  )
}
