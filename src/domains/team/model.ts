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

/** Abbreviations that runtimes take for a place and PostgreSQL for an offset, or for another place. */
const abbreviation = /^(?!UTC|GMT|UCT|EST|HST|MST|PRC|ROC|ROK)[a-z]{3}$/i

/** Whether a text names a time zone of the IANA list, by a current or an old name; an offset such as +02:00 is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[a-z]/i.test(name) || abbreviation.test(name) || /^SystemV\//i.test(name)) return false
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }))
  } catch {
    return false
  }
}
