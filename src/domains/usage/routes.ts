import { z } from 'zod'
import { route, type Route } from '../../platform/http/route.ts'
import { accountUsage, usageFeatures } from './reads.ts'
import { AccountUsage, UsageFeatures } from './schema.ts'

const tag = 'Usage'

export const usageRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/accounts/{id}/usage',
    summary: 'Use by week with its usual range, by feature and by day',
    tag,
    access: 'viewer',
    params: z.object({ id: z.uuid() }),
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
    response: UsageFeatures,
    handle: (ctx) => usageFeatures(ctx),
  }),
]
