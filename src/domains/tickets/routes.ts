import { z } from 'zod'
import { route, type Route } from '../../platform/http/route.ts'
import * as actions from './actions.ts'
import * as reads from './reads.ts'
import {
  NewTicket,
  PriorityCount,
  TicketChange,
  TicketPage,
  TicketTotals,
  TicketWithHistory,
} from './schema.ts'

const tag = 'Tickets'
const id = z.object({ id: z.uuid() })
const page = z.object({
  after: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

export const ticketRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/accounts/{id}/tickets',
    summary: 'Tickets of an account, newest first',
    tag,
    access: 'viewer',
    params: id,
    query: page.extend({ open: z.enum(['true', 'false']).optional() }),
    response: TicketPage,
    handle: (ctx, { params, query: { open, ...at } }) =>
      reads.ticketsOf(ctx, params.id, { ...at, openOnly: open === 'true' }),
  }),
  route({
    method: 'get',
    path: '/tickets/open',
    summary: 'Open tickets, newest first',
    tag,
    access: 'viewer',
    query: page.extend({ priority: z.coerce.number().int().min(1).max(5).optional() }),
    response: TicketPage,
    handle: (ctx, { query }) => reads.openTickets(ctx, query),
  }),
  route({
    method: 'get',
    path: '/tickets/open/priorities',
    summary: 'How many tickets are open, by priority',
    tag,
    access: 'viewer',
    response: z.array(PriorityCount),
    handle: (ctx) => reads.openByPriority(ctx),
  }),
  route({
    method: 'get',
    path: '/tickets/totals',
    summary: 'Totals of tickets: reopened, raised, lowered, agreed times, resolution',
    tag,
    access: 'viewer',
    query: z.object({ from: z.iso.date().optional(), to: z.iso.date().optional() }),
    response: TicketTotals,
    handle: (ctx, { query }) => reads.ticketTotals(ctx, query),
  }),
  route({
    method: 'post',
    path: '/tickets',
    summary: 'Open a ticket',
    tag,
    access: 'csm',
    body: NewTicket,
    response: id,
    status: 201,
    handle: (ctx, { body }) => actions.createTicket(ctx, body),
  }),
  route({
    method: 'get',
    path: '/tickets/{id}',
    summary: 'One ticket with its history',
    tag,
    access: 'viewer',
    params: id,
    response: TicketWithHistory,
    handle: (ctx, { params }) => reads.getTicket(ctx, params.id),
  }),
  route({
    method: 'patch',
    path: '/tickets/{id}',
    summary: 'Change state, priority or assignment of a ticket',
    tag,
    access: 'csm',
    params: id,
    body: TicketChange,
    handle: (ctx, { params, body }) => actions.changeTicket(ctx, { ...body, id: params.id }),
  }),
  route({
    method: 'post',
    path: '/tickets/{id}/reopen',
    summary: 'Reopen a ticket',
    tag,
    access: 'csm',
    params: id,
    handle: (ctx, { params }) => actions.reopenTicket(ctx, params),
  }),
]
