import { createHash } from 'node:crypto'
import type { Tx } from './action.ts'
import { json } from './db/pg.ts'
import { Problem } from './errors.ts'

/** Names the content of a record: equal content, equal version, whoever wrote it (a person, a file, an undo). */
export function versionOf<Column extends string>(
  row: Readonly<Record<Column, unknown>>,
  columns: readonly Column[],
): string {
  const content = JSON.stringify(columns.map((column) => row[column]))
  return createHash('sha256').update(content).digest('base64url').slice(0, 22)
}

type Changed = Readonly<{ id: string; version: string; updatedAt?: string }>

/**
 * Refuses a change (409 `changed_meanwhile`) that was made upon an older state of a record. Its row must be locked.
 * @param sent the version that the caller had read; undefined: the caller does not ask for this.
 * @param stored the record as it is now; `updatedAt` when its table has it.
 */
export async function demandVersion(tx: Tx, sent: string | undefined, stored: Changed): Promise<void> {
  if (sent === undefined || sent === stored.version) return
  const { by, at } = await lastChange(tx, stored)
  throw new Problem(
    409,
    'changed_meanwhile',
    `${by ?? 'Somebody, or a file,'} changed this${at ? ` at ${at}` : ''}, after you had read it. Nothing was stored. Read it again, then send your change with the version that it has now.`,
    { changed: { by, at } },
  )
}

/** Who changed the record last, and when; `by` is null where the audit log does not tell of the last write. */
async function lastChange(tx: Tx, { id, updatedAt }: Changed) {
  const told = await tx.pg
    .selectFrom('audit')
    .select(['actorName', 'at'])
    .where('workspaceId', '=', tx.workspace)
    .where('subjectId', '=', id)
    .where('changes', '!=', json({}))
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (told && (updatedAt === undefined || told.at >= updatedAt)) return { by: told.actorName, at: told.at }
  return { by: null, at: updatedAt ?? null }
}
