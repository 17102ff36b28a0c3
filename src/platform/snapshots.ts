import { sql } from 'kysely'
import type { Tx } from './action.ts'
import type { Ctx } from './context.ts'
import { json } from './db/pg.ts'
import { newId } from './ids.ts'

/** A versioned value that readings are computed against: a prior, a company mean, quantiles. */
export type Snapshot = Readonly<{ id: string; version: number; asOf: string; value: unknown }>

/** The newest snapshot of a kind, or null when none was made yet. */
export async function latestSnapshot(
  ctx: Pick<Ctx, 'pg' | 'workspace'>,
  kind: string,
): Promise<Snapshot | null> {
  const row = await ctx.pg
    .selectFrom('snapshot')
    .select(['id', 'version', 'asOf', 'value'])
    .where('workspaceId', '=', ctx.workspace)
    .where('kind', '=', kind)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ?? null
}

/** Keeps a new version beside the earlier ones, inside an action. */
export async function keepSnapshot(tx: Tx, kind: string, asOf: Date, value: unknown): Promise<string> {
  const id = newId()
  // Two writers would choose the same version.
  await sql`select pg_advisory_xact_lock(hashtextextended(${`${tx.workspace} ${kind}`}, 0))`.execute(tx.pg)
  await sql`
    insert into snapshot (id, workspace_id, kind, version, as_of, value)
    select ${id}, ${tx.workspace}, ${kind}, coalesce(max(version), 0) + 1, ${asOf.toISOString()}, ${json(value)}
    from snapshot where workspace_id = ${tx.workspace} and kind = ${kind}`.execute(tx.pg)
  return id
}
