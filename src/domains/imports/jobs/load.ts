import { join } from 'node:path'
import type { Ctx } from '../../../platform/context.ts'
import { notFound, Problem } from '../../../platform/errors.ts'
import type { RawRow } from '../../../platform/tabular/raw-row.ts'
import { openSource } from '../../../platform/tabular/source.ts'
import { readTable, type TableDialect } from '../../../platform/tabular/table.ts'
import type { ImportType } from '../import-type.ts'
import type { ImportState } from '../model.ts'
import type { RowReader } from '../model/read-row.ts'
import { Counts, type Inspection, type Plan, type Report } from '../schema.ts'
import type { SourceRow } from './decide-batch.ts'

export const uploadsDir = (ctx: Pick<Ctx, 'dataDir'>): string => join(ctx.dataDir, 'uploads')
export const uploadPath = (ctx: Pick<Ctx, 'dataDir'>, importId: string): string =>
  join(uploadsDir(ctx), importId)

export type LoadedImport = Readonly<{
  id: string
  state: ImportState
  fileName: string
  plan: Plan
  inspection: Inspection
  counts: Counts
  report: Report
  rowsDone: number
  version: number | null
  startedAt: string | null
}>

/** One import with its stored JSON, as the jobs need it. */
export async function loadImport(ctx: Pick<Ctx, 'pg' | 'workspace'>, id: string): Promise<LoadedImport> {
  const row = await ctx.pg
    .selectFrom('import')
    .select([
      'id',
      'state',
      'fileName',
      'plan',
      'inspection',
      'counts',
      'report',
      'rowsDone',
      'version',
      'startedAt',
    ])
    .where('workspaceId', '=', ctx.workspace)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) throw notFound('import')
  return {
    ...row,
    state: row.state as ImportState,
    plan: row.plan as Plan,
    inspection: row.inspection as Inspection,
    counts: Counts.parse(row.counts),
    report: row.report as Report,
  }
}

/** null when the import is gone: what nobody started may be discarded while its job waits. */
export async function stateOf(ctx: Pick<Ctx, 'pg' | 'workspace'>, id: string): Promise<ImportState | null> {
  const row = await ctx.pg
    .selectFrom('import')
    .select('state')
    .where('workspaceId', '=', ctx.workspace)
    .where('id', '=', id)
    .executeTakeFirst()
  return (row?.state as ImportState | undefined) ?? null
}

/**
 * Does the work of a job while the import is in one of `states`. Whoever stops the import takes it out of them; the
 * next checkpoint then fails, and that is a quiet end.
 */
export async function whileIn(
  ctx: Pick<Ctx, 'pg' | 'workspace' | 'log'>,
  id: string,
  states: readonly ImportState[],
  work: () => Promise<void>,
): Promise<void> {
  const isIn = async () => {
    const state = await stateOf(ctx, id)
    return state !== null && states.includes(state)
  }
  if (!(await isIn())) return
  try {
    await work()
  } catch (thrown) {
    if (await isIn()) throw thrown
    ctx.log.info({ importId: id, reason: String(thrown) }, 'an import was stopped')
  }
}

export function typeOf(types: readonly ImportType[], kind: string): ImportType {
  const type = types.find((candidate) => candidate.kind === kind)
  if (!type)
    throw new Problem(422, 'unknown_kind', `Nothing here is called "${kind}". Choose what the file holds.`)
  return type
}

export type Batch = Readonly<{ rows: readonly SourceRow[]; bytesRead: number; lastRow: number }>

type ReadOptions = Readonly<{ skipRows: number; size: number; signal?: AbortSignal }>

/**
 * Streams the uploaded file in batches of about `size` rows. Where the file breaks off, the rows before that place come
 * first and the error after them.
 */
export async function* readBatches(
  ctx: Pick<Ctx, 'dataDir'>,
  loaded: Pick<LoadedImport, 'id' | 'inspection'>,
  reader: RowReader,
  { skipRows, size, signal }: ReadOptions,
): AsyncGenerator<Batch> {
  const source = await openSource(uploadPath(ctx, loaded.id), { signal })
  const dialect = loaded.inspection.dialect as TableDialect
  let pending: RawRow[] = []
  let bytesRead = 0
  const take = (): Batch => {
    const rows = pending.map((raw) => ({ raw, read: reader.read(raw) }))
    pending = []
    return { rows, bytesRead, lastRow: rows.at(-1)?.raw.row ?? skipRows }
  }
  try {
    for await (const batch of readTable(source, dialect, { skipRows, signal })) {
      pending.push(...batch.rows)
      bytesRead = batch.bytesRead
      if (pending.length >= size) yield take()
    }
  } catch (thrown) {
    if (pending.length > 0 && !signal?.aborted) yield take()
    throw thrown
  }
  if (pending.length > 0) yield take()
}
