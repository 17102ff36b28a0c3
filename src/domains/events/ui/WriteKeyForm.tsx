import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import { fieldFault, ProblemError } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Field, TextArea, TextInput } from '../../../ui/controls/Field.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { Segmented } from '../../../ui/controls/Segmented.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import css from './events.module.css'
import { writeKeysKey, type WriteKey } from './queries.ts'
import type { Sending } from './SendRegion.tsx'
import { words } from './words.ts'

const lines = (text: string): string[] =>
  text
    .split(/[\s,]+/)
    .map((line) => line.trim())
    .filter(Boolean)

/** The fault of the origins: the server names the line as `origins.0`. */
function originsFault(error: Error | null): string | undefined {
  if (!(error instanceof ProblemError)) return undefined
  return error.errors.find(({ path }) => path === '' || path.startsWith('origins'))?.message
}

/** Makes a write key; `onMade` gets its secret, which only this answer holds. */
export function NewWriteKey({ onMade, onClose }: { onMade: (made: Sending) => void; onClose: () => void }) {
  const cache = useQueryClient()
  const [name, setName] = useState('')
  const [kind, setKind] = useState<'server' | 'browser'>('server')
  const [origins, setOrigins] = useState('')
  const make = useMutation({
    mutationFn: () =>
      body(
        api.POST('/api/v1/write-keys', {
          body: { name, kind, origins: kind === 'browser' ? lines(origins) : [] },
        }),
      ),
    onSuccess: async ({ id, key }) => {
      await cache.invalidateQueries({ queryKey: writeKeysKey })
      onMade({ id, name, kind, secret: key })
    },
  })
  return (
    <Dialog open onClose={onClose} title={words('newTitle')} width={480}>
      <Form
        onSubmit={() => make.mutate()}
        error={make.error}
        fields={['name', ...faultyOrigins(make.error)]}
        actions={
          <Button variant="primary" type="submit" busy={make.isPending}>
            {words('makeKey')}
          </Button>
        }
      >
        <NameField name={name} onChange={setName} fault={fieldFault(make.error, 'name')} />
        <div className={css.kind}>
          <Segmented
            label={words('kind')}
            options={[
              { value: 'server', label: words('server') },
              { value: 'browser', label: words('browser') },
            ]}
            value={kind}
            onChange={setKind}
          />
          <p className={css.quiet}>{words(`${kind}May`)}</p>
        </div>
        {kind === 'browser' && (
          <OriginsField origins={origins} onChange={setOrigins} fault={originsFault(make.error)} />
        )}
      </Form>
    </Dialog>
  )
}

const faultyOrigins = (error: Error | null): string[] =>
  error instanceof ProblemError
    ? error.errors.map(({ path }) => path).filter((path) => path === '' || path.startsWith('origins'))
    : []

/** Changes the name of a write key, and where a browser key may be used. */
export function EditWriteKey({ writeKey, onClose }: { writeKey: WriteKey; onClose: () => void }) {
  const cache = useQueryClient()
  const [name, setName] = useState(writeKey.name)
  const [origins, setOrigins] = useState(writeKey.origins.join('\n'))
  const change = useMutation({
    mutationFn: () =>
      api.PATCH('/api/v1/write-keys/{id}', {
        params: { path: { id: writeKey.id } },
        body: { name, ...(writeKey.kind === 'browser' && { origins: lines(origins) }) },
      }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: writeKeysKey })
      toast(words('keyChanged'))
      onClose()
    },
  })
  return (
    <Dialog open onClose={onClose} title={words('editTitle', { name: writeKey.name })} width={480}>
      <Form
        onSubmit={() => change.mutate()}
        error={change.error}
        fields={['name', ...faultyOrigins(change.error)]}
        actions={
          <Button variant="primary" type="submit" busy={change.isPending}>
            {words('save')}
          </Button>
        }
      >
        <NameField name={name} onChange={setName} fault={fieldFault(change.error, 'name')} />
        {writeKey.kind === 'browser' && (
          <OriginsField origins={origins} onChange={setOrigins} fault={originsFault(change.error)} />
        )}
      </Form>
    </Dialog>
  )
}

function NameField({
  name,
  onChange,
  fault,
}: {
  name: string
  onChange: (name: string) => void
  fault: string | undefined
}) {
  return (
    <Field label={words('name')} hint={words('nameHint')} error={fault}>
      {(control) => (
        <TextInput
          {...control}
          autoComplete="off"
          value={name}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}

function OriginsField({
  origins,
  onChange,
  fault,
}: {
  origins: string
  onChange: (origins: string) => void
  fault: string | undefined
}) {
  return (
    <Field label={words('origins')} hint={words('originsHint')} error={fault}>
      {(control) => (
        <TextArea
          {...control}
          rows={3}
          spellCheck={false}
          value={origins}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
