import { roles, type Role } from '../../../platform/auth/roles.ts'
import type { Option } from '../../../ui/controls/Select.tsx'
import { words } from './words.ts'

export const roleName = (role: Role): string => words(role)

/** One sentence on what a role may do. */
export const roleMay = (role: Role): string => words(`${role}May`)

/** The roles that pass, from most to least, to choose from. */
export const roleOptions = (mayGive: (role: Role) => boolean): Option<Role>[] =>
  roles.filter(mayGive).map((role) => ({ value: role, label: roleName(role) }))
