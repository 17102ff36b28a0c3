import { sql, type Kysely } from 'kysely'
import type { Tables } from '../../../platform/db/tables.ts'
import type { Entity } from '../import-type.ts'

/** Tables that the engine writes, those that others point to first. */
export const writeOrder = [
  'survey',
  'account',
  'person',
  'person_role',
  'subscription',
  'invoice',
  'churn_event',
  'ticket',
  'ticket_event',
  'survey_answer',
  'message',
] as const satisfies readonly (Entity | 'survey')[]
export type Written = (typeof writeOrder)[number]

export const isWritten = (entity: string): entity is Written =>
  (writeOrder as readonly string[]).includes(entity)

/** One record stands for an id; of all others each content is kept as a record of its own. */
export const isSingle = (entity: Entity): boolean => entity === 'account' || entity === 'person'

/** The record of the same row that a record belongs to, where the draft does not say. */
export const owner: Readonly<Partial<Record<Entity, { column: string; entity: Entity }>>> = {
  person_role: { column: 'person_id', entity: 'person' },
  ticket_event: { column: 'ticket_id', entity: 'ticket' },
}

/** Tables with the times of their making and last change. */
export const stampedOnInsert: readonly Written[] = ['account', 'person', 'survey']
export const stampedOnUpdate: readonly Written[] = ['account', 'person']

const engineOwned = new Set([
  'id',
  'workspace_id',
  'root_id',
  'merged_into',
  'erased_at',
  'created_at',
  'updated_at',
])
const cache = new Map<Written, ReadonlySet<string>>()

/** Columns that a draft may fill, from the schema itself. */
export async function columnsOf(db: Kysely<Tables>, entity: Written): Promise<ReadonlySet<string>> {
  const known = cache.get(entity)
  if (known) return known
  const { rows } = await sql<{ name: string }>`
    select column_name as name from information_schema.columns
    where table_schema = current_schema() and table_name = ${entity}`.execute(db)
  const columns = new Set(rows.map((row) => row.name).filter((name) => !engineOwned.has(name)))
  cache.set(entity, columns)
  return columns
}

/** Fingerprint of a whole record; columns without a value do not count, so that a later schema does not change it. */
export const imageHash = (alias: string) =>
  sql`sha256(convert_to(jsonb_strip_nulls(to_jsonb(${sql.ref(alias)}))::text, 'UTF8'))`
