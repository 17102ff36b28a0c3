import { sql } from 'kysely'
import type { Ctx } from '../platform/context.ts'
import type { Failure } from '../domains/imports/schema.ts'
import { fileNameOf } from './files.ts'
import { kinds, type SampleState } from './schema.ts'
import { sizeOf } from './size.ts'
import { progressOf, standingOf, type Part, type Standing } from './standing.ts'

type Scope = Pick<Ctx, 'pg' | 'workspace'>

export const jobNames = {
  load: 'sample.load',
  remove: 'sample.remove',
  takeOver: 'sample.take_over',
} as const

/** `isPart` is false for files that a person imported under the name of the sample: they go with it. */
export type SampleImport = Part &
  Readonly<{ id: string; source: string; isPart: boolean; error: Failure | null }>

/** Imports of the sample that stand, the oldest first; also uploads that were not planned before the process was killed. */
export async function sampleImports({ pg, workspace }: Scope): Promise<readonly SampleImport[]> {
  const names = kinds.map(fileNameOf)
  const { rows } = await sql<SampleImport>`
    select id, kind, state, plan -> 'answers' ->> 'source' as source,
      file_name = any(${names}) as is_part, started_at is not null as started,
      coalesce(error ->> 'phase' = 'undo', false) as undo_begun, rows_done, file_bytes, bytes_done,
      coalesce((counts ->> 'undone')::integer, 0) as undone, coalesce((counts ->> 'toUndo')::integer, 0) as to_undo,
      error
    from import where workspace_id = ${workspace} and state <> 'undone'
      and (plan -> 'answers' ->> 'source' like 'Snapfold sample %'
        or (state = 'uploaded' and file_name = any(${names})))
    order by id`.execute(pg)
  return rows
}

type JobRow = Readonly<{ job: string; error: string | null; over: boolean }>

/** The newest job: what waits or runs, or what failed too often; and why it failed. */
async function newestJob({ pg, workspace }: Scope): Promise<JobRow | null> {
  const keys = [jobNames.load, jobNames.remove].map((name) => `${name}:${workspace}`)
  const { rows } = await sql<JobRow>`
    select task_identifier as job, last_error as error, attempts >= max_attempts as over from graphile_worker.jobs
    where key = any(${keys}) order by attempts >= max_attempts, id desc limit 1`.execute(pg)
  return rows[0] ?? null
}

/** The lock that whoever loads or removes holds for as long as they live. */
export const lockKey = (workspace: string) => sql`hashtextextended(${`sample ${workspace}`}, 0)`

async function isAttended({ pg, workspace }: Scope): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    select exists (
      select from pg_locks where locktype = 'advisory' and granted and objsubid = 1
        and database = (select oid from pg_database where datname = current_database())
        and ((classid::bigint << 32) | objid::bigint) = ${lockKey(workspace)}) as held`.execute(pg)
  return rows[0]?.held ?? false
}

/** Whether the workspace has customers that no import of the sample brought in. */
export async function hasOthers({ pg, workspace }: Scope): Promise<boolean> {
  const { rows } = await sql<{ others: boolean }>`
    select exists (
      select from account a where a.workspace_id = ${workspace} and not exists (
        select from source_record s where s.workspace_id = a.workspace_id and s.entity = 'account'
          and s.record_id = a.id and s.source like 'Snapfold sample %')) as others`.execute(pg)
  return rows[0]?.others ?? false
}

/** Customers whose readings wait, and whether anything is still under way from which more may follow. */
async function settlingOf({ pg, workspace }: Scope): Promise<{ due: number; settling: boolean }> {
  const { rows } = await sql<{ due: number; settling: boolean }>`
    select due, due > 0
      or exists (select from fact where workspace_id = ${workspace} and delivered_at is null)
      or exists (select from graphile_worker.jobs
        where key like '%:' || ${workspace}::text and attempts < max_attempts and run_at <= now()) as settling
    from (select count(*)::int as due from reading_due where workspace_id = ${workspace}) d`.execute(pg)
  return rows[0] ?? { due: 0, settling: false }
}

/** What tells where the sample stands. */
export async function standing(ctx: Scope) {
  const imports = (await sampleImports(ctx)).filter(({ isPart }) => isPart)
  const newest = await newestJob(ctx)
  return {
    imports,
    parts: imports,
    jobError: newest?.error ?? null,
    gaveUp: newest?.over ?? false,
    job: newest === null || newest.over ? null : newest.job === jobNames.remove ? 'removing' : 'loading',
    attended: await isAttended(ctx),
  } satisfies Standing & Record<string, unknown>
}

/** Where the sample company stands in the workspace. */
export async function sampleState(ctx: Scope): Promise<SampleState> {
  const now = await standing(ctx)
  const { imports } = now
  const { state, stopped } = standingOf(now)
  const { due, settling } = await settlingOf(ctx)
  const source = imports.find((one) => sizeOf(one.source))?.source
  return {
    state,
    size: source === undefined ? null : sizeOf(source),
    progress: progressOf(state, imports),
    rows: Object.fromEntries(
      imports.filter(({ started }) => started).map(({ kind, rowsDone }) => [kind, rowsDone]),
    ),
    settling: state === 'loaded' && settling,
    readingsDue: due,
    stopped,
    problem:
      stopped === null ? null : (now.jobError ?? imports.find((one) => one.error)?.error?.detail ?? null),
    hasOthers: await hasOthers(ctx),
  }
}
