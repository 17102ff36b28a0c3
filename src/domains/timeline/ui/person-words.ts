import type { PersonRole } from '../../people/schema.ts'
import type { AccountPerson } from './queries.ts'
import { words } from './words.ts'

/** What a person is called: name, else address, else that nobody said. */
export function personName({ name, email, erasedAt }: AccountPerson): string {
  if (erasedAt) return words('erasedPerson')
  return name ?? email ?? words('someone')
}

/** What a part at a customer is called; null where nobody has said it. */
export const roleName = (role: PersonRole | null): string =>
  words(role === null ? 'role_none' : `role_${role}`)
