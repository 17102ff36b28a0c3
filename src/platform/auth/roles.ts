/** From most to least: each role may do all that the ones after it may. */
export const roles = ['owner', 'admin', 'leader', 'csm', 'viewer'] as const
export type Role = (typeof roles)[number]

/** What an API key may do, within its role; a person who is signed in has all scopes. */
export const scopes = ['read', 'write', 'import', 'settings'] as const
export type Scope = (typeof scopes)[number]

export const atLeast = (role: Role, needed: Role): boolean => roles.indexOf(role) <= roles.indexOf(needed)
