import { json } from '../../../platform/db/pg.ts'
import type { Ctx } from '../../../platform/context.ts'
import type { ImportType } from '../import-type.ts'
import { rowReader } from '../model/read-row.ts'
import { failCheck, finishCheck } from '../actions.ts'
import { customTypesOf } from '../reads.ts'
import { Counts, type Failure } from '../schema.ts'
import { addCounts, decideRows } from './apply-rows.ts'
import { decideUsage, type Engine } from './decide-batch.ts'
import { failureOf, NotOurs } from './failure.ts'
import { dryLedger, type DryRecords } from './ledger.ts'
import { loadImport, readBatches, typeOf, whileIn, type Batch, type LoadedImport } from './load.ts'
import { dropStaged, stageUsage, weighUsage } from './usage.ts'
import { lastEntries, writeIssues } from './write-batch.ts'

const batchRows = 2_000
const usageBatchRows = 20_000
/** Issues of a dry run that are kept to be read; a file that is wrong in every row says so sooner. */
const issueRoom = 100_000

type Tried = Readonly<{ counts: Counts; failure: Failure | null }>

/** Reads the whole file as a run would and counts what would happen; writes nothing but issues and progress. */
export const checkImport = (
  ctx: Ctx,
  types: readonly ImportType[],
  importId: string,
  signal: AbortSignal,
  onProgress: (rows: number) => void | Promise<void> = () => undefined,
): Promise<void> =>
  whileIn(ctx, importId, ['checking'], () => tryFile(ctx, types, importId, signal, onProgress))

async function tryFile(
  ctx: Ctx,
  types: readonly ImportType[],
  importId: string,
  signal: AbortSignal,
  onProgress: (rows: number) => void | Promise<void>,
): Promise<void> {
  const loaded = await loadImport(ctx, importId)
  const type = typeOf(types, loaded.plan.kind)
  await ctx.pg
    .updateTable('import')
    .set({ rowsDone: 0, bytesDone: 0 })
    .where('workspaceId', '=', ctx.workspace)
    .where('id', '=', importId)
    .execute()
  await ctx.pg
    .deleteFrom('importIssue')
    .where('workspaceId', '=', ctx.workspace)
    .where('importId', '=', importId)
    .where('phase', '=', 'check')
    .execute()
  const tried = await ctx.pg.connection().execute((db) => {
    const ledger = dryLedger({ workspace: ctx.workspace, importId, source: loaded.plan.answers.source })
    const engine: Engine = { workspace: ctx.workspace, importId, type, answers: loaded.plan.answers, ledger }
    return ledger
      .prepare(db)
      .then(() => tryRows({ ...ctx, pg: db }, loaded, engine, ledger, signal, onProgress))
  })
  const { counts, failure } = tried
  if (failure) await failCheck(ctx, { id: importId, counts, failure })
  else await finishCheck(ctx, { id: importId, counts })
}

async function tryRows(
  ctx: Ctx,
  loaded: LoadedImport,
  engine: Engine,
  dry: DryRecords,
  signal: AbortSignal,
  onProgress: (rows: number) => void | Promise<void>,
): Promise<Tried> {
  const { importId, type } = engine
  const isUsage = type.target === 'usage'
  const of = { workspace: ctx.workspace, importId }
  if (isUsage) await dropStaged(ctx.ch, of)
  const { plan, inspection } = loaded
  const reader = rowReader(
    type,
    plan,
    inspection.dialect.columns,
    ctx.clock(),
    await customTypesOf(ctx, plan.kind),
  )
  let counts = Counts.parse({})
  let rowsDone = 0
  const options = { skipRows: 0, size: isUsage ? usageBatchRows : batchRows, signal }
  try {
    for await (const batch of readBatches(ctx, loaded, reader, options)) {
      signal.throwIfAborted()
      const { decided, usage } = isUsage
        ? await decideUsage(ctx.pg, engine, batch.rows)
        : { decided: await decideRows(ctx.pg, engine, batch.rows, dry), usage: [] }
      await stageUsage(ctx.ch, of, plan.answers.source, usage)
      await engine.ledger.save(ctx.pg, lastEntries(decided))
      counts = addCounts(counts, decided)
      const kept = await writeIssues(ctx.pg, engine, 'check', decided.issues, issueRoom - counts.issuesKept)
      counts.issuesKept += kept
      await checkpoint(ctx, importId, rowsDone, batch, counts)
      rowsDone = batch.lastRow
      await onProgress(rowsDone)
    }
    return { counts: isUsage ? await weighed(ctx, of, counts) : counts, failure: null }
  } catch (thrown) {
    const failure = failureOf(thrown, 'check', counts.rows)
    if (!failure) throw thrown
    return { counts, failure }
  } finally {
    if (isUsage) await dropStaged(ctx.ch, of)
  }
}

/** Says how far the check is, or ends it when it was stopped. */
async function checkpoint(
  ctx: Ctx,
  importId: string,
  rowsBefore: number,
  { lastRow, bytesRead }: Batch,
  counts: Counts,
): Promise<void> {
  const moved = await ctx.pg
    .updateTable('import')
    .set({ rowsDone: lastRow, bytesDone: bytesRead, counts: json(counts) })
    .where('workspaceId', '=', ctx.workspace)
    .where('id', '=', importId)
    .where('state', '=', 'checking')
    .where('rowsDone', '=', rowsBefore)
    .executeTakeFirst()
  if (moved.numUpdatedRows === 0n) throw new NotOurs('This check was stopped.')
}

/** What becomes of counts of use is known when the whole file waits. */
async function weighed(
  ctx: Ctx,
  of: { workspace: string; importId: string },
  counts: Counts,
): Promise<Counts> {
  const outcome = await weighUsage(ctx.ch, of)
  const { new: fresh, changed, same, repeats } = outcome
  return {
    ...counts,
    new: fresh,
    changed,
    same,
    repeated: repeats.length,
    warnings: counts.warnings + repeats.length,
    records: { ...counts.records, usage_count: { new: fresh, changed, same } },
  }
}
