import { sql, type Kysely, type Transaction } from 'kysely'
import type { Ctx } from './context.ts'
import { jsonRows } from './db/pg.ts'
import type { Tables } from './db/tables.ts'
import { enqueueJob } from './jobs/enqueue.ts'

export type ReadingState = 'ok' | 'not_enough_data' | 'stale'

/** One part of a reading, on the reading's own scale; the parts add up to its value. */
export type Contribution = Readonly<{ code: string; params: Record<string, unknown>; amount: number }>

/** A record behind a reading: what the evidence mark opens. */
export type Evidence = Readonly<{
  kind: string
  id: string | null
  at: string | null
  code: string
  params: Record<string, unknown>
}>

/** A judgement about an account, with how sure it is, what it is made of and what it rests on. */
export type Reading = Readonly<{
  accountId: string
  code: string
  state: ReadingState
  /** null exactly when there is not enough data: unknown is never zero. */
  value: number | null
  low: number | null
  high: number | null
  n: number | null
  asOf: string
  snapshotId: string | null
  contributions: readonly Contribution[]
  evidence: readonly Evidence[]
  /** What is missing, a short series, the labels of its scale. */
  detail: Record<string, unknown>
}>

/** A domain's way to compute its readings for some accounts: the same code for one account and for all. */
export type Reader = Readonly<{
  codes: readonly string[]
  /** Brings tables that follow from records up to date before anything is computed from them. */
  derive?(ctx: Ctx, accountIds: readonly string[]): Promise<void>
  compute(ctx: Ctx, accountIds: readonly string[], asOf: Date): Promise<readonly Reading[]>
}>

export const recomputeJob = 'readings.recompute'

/**
 * Remembers that these accounts changed and asks for their readings, inside the caller's transaction. The rows stay
 * locked until it ends, so that nobody computes from before the change and counts it as done.
 */
export async function markDue(
  pg: Kysely<Tables> | Transaction<Tables>,
  workspace: string,
  accountIds: readonly string[],
): Promise<void> {
  if (accountIds.length === 0) return
  await sql`
    insert into reading_due (workspace_id, account_id)
    select ${workspace}::uuid, id from unnest(${[...new Set(accountIds)]}::uuid[]) id order by id
    on conflict (workspace_id, account_id) do update set enqueued_at = excluded.enqueued_at`.execute(pg)
  await enqueueJob(pg, workspace, { job: recomputeJob, key: recomputeJob, queue: recomputeJob })
}

/** Marks every account of the workspace, for example after a new snapshot. */
export async function markAllDue(pg: Kysely<Tables> | Transaction<Tables>, workspace: string): Promise<void> {
  await sql`
    insert into reading_due (workspace_id, account_id)
    select workspace_id, id from account where workspace_id = ${workspace} and merged_into is null order by id
    on conflict (workspace_id, account_id) do update set enqueued_at = excluded.enqueued_at`.execute(pg)
  await enqueueJob(pg, workspace, { job: recomputeJob, key: recomputeJob, queue: recomputeJob })
}

/** Takes due accounts off the list; whoever marks them again while they are computed is not lost. */
async function takeDue(ctx: Ctx, limit: number): Promise<string[]> {
  const { rows } = await sql<{ accountId: string }>`
    delete from reading_due where (workspace_id, account_id) in (
      select workspace_id, account_id from reading_due where workspace_id = ${ctx.workspace}
      limit ${limit} for update skip locked)
    returning account_id`.execute(ctx.pg)
  return rows.map((row) => row.accountId)
}

async function storeLatest(ctx: Ctx, readings: readonly Reading[], computedAt: Date): Promise<void> {
  await sql`
    insert into reading (workspace_id, account_id, code, state, value, low, high, n, as_of, snapshot_id,
      contributions, evidence, detail, computed_at)
    select ${ctx.workspace}::uuid, "accountId", code, state, value, low, high, n, "asOf", "snapshotId",
      contributions, evidence, detail, ${computedAt.toISOString()}::timestamptz
    from jsonb_to_recordset(${jsonRows(readings)}) as r("accountId" uuid, code text, state text,
      value double precision, low double precision, high double precision, n integer, "asOf" timestamptz,
      "snapshotId" uuid, contributions jsonb, evidence jsonb, detail jsonb)
    on conflict (workspace_id, account_id, code) do update set
      state = excluded.state, value = excluded.value, low = excluded.low, high = excluded.high, n = excluded.n,
      as_of = excluded.as_of, snapshot_id = excluded.snapshot_id, contributions = excluded.contributions,
      evidence = excluded.evidence, detail = excluded.detail, computed_at = excluded.computed_at`.execute(
    ctx.pg,
  )
}

const instant = (iso: string): string => iso.replace('T', ' ').replace('Z', '')

async function storeHistory(ctx: Ctx, readings: readonly Reading[], recordedAt: Date): Promise<void> {
  await ctx.ch.insert({
    table: 'reading_history',
    format: 'JSONEachRow',
    values: readings.map((reading) => ({
      workspace_id: ctx.workspace,
      account_id: reading.accountId,
      code: reading.code,
      as_of: instant(reading.asOf),
      state: reading.state,
      value: reading.value,
      low: reading.low,
      high: reading.high,
      n: reading.n,
      recorded_at: instant(recordedAt.toISOString()),
    })),
  })
}

/** Computes and stores the readings of these accounts; the only way a reading is ever written. */
export async function recompute(
  ctx: Ctx,
  readers: readonly Reader[],
  accountIds: readonly string[],
  asOf: Date = ctx.clock(),
): Promise<number> {
  let count = 0
  for (const reader of readers) {
    await reader.derive?.(ctx, accountIds)
    const readings = await reader.compute(ctx, accountIds, asOf)
    if (readings.length === 0) continue
    const now = ctx.clock()
    await storeHistory(ctx, readings, now)
    await storeLatest(ctx, readings, now)
    count += readings.length
  }
  return count
}

/** Works off the list of due accounts. What fails goes back on it. */
export async function recomputeDue(
  ctx: Ctx,
  readers: readonly Reader[],
  signal: AbortSignal,
  batch = 2_000,
): Promise<void> {
  while (!signal.aborted) {
    const accountIds = await takeDue(ctx, batch)
    if (accountIds.length === 0) return
    try {
      await recompute(ctx, readers, accountIds)
    } catch (error) {
      await markDue(ctx.pg, ctx.workspace, accountIds)
      throw error
    }
  }
}
