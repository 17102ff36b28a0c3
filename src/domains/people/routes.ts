import { z } from 'zod'
import { route, type Route } from '../../platform/http/route.ts'
import { erasePerson } from './actions/erase.ts'
import { mergePerson, unmergePerson } from './actions/merge.ts'
import { createPerson, updatePerson } from './actions/person.ts'
import { addRole, endRole } from './actions/roles.ts'
import { UponVersion, Versioned } from '../accounts/schema.ts'
import * as reads from './reads.ts'
import { AccountPeople, NewPerson, NewRole, Person, PersonChange, PersonHit, RoleEnd } from './schema.ts'

const tag = 'People'
const id = z.object({ id: z.uuid() })
const created = z.object({ id: z.uuid() })

export const peopleRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/people',
    summary: 'Find people by name, e-mail address or id in a source',
    tag,
    access: 'viewer',
    query: z.object({
      find: z.string().trim().min(1).max(200),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    response: z.array(PersonHit),
    handle: (ctx, { query }) => reads.findPeople(ctx, query.find, query.limit),
  }),
  route({
    method: 'post',
    path: '/people',
    summary: 'Create a person, with a part at an account if wanted',
    tag,
    access: 'csm',
    body: NewPerson,
    response: created,
    status: 201,
    handle: (ctx, { body }) => createPerson(ctx, body),
  }),
  route({
    method: 'get',
    path: '/people/{id}',
    summary: 'One person',
    tag,
    access: 'viewer',
    params: id,
    response: Person,
    handle: (ctx, { params }) => reads.getPerson(ctx, params.id),
  }),
  route({
    method: 'patch',
    path: '/people/{id}',
    summary: 'Change a person; with the version that was read, only if nobody changed it since',
    tag,
    access: 'csm',
    params: id,
    body: PersonChange.extend(UponVersion.shape),
    response: Versioned,
    handle: (ctx, { params, body }) => updatePerson(ctx, { ...body, id: params.id }),
  }),
  route({
    method: 'get',
    path: '/accounts/{id}/people',
    summary: 'People of an account: current ones first, then those gone',
    tag,
    access: 'viewer',
    params: id,
    query: z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(200) }),
    response: AccountPeople,
    handle: (ctx, { params, query }) => reads.peopleOfAccount(ctx, params.id, query.limit),
  }),
  route({
    method: 'post',
    path: '/people/{id}/roles',
    summary: 'Give a person a part at an account',
    tag,
    access: 'csm',
    params: id,
    body: NewRole,
    response: created,
    status: 201,
    handle: (ctx, { params, body }) => addRole(ctx, { ...body, id: params.id }),
  }),
  route({
    method: 'patch',
    path: '/people/{id}/roles/{roleId}',
    summary: 'End a part at an account, or take its end back',
    tag,
    access: 'csm',
    params: id.extend({ roleId: z.uuid() }),
    body: RoleEnd,
    handle: (ctx, { params, body }) => endRole(ctx, { ...body, ...params }),
  }),
  route({
    method: 'post',
    path: '/people/{id}/merge',
    summary: 'Merge a person into another; can be taken back',
    tag,
    access: 'csm',
    params: id,
    body: z.object({ intoId: z.uuid() }),
    handle: (ctx, { params, body }) => mergePerson(ctx, { id: params.id, intoId: body.intoId }),
  }),
  route({
    method: 'delete',
    path: '/people/{id}/merge',
    summary: 'Take a merge back',
    tag,
    access: 'csm',
    params: id,
    handle: (ctx, { params }) => unmergePerson(ctx, params),
  }),
  route({
    method: 'post',
    path: '/people/{id}/erase',
    summary: 'Erase a person for good: name, addresses, words; cannot be taken back',
    tag,
    access: 'leader',
    params: id,
    handle: (ctx, { params }) => erasePerson(ctx, params),
  }),
]
