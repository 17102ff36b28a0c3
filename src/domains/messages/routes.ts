import { z } from 'zod'
import { route, type Route } from '../../platform/http/route.ts'
import { logMessage } from './actions.ts'
import { messagesOfAccount } from './reads.ts'
import { MessagePage, MessageQuery, NewMessage } from './schema.ts'

const tag = 'Messages'

export const messageRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/accounts/{id}/messages',
    summary: 'E-mails, calls, chats and meetings with an account, newest first',
    tag,
    access: 'viewer',
    params: z.object({ id: z.uuid() }),
    query: MessageQuery,
    response: MessagePage,
    handle: (ctx, { params, query }) => messagesOfAccount(ctx, params.id, query),
  }),
  route({
    method: 'post',
    path: '/messages',
    summary: 'Log a call, a meeting or a message',
    tag,
    access: 'csm',
    body: NewMessage,
    response: z.object({ id: z.uuid() }),
    status: 201,
    handle: (ctx, { body }) => logMessage(ctx, body),
  }),
]
