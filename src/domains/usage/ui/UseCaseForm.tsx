import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, body } from '../../../ui/api/client.ts'
import { fieldFault } from '../../../ui/api/problem.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Checkbox } from '../../../ui/controls/Checkbox.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { Segmented } from '../../../ui/controls/Segmented.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { including, type Draft } from './draft.ts'
import css from './features.module.css'
import { useCasesKey, useFeatures, useSegments } from './queries.ts'
import { words } from './words.ts'

async function save({ id, version, name, segments, features }: Draft): Promise<void> {
  const content = { name, segments: segments && [...segments], features: [...features] }
  if (id === null) await body(api.POST('/api/v1/use-cases', { body: content }))
  else
    await body(
      api.PATCH('/api/v1/use-cases/{id}', {
        params: { path: { id } },
        body: { ...content, ...(version && { version }) },
      }),
    )
}

/** Name and customers of a use case; its features are chosen in the table below. */
export function UseCaseForm({
  draft,
  onChange,
  onClose,
}: {
  draft: Draft
  onChange: (draft: Draft) => void
  onClose: () => void
}) {
  const cache = useQueryClient()
  const saving = useMutation({
    mutationFn: () => save(draft),
    onSuccess: async () => {
      toast(words('saved'))
      onClose()
      await cache.invalidateQueries({ queryKey: useCasesKey })
    },
  })
  return (
    <Form
      onSubmit={() => saving.mutate()}
      error={saving.error}
      fields={['name']}
      actions={
        <>
          <Button onClick={onClose}>{words('cancel')}</Button>
          <Button variant="primary" type="submit" busy={saving.isPending}>
            {words('save')}
          </Button>
        </>
      }
    >
      <div className={css.name}>
        <Field label={words('name')} hint={words('nameHint')} error={fieldFault(saving.error, 'name')}>
          {(control) => (
            <TextInput
              {...control}
              autoFocus
              autoComplete="off"
              value={draft.name}
              onChange={(event) => onChange({ ...draft, name: event.target.value })}
            />
          )}
        </Field>
      </div>
      <Customers draft={draft} onChange={onChange} />
      <Effect draft={draft} />
    </Form>
  )
}

function Customers({ draft, onChange }: { draft: Draft; onChange: (draft: Draft) => void }) {
  const known = useSegments()
  const segments = [...known, ...(draft.segments ?? []).filter((one) => !known.includes(one))]
  return (
    <fieldset className={css.who}>
      <legend>{words('whoFor')}</legend>
      <Segmented
        label={words('whoFor')}
        options={[
          { value: 'others', label: words('whoOthers') },
          { value: 'segments', label: words('whoSegments') },
        ]}
        value={draft.segments === null ? 'others' : 'segments'}
        onChange={(who) => onChange({ ...draft, segments: who === 'others' ? null : [] })}
      />
      {draft.segments !== null && segments.length === 0 && <p className={css.quiet}>{words('noSegments')}</p>}
      {draft.segments !== null && segments.length > 0 && (
        <div className={css.segments}>
          {segments.map((segment) => (
            <Checkbox
              key={segment}
              label={segment}
              checked={draft.segments?.includes(segment) ?? false}
              onChange={(on) =>
                onChange({ ...draft, segments: including(draft.segments ?? [], segment, on) })
              }
            />
          ))}
        </div>
      )}
    </fieldset>
  )
}

function Effect({ draft: { segments, features } }: { draft: Draft }) {
  const inside = useFeatures(segments).data?.segments
  const known = segments !== null && segments.length > 0 && inside
  return (
    <p role="status" className={css.effect}>
      {words('effect', {
        n: features.length,
        known: known ? 'yes' : 'no',
        accounts: known ? inside.accounts : 0,
      })}
    </p>
  )
}
