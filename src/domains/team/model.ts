import { atLeast, type Role } from '../../platform/auth/roles.ts'

export type RoleChange = Readonly<{
  actor: { id: string; role: Role }
  member: { id: string; role: Role }
  /** null removes the member. */
  to: Role | null
  owners: number
}>

/** Why a change of membership is refused, or null when it may happen. */
export function refuseRoleChange({ actor, member, to, owners }: RoleChange): string | null {
  if (!atLeast(actor.role, 'admin') && !(to === null && actor.id === member.id))
    return 'Only an admin or an owner can change who is in the team.'
  if ((member.role === 'owner' || to === 'owner') && actor.role !== 'owner')
    return 'Only an owner can make or change an owner.'
  if (member.role === 'owner' && to !== 'owner' && owners <= 1)
    return 'A workspace needs an owner. Make somebody else an owner first.'
  return null
}

/** Nobody hands out more than they have. */
export const mayGrant = (actor: Role, granted: Role): boolean => atLeast(actor, granted)
