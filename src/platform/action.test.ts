import { expect, test } from 'vitest'
import { z } from 'zod'
import { demand, parseInput } from './action.ts'
import type { Role, Scope } from './auth/roles.ts'

const user = (role: Role) => ({ actor: { kind: 'user', id: 'u', name: 'Ada', role } }) as const
const key = (role: Role, scopes: Scope[]) =>
  ({ actor: { kind: 'key', id: 'k', name: 'loader', role, scopes } }) as const

test('who lacks the role is told which is needed, which they have, and whom to ask', () => {
  expect(() => demand(user('viewer'), 'admin', 'read')).toThrow(
    'This needs the role admin. Your role is viewer; ask an owner or admin.',
  )
  expect(() => demand(key('viewer', ['read']), 'csm', 'read')).toThrow(
    'This needs the role csm. The role of this API key is viewer; ask an owner or admin.',
  )
  expect(() => demand(user('admin'), 'admin', 'settings')).not.toThrow()
})

test('a key that lacks the scope is told which is needed and which it has', () => {
  expect(() => demand(key('admin', ['read', 'import']), 'csm', 'write')).toThrow(
    'This needs an API key with the scope write. The scopes of this one: read, import.',
  )
  expect(() => demand(key('admin', ['write']), 'csm', 'write')).not.toThrow()
})

test('what is empty is told in words for whoever filled in a form', () => {
  const schema = z.object({
    name: z.string().min(1),
    features: z.array(z.string()).min(1),
    seats: z.int().min(1),
  })
  expect(() => parseInput(schema, { name: '', features: [], seats: 0 })).toThrow(
    expect.objectContaining({
      more: {
        errors: [
          { path: 'name', message: 'This must not be empty.' },
          { path: 'features', message: 'This needs at least one.' },
          { path: 'seats', message: 'Too small: expected number to be >=1' },
        ],
      },
    }),
  )
})
