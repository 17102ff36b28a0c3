import { sql, type Kysely } from 'kysely'
import { jsonRows } from '../../../platform/db/pg.ts'
import type { Tables } from '../../../platform/db/tables.ts'
import type { Variant } from '../model/identity.ts'

export type IdentityKey = Readonly<{ entity: string; externalId: string }>
export type KnownVariant = Variant & Readonly<{ importId: string | null }>

/** A content that this import found under an identity. */
export type LedgerEntry = Readonly<{
  entity: string
  externalId: string
  variant: number
  recordId: string
  contentHash: string
  row: number
  /** False where the content was known already and is only seen again. */
  written: boolean
}>

export const keyText = (entity: string, externalId: string): string => `${entity} ${externalId}`

/** What sources call the records of ours: identity -> contents, for one import. */
export type Ledger = Readonly<{
  load(db: Kysely<Tables>, keys: readonly IdentityKey[]): Promise<Map<string, KnownVariant[]>>
  save(db: Kysely<Tables>, entries: readonly LedgerEntry[]): Promise<void>
}>

type Of = Readonly<{ workspace: string; importId: string; source: string }>
type Row = IdentityKey & KnownVariant

function group(rows: readonly Row[]): Map<string, KnownVariant[]> {
  const known = new Map<string, KnownVariant[]>()
  for (const { entity, externalId, ...variant } of rows) {
    const key = keyText(entity, externalId)
    known.set(key, [...(known.get(key) ?? []), variant])
  }
  return known
}

const wanted = (keys: readonly IdentityKey[]) =>
  sql`jsonb_to_recordset(${jsonRows(keys)}) as k("entity" text, "externalId" text)`

/** The ledger of a run: the table source_record. */
export function storedLedger({ workspace, importId, source }: Of): Ledger {
  return {
    async load(db, keys) {
      if (keys.length === 0) return new Map()
      const { rows } = await sql<Row>`
        select s.entity, s.external_id, s.variant, s.record_id, encode(s.content_hash, 'hex') as content_hash,
          s.import_id, case when s.seen_import_id = ${importId} then coalesce(s.seen_row, 0) end as taken_by_row
        from ${wanted(keys)}
        join source_record s on s.workspace_id = ${workspace} and s.source = ${source}
          and s.entity = k.entity and s.external_id = k."externalId"
        order by s.entity, s.external_id, s.variant`.execute(db)
      return group(rows)
    },
    async save(db, entries) {
      const written = entries.filter((entry) => entry.written)
      const seen = entries.filter((entry) => !entry.written)
      if (written.length > 0)
        await sql`
          insert into source_record (workspace_id, source, entity, external_id, variant, record_id, content_hash,
            import_id, seen_import_id, seen_row)
          select ${workspace}::uuid, ${source}, r.entity, r."externalId", r.variant, r."recordId",
            decode(r."contentHash", 'hex'), ${importId}::uuid, ${importId}::uuid, r.row
          from jsonb_to_recordset(${jsonRows(written)}) as r(entity text, "externalId" text, variant integer,
            "recordId" uuid, "contentHash" text, row bigint)
          on conflict (workspace_id, source, entity, external_id, variant) do update set
            record_id = excluded.record_id, content_hash = excluded.content_hash, import_id = excluded.import_id,
            seen_import_id = excluded.seen_import_id, seen_row = excluded.seen_row`.execute(db)
      if (seen.length > 0)
        await sql`
          update source_record s set seen_import_id = ${importId}::uuid, seen_row = r.row
          from jsonb_to_recordset(${jsonRows(seen)}) as r(entity text, "externalId" text, variant integer, row bigint)
          where s.workspace_id = ${workspace} and s.source = ${source} and s.entity = r.entity
            and s.external_id = r."externalId" and s.variant = r.variant`.execute(db)
    },
  }
}

/** Records that a dry run would have written, for the rows of a log that add to them. */
export type DryRecords = Readonly<{
  keep(
    db: Kysely<Tables>,
    entity: string,
    writes: readonly Readonly<{ id: string; values: Readonly<Record<string, unknown>> }>[],
  ): Promise<void>
  kept(db: Kysely<Tables>, ids: readonly string[]): Promise<Map<string, Record<string, unknown>>>
}>

/**
 * The ledger of a dry run: source_record with a temporary table of this connection laid over it, so that a file of any
 * size is judged as a run would, and nothing is written. Call `prepare` first, on the same connection.
 */
export function dryLedger(of: Of): Ledger & DryRecords & { prepare(db: Kysely<Tables>): Promise<void> } {
  const stored = storedLedger(of)
  return {
    async keep(db, entity, writes) {
      const rows = writes.map(({ id, values }) => ({ ...values, id }))
      const table = sql.table(entity)
      await sql`
        insert into import_check_record (id, row)
        select r.id, to_jsonb(r) from jsonb_populate_recordset(null::${table}, ${jsonRows(rows)}) r
        on conflict (id) do update set row = excluded.row`.execute(db)
    },
    async kept(db, ids) {
      const { rows } = await sql<{ id: string; row: Record<string, unknown> }>`
        select id, row from import_check_record where id = any(${[...ids]}::uuid[])`.execute(db)
      return new Map(rows.map(({ id, row }) => [id, row]))
    },
    async prepare(db) {
      await sql`create temporary table if not exists import_check (
        entity text, external_id text, variant integer, record_id uuid, content_hash text, seen_row bigint,
        primary key (entity, external_id, variant))`.execute(db)
      await sql`create temporary table if not exists import_check_record (id uuid primary key, row jsonb)`.execute(
        db,
      )
      await sql`truncate import_check, import_check_record`.execute(db)
    },
    async load(db, keys) {
      const known = await stored.load(db, keys)
      if (keys.length === 0) return known
      const { rows } = await sql<Row>`
        select c.entity, c.external_id, c.variant, c.record_id, c.content_hash, null::uuid as import_id,
          c.seen_row as taken_by_row
        from ${wanted(keys)} join import_check c on c.entity = k.entity and c.external_id = k."externalId"
        order by c.entity, c.external_id, c.variant`.execute(db)
      for (const [key, seen] of group(rows)) {
        const over = new Map(seen.map((variant) => [variant.variant, variant]))
        const under = (known.get(key) ?? []).filter((variant) => !over.has(variant.variant))
        known.set(
          key,
          [...under, ...seen].sort((a, b) => a.variant - b.variant),
        )
      }
      return known
    },
    async save(db, entries) {
      if (entries.length === 0) return
      await sql`
        insert into import_check (entity, external_id, variant, record_id, content_hash, seen_row)
        select r.entity, r."externalId", r.variant, r."recordId", r."contentHash", r.row
        from jsonb_to_recordset(${jsonRows(entries)}) as r(entity text, "externalId" text, variant integer,
          "recordId" uuid, "contentHash" text, row bigint)
        on conflict (entity, external_id, variant) do update set
          content_hash = excluded.content_hash, seen_row = excluded.seen_row`.execute(db)
    },
  }
}
