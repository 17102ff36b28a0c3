import { z } from 'zod'
import { route, type Route } from '../../platform/http/route.ts'
import { changeWriteKey, createWriteKey, revokeWriteKey } from './actions/keys.ts'
import { dismissReject, replayReject } from './actions/rejects.ts'
import * as reads from './reads.ts'
import { exploreRoutes } from './routes/explore.ts'
import {
  NewWriteKey,
  RecentEvent,
  RejectedPage,
  ReplayInput,
  WriteKey,
  WriteKeyChange,
  WriteKeyInput,
} from './schema.ts'

const tag = 'Events'
const id = z.object({ id: z.uuid() })

/** Write keys, what arrives, and what could not be taken. Events themselves are posted below /v1 (see intake.ts). */
export const eventRoutes: readonly Route[] = [
  ...exploreRoutes,
  route({
    method: 'get',
    path: '/write-keys',
    summary: 'Keys with which products send events',
    tag,
    access: 'admin',
    response: z.array(WriteKey),
    handle: (ctx) => reads.writeKeys(ctx),
  }),
  route({
    method: 'post',
    path: '/write-keys',
    summary: 'Make a write key; that of a server is shown once',
    tag,
    access: 'admin',
    body: WriteKeyInput,
    response: NewWriteKey,
    status: 201,
    handle: (ctx, { body }) => createWriteKey(ctx, body),
  }),
  route({
    method: 'patch',
    path: '/write-keys/{id}',
    summary: 'Rename a write key, or change which pages may use it',
    tag,
    access: 'admin',
    params: id,
    body: WriteKeyChange,
    handle: (ctx, { params, body }) => changeWriteKey(ctx, { ...params, ...body }),
  }),
  route({
    method: 'delete',
    path: '/write-keys/{id}',
    summary: 'Revoke a write key',
    tag,
    access: 'admin',
    params: id,
    handle: (ctx, { params }) => revokeWriteKey(ctx, params),
  }),
  route({
    method: 'get',
    path: '/events',
    summary: 'Events as they came, the newest first',
    tag,
    access: 'viewer',
    query: z.object({ limit: z.coerce.number().int().min(1).max(1_000).default(100) }),
    response: z.array(RecentEvent),
    handle: (ctx, { query }) => reads.recentEvents(ctx, query.limit),
  }),
  route({
    method: 'get',
    path: '/events/rejected',
    summary: 'Events that could not be taken, with the reason',
    tag,
    access: 'admin',
    query: z.object({
      before: z.uuid().optional(),
      reason: z.string().max(64).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    response: RejectedPage,
    handle: (ctx, { query }) => reads.rejectedEvents(ctx, query),
  }),
  route({
    method: 'post',
    path: '/events/rejected/{id}/replay',
    summary: 'Try a rejected event again, mended or as it came',
    tag,
    access: 'admin',
    params: id,
    body: ReplayInput,
    handle: (ctx, { params, body }) => replayReject(ctx, { ...params, ...body }),
  }),
  route({
    method: 'delete',
    path: '/events/rejected/{id}',
    summary: 'Put a rejected event aside',
    tag,
    access: 'admin',
    params: id,
    handle: (ctx, { params }) => dismissReject(ctx, params.id),
  }),
]
