import { z } from 'zod'
import { route, type Route } from '../../platform/http/route.ts'
import * as actions from './actions.ts'
import * as reads from './reads.ts'
import {
  Account,
  AccountChange,
  AccountHit,
  CustomField,
  NewAccount,
  UponVersion,
  Versioned,
} from './schema.ts'

const tag = 'Accounts'
const id = z.object({ id: z.uuid() })

export const accountRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/accounts',
    summary: 'Find accounts by name, domain or id in a source',
    tag,
    access: 'viewer',
    query: z.object({
      find: z.string().trim().min(1).max(200),
      limit: z.coerce.number().int().min(1).max(100).default(20),
    }),
    response: z.array(AccountHit),
    handle: (ctx, { query }) => reads.findAccounts(ctx, query.find, query.limit),
  }),
  route({
    method: 'post',
    path: '/accounts',
    summary: 'Create an account',
    tag,
    access: 'csm',
    body: NewAccount,
    response: z.object({ id: z.uuid() }),
    status: 201,
    handle: (ctx, { body }) => actions.createAccount(ctx, body),
  }),
  route({
    method: 'get',
    path: '/accounts/{id}',
    summary: 'One account',
    tag,
    access: 'viewer',
    params: id,
    response: Account,
    handle: (ctx, { params }) => reads.getAccount(ctx, params.id),
  }),
  route({
    method: 'patch',
    path: '/accounts/{id}',
    summary: 'Change an account; with the version that was read, only if nobody changed it since',
    tag,
    access: 'csm',
    params: id,
    body: AccountChange.extend(UponVersion.shape),
    response: Versioned,
    handle: (ctx, { params, body }) => actions.updateAccount(ctx, { ...body, id: params.id }),
  }),
  route({
    method: 'post',
    path: '/accounts/{id}/merge',
    summary: 'Merge an account into another; can be taken back',
    tag,
    access: 'leader',
    params: id,
    body: z.object({ intoId: z.uuid() }),
    handle: (ctx, { params, body }) => actions.mergeAccount(ctx, { id: params.id, intoId: body.intoId }),
  }),
  route({
    method: 'delete',
    path: '/accounts/{id}/merge',
    summary: 'Take a merge back',
    tag,
    access: 'leader',
    params: id,
    handle: (ctx, { params }) => actions.unmergeAccount(ctx, params),
  }),
  route({
    method: 'get',
    path: '/custom-fields/{entity}',
    summary: 'Custom fields of accounts or people',
    tag,
    access: 'viewer',
    params: z.object({ entity: z.enum(['account', 'person']) }),
    response: z.array(CustomField),
    handle: (ctx, { params }) => reads.customFields(ctx, params.entity),
  }),
  route({
    method: 'put',
    path: '/custom-fields/{entity}/{key}',
    summary: 'Add or change a custom field',
    tag,
    access: 'admin',
    params: z.object({ entity: z.enum(['account', 'person']), key: z.string() }),
    body: CustomField.omit({ key: true }),
    handle: (ctx, { params, body }) => actions.saveCustomField(ctx, { ...body, ...params }),
  }),
]
