import { rm } from 'node:fs/promises'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Ctx } from '../../../platform/context.ts'
import { json, jsonRows } from '../../../platform/db/pg.ts'
import type { Tables } from '../../../platform/db/tables.ts'
import { markFiledDue } from '../../../platform/readings.ts'
import { finishUndo } from '../actions.ts'
import type { ImportType } from '../import-type.ts'
import type { Report } from '../schema.ts'
import { imageHash, writeOrder, type Written } from './entities.ts'
import { NotOurs } from './failure.ts'
import { loadImport, typeOf, uploadPath, whileIn } from './load.ts'
import {
  dropStaged,
  slicesOf,
  undoUsage,
  usageAccounts,
  usageDays,
  usageRows,
  usedElsewhere,
} from './usage.ts'

export type UndoOptions = Readonly<{
  /** Changes put back in one transaction. */
  chunk?: number
  onProgress?: () => void | Promise<void>
}>

type Tx = Transaction<Tables>
type Change = Readonly<{
  id: number
  entity: string
  recordId: string
  isNew: boolean
  /** The record stands as this import left it, or is gone. */
  untouched: boolean
  gone: boolean
  accountIds: readonly (string | null)[]
}>
type Of = Readonly<{ ctx: Ctx; importId: string }>

type Seen = Pick<Change, 'id' | 'entity' | 'recordId' | 'isNew'>

async function newestChanges(tx: Tx, { ctx, importId }: Of, limit: number): Promise<Seen[]> {
  const { rows } = await sql<Seen>`
    select id, entity, record_id, before is null as is_new from import_change
    where workspace_id = ${ctx.workspace} and import_id = ${importId}
    order by id desc limit ${limit}`.execute(tx)
  return rows
}

/** At most one change of a record at a time, the newest first. */
function rounds<T extends { entity: string; recordId: string }>(changes: readonly T[]): T[][] {
  const result: T[][] = []
  const depth = new Map<string, number>()
  for (const change of changes) {
    const key = `${change.entity} ${change.recordId}`
    const n = depth.get(key) ?? 0
    depth.set(key, n + 1)
    const round = (result[n] ??= [])
    round.push(change)
  }
  return result
}

async function look(tx: Tx, { ctx }: Of, entity: Written, ids: readonly number[]): Promise<Change[]> {
  const { rows } = await sql<Change>`
    select c.id, c.entity, c.record_id, c.before is null as is_new,
      (t.id is null or c.after_hash = ${imageHash('t')}) as untouched, t.id is null as gone,
      jsonb_build_array(c.before ->> 'account_id', to_jsonb(t) ->> 'account_id',
        case when c.entity = 'account' then c.record_id::text end) as account_ids
    from import_change c left join ${sql.table(entity)} t on t.id = c.record_id and t.workspace_id = ${ctx.workspace}
    where c.id = any(${[...ids]}::bigint[]) order by c.id desc`.execute(tx)
  return rows
}

/** Rows that follow from records, and what was decided about what followed: they go with them and keep nothing in place. */
const derivedTables = ['revenue_movement', 'today_raised', 'today_decision']

/** Foreign keys of records that point at a table, from the schema itself. */
async function pointers(tx: Tx, entity: Written): Promise<{ table: string; column: string }[]> {
  const { rows } = await sql<{ table: string; column: string }>`
    select r.relname as "table", a.attname as "column" from pg_constraint c
    join pg_class r on r.oid = c.conrelid
    join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = ${entity}::regclass and array_length(c.conkey, 1) = 1
      and r.relname <> all(${derivedTables})`.execute(tx)
  return rows
}

/** Of these records, those that something else still needs. */
async function stillUsed(tx: Tx, entity: Written, ids: readonly string[]): Promise<Set<string>> {
  const used = new Set<string>()
  for (const { table, column } of await pointers(tx, entity)) {
    const own = table === entity ? sql`and p.id <> all(${[...ids]}::uuid[])` : sql``
    const { rows } = await sql<{ id: string }>`
      select distinct ${sql.ref(`p.${column}`)} as id from ${sql.table(table)} p
      where ${sql.ref(`p.${column}`)} = any(${[...ids]}::uuid[]) ${own}`.execute(tx)
    for (const { id } of rows) used.add(id)
  }
  return used
}

/** Records that can be removed: nothing outside the set needs them. */
async function removable(
  tx: Tx,
  entity: Written,
  ids: readonly string[],
  keep: ReadonlySet<string>,
): Promise<Set<string>> {
  let left = ids.filter((id) => !keep.has(id))
  for (;;) {
    if (left.length === 0) return new Set()
    const used = await stillUsed(tx, entity, left)
    if (used.size === 0) return new Set(left)
    left = left.filter((id) => !used.has(id))
  }
}

/** Columns of the images; those of one schema are the same for every row of a table. */
async function imageColumns(tx: Tx, entity: Written): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns
    where table_schema = current_schema() and table_name = ${entity} and column_name not in ('id', 'workspace_id')
      and is_generated = 'NEVER'`.execute(tx)
  return rows.map((row) => row.name)
}

/** Puts the images from before back, column by column that they have. */
async function restore(tx: Tx, { ctx }: Of, entity: Written, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  const table = sql.table(entity)
  const columns = await imageColumns(tx, entity)
  const set = columns.map(
    (column) =>
      sql`${sql.ref(column)} = case when c.before ? ${column} then ${sql.ref(`r.${column}`)} else ${sql.ref(`t.${column}`)} end`,
  )
  await sql`
    update ${table} t set ${sql.join(set)}
    from import_change c, jsonb_populate_record(null::${table}, c.before) r
    where c.id = any(${changes.map((change) => change.id)}::bigint[]) and t.id = c.record_id
      and t.workspace_id = ${ctx.workspace}`.execute(tx)
  await sql`
    update source_record s set content_hash = decode(c.source_before ->> 'contentHash', 'hex'),
      import_id = (select id from import where id = (c.source_before ->> 'importId')::uuid)
    from import_change c
    where c.id = any(${changes.map((change) => change.id)}::bigint[]) and c.source_before is not null
      and s.workspace_id = ${ctx.workspace} and s.source = c.source and s.entity = c.entity
      and s.external_id = c.external_id and s.variant = c.variant`.execute(tx)
}

async function remove(tx: Tx, { ctx }: Of, entity: Written, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  await sql`
    delete from ${sql.table(entity)} where workspace_id = ${ctx.workspace}
      and id = any(${changes.map((change) => change.recordId)}::uuid[])`.execute(tx)
  if (entity === 'account')
    await sql`
      delete from reading where workspace_id = ${ctx.workspace}
        and account_id = any(${changes.map((change) => change.recordId)}::uuid[])`.execute(tx)
  await sql`
    delete from source_record s using import_change c
    where c.id = any(${changes.map((change) => change.id)}::bigint[]) and c.external_id is not null
      and s.workspace_id = ${ctx.workspace} and s.source = c.source and s.entity = c.entity
      and s.external_id = c.external_id and s.variant = c.variant`.execute(tx)
}

async function reportLeft(tx: Tx, { ctx, importId }: Of, left: readonly Change[], code: string) {
  if (left.length === 0) return
  const rows = left.map(({ entity, recordId, isNew }) => ({ code, params: { entity, recordId, isNew } }))
  const { rows: told } = await sql<{ id: number }>`
    insert into import_issue (workspace_id, import_id, phase, severity, code, params)
    select ${ctx.workspace}::uuid, ${importId}::uuid, 'run', 'warning', r.code, r.params
    from jsonb_to_recordset(${jsonRows(rows)}) as r(code text, params jsonb)
    where not exists (select from import_issue i where i.import_id = ${importId} and i.phase = 'run'
      and i.code in ('changed_since', 'still_used') and i.params ->> 'recordId' = r.params ->> 'recordId')
    returning id`.execute(tx)
  await sql`
    update import set counts = counts || jsonb_build_object(
      'left', coalesce((counts ->> 'left')::integer, 0) + ${told.length}::integer,
      'warnings', coalesce((counts ->> 'warnings')::integer, 0) + ${told.length}::integer,
      'issuesKept', coalesce((counts ->> 'issuesKept')::integer, 0) + ${told.length}::integer)
    where id = ${importId} and workspace_id = ${ctx.workspace}`.execute(tx)
}

/** Puts back what stood before, where the record still is as this import left it. */
async function restoreRound(tx: Tx, of: Of, entity: Written, ids: readonly number[]): Promise<void> {
  const changes = await lookAndTouch(tx, of, entity, ids)
  await restore(
    tx,
    of,
    entity,
    changes.filter((change) => change.untouched && !change.gone),
  )
  await reportLeft(
    tx,
    of,
    changes.filter((change) => !change.untouched),
    'changed_since',
  )
}

/** Removes what was new, where it still is as this import left it and nothing else needs it. */
async function removeNew(
  tx: Tx,
  of: Of,
  entity: Written,
  ids: readonly number[],
  usedByCounts: ReadonlySet<string>,
): Promise<void> {
  const changes = await lookAndTouch(tx, of, entity, ids)
  const own = changes.filter((change) => change.untouched)
  const there = own.filter((change) => !change.gone).map((change) => change.recordId)
  const free = await removable(tx, entity, there, usedByCounts)
  const removed = own.filter((change) => change.gone || free.has(change.recordId))
  await remove(tx, of, entity, removed)
  await reportLeft(
    tx,
    of,
    changes.filter((change) => !change.untouched),
    'changed_since',
  )
  await reportLeft(
    tx,
    of,
    own.filter((change) => !removed.includes(change)),
    'still_used',
  )
}

async function lookAndTouch(tx: Tx, of: Of, entity: Written, ids: readonly number[]): Promise<Change[]> {
  const changes = await look(tx, of, entity, ids)
  const touched = changes.flatMap((change) => change.accountIds).filter((id): id is string => id !== null)
  await markFiledDue(tx, of.ctx.workspace, touched)
  return changes
}

/** Counts what was put back, or refuses when somebody stopped the undo. */
async function putBack(db: Kysely<Tables>, { ctx, importId }: Of, changes: number): Promise<void> {
  const { rows } = await sql`
    update import set counts = counts || jsonb_build_object(
      'undone', coalesce((counts ->> 'undone')::bigint, 0) + ${changes}::bigint)
    where id = ${importId} and workspace_id = ${ctx.workspace} and state = 'undoing' returning id`.execute(db)
  if (rows.length === 0) throw new NotOurs('This undo was stopped.')
}

/** Says how much there is to put back, with what an earlier undo that was stopped put back already. */
async function sayHowMuch({ ctx, importId }: Of, usage: number): Promise<void> {
  await sql`
    update import set counts = counts || jsonb_build_object(
      'toUndo', coalesce((counts ->> 'undone')::bigint, 0) + ${usage}::bigint + (
        select count(*) from import_change where workspace_id = ${ctx.workspace} and import_id = ${importId}))
    where id = ${importId} and workspace_id = ${ctx.workspace}`.execute(ctx.pg)
}

/** All days that counts were taken from, also by an undo that was stopped before. */
function withDays(report: Report, { fromDay, toDay }: Awaited<ReturnType<typeof usageDays>>): Report {
  if (fromDay === null || toDay === null) return report
  const from = report.fromDay && report.fromDay < fromDay ? report.fromDay : fromDay
  return { ...report, fromDay: from, toDay: report.toDay && report.toDay > toDay ? report.toDay : toDay }
}

const keepReport = ({ ctx, importId }: Of, report: Report) =>
  ctx.pg
    .updateTable('import')
    .set({ report: json(report) })
    .where('workspaceId', '=', ctx.workspace)
    .where('id', '=', importId)
    .execute()

/** One batch: what was changed last is put back first, and the changes put back are forgotten in the same transaction. */
async function undoBatch(of: Of, chunk: number): Promise<number> {
  const { ctx, importId } = of
  const accounts = (await ctx.pg.transaction().execute((tx) => newestChanges(tx, of, chunk)))
    .filter((change) => change.entity === 'account')
    .map((change) => change.recordId)
  const usedByCounts = await usedElsewhere(ctx.ch, { workspace: ctx.workspace, importId }, accounts)
  return ctx.pg.transaction().execute(async (tx) => {
    await sql`set local time zone 'UTC'`.execute(tx)
    await sql`select pg_advisory_xact_lock(hashtextextended(${`imports ${ctx.workspace}`}, 0))`.execute(tx)
    const changes = await newestChanges(tx, of, chunk)
    const lastFirst = [...writeOrder].reverse()
    const idsOf = (list: readonly Seen[], entity: string) =>
      list.filter((change) => change.entity === entity).map((change) => change.id)
    for (const round of rounds(changes.filter((change) => !change.isNew)))
      for (const entity of lastFirst) {
        const ids = idsOf(round, entity)
        if (ids.length > 0) await restoreRound(tx, of, entity, ids)
      }
    // Only when every restored record has let go of them.
    for (const entity of lastFirst) {
      const ids = idsOf(
        changes.filter((change) => change.isNew),
        entity,
      )
      if (ids.length > 0) await removeNew(tx, of, entity, ids, usedByCounts)
    }
    await sql`delete from import_change where id = any(${changes.map((change) => change.id)}::bigint[])`.execute(
      tx,
    )
    await putBack(tx, of, changes.length)
    return changes.length
  })
}

/** What no change names: rows of logs, references that wait, marks of having been seen, fields that are not used. */
async function forget(tx: Tx, { ctx, importId }: Of): Promise<void> {
  const scope = sql`workspace_id = ${ctx.workspace}`
  await sql`
    delete from source_record s where ${scope} and s.import_id = ${importId} and s.entity like '%\\_log\\_row'
      and not exists (select from import_issue i where i.import_id = ${importId} and i.phase = 'run'
        and i.code in ('changed_since', 'still_used') and i.params ->> 'recordId' = s.record_id::text)`.execute(
    tx,
  )
  await sql`
    update source_record set seen_import_id = null, seen_row = null
    where ${scope} and seen_import_id = ${importId}`.execute(tx)
  await sql`delete from pending_reference where ${scope} and import_id = ${importId}`.execute(tx)
  await sql`
    update pending_reference set resolved_by = null
    where ${scope} and resolved_by = ${importId}`.execute(tx)
  for (const entity of ['account', 'person'] as const)
    await sql`
      delete from custom_field f using import i,
        jsonb_to_recordset(coalesce(i.report -> 'customFields', '[]')) as made(entity text, key text)
      where i.id = ${importId} and i.workspace_id = ${ctx.workspace} and f.workspace_id = ${ctx.workspace}
        and f.entity = ${entity} and made.entity = ${entity} and f.key = made.key
        and not exists (select from ${sql.table(entity)} t where t.workspace_id = ${ctx.workspace} and t.custom ? f.key)`.execute(
      tx,
    )
}

/** Takes an import back. Safe to run again after a stop at any moment. */
export const undoImport = (
  ctx: Ctx,
  types: readonly ImportType[],
  importId: string,
  signal: AbortSignal,
  options: UndoOptions = {},
): Promise<void> => whileIn(ctx, importId, ['undoing'], () => takeBack(ctx, types, importId, signal, options))

async function takeBack(
  ctx: Ctx,
  types: readonly ImportType[],
  importId: string,
  signal: AbortSignal,
  { chunk = 2_000, onProgress }: UndoOptions,
): Promise<void> {
  const loaded = await loadImport(ctx, importId)
  const of: Of = { ctx, importId }
  const type = typeOf(types, loaded.plan.kind)
  const usage = { workspace: ctx.workspace, importId }
  let { report } = loaded
  const counted = type.target === 'usage' ? await usageRows(ctx.ch, usage) : 0
  await sayHowMuch(of, counted)
  if (type.target === 'usage') {
    report = withDays(report, await usageDays(ctx.ch, usage))
    await keepReport(of, report)
    const accounts = await usageAccounts(ctx.ch, usage)
    for (let from = 0; from < accounts.length; from += 10_000)
      await markFiledDue(ctx.pg, ctx.workspace, accounts.slice(from, from + 10_000))
    await dropStaged(ctx.ch, usage)
    for (const slice of slicesOf(counted)) {
      signal.throwIfAborted()
      const rows = await usageRows(ctx.ch, usage, slice)
      await undoUsage(ctx.ch, { ...usage, ...slice }, loaded.version ?? 0)
      await putBack(ctx.pg, of, rows)
    }
  }
  while ((await undoBatch(of, chunk)) > 0) {
    signal.throwIfAborted()
    await onProgress?.()
  }
  await ctx.pg.transaction().execute((tx) => forget(tx, of))
  await finishUndo(ctx, { id: importId, kind: type.kind, report })
  await rm(uploadPath(ctx, importId), { force: true })
}
