import { Readable } from 'node:stream'
import type { ReadableStream as WebStream } from 'node:stream/web'
import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { demand } from '../../platform/action.ts'
import { Problem } from '../../platform/errors.ts'
import { route, type Route } from '../../platform/http/route.ts'
import * as actions from './actions.ts'
import type { ImportType } from './import-type.ts'
import { issueWords } from './issue-words.ts'
import { uploadPath } from './jobs/load.ts'
import { planImport } from './plan-import.ts'
import * as reads from './reads.ts'
import {
  Import,
  ImportKind,
  ImportPage,
  IssueGroup,
  IssuePage,
  PlanInput,
  Preview,
  Template,
} from './schema.ts'
import { receiveUpload } from './upload.ts'

const tag = 'Imports'
const params = z.object({ id: z.uuid() })
const Phase = z.enum(['check', 'run'])
/** Which issues: all of a phase, or those of one group. */
const issueQuery = z.object({
  phase: Phase,
  severity: z.enum(['error', 'warning']).optional(),
  code: z
    .string()
    .regex(/^\w{1,80}$/)
    .optional(),
  column: z.string().max(1_000).optional().describe('Empty for issues of whole rows'),
})
const groupOf = ({ severity, code, column }: z.output<typeof issueQuery>): reads.IssueFilter => ({
  severity,
  code,
  column: column === '' ? null : column,
})

export type ImportRouteOptions = Readonly<{ types: readonly ImportType[]; uploadMaxBytes: number }>

/** Everything that a person or a script needs to bring files in, look before writing, and take it back. */
export function importRoutes({ types, uploadMaxBytes }: ImportRouteOptions): readonly Route[] {
  return [
    route({
      method: 'get',
      path: '/import-kinds',
      summary: 'What can be imported, with the fields that columns can fill',
      tag,
      access: 'viewer',
      response: z.array(ImportKind),
      handle: async () => reads.kindsOf(types),
    }),
    route({
      method: 'get',
      path: '/import-limits',
      summary: 'How large a file may be',
      tag,
      access: 'viewer',
      response: z.object({ uploadMaxBytes: z.int() }),
      handle: async () => ({ uploadMaxBytes }),
    }),
    route({
      method: 'get',
      path: '/imports',
      summary: 'Imports, the newest first',
      tag,
      access: 'viewer',
      query: z.object({
        limit: z.coerce.number().int().min(1).max(200).default(50),
        before: z.uuid().optional(),
      }),
      response: ImportPage,
      handle: (ctx, { query }) => reads.listImports(ctx, query.limit, query.before),
    }),
    route({
      method: 'post',
      path: '/imports',
      summary: 'Upload a file and have it looked at; nothing is imported yet',
      tag,
      access: 'csm',
      upload: true,
      query: z.object({ fileName: z.string().trim().min(1).max(255) }),
      response: Import,
      status: 201,
      async handle(ctx, { query }, http) {
        demand(ctx, 'csm', 'import')
        const announced = Number(http.request.headers.get('content-length') ?? 0)
        const { body } = http.request
        if (announced > uploadMaxBytes)
          throw new Problem(
            413,
            'file_too_large',
            `The file is over ${uploadMaxBytes.toLocaleString('en')} bytes. Split it, or raise MAINSTAY_UPLOAD_MAX_BYTES.`,
          )
        if (!body)
          throw new Problem(422, 'empty_file', 'Nothing was sent. Send the file as the body of the request.')
        const stream = Readable.fromWeb(body as unknown as WebStream<Uint8Array>)
        const { id } = await receiveUpload(ctx, types, stream, query.fileName, { uploadMaxBytes })
        return reads.getImport(ctx, types, id)
      },
    }),
    route({
      method: 'get',
      path: '/imports/{id}',
      summary: 'One import: what was found, the plan, how far it is, the report',
      tag,
      access: 'viewer',
      params,
      response: Import,
      handle: (ctx, input) => reads.getImport(ctx, types, input.params.id),
    }),
    route({
      method: 'delete',
      path: '/imports/{id}',
      summary: 'Discard an upload of which nothing was imported',
      tag,
      access: 'csm',
      params,
      async handle(ctx, input) {
        await actions.discardImport(ctx, input.params)
        await rm(uploadPath(ctx, input.params.id), { force: true })
      },
    }),
    route({
      method: 'put',
      path: '/imports/{id}/plan',
      summary: 'Say what the columns mean and how they are read',
      tag,
      access: 'csm',
      params,
      body: PlanInput,
      response: Import,
      async handle(ctx, input) {
        demand(ctx, 'csm', 'import')
        await planImport(ctx, types, input.params.id, input.body)
        return reads.getImport(ctx, types, input.params.id)
      },
    }),
    route({
      method: 'get',
      path: '/imports/{id}/preview',
      summary: 'The first rows as they would be imported, with what is wrong',
      tag,
      access: 'csm',
      params,
      response: Preview,
      handle: (ctx, input) => reads.previewImport(ctx, types, input.params.id),
    }),
    ...(
      [
        ['check', 'Try the whole file without importing anything', actions.requestCheck],
        ['run', 'Import the file, or go on where it stopped', actions.requestRun],
        ['undo', 'Take the import back', actions.requestUndo],
        ['stop', 'Stop the check, the import or the undo between two batches', actions.requestStop],
      ] as const
    ).map(([verb, summary, request]) =>
      route({
        method: 'post',
        path: `/imports/{id}/${verb}`,
        summary,
        tag,
        access: 'csm',
        params,
        response: Import,
        status: 202,
        async handle(ctx, input) {
          const { id } = input.params
          const { faults } = await reads.getImport(ctx, types, id)
          if (verb === 'check' || verb === 'run') actions.refuseFaults(faults)
          await request(ctx, { id })
          return reads.getImport(ctx, types, id)
        },
      }),
    ),
    route({
      method: 'get',
      path: '/imports/{id}/issues',
      summary: 'Rows that were refused, repeated or are worth a look',
      tag,
      access: 'csm',
      params,
      query: issueQuery.extend({
        limit: z.coerce.number().int().min(1).max(500).default(100),
        after: z.coerce.number().int().min(0).default(0),
      }),
      response: IssuePage,
      handle: (ctx, { params: { id }, query }) =>
        reads.listIssues(ctx, id, query.phase, query.limit, query.after, groupOf(query)),
    }),
    route({
      method: 'get',
      path: '/imports/{id}/issue-groups',
      summary: 'What the issues are about, with an example of each',
      tag,
      access: 'csm',
      params,
      query: z.object({ phase: Phase }),
      response: z.array(IssueGroup),
      handle: (ctx, { params: { id }, query }) => reads.issueGroups(ctx, id, query.phase),
    }),
    route({
      method: 'get',
      path: '/imports/{id}/issues.csv',
      summary: 'The same as a file, with the rows as they stood',
      tag,
      access: 'csm',
      params,
      query: issueQuery,
      response: 'raw',
      produces: 'text/csv',
      async handle(ctx, { params: { id }, query }) {
        const pieces = reads.issuesCsv(ctx, id, query.phase, issueWords, groupOf(query))
        // The first piece is asked for now, so that an import that is not there is a proper answer.
        const first = await pieces.next()
        const whole = async function* () {
          if (!first.done) yield Buffer.from(first.value)
          for await (const piece of pieces) yield Buffer.from(piece)
        }
        return new Response(Readable.toWeb(Readable.from(whole())) as unknown as ReadableStream, {
          headers: {
            'content-type': 'text/csv; charset=utf-8',
            'content-disposition': `attachment; filename="import-${id}-${[query.phase, query.code].filter(Boolean).join('-')}.csv"`,
          },
        })
      },
    }),
    route({
      method: 'get',
      path: '/import-templates',
      summary: 'Saved plans',
      tag,
      access: 'viewer',
      response: z.array(Template),
      handle: (ctx) => reads.listTemplates(ctx),
    }),
    route({
      method: 'delete',
      path: '/import-templates/{id}',
      summary: 'Delete a saved plan',
      tag,
      access: 'csm',
      params,
      handle: (ctx, input) => actions.deleteTemplate(ctx, input.params),
    }),
  ]
}
