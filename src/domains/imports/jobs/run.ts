import { sql, type Kysely, type Transaction } from 'kysely'
import { rm } from 'node:fs/promises'
import type { Ctx } from '../../../platform/context.ts'
import { json, jsonRows } from '../../../platform/db/pg.ts'
import type { Tables } from '../../../platform/db/tables.ts'
import { markFiledDue } from '../../../platform/readings.ts'
import { failRun, finishRun, startRun } from '../actions.ts'
import type { ImportType, Reference } from '../import-type.ts'
import { rowReader, type RowReader } from '../model/read-row.ts'
import { customTypesOf, unknownReferences } from '../reads.ts'
import type { Counts, Report } from '../schema.ts'
import { addCounts, applyRows } from './apply-rows.ts'
import { decideUsage, type Decided, type Engine } from './decide-batch.ts'
import { imageHash, isWritten } from './entities.ts'
import { failureOf, NotOurs } from './failure.ts'
import { keyText, storedLedger } from './ledger.ts'
import {
  loadImport,
  readBatches,
  typeOf,
  uploadPath,
  whileIn,
  type Batch,
  type LoadedImport,
} from './load.ts'
import { findByName } from './references.ts'
import {
  dropStaged,
  publishUsage,
  stageUsage,
  usageAccounts,
  usageDays,
  weighUsage,
  type UsageOutcome,
} from './usage.ts'
import { defineCustomFields, writeDecided, writeIssues } from './write-batch.ts'

/** Rows of a batch: what a kill can cost at most, and what one transaction holds. */
export type RunOptions = Readonly<{
  batchRows?: number
  usageBatchRows?: number
  onProgress?: (rows: number) => void | Promise<void>
}>

type Checkpoint = Readonly<{ rowsDone: number; counts: Counts; report: Report }>
type Run = Readonly<{ ctx: Ctx; loaded: LoadedImport; engine: Engine; reader: RowReader }>

const of = ({ engine }: Run) => ({ workspace: engine.workspace, importId: engine.importId })

/** Imports of a workspace write one batch after the other, whoever runs them. */
const lockWorkspace = (tx: Transaction<Tables>, workspace: string) =>
  sql`select pg_advisory_xact_lock(hashtextextended(${`imports ${workspace}`}, 0))`.execute(tx)

/** Moves on from the batch before, or refuses when another process was there first. */
async function checkpoint(
  tx: Kysely<Tables>,
  { ctx, engine }: Run,
  before: Checkpoint,
  after: Checkpoint,
  bytesDone: number,
): Promise<void> {
  const moved = await tx
    .updateTable('import')
    .set({
      rowsDone: after.rowsDone,
      bytesDone,
      counts: json(after.counts),
      report: json(after.report),
    })
    .where('workspaceId', '=', ctx.workspace)
    .where('id', '=', engine.importId)
    .where('state', '=', 'running')
    .where('rowsDone', '=', before.rowsDone)
    .executeTakeFirst()
  if (moved.numUpdatedRows === 0n) throw new NotOurs('This import was taken on elsewhere.')
}

/** One batch in one transaction: records, identities, what stood before, issues and how far the file is done. */
function recordBatch(run: Run, batch: Batch, before: Checkpoint): Promise<Checkpoint> {
  const { ctx, engine, reader } = run
  const now = ctx.clock().toISOString()
  return ctx.pg.transaction().execute(async (tx) => {
    await sql`set local time zone 'UTC'`.execute(tx)
    await lockWorkspace(tx, ctx.workspace)
    const written = await applyRows(tx, engine, batch.rows, (decided) =>
      writeDecided(tx, engine, decided, now),
    )
    let { counts, report } = before
    for (const decided of written) {
      counts = addCounts(counts, decided)
      counts.issuesKept += await writeIssues(tx, engine, 'run', decided.issues)
    }
    const entities = [...new Set(written.flatMap((decided) => [...decided.records.keys()]))]
    const defined = await defineCustomFields(tx, ctx.workspace, entities, reader.custom)
    if (defined.length > 0) report = { ...report, customFields: [...(report.customFields ?? []), ...defined] }
    const after = { rowsDone: batch.lastRow, counts, report }
    await checkpoint(tx, run, before, after, batch.bytesRead)
    return after
  })
}

/** One batch of counts: accounts first, then the waiting counts, then the checkpoint; each step can be done again. */
async function usageBatch(run: Run, batch: Batch, before: Checkpoint): Promise<Checkpoint> {
  const { ctx, engine, loaded } = run
  const now = ctx.clock().toISOString()
  const { decided, usage } = await ctx.pg.transaction().execute(async (tx) => {
    await sql`set local time zone 'UTC'`.execute(tx)
    await lockWorkspace(tx, ctx.workspace)
    const result = await decideUsage(tx, engine, batch.rows)
    await writeDecided(tx, engine, result.decided, now)
    if (result.decided.accountsCreated > 0) await countCreated(tx, run, result.decided)
    return result
  })
  await stageUsage(ctx.ch, of(run), loaded.plan.answers.source, usage)
  return ctx.pg.transaction().execute(async (tx) => {
    const counts = addCounts(before.counts, decided)
    counts.accountsCreated = await createdSoFar(tx, run)
    counts.issuesKept += await writeIssues(tx, engine, 'run', decided.issues)
    const after = { rowsDone: batch.lastRow, counts, report: before.report }
    await checkpoint(tx, run, before, after, batch.bytesRead)
    return after
  })
}

/** Accounts are created before the checkpoint, so they are counted with them. */
const countCreated = (tx: Kysely<Tables>, { engine }: Run, decided: Decided) =>
  sql`update import set counts = jsonb_set(counts, '{accountsCreated}',
      to_jsonb(coalesce((counts ->> 'accountsCreated')::integer, 0) + ${decided.accountsCreated}::integer))
    where id = ${engine.importId} and workspace_id = ${engine.workspace}`.execute(tx)

async function createdSoFar(tx: Kysely<Tables>, { engine }: Run): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select coalesce((counts ->> 'accountsCreated')::integer, 0) as n from import
    where id = ${engine.importId} and workspace_id = ${engine.workspace}`.execute(tx)
  return rows[0]?.n ?? 0
}

const pendingChunk = 1_000
type OpenReference = Readonly<{
  importId: string
  entity: string
  recordId: string
  columnName: string
  source: string
  targetEntity: Reference['entity']
  targetExternalId: string
}>

/** Fills references that waited for a record which is there now, whichever import left them. */
async function resolvePending(run: Run): Promise<void> {
  let after = ''
  for (;;) {
    const { rows } = await sql<OpenReference & { cursor: string }>`
      select p.import_id, p.entity, p.record_id, p.column_name, p.source, p.target_entity, p.target_external_id,
        concat_ws(' ', p.import_id, p.entity, p.record_id, p.column_name) as cursor
      from pending_reference p
      where p.workspace_id = ${run.ctx.workspace} and p.resolved_by is null
        and concat_ws(' ', p.import_id, p.entity, p.record_id, p.column_name) > ${after}
      order by cursor limit ${pendingChunk}`.execute(run.ctx.pg)
    if (rows.length === 0) return
    after = rows.at(-1)?.cursor ?? ''
    await run.ctx.pg.transaction().execute((tx) => fillReferences(tx, run, rows))
  }
}

async function fillReferences(
  tx: Transaction<Tables>,
  { ctx, engine }: Run,
  open: readonly OpenReference[],
): Promise<void> {
  await sql`set local time zone 'UTC'`.execute(tx)
  await lockWorkspace(tx, ctx.workspace)
  const found: (OpenReference & { target: string })[] = []
  for (const source of new Set(open.map((row) => row.source))) {
    const own = open.filter((row) => row.source === source)
    const refs = own.map((row) => ({ entity: row.targetEntity, externalId: row.targetExternalId }))
    const ledger = storedLedger({ workspace: ctx.workspace, importId: engine.importId, source })
    const known = await ledger.load(tx, refs)
    const names = await findByName(tx, ctx.workspace, source, refs)
    for (const row of own) {
      const { targetEntity, targetExternalId } = row
      const target =
        known.get(keyText(targetEntity, targetExternalId))?.[0]?.recordId ??
        (targetEntity === 'account' ? names.subscription.get(targetExternalId) : undefined) ??
        names[targetEntity].get(targetExternalId)
      if (target) found.push({ ...row, target })
    }
  }
  const groups = new Map<string, typeof found>()
  for (const row of found) {
    const key = `${row.entity} ${row.columnName}`
    groups.set(key, [...(groups.get(key) ?? []), row])
  }
  for (const group of groups.values()) await fillColumn(tx, engine, group)
}

/** Only where the import that left the reference still speaks for the record, and nobody filled it meanwhile. */
async function fillColumn(
  tx: Transaction<Tables>,
  engine: Engine,
  group: readonly (OpenReference & { target: string })[],
): Promise<void> {
  const [first] = group
  if (!first || !isWritten(first.entity)) return
  const table = sql.table(first.entity)
  const column = sql.ref(`t.${first.columnName}`)
  const wanted = jsonRows(group.map(({ importId, recordId, target }) => ({ importId, recordId, target })))
  const { rows } = await sql<{ id: number; recordId: string }>`
    insert into import_change (workspace_id, import_id, entity, record_id, before)
    select ${engine.workspace}::uuid, ${engine.importId}::uuid, ${first.entity}, t.id, to_jsonb(t)
    from jsonb_to_recordset(${wanted}) as w("importId" uuid, "recordId" uuid, target uuid)
    join ${table} t on t.id = w."recordId" and t.workspace_id = ${engine.workspace}
    where ${column} is null and t.id <> w.target and (
      not exists (select from source_record s where s.workspace_id = ${engine.workspace}
        and s.entity = ${first.entity} and s.record_id = t.id)
      or exists (select from source_record s where s.workspace_id = ${engine.workspace}
        and s.entity = ${first.entity} and s.record_id = t.id and s.import_id = w."importId"))
    order by t.id
    returning id, record_id`.execute(tx)
  const changed = rows.map((row) => row.recordId)
  await sql`
    update ${table} t set ${sql.ref(first.columnName)} = w.target
    from jsonb_to_recordset(${wanted}) as w("recordId" uuid, target uuid)
    where t.id = w."recordId" and t.id = any(${changed}::uuid[])`.execute(tx)
  await sql`
    update import_change c set after_hash = ${imageHash('t')} from ${table} t
    where c.id = any(${rows.map((row) => row.id)}::bigint[]) and t.id = c.record_id`.execute(tx)
  await sql`
    update pending_reference set resolved_by = ${engine.importId}::uuid
    where workspace_id = ${engine.workspace} and resolved_by is null and column_name = ${first.columnName}
      and entity = ${first.entity} and record_id = any(${changed}::uuid[])`.execute(tx)
  await markFiledDue(tx, engine.workspace, [
    ...group.filter((row) => row.targetEntity === 'account').map((row) => row.target),
    ...(first.entity === 'account' ? changed : []),
  ])
}

/** The waiting counts become stored ones; ids that came twice are said. */
async function publish(run: Run, at: Checkpoint): Promise<Checkpoint> {
  const { ctx, loaded } = run
  const outcome = await weighUsage(ctx.ch, of(run))
  const version = loaded.version ?? 0
  await publishUsage(ctx.ch, of(run), version)
  await dropStagedAfter(run, outcome, at)
  const { fromDay, toDay } = await usageDays(ctx.ch, of(run))
  const { new: fresh, changed, same, repeats } = outcome
  const counts = {
    ...at.counts,
    new: fresh,
    changed,
    same,
    repeated: repeats.length,
    warnings: at.counts.warnings + repeats.length,
    issuesKept: at.counts.issuesKept + repeats.length,
    records: { ...at.counts.records, usage_count: { new: fresh, changed, same } },
  }
  return { ...at, counts, report: { ...at.report, fromDay, toDay } }
}

/** Says the repeated ids, once also when this is done a second time. */
async function dropStagedAfter(run: Run, { repeats }: UsageOutcome, at: Checkpoint): Promise<void> {
  const { ctx, engine } = run
  await ctx.pg.transaction().execute(async (tx) => {
    await tx
      .deleteFrom('importIssue')
      .where('workspaceId', '=', ctx.workspace)
      .where('importId', '=', engine.importId)
      .where('phase', '=', 'run')
      .where('code', '=', 'repeated_id')
      .execute()
    const rows = repeats.map(({ identity, row, otherRow }) => ({
      row,
      params: { entity: 'usage_count', externalId: identity, otherRow, kept: 'record' },
    }))
    await sql`
      insert into import_issue (workspace_id, import_id, phase, severity, code, params, row_number)
      select ${ctx.workspace}::uuid, ${engine.importId}::uuid, 'run', 'warning', 'repeated_id', params, row
      from jsonb_to_recordset(${jsonRows(rows)}) as r(params jsonb, row bigint)`.execute(tx)
  })
  const accounts = await usageAccounts(ctx.ch, of(run))
  for (let from = 0; from < accounts.length; from += 10_000)
    await markFiledDue(ctx.pg, ctx.workspace, accounts.slice(from, from + 10_000))
  ctx.log.debug({ importId: engine.importId, rows: at.rowsDone }, 'counts published')
}

const bulkRows = 1_000

/** Tables that just grew much: the planner must know before totals and readings are asked of them. */
async function analyze({ ctx }: Run, { counts }: Checkpoint): Promise<void> {
  if (counts.rows < bulkRows) return
  const tables = ['source_record', ...Object.keys(counts.records).filter(isWritten)]
  await sql`analyze ${sql.join(tables.map((table) => sql.table(table)))}`.execute(ctx.pg)
}

async function finish(run: Run, at: Checkpoint): Promise<void> {
  const { ctx, engine } = run
  const { type, importId } = engine
  await analyze(run, at)
  await resolvePending(run)
  const done = type.target === 'usage' ? await publish(run, at) : at
  const report: Report = {
    ...done.report,
    totals: (await type.totals?.(ctx)) ?? {},
    disagreements: [...((await type.disagreements?.(ctx)) ?? [])],
    unknown: await unknownReferences(ctx, importId),
  }
  await finishRun(ctx, { id: importId, kind: type.kind, counts: done.counts, report })
  if (type.target === 'usage') await dropStaged(ctx.ch, of(run))
  await rm(uploadPath(ctx, importId), { force: true })
}

/** Runs an import from its checkpoint to the end of the file. Safe to run again after a stop at any moment. */
export const runImport = (
  ctx: Ctx,
  types: readonly ImportType[],
  importId: string,
  signal: AbortSignal,
  options: RunOptions = {},
): Promise<void> =>
  // A run that was stopped and asked for again waits for this very job to end, and begins where it stopped.
  whileIn(ctx, importId, ['waiting', 'running'], () => runRows(ctx, types, importId, signal, options))

async function runRows(
  ctx: Ctx,
  types: readonly ImportType[],
  importId: string,
  signal: AbortSignal,
  { batchRows = 2_000, usageBatchRows = 10_000, onProgress }: RunOptions,
): Promise<void> {
  const before = await loadImport(ctx, importId)
  const type = typeOf(types, before.plan.kind)
  const isUsage = type.target === 'usage'
  if (isUsage && before.rowsDone === 0) await dropStaged(ctx.ch, { workspace: ctx.workspace, importId })
  await startRun(ctx, { id: importId })
  const loaded = await loadImport(ctx, importId)
  const { plan, inspection } = loaded
  const ledger = storedLedger({ workspace: ctx.workspace, importId, source: plan.answers.source })
  const engine: Engine = { workspace: ctx.workspace, importId, type, answers: plan.answers, ledger }
  const known = await customTypesOf(ctx, plan.kind)
  const reader = rowReader(type, plan, inspection.dialect.columns, ctx.clock(), known)
  const run: Run = { ctx, loaded, engine, reader }
  let at: Checkpoint = { rowsDone: loaded.rowsDone, counts: loaded.counts, report: loaded.report }
  const options = { skipRows: at.rowsDone, size: isUsage ? usageBatchRows : batchRows, signal }
  try {
    for await (const batch of readBatches(ctx, loaded, reader, options)) {
      signal.throwIfAborted()
      at = isUsage ? await usageBatch(run, batch, at) : await recordBatch(run, batch, at)
      await onProgress?.(at.rowsDone)
    }
  } catch (thrown) {
    const failure = failureOf(thrown, 'run', at.rowsDone)
    if (!failure) throw thrown
    return failRun(ctx, { id: importId, failure })
  }
  signal.throwIfAborted()
  await finish(run, at)
}
