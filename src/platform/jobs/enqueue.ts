import { sql, type Kysely, type Transaction } from 'kysely'
import type { Tables } from '../db/tables.ts'

/** A job to run for a workspace; `key` makes waiting duplicates one; `queue` makes jobs run one after another. */
export type JobRequest = Readonly<{
  job: string
  payload?: Record<string, unknown>
  key?: string
  queue?: string
  runAt?: Date
  maxAttempts?: number
}>

/** Adds the job inside the caller's transaction, so that it exists exactly if the write does. */
export async function enqueueJob(
  pg: Kysely<Tables> | Transaction<Tables>,
  workspace: string,
  request: JobRequest,
): Promise<void> {
  const payload = JSON.stringify({ ...request.payload, workspaceId: workspace })
  await sql`
    select graphile_worker.add_job(
      ${request.job}, ${payload}::json,
      queue_name => ${request.queue ? `${request.queue}:${workspace}` : null},
      run_at => ${request.runAt?.toISOString() ?? null}::timestamptz,
      max_attempts => ${request.maxAttempts ?? 8},
      job_key => ${request.key ? `${request.key}:${workspace}` : null},
      job_key_mode => 'preserve_run_at')`.execute(pg)
}
