import { z } from 'zod'
import { route, type Route } from '../../platform/http/route.ts'
import { UponVersion, Versioned } from '../accounts/schema.ts'
import { changeUseCase, createUseCase, removeUseCase } from './actions/use-cases.ts'
import { accountUsage } from './reads/account.ts'
import { usageFeatures } from './reads/features.ts'
import { getUseCase, listUseCases } from './reads/use-cases.ts'
import { AccountUsage, NewUseCase, UsageFeatures, UseCase, UseCaseChange } from './schema.ts'

const tag = 'Usage'
const id = z.object({ id: z.uuid() })

export const usageRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/accounts/{id}/usage',
    summary: 'Use by week with its usual range, by feature and by day',
    tag,
    access: 'viewer',
    params: id,
    query: z.object({ weeks: z.coerce.number().int().min(1).max(156).default(26) }),
    response: AccountUsage,
    handle: (ctx, { params, query }) => accountUsage(ctx, params.id, query.weeks),
  }),
  route({
    method: 'get',
    path: '/usage/features',
    summary: 'How far each feature reaches among the customers',
    tag,
    access: 'viewer',
    query: z.object({
      /** Segments (repeat it for several) among whose customers the reach is told too. */
      segment: z.union([z.string(), z.array(z.string()).max(200)]).optional(),
    }),
    response: UsageFeatures,
    handle: (ctx, { query: { segment } }) =>
      usageFeatures(ctx, segment === undefined ? null : [segment].flat()),
  }),
  route({
    method: 'get',
    path: '/use-cases',
    summary: 'Use cases: which features matter for which customers',
    tag,
    access: 'viewer',
    response: z.array(UseCase),
    handle: (ctx) => listUseCases(ctx),
  }),
  route({
    method: 'post',
    path: '/use-cases',
    summary: 'Say which features matter for the customers of some segments, or for all others',
    tag,
    access: 'leader',
    body: NewUseCase,
    response: id.extend(Versioned.shape),
    status: 201,
    handle: (ctx, { body }) => createUseCase(ctx, body),
  }),
  route({
    method: 'get',
    path: '/use-cases/{id}',
    summary: 'One use case',
    tag,
    access: 'viewer',
    params: id,
    response: UseCase,
    handle: (ctx, { params }) => getUseCase(ctx, params.id),
  }),
  route({
    method: 'patch',
    path: '/use-cases/{id}',
    summary: 'Change a use case; with a version only if nobody changed it since',
    tag,
    access: 'leader',
    params: id,
    body: UseCaseChange.extend(UponVersion.shape),
    response: Versioned,
    handle: (ctx, { params, body }) => changeUseCase(ctx, { ...body, ...params }),
  }),
  route({
    method: 'delete',
    path: '/use-cases/{id}',
    summary: 'Remove a use case',
    tag,
    access: 'leader',
    params: id,
    query: UponVersion,
    handle: (ctx, { params, query }) => removeUseCase(ctx, { ...query, ...params }),
  }),
]
