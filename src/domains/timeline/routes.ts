import { z } from 'zod'
import { route, type Route } from '../../platform/http/route.ts'
import { timelineOf } from './reads.ts'
import { TimelinePage, TimelineQuery, type TimelineKind } from './schema.ts'

export const timelineRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/accounts/{id}/timeline',
    summary: 'Everything that happened at an account, newest first',
    tag: 'Timeline',
    access: 'viewer',
    params: z.object({ id: z.uuid() }),
    query: TimelineQuery,
    response: TimelinePage,
    handle: (ctx, { params, query: { kinds, ...page } }) =>
      timelineOf(ctx, params.id, { ...page, kinds: kinds?.split(',') as TimelineKind[] | undefined }),
  }),
]
