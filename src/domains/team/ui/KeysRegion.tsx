import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { useState } from 'react'
import type { z } from 'zod'
import { api } from '../../../ui/api/client.ts'
import type { Session } from '../../../ui/api/session.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { dayOfInstant, timeOfInstant } from '../../../ui/instant.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Confirm } from '../../../ui/overlays/Confirm.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { PlainTable } from '../../../ui/table/PlainTable.tsx'
import type { ApiKey as ApiKeySchema } from '../schema.ts'
import { KeyDialog } from './KeyDialog.tsx'
import { apiKeysKey, useApiKeys } from './queries.ts'
import { roleName } from './roles.ts'
import css from './team.module.css'
import { words } from './words.ts'

type ApiKey = z.output<typeof ApiKeySchema>

/** Keys by which programs use the API. */
export function KeysRegion({ session }: { session: Session }) {
  const keys = useApiKeys()
  const [making, setMaking] = useState(false)
  return (
    <Region
      title={words('keys')}
      note={words('keysNote')}
      line={false}
      actions={
        <>
          <a href="/api/docs">{words('keysDocs')}</a>
          <Button icon={Plus} onClick={() => setMaking(true)}>
            {words('newKey')}
          </Button>
        </>
      }
    >
      <Loaded query={keys} label={words('keys')}>
        {(rows) =>
          rows.length === 0 ? (
            <Empty title={words('noKeys')} text={words('noKeysText')} />
          ) : (
            <KeyTable keys={rows} timeZone={session.workspace.timeZone} />
          )
        }
      </Loaded>
      <KeyDialog session={session} open={making} onClose={() => setMaking(false)} />
    </Region>
  )
}

function KeyTable({ keys, timeZone }: { keys: readonly ApiKey[]; timeZone: string }) {
  const [revoking, setRevoking] = useState<ApiKey | null>(null)
  const cache = useQueryClient()
  const revoke = useMutation({
    mutationFn: (id: string) => api.DELETE('/api/v1/api-keys/{id}', { params: { path: { id } } }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: apiKeysKey })
      toast(words('keyRevoked'))
    },
    onError: (error) => toast(words('notChanged', { reason: error.message })),
  })
  return (
    <>
      <PlainTable
        label={words('keys')}
        rows={keys}
        rowKey={({ id }) => id}
        columns={[
          { id: 'name', head: words('keyName'), cell: ({ name }) => name },
          {
            id: 'prefix',
            head: words('begins'),
            cell: ({ prefix }) => <code className={css.code}>{prefix}</code>,
          },
          { id: 'role', head: words('role'), cell: ({ role }) => roleName(role) },
          {
            id: 'scopes',
            head: words('scopes'),
            cell: ({ scopes }) => scopes.map((scope) => words(scope).toLowerCase()).join(', '),
          },
          {
            id: 'made',
            head: words('created'),
            cell: ({ createdAt, createdBy }) =>
              [dayOfInstant(createdAt, timeZone), createdBy].filter(Boolean).join(', '),
          },
          {
            id: 'used',
            head: words('lastUsed'),
            cell: ({ lastUsedAt }) => (lastUsedAt ? timeOfInstant(lastUsedAt, timeZone) : words('never')),
          },
          {
            id: 'actions',
            head: words('actions'),
            hideHead: true,
            cell: (key) =>
              key.revokedAt ? (
                <span className={css.buttons}>
                  {words('revoked', { day: dayOfInstant(key.revokedAt, timeZone) })}
                </span>
              ) : (
                <span className={css.buttons}>
                  <Button variant="quiet" size="row" onClick={() => setRevoking(key)}>
                    {words('revoke')}
                  </Button>
                </span>
              ),
          },
        ]}
      />
      <Confirm
        open={revoking !== null}
        title={words('revokeKeyTitle', { name: revoking?.name ?? '' })}
        text={words('revokeKeyText')}
        action={words('revoke')}
        onConfirm={() => revoking && revoke.mutate(revoking.id)}
        onClose={() => setRevoking(null)}
      />
    </>
  )
}
