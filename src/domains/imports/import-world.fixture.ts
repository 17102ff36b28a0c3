import { sql } from 'kysely'
import { Readable } from 'node:stream'
import { createReadStream } from 'node:fs'
import type { Ctx } from '../../platform/context.ts'
import { requestCheck, requestRun, requestUndo } from './actions.ts'
import type { ImportType } from './import-type.ts'
import { checkImport } from './jobs/check.ts'
import { runImport, type RunOptions } from './jobs/run.ts'
import { undoImport, type UndoOptions } from './jobs/undo.ts'
import { planImport } from './plan-import.ts'
import { getImport } from './reads.ts'
import type { Import, PlanInput } from './schema.ts'
import { receiveUpload } from './upload.ts'

const uploadMaxBytes = 100_000_000
export const never = new AbortController().signal

/** Uploads a text or a file of the disk and plans it. */
export async function upload(
  ctx: Ctx,
  types: readonly ImportType[],
  content: string | Buffer | { path: string },
  plan: PlanInput = {},
  fileName = 'file.csv',
): Promise<Import> {
  const stream =
    typeof content === 'object' && 'path' in content
      ? createReadStream(content.path)
      : Readable.from([Buffer.from(content as string)])
  const { id } = await receiveUpload(ctx, types, stream, fileName, { uploadMaxBytes })
  if (Object.keys(plan).length > 0) await planImport(ctx, types, id, plan)
  return getImport(ctx, types, id)
}

export async function check(ctx: Ctx, types: readonly ImportType[], id: string): Promise<Import> {
  await requestCheck(ctx, { id, queued: false })
  await checkImport(ctx, types, id, never)
  return getImport(ctx, types, id)
}

export async function run(
  ctx: Ctx,
  types: readonly ImportType[],
  id: string,
  options: RunOptions = {},
): Promise<Import> {
  await requestRun(ctx, { id, queued: false })
  await runImport(ctx, types, id, never, options)
  return getImport(ctx, types, id)
}

export async function undo(
  ctx: Ctx,
  types: readonly ImportType[],
  id: string,
  options: UndoOptions = {},
): Promise<Import> {
  await requestUndo(ctx, { id, queued: false })
  await undoImport(ctx, types, id, never, options)
  return getImport(ctx, types, id)
}

/** Uploads and runs in one go. */
export async function bring(
  ctx: Ctx,
  types: readonly ImportType[],
  content: Parameters<typeof upload>[2],
  plan: PlanInput = {},
  options: RunOptions = {},
): Promise<Import> {
  const { id } = await upload(ctx, types, content, plan)
  return run(ctx, types, id, options)
}

const recordTables = [
  'account',
  'person',
  'person_role',
  'subscription',
  'invoice',
  'churn_event',
  'ticket',
  'ticket_event',
  'survey',
  'survey_answer',
  'message',
  'custom_field',
] as const

/** Every record of the workspace, and what sources call them: as it is stored, ids and all. */
export async function dump(ctx: Ctx): Promise<Record<string, unknown[]>> {
  const tables: Record<string, unknown[]> = {}
  for (const table of recordTables) {
    const { rows } = await sql<{ row: unknown }>`
      select to_jsonb(t) as row from ${sql.table(table)} t where workspace_id = ${ctx.workspace}
      order by to_jsonb(t)::text`.execute(ctx.pg)
    tables[table] = rows.map(({ row }) => row)
  }
  // Which import saw a record last is a mark of work in progress, not data.
  const { rows } = await sql<{ row: unknown }>`
    select to_jsonb(t) - 'seen_import_id' - 'seen_row' as row from source_record t
    where workspace_id = ${ctx.workspace} order by entity, source, external_id, variant`.execute(ctx.pg)
  tables.source_record = rows.map(({ row }) => row)
  return tables
}

/** The same without what differs from one run to another: ids of ours become the names that sources gave. */
export async function dumpByName(ctx: Ctx): Promise<string> {
  const tables = await dump(ctx)
  const names = new Map<string, string>()
  for (const row of tables.source_record as {
    record_id: string
    entity: string
    external_id: string
    variant: number
  }[])
    if (!row.entity.endsWith('_log_row'))
      names.set(row.record_id, `${row.entity}:${row.external_id}:${row.variant}`)
  const plain = JSON.stringify(tables, (key, value: unknown) =>
    key === 'import_id' || key === 'workspace_id' || (key === 'id' && !names.has(String(value)))
      ? undefined
      : typeof value === 'string'
        ? (names.get(value) ?? value)
        : value,
  )
  const sorted = Object.entries(JSON.parse(plain) as Record<string, unknown[]>).map(([table, rows]) => [
    table,
    rows.map((row) => JSON.stringify(row)).sort(),
  ])
  return JSON.stringify(sorted, null, 1)
}
