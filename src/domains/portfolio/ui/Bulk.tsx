import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { api, body } from '../../../ui/api/client.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Combobox } from '../../../ui/controls/Combobox.tsx'
import { Field, TextInput } from '../../../ui/controls/Field.tsx'
import { Select } from '../../../ui/controls/Select.tsx'
import { Dialog } from '../../../ui/overlays/Dialog.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { BulkBar } from '../../../ui/table/BulkBar.tsx'
import type { Fields, View } from '../schema.ts'
import css from './portfolio.module.css'
import { mayChange, useMayWrite, useRefresh } from './use-portfolio.ts'
import { changeView, createView, failed } from './ViewMenu.tsx'
import { words } from './words.ts'

const most = 1_000

interface BulkProps {
  selection: ReadonlySet<string>
  fields: Fields
  views: readonly View[]
  onClear: () => void
}

/** What can be done with the selected customers. */
export function Bulk({ selection, fields, views, onClear }: BulkProps) {
  const [asking, setAsking] = useState<'assign' | 'view' | null>(null)
  const mayWrite = useMayWrite()
  const ids = [...selection]
  const ask = (what: 'assign' | 'view') => (ids.length > most ? toast(words('limit')) : setAsking(what))
  const close = () => setAsking(null)
  return (
    <>
      <BulkBar
        count={selection.size}
        actions={[
          ...(mayWrite ? [{ key: 'a', label: words('assign'), run: () => ask('assign') }] : []),
          { key: 'v', label: words('addToView'), run: () => ask('view') },
        ]}
        onClear={onClear}
      />
      {asking === 'assign' && <AssignDialog ids={ids} fields={fields} onClose={close} onDone={onClear} />}
      {asking === 'view' && <AddDialog ids={ids} views={views} onClose={close} onDone={onClear} />}
    </>
  )
}

const assign = (accountIds: string[], ownerId: string | null) =>
  body(api.POST('/api/v1/portfolio/assign', { body: { accountIds, ownerId } }))

interface DialogProps {
  ids: string[]
  onClose: () => void
  onDone: () => void
}

/** What follows when it is done: the dialog closes, nothing is selected any more, and the lists are read again. */
function useLeave({ onClose, onDone }: DialogProps): () => Promise<void> {
  const refresh = useRefresh()
  return async () => {
    onClose()
    onDone()
    await refresh()
  }
}

function AssignDialog({ fields, ...dialog }: DialogProps & { fields: Fields }) {
  const { ids, onClose } = dialog
  const owners = fields.fields.find(({ code }) => code === 'owner')?.options ?? []
  const options = [
    { value: '', label: words('nobody') },
    ...owners.map(({ value, label }) => ({ value, label })),
  ]
  const [owner, setOwner] = useState<{ value: string; label: string } | null>(null)
  const refresh = useRefresh()
  const leave = useLeave(dialog)
  const { mutate, error, isPending } = useMutation({
    mutationFn: (to: { value: string }) => assign(ids, to.value || null),
    onSuccess: async ({ before }, to) => {
      const named = owners.find(({ value }) => value === to.value)?.label
      const text = named
        ? words('assigned', { n: ids.length, owner: named })
        : words('assignedNobody', { n: ids.length })
      toast(text, () => void giveBack(before).then(refresh, failed))
      await leave()
    },
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={words('assignTitle', { n: ids.length })}
      width={380}
      actions={
        <Button
          variant="primary"
          busy={isPending}
          disabledReason={owner ? undefined : words('incomplete')}
          onClick={() => owner && mutate(owner)}
        >
          {words('assign')}
        </Button>
      }
    >
      <div className={css.form}>
        <Field label={words('owner')} error={error?.message}>
          {(control) => <Combobox {...control} options={options} value={owner} onChange={setOwner} />}
        </Field>
      </div>
    </Dialog>
  )
}

async function giveBack(before: readonly { ownerId: string | null; accountIds: string[] }[]): Promise<void> {
  for (const { ownerId, accountIds } of before) await assign(accountIds, ownerId)
  toast(words('assignUndone'))
}

/** Ids of a view that holds customers picked by hand; undefined for a view with other conditions. */
function pickedIds(view: View): string[] | undefined {
  const [item, more] = view.filter
  if (!item || more || 'any' in item || item.field !== 'account' || item.op !== 'one_of') return undefined
  return Array.isArray(item.value) ? item.value.map(String) : undefined
}

const picked = (ids: readonly string[]) => [
  { field: 'account', op: 'one_of' as const, value: [...new Set(ids)] },
]

function AddDialog({ views, ...dialog }: DialogProps & { views: readonly View[] }) {
  const { ids, onClose } = dialog
  const mayWrite = useMayWrite()
  const byHand = views.filter((view) => mayChange(view, mayWrite) && pickedIds(view))
  const [target, setTarget] = useState('')
  const [name, setName] = useState('')
  const leave = useLeave(dialog)
  const options = [
    { value: '', label: words('newView') },
    ...byHand.map((view) => ({ value: view.id, label: view.name })),
  ]
  const { mutate, error, isPending } = useMutation({
    mutationFn: async () => {
      const view = byHand.find(({ id }) => id === target)
      if (view) await changeView(view.id, { filter: picked([...(pickedIds(view) ?? []), ...ids]) })
      else await createView(name.trim(), { filter: picked(ids), sort: [], columns: [] })
      return view?.name ?? name.trim()
    },
    onSuccess: async (added) => {
      toast(words('added', { name: added }))
      await leave()
    },
  })
  return (
    <Dialog
      open
      onClose={onClose}
      title={words('addToViewTitle', { n: ids.length })}
      width={380}
      actions={
        <Button variant="primary" type="submit" form="add-to-view" busy={isPending}>
          {words('addToView')}
        </Button>
      }
    >
      <form
        id="add-to-view"
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault()
          mutate()
        }}
      >
        {byHand.length > 0 && (
          <Field label={words('view')}>
            {(control) => <Select {...control} options={options} value={target} onChange={setTarget} />}
          </Field>
        )}
        {target === '' && (
          <Field label={words('viewName')} error={error?.message}>
            {(control) => (
              <TextInput
                {...control}
                required
                maxLength={80}
                value={name}
                onChange={(event) => setName(event.target.value)}
              />
            )}
          </Field>
        )}
        {target !== '' && error && <p role="alert">{error.message}</p>}
      </form>
    </Dialog>
  )
}
