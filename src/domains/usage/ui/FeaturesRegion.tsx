import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import { atLeast, type Role } from '../../../platform/auth/roles.ts'
import { api } from '../../../ui/api/client.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { count } from '../../../ui/format.ts'
import { dayAt } from '../../../ui/instant.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Confirm } from '../../../ui/overlays/Confirm.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { PlainTable, type PlainColumn } from '../../../ui/table/PlainTable.tsx'
import { AdoptionRegion } from './AdoptionRegion.tsx'
import { draftOf, emptyDraft, type Draft } from './draft.ts'
import css from './features.module.css'
import { useCasesKey, useUseCases, type UseCase } from './queries.ts'
import { ReachRegion } from './ReachRegion.tsx'
import { UseCaseForm } from './UseCaseForm.tsx'
import { words } from './words.ts'

/** Use cases with the features that matter for them, and how far each feature reaches. */
export function FeaturesRegion({ session }: { session: { role: Role; workspace: { timeZone: string } } }) {
  const cases = useUseCases()
  const [draft, setDraft] = useState<Draft | null>(null)
  const mayChange = atLeast(session.role, 'leader')
  const today = dayAt(new Date().toISOString(), session.workspace.timeZone)
  return (
    <>
      <Region
        title={words('cases')}
        note={words('casesNote')}
        actions={
          mayChange &&
          !draft && (
            <Button icon={Plus} onClick={() => setDraft(emptyDraft)}>
              {words('newCase')}
            </Button>
          )
        }
      >
        <p className={css.intro}>
          {words('intro')} {!mayChange && words('needLeader')}
        </p>
        {draft ? (
          <UseCaseForm draft={draft} onChange={setDraft} onClose={() => setDraft(null)} />
        ) : (
          <Loaded query={cases} label={words('cases')}>
            {(rows) =>
              rows.length === 0 ? (
                <Empty title={words('noCases')} text={words('noCasesText')} />
              ) : (
                <Cases rows={rows} mayChange={mayChange} onChange={(one) => setDraft(draftOf(one))} />
              )
            }
          </Loaded>
        )}
      </Region>
      <ReachRegion cases={cases.data ?? []} draft={draft} onChange={setDraft} today={today} />
      {!draft && <AdoptionRegion />}
    </>
  )
}

function Cases({
  rows,
  mayChange,
  onChange,
}: {
  rows: readonly UseCase[]
  mayChange: boolean
  onChange: (one: UseCase) => void
}) {
  const cache = useQueryClient()
  const [removing, setRemoving] = useState<UseCase | null>(null)
  const remove = useMutation({
    mutationFn: ({ id, version }: UseCase) =>
      api.DELETE('/api/v1/use-cases/{id}', { params: { path: { id }, query: { version } } }),
    onSuccess: async () => {
      toast(words('removed'))
      await cache.invalidateQueries({ queryKey: useCasesKey })
    },
    onError: (error) => toast(words('notChanged', { reason: error.message })),
  })
  const facts: PlainColumn<UseCase>[] = [
    { id: 'name', head: words('name'), cell: ({ name }) => name },
    {
      id: 'segments',
      head: words('forWhom'),
      cell: ({ segments }) => segments?.join(', ') ?? words('forOthers'),
    },
    {
      id: 'customers',
      head: words('customers'),
      number: true,
      cell: ({ accounts }) => count(accounts),
    },
    {
      id: 'features',
      head: words('features'),
      cell: ({ features }) => features.join(', '),
    },
  ]
  const actions: PlainColumn<UseCase> = {
    id: 'actions',
    head: words('actions'),
    hideHead: true,
    cell: (one) => (
      <span className={css.buttons}>
        <Button size="row" variant="quiet" onClick={() => onChange(one)}>
          {words('change')}
        </Button>
        <Button size="row" variant="quiet" onClick={() => setRemoving(one)}>
          {words('remove')}
        </Button>
      </span>
    ),
  }
  return (
    <>
      <PlainTable
        label={words('cases')}
        columns={mayChange ? [...facts, actions] : facts}
        rows={rows}
        rowKey={({ id }) => id}
      />
      <Confirm
        open={removing !== null}
        title={words('removeTitle', { name: removing?.name ?? '' })}
        text={words('removeText', { n: removing?.accounts ?? 0 })}
        action={words('remove')}
        onConfirm={() => removing && remove.mutate(removing)}
        onClose={() => setRemoving(null)}
      />
    </>
  )
}
