import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { atLeast } from '../../../platform/auth/roles.ts'
import { api } from '../../../ui/api/client.ts'
import type { Session } from '../../../ui/api/session.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Form } from '../../../ui/controls/Form.tsx'
import { DescriptionList } from '../../../ui/layout/DescriptionList.tsx'
import { Region } from '../../../ui/layout/Region.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import css from './team.module.css'
import { words } from './words.ts'
import { WorkspaceFields } from './WorkspaceFields.tsx'

/** Name, currency and time zone of the workspace. */
export function WorkspaceRegion({ session }: { session: Session }) {
  const { workspace, role } = session
  const mayChange = atLeast(role, 'admin')
  return (
    <Region title={words('workspace')} note={mayChange ? undefined : words('onlyAdmins')}>
      <div className={css.narrow}>
        {mayChange ? (
          <WorkspaceForm key={workspace.id} workspace={workspace} />
        ) : (
          <DescriptionList
            items={[
              { term: words('workspaceName'), value: workspace.name },
              { term: words('currency'), value: workspace.currency },
              { term: words('timeZone'), value: workspace.timeZone.replaceAll('_', ' ') },
            ]}
          />
        )}
      </div>
    </Region>
  )
}

function WorkspaceForm({ workspace }: { workspace: Session['workspace'] }) {
  const cache = useQueryClient()
  const { name, currency, timeZone } = workspace
  const [input, setInput] = useState({ name, currency, timeZone })
  const changed = input.name !== name || input.currency !== currency || input.timeZone !== timeZone
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => api.PATCH('/api/v1/workspace', { body: input }),
    onSuccess: async () => {
      await cache.invalidateQueries()
      toast(words('saved'))
    },
  })
  return (
    <Form
      onSubmit={() => changed && mutate()}
      error={error}
      fields={['name', 'currency', 'timeZone']}
      actions={
        <Button
          variant="primary"
          type="submit"
          busy={isPending}
          disabledReason={changed ? undefined : words('nothingToSave')}
        >
          {words('save')}
        </Button>
      }
    >
      <WorkspaceFields value={input} onChange={setInput} error={error} />
    </Form>
  )
}
