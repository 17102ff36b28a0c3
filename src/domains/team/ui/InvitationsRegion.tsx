import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { z } from 'zod'
import { atLeast } from '../../../platform/auth/roles.ts'
import { api } from '../../../ui/api/client.ts'
import type { Session } from '../../../ui/api/session.ts'
import { Button } from '../../../ui/controls/Button.tsx'
import { Tag } from '../../../ui/controls/Tag.tsx'
import { dayOfInstant } from '../../../ui/instant.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Confirm } from '../../../ui/overlays/Confirm.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { Empty } from '../../../ui/states/Empty.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { NoPermission } from '../../../ui/states/NoPermission.tsx'
import { PlainTable } from '../../../ui/table/PlainTable.tsx'
import type { Invitation as InvitationSchema } from '../schema.ts'
import { invitationsKey, useInvitations } from './queries.ts'
import { roleName } from './roles.ts'
import css from './team.module.css'
import { words } from './words.ts'

type Invitation = z.output<typeof InvitationSchema>

/** Invitations that nobody has accepted yet. */
export function InvitationsRegion({ session }: { session: Session }) {
  const allowed = atLeast(session.role, 'admin')
  const invitations = useInvitations(allowed)
  return (
    <Region title={words('invitations')} line={false}>
      {allowed ? (
        <Loaded query={invitations} label={words('invitations')}>
          {(all) => (
            <InvitationTable
              invitations={all.filter(({ state }) => state === 'open' || state === 'expired')}
              timeZone={session.workspace.timeZone}
            />
          )}
        </Loaded>
      ) : (
        <NoPermission title={words('onlyAdmins')} text={words('onlyAdminsSeeInvitations')} />
      )}
    </Region>
  )
}

function InvitationTable({
  invitations,
  timeZone,
}: {
  invitations: readonly Invitation[]
  timeZone: string
}) {
  const [revoking, setRevoking] = useState<Invitation | null>(null)
  const cache = useQueryClient()
  const revoke = useMutation({
    mutationFn: (id: string) => api.DELETE('/api/v1/invitations/{id}', { params: { path: { id } } }),
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: invitationsKey })
      toast(words('revokedInvitation'))
    },
    onError: (error) => toast(words('notChanged', { reason: error.message })),
  })
  if (invitations.length === 0)
    return <Empty title={words('noInvitations')} text={words('noInvitationsText')} />
  return (
    <>
      <PlainTable
        label={words('invitations')}
        rows={invitations}
        rowKey={({ id }) => id}
        columns={[
          { id: 'email', head: words('email'), cell: ({ email }) => email },
          { id: 'role', head: words('role'), cell: ({ role }) => roleName(role) },
          { id: 'by', head: words('invitedBy'), cell: ({ invitedBy }) => invitedBy ?? words('withKey') },
          {
            id: 'expires',
            head: words('expires'),
            cell: ({ state, expiresAt }) =>
              state === 'expired' ? (
                <Tag tone="unknown">{words('expired')}</Tag>
              ) : (
                dayOfInstant(expiresAt, timeZone)
              ),
          },
          {
            id: 'actions',
            head: words('actions'),
            hideHead: true,
            cell: (invitation) => (
              <span className={css.buttons}>
                <Button variant="quiet" size="row" onClick={() => setRevoking(invitation)}>
                  {words('revoke')}
                </Button>
              </span>
            ),
          },
        ]}
      />
      <Confirm
        open={revoking !== null}
        title={words('revokeInvitationTitle', { email: revoking?.email ?? '' })}
        text={words('revokeInvitationText')}
        action={words('revoke')}
        onConfirm={() => revoking && revoke.mutate(revoking.id)}
        onClose={() => setRevoking(null)}
      />
    </>
  )
}
