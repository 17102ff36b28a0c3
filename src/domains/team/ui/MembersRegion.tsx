import { useMutation, useQueryClient } from '@tanstack/react-query'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import type { z } from 'zod'
import { atLeast, type Role } from '../../../platform/auth/roles.ts'
import { api } from '../../../ui/api/client.ts'
import type { Session } from '../../../ui/api/session.ts'
import { Avatar } from '../../../ui/controls/Avatar.tsx'
import { Button } from '../../../ui/controls/Button.tsx'
import { Select } from '../../../ui/controls/Select.tsx'
import { dayOfInstant, timeOfInstant } from '../../../ui/instant.ts'
import { Region } from '../../../ui/layout/Region.tsx'
import { Confirm } from '../../../ui/overlays/Confirm.tsx'
import { toast } from '../../../ui/overlays/Toast.tsx'
import { Loaded } from '../../../ui/states/Loaded.tsx'
import { PlainTable, type PlainColumn } from '../../../ui/table/PlainTable.tsx'
import { refuseRoleChange } from '../model.ts'
import type { Member as MemberSchema } from '../schema.ts'
import { InviteDialog } from './InviteDialog.tsx'
import { membersKey, useMembers } from './queries.ts'
import { roleName, roleOptions } from './roles.ts'
import css from './team.module.css'
import { words } from './words.ts'

type Member = z.output<typeof MemberSchema>

/** Who is in the team; roles are changed in place. */
export function MembersRegion({ session }: { session: Session }) {
  const members = useMembers()
  const [inviting, setInviting] = useState(false)
  const mayInvite = atLeast(session.role, 'admin')
  return (
    <Region
      title={words('members')}
      note={members.data && words('membersNote', { n: members.data.length })}
      actions={
        <Button
          icon={UserPlus}
          onClick={() => setInviting(true)}
          disabledReason={mayInvite ? undefined : words('inviteReason')}
        >
          {words('invite')}
        </Button>
      }
    >
      <Loaded query={members} label={words('members')}>
        {(rows) => <MemberTable members={rows} session={session} />}
      </Loaded>
      <InviteDialog session={session} open={inviting} onClose={() => setInviting(false)} />
    </Region>
  )
}

function MemberTable({ members, session }: { members: readonly Member[]; session: Session }) {
  const [leaving, setLeaving] = useState<Member | null>(null)
  const change = useRoleChange(session)
  const { timeZone } = session.workspace
  const refuse = (member: Member, to: Role | null) =>
    refuseRoleChange({
      actor: { id: session.user.id, role: session.role },
      member,
      to,
      owners: members.filter(({ role }) => role === 'owner').length,
    })
  const columns: PlainColumn<Member>[] = [
    {
      id: 'person',
      head: words('person'),
      cell: (member) => <Person member={member} isMe={member.id === session.user.id} />,
    },
    {
      id: 'role',
      head: words('role'),
      cell: (member) => (
        <RoleCell
          member={member}
          refuse={(to) => refuse(member, to)}
          onChange={(role) => change.mutate({ member, role })}
        />
      ),
    },
    { id: 'joined', head: words('joined'), cell: ({ joinedAt }) => dayOfInstant(joinedAt, timeZone) },
    {
      id: 'seen',
      head: words('lastSeen'),
      cell: ({ lastSeenAt }) => (lastSeenAt ? timeOfInstant(lastSeenAt, timeZone) : words('never')),
    },
    {
      id: 'actions',
      head: words('actions'),
      hideHead: true,
      cell: (member) => (
        <span className={css.buttons}>
          <Button
            variant="quiet"
            size="row"
            onClick={() => setLeaving(member)}
            disabledReason={refuse(member, null) ?? undefined}
          >
            {words(member.id === session.user.id ? 'leave' : 'takeOut')}
          </Button>
        </span>
      ),
    },
  ]
  const isMe = leaving?.id === session.user.id
  const values = { name: leaving?.name ?? '' }
  return (
    <>
      <PlainTable label={words('members')} columns={columns} rows={members} rowKey={({ id }) => id} />
      <Confirm
        open={leaving !== null}
        title={words(isMe ? 'leaveTitle' : 'takeOutTitle', values)}
        text={words(isMe ? 'leaveText' : 'takeOutText', values)}
        action={words(isMe ? 'leave' : 'takeOut')}
        onConfirm={() => leaving && change.mutate({ member: leaving, role: null })}
        onClose={() => setLeaving(null)}
      />
    </>
  )
}

function useRoleChange(session: Session) {
  const cache = useQueryClient()
  return useMutation({
    mutationFn: ({ member, role }: { member: Member; role: Role | null }) => {
      const params = { path: { id: member.id } }
      return role
        ? api.PATCH('/api/v1/members/{id}', { params, body: { role } })
        : api.DELETE('/api/v1/members/{id}', { params })
    },
    onSuccess: async (_, { member: { id, name }, role }) => {
      await cache.invalidateQueries({ queryKey: membersKey })
      // Whoever changes themselves may see other things now, or nothing.
      if (id === session.user.id) await cache.invalidateQueries({ queryKey: ['session'] })
      toast(role ? words('roleChanged', { name, role: roleName(role) }) : words('tookOut', { name }))
    },
    onError: (error) => toast(words('notChanged', { reason: error.message })),
  })
}

function Person({ member, isMe }: { member: Member; isMe: boolean }) {
  return (
    <span className={css.who}>
      <Avatar name={member.name} />
      <span>
        <bdi>{member.name}</bdi> {isMe && `(${words('you')})`}
        <span className={css.mail}>{member.email}</span>
      </span>
    </span>
  )
}

function RoleCell({
  member,
  refuse,
  onChange,
}: {
  member: Member
  refuse: (to: Role) => string | null
  onChange: (role: Role) => void
}) {
  const options = roleOptions((role) => role === member.role || refuse(role) === null)
  if (options.length === 1) return <>{roleName(member.role)}</>
  return (
    <span className={css.role}>
      <Select
        label={words('roleOf', { name: member.name })}
        options={options}
        value={member.role}
        onChange={onChange}
      />
    </span>
  )
}
