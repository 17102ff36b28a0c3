import { z } from 'zod'
import { route, type Route } from '../../platform/http/route.ts'
import { UponVersion, Versioned } from '../accounts/schema.ts'
import { changeUseCase, createUseCase, removeUseCase } from './actions/use-cases.ts'
import { accountUsage } from './reads/account.ts'
import { adoptionStudy } from './reads/adoption.ts'
import { usageOfDay } from './reads/events.ts'
import { usageFeatures } from './reads/features.ts'
import { accountUsageReadings } from './reads/readings.ts'
import { powerUsersOf } from './reads/power-users.ts'
import { getUseCase, listUseCases } from './reads/use-cases.ts'
import {
  AccountUsage,
  AdoptionStudy,
  NewUseCase,
  PowerUsers,
  UsageFeatures,
  UsageOfDay,
  UsageReading,
  UseCase,
  UseCaseChange,
} from './schema.ts'

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
    path: '/accounts/{id}/usage/readings',
    summary: 'The readings of use with their parts and evidence',
    tag,
    access: 'viewer',
    params: id,
    response: z.array(UsageReading),
    handle: (ctx, { params }) => accountUsageReadings(ctx, params.id),
  }),
  route({
    method: 'get',
    path: '/accounts/{id}/usage/day',
    summary: 'What a day of use is made of: live events, and rows of files with where they came from',
    tag,
    access: 'viewer',
    params: id,
    query: z.object({
      day: z.iso.date(),
      feature: z.string().max(512).optional(),
      limit: z.coerce.number().int().min(1).max(1_000).default(200),
    }),
    response: UsageOfDay,
    handle: (ctx, { params, query }) => usageOfDay(ctx, params.id, query),
  }),
  route({
    method: 'get',
    path: '/accounts/{id}/usage/power-users',
    summary: 'Those who use it most, with the errors, tickets and requests that they met first',
    tag,
    access: 'viewer',
    params: id,
    response: PowerUsers,
    handle: (ctx, { params }) => powerUsersOf(ctx, params.id),
  }),
  route({
    method: 'get',
    path: '/usage/adoption',
    summary:
      'Who left of the customers that used it in their first 26 weeks, and of the others; what it is worth',
    tag,
    access: 'viewer',
    query: z.object({
      weeks: z.coerce.number().int().min(1).max(26).default(26),
      months: z.coerce.number().int().min(1).max(36).default(12),
    }),
    response: AdoptionStudy,
    handle: (ctx, { query }) => adoptionStudy(ctx, query),
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
