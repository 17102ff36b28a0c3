import { z } from 'zod'
import { parseInput } from '../../platform/action.ts'
import { invalid } from '../../platform/errors.ts'
import { route, type Route } from '../../platform/http/route.ts'
import { writeCsv } from '../../platform/tabular/write-csv.ts'
import * as actions from './actions.ts'
import { csvHeader, csvRow } from './model.ts'
import { getFields } from './reads/catalogue.ts'
import { checkExport, readPeek, readRows, streamRows } from './reads/rows.ts'
import { readSummary } from './reads/summary.ts'
import { countViews, listPins, listViews } from './reads/views.ts'
import {
  Assigned,
  Assignment,
  Columns,
  Fields,
  NewView,
  Peek,
  Pin,
  PortfolioQuery,
  RowsPage,
  RowsQuery,
  Sorts,
  Summary,
  SummaryQuery,
  View,
  ViewChange,
  ViewCount,
} from './schema.ts'

const tag = 'Portfolio'
const id = z.object({ id: z.uuid() })

const ExportQuery = PortfolioQuery.extend({ sort: Sorts.default([]), columns: Columns.default([]) })

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw invalid(`"${name}" is not valid JSON.`, [{ path: name, message: 'Not valid JSON.' }])
  }
}

function streamOf(pieces: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await pieces.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    cancel: async () => void (await pieces.return(undefined)),
  })
}

const Json = z.string().max(100_000).optional()

export const portfolioRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/portfolio/fields',
    summary: 'What customers can be filtered, sorted and shown by',
    tag,
    access: 'viewer',
    response: Fields,
    handle: (ctx) => getFields(ctx),
  }),
  route({
    method: 'post',
    path: '/portfolio/rows',
    summary: 'One page of customers with their readings',
    tag,
    access: 'viewer',
    reads: true,
    body: RowsQuery,
    response: RowsPage,
    handle: (ctx, { body }) => readRows(ctx, body),
  }),
  route({
    method: 'post',
    path: '/portfolio/summary',
    summary: 'Totals and distributions over all customers that a filter finds',
    tag,
    access: 'viewer',
    reads: true,
    body: SummaryQuery,
    response: Summary,
    handle: (ctx, { body }) => readSummary(ctx, body),
  }),
  route({
    method: 'get',
    path: '/portfolio/accounts/{id}',
    summary: 'One customer with all readings and what they are made of',
    tag,
    access: 'viewer',
    params: id,
    response: Peek,
    handle: (ctx, { params }) => readPeek(ctx, params.id),
  }),
  route({
    method: 'get',
    path: '/portfolio/export.csv',
    summary: 'All customers that a filter finds, as CSV; filter, sort and columns as JSON',
    tag,
    access: 'viewer',
    query: z.object({ filter: Json, sort: Json, columns: Json, find: z.string().max(500).optional() }),
    response: 'raw',
    produces: 'text/csv',
    async handle(ctx, { query }) {
      const { find, ...encoded } = query
      const parts = Object.entries(encoded).flatMap(([name, text]) =>
        text === undefined ? [] : [[name, parseJson(text, name)]],
      )
      const asked = parseInput(ExportQuery, { ...Object.fromEntries(parts), ...(find ? { find } : {}) })
      const catalogue = await checkExport(ctx, asked)
      async function* lines() {
        yield csvHeader(asked.columns, catalogue)
        for await (const row of streamRows(ctx, catalogue, asked)) yield csvRow(row, asked.columns, catalogue)
      }
      return new Response(streamOf(writeCsv(lines(), { bom: true })), {
        headers: {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="customers-${catalogue.today}.csv"`,
        },
      })
    },
  }),
  route({
    method: 'get',
    path: '/portfolio/views',
    summary: 'Built-in and saved views',
    tag,
    access: 'viewer',
    response: z.array(View),
    handle: (ctx) => listViews(ctx),
  }),
  route({
    method: 'get',
    path: '/portfolio/view-counts',
    summary: 'How many customers each view holds',
    tag,
    access: 'viewer',
    response: z.array(ViewCount),
    handle: (ctx) => countViews(ctx),
  }),
  route({
    method: 'post',
    path: '/portfolio/views',
    summary: 'Save a view',
    tag,
    access: 'viewer',
    body: NewView,
    response: z.object({ id: z.uuid() }),
    status: 201,
    handle: (ctx, { body }) => actions.createView(ctx, body),
  }),
  route({
    method: 'patch',
    path: '/portfolio/views/{id}',
    summary: 'Rename, share or change a saved view',
    tag,
    access: 'viewer',
    params: id,
    body: ViewChange,
    handle: (ctx, { params, body }) => actions.updateView(ctx, { ...body, id: params.id }),
  }),
  route({
    method: 'delete',
    path: '/portfolio/views/{id}',
    summary: 'Delete a saved view',
    tag,
    access: 'viewer',
    params: id,
    handle: (ctx, { params }) => actions.deleteView(ctx, params),
  }),
  route({
    method: 'put',
    path: '/portfolio/view-order',
    summary: 'Put saved views in an order',
    tag,
    access: 'viewer',
    body: z.object({ ids: z.array(z.uuid()).min(1).max(500) }),
    handle: (ctx, { body }) => actions.orderViews(ctx, body),
  }),
  route({
    method: 'post',
    path: '/portfolio/assign',
    summary: 'Give customers to an owner',
    tag,
    access: 'csm',
    body: Assignment,
    response: Assigned,
    handle: (ctx, { body }) => actions.assignAccounts(ctx, body),
  }),
  route({
    method: 'get',
    path: '/pins',
    summary: 'Customers that you pinned, with the class of their risk',
    tag,
    access: 'viewer',
    response: z.array(Pin),
    handle: (ctx) => listPins(ctx),
  }),
  route({
    method: 'put',
    path: '/pins/{id}',
    summary: 'Pin a customer',
    tag,
    access: 'viewer',
    params: id,
    handle: (ctx, { params }) => actions.pinAccount(ctx, params),
  }),
  route({
    method: 'delete',
    path: '/pins/{id}',
    summary: 'Unpin a customer',
    tag,
    access: 'viewer',
    params: id,
    handle: (ctx, { params }) => actions.unpinAccount(ctx, params),
  }),
]
