import { sql, type Kysely } from 'kysely'
import { jsonRows } from '../../../platform/db/pg.ts'
import type { Tables } from '../../../platform/db/tables.ts'
import { markFiledDue } from '../../../platform/readings.ts'
import { rawCells, type CustomColumn } from '../model/read-row.ts'
import type { Decided, Engine, Pending, RowIssue, Write } from './decide-batch.ts'
import {
  columnsOf,
  imageHash,
  isWritten,
  stampedOnInsert,
  stampedOnUpdate,
  writeOrder,
  type Written,
} from './entities.ts'

type Db = Kysely<Tables>

/** Columns that point into the same table are filled when all rows of the batch are there. */
const selfReference: Readonly<Partial<Record<Written, string>>> = { account: 'parent_id' }

async function checkColumns(db: Db, entity: Written, columns: readonly string[]): Promise<void> {
  const known = await columnsOf(db, entity)
  const wrong = columns.find((column) => !known.has(column))
  if (wrong)
    throw new Error(`An import type fills ${entity}.${wrong}, which is no column that an import may fill.`)
}

const columnList = (columns: readonly string[]) => sql.join(columns.map((column) => sql.ref(column)))

async function upsert(db: Db, workspace: string, entity: Written, writes: readonly Write[], now: string) {
  const columns = Object.keys(writes[0]?.values ?? {}).sort()
  await checkColumns(db, entity, columns)
  const self = selfReference[entity]
  const plain = columns.filter((column) => column !== self)
  const stamps = stampedOnInsert.includes(entity)
    ? ['created_at', ...(stampedOnUpdate.includes(entity) ? ['updated_at'] : [])]
    : []
  const inserted = [...plain, ...stamps]
  const replaced = [...plain, ...stamps.filter((column) => column === 'updated_at')]
  const table = sql.table(entity)
  const rows = writes.map(({ id, values }) => ({
    ...values,
    ...Object.fromEntries(stamps.map((column) => [column, now])),
    id,
    workspace_id: workspace,
  }))
  const excluded = (column: string) =>
    column === 'custom'
      ? sql`custom = coalesce(${table}.custom, '{}') || excluded.custom`
      : sql`${sql.ref(column)} = ${sql.ref(`excluded.${column}`)}`
  const update =
    replaced.length === 0
      ? sql`do nothing`
      : sql`do update set ${sql.join(replaced.map(excluded))} where ${table}.workspace_id = ${workspace}`
  await sql`
    insert into ${table} (id, workspace_id ${inserted.length > 0 ? sql`, ${columnList(inserted)}` : sql``})
    select id, workspace_id ${inserted.length > 0 ? sql`, ${columnList(inserted)}` : sql``}
    from jsonb_populate_recordset(null::${table}, ${jsonRows(rows)})
    on conflict (id) ${update}`.execute(db)
  if (!self || !columns.includes(self)) return
  await sql`
    update ${table} t set ${sql.ref(self)} = r.parent
    from jsonb_to_recordset(${jsonRows(writes.map(({ id, values }) => ({ id, parent: values[self] ?? null })))})
      as r(id uuid, parent uuid)
    where t.id = r.id and t.workspace_id = ${workspace} and ${sql.ref(`t.${self}`)} is distinct from r.parent`.execute(
    db,
  )
}

/** Remembers what stood before, in the database itself so that no digit is lost on the way. */
async function rememberBefore(db: Db, engine: Engine, entity: Written, writes: readonly Write[]) {
  const { workspace, importId, answers } = engine
  const changes = writes.map(({ id, entry }, n) => ({
    n,
    id,
    external_id: entry?.externalId ?? null,
    variant: entry?.variant ?? null,
    source_before: entry?.before
      ? { contentHash: entry.before.contentHash, importId: entry.before.importId }
      : null,
  }))
  const { rows } = await sql<{ id: number; accountId: string | null }>`
    insert into import_change (workspace_id, import_id, entity, record_id, before, source, external_id, variant, source_before)
    select ${workspace}::uuid, ${importId}::uuid, ${entity}, c.id, to_jsonb(t),
      case when c.external_id is not null then ${answers.source} end, c.external_id, c.variant, c.source_before
    from jsonb_to_recordset(${jsonRows(changes)}) as c(n integer, id uuid, external_id text, variant integer, source_before jsonb)
    left join ${sql.table(entity)} t on t.id = c.id
    order by c.n
    returning id, before ->> 'account_id' as account_id`.execute(db)
  return rows
}

async function rememberAfter(db: Db, entity: Written, changeIds: readonly number[]): Promise<void> {
  await sql`
    update import_change c set after_hash = ${imageHash('t')} from ${sql.table(entity)} t
    where c.id = any(${[...changeIds]}::bigint[]) and t.id = c.record_id`.execute(db)
}

const columnsKey = (write: Write): string => Object.keys(write.values).sort().join(' ')

async function writeEntity(db: Db, engine: Engine, entity: Written, writes: readonly Write[], now: string) {
  const changes = await rememberBefore(db, engine, entity, writes)
  const groups = new Map<string, Write[]>()
  for (const write of writes) {
    const key = columnsKey(write)
    groups.set(key, [...(groups.get(key) ?? []), write])
  }
  for (const group of groups.values()) await upsert(db, engine.workspace, entity, group, now)
  await rememberAfter(
    db,
    entity,
    changes.map((change) => change.id),
  )
  const now_ = writes.map(({ id, values }) => (entity === 'account' ? id : values.account_id))
  return [...now_, ...changes.map((change) => change.accountId)].filter(
    (id): id is string => typeof id === 'string',
  )
}

async function writePending(db: Db, engine: Engine, pending: readonly Pending[]): Promise<void> {
  if (pending.length === 0) return
  const rows = pending.map(({ entity, recordId, column, ref }) => ({
    entity,
    record_id: recordId,
    column_name: column,
    target_entity: ref.entity,
    target_external_id: ref.externalId,
  }))
  await sql`
    insert into pending_reference (workspace_id, import_id, entity, record_id, column_name, source, target_entity, target_external_id)
    select ${engine.workspace}::uuid, ${engine.importId}::uuid, r.entity, r.record_id, r.column_name,
      ${engine.answers.source}, r.target_entity, r.target_external_id
    from jsonb_to_recordset(${jsonRows(rows)}) as r(entity text, record_id uuid, column_name text, target_entity text, target_external_id text)
    on conflict (import_id, entity, record_id, column_name) do update set
      target_entity = excluded.target_entity, target_external_id = excluded.target_external_id`.execute(db)
}

/** Writes issues with the rows they are about; beyond `room` they are only counted. Gives how many were kept. */
export async function writeIssues(
  db: Db,
  { workspace, importId }: Pick<Engine, 'workspace' | 'importId'>,
  phase: 'check' | 'run',
  issues: readonly RowIssue[],
  room = Number.POSITIVE_INFINITY,
): Promise<number> {
  const kept = issues.slice(0, Math.max(0, room))
  if (kept.length === 0) return 0
  const rows = kept.map(({ severity, code, params, column, raw }) => ({
    severity,
    code,
    params: params ?? {},
    row_number: raw.row,
    line_number: raw.line,
    column_name: column ?? null,
    raw: rawCells(raw),
  }))
  await sql`
    insert into import_issue (workspace_id, import_id, phase, severity, code, params, row_number, line_number, column_name, raw)
    select ${workspace}::uuid, ${importId}::uuid, ${phase}, severity, code, params, row_number, line_number, column_name, raw
    from jsonb_to_recordset(${jsonRows(rows)}) as r(severity text, code text, params jsonb, row_number bigint,
      line_number bigint, column_name text, raw jsonb)`.execute(db)
  return kept.length
}

/** Columns kept as custom fields get a definition, once; what was there stays as it is. Gives the new ones. */
export async function defineCustomFields(
  db: Db,
  workspace: string,
  entities: readonly string[],
  columns: readonly CustomColumn[],
): Promise<{ entity: string; key: string }[]> {
  const kept = entities.filter((entity) => entity === 'account' || entity === 'person')
  if (kept.length === 0 || columns.length === 0) return []
  const rows = kept.flatMap((entity) =>
    columns.map(({ key, label, type }, position) => ({ entity, key, label, type, position })),
  )
  const { rows: created } = await sql<{ entity: string; key: string }>`
    insert into custom_field (workspace_id, entity, key, label, type, position)
    select ${workspace}::uuid, entity, key, label, type, position
    from jsonb_to_recordset(${jsonRows(rows)}) as r(entity text, key text, label text, type text, position integer)
    on conflict do nothing
    returning entity, key`.execute(db)
  return created
}

/** Writes what was decided: records, their identities, what stood before, and what waits. One transaction around it. */
export async function writeDecided(db: Db, engine: Engine, decided: Decided, now: string): Promise<void> {
  const touched: string[] = []
  for (const entity of writeOrder) {
    const writes = decided.writes.filter((write) => write.entity === entity)
    if (writes.length > 0) touched.push(...(await writeEntity(db, engine, entity, writes, now)))
  }
  await engine.ledger.save(db, lastEntries(decided))
  await writePending(db, engine, decided.pending)
  await markFiledDue(db, engine.workspace, touched)
}

/** Within a batch an identity may be taken twice (a placeholder, then its row): the last one stands. */
export function lastEntries({ entries }: Pick<Decided, 'entries'>): Decided['entries'] {
  const last = new Map<string, Decided['entries'][number]>()
  for (const entry of entries) {
    const key = `${entry.entity} ${entry.externalId} ${entry.variant}`
    const before = last.get(key)
    last.set(key, before ? { ...entry, written: entry.written || before.written } : entry)
  }
  return [...last.values()]
}

/** Rows of a table as JSON, as a fold restores them. */
export async function storedRows(
  db: Db,
  workspace: string,
  entity: string,
  ids: readonly string[],
): Promise<Map<string, Record<string, unknown>>> {
  if (!isWritten(entity) || ids.length === 0) return new Map()
  const { rows } = await sql<{ id: string; row: Record<string, unknown> }>`
    select t.id, to_jsonb(t) as row from ${sql.table(entity)} t
    where t.workspace_id = ${workspace} and t.id = any(${[...ids]}::uuid[])`.execute(db)
  return new Map(rows.map(({ id, row }) => [id, row]))
}
