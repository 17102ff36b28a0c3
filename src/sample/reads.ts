import { sql } from 'kysely'
import type { Ctx } from '../platform/context.ts'
import type { ImportState } from '../domains/imports/model.ts'
import type { Failure } from '../domains/imports/schema.ts'
import { fileNameOf } from './files.ts'
import type { SampleState } from './schema.ts'
import { sizeOf } from './size.ts'

type Scope = Pick<Ctx, 'pg' | 'workspace'>

export const jobNames = { load: 'sample.load', remove: 'sample.remove' } as const
export const kinds = [
  'accounts',
  'people',
  'subscriptions',
  'churn_events',
  'tickets',
  'surveys',
  'messages',
  'usage',
] as const

export type SampleImport = Readonly<{
  id: string
  kind: string
  state: ImportState
  source: string
  started: boolean
  fileBytes: number
  bytesDone: number
  undone: number
  toUndo: number
  error: Failure | null
}>

/** Imports of the sample that stand, the oldest first; also uploads that were not planned before the process was killed. */
export async function sampleImports({ pg, workspace }: Scope): Promise<readonly SampleImport[]> {
  const names = kinds.map(fileNameOf)
  const { rows } = await sql<SampleImport>`
    select id, kind, state, plan -> 'answers' ->> 'source' as source, started_at is not null as started, file_bytes,
      bytes_done, coalesce((counts ->> 'undone')::integer, 0) as undone, coalesce((counts ->> 'toUndo')::integer, 0) as to_undo, error
    from import where workspace_id = ${workspace} and state <> 'undone'
      and (plan -> 'answers' ->> 'source' like 'Snapfold sample %'
        or (state = 'uploaded' and file_name = any(${names})))
    order by id`.execute(pg)
  return rows
}

/** Accounts that imports of a source brought in. */
export async function accountsOf({ pg, workspace }: Scope, source: string): Promise<readonly string[]> {
  const { rows } = await sql<{ id: string }>`
    select record_id as id from source_record
    where workspace_id = ${workspace} and entity = 'account' and source = ${source}`.execute(pg)
  return rows.map(({ id }) => id)
}

/** What waits or runs: the job's name and, where it failed, why. */
async function jobUnderWay({ pg, workspace }: Scope): Promise<{ job: string; error: string | null } | null> {
  const keys = Object.values(jobNames).map((name) => `${name}:${workspace}`)
  const { rows } = await sql<{ job: string; error: string | null }>`
    select task_identifier as job, last_error as error from graphile_worker.jobs
    where key = any(${keys}) and attempts < max_attempts order by id desc limit 1`.execute(pg)
  return rows[0] ?? null
}

const share = (parts: readonly { done: number; all: number }[]): number | null => {
  const all = parts.reduce((sum, part) => sum + part.all, 0)
  return all > 0
    ? Math.min(1, parts.reduce((sum, part) => sum + Math.min(part.done, part.all), 0) / all)
    : null
}

function progressOf(state: SampleState['state'], imports: readonly SampleImport[]): number | null {
  if (state === 'loading')
    return share(
      imports.map(({ state: at, fileBytes, bytesDone }) => ({
        done: at === 'done' ? fileBytes : bytesDone,
        all: fileBytes,
      })),
    )
  if (state !== 'removing') return null
  // What is taken back already is no longer among the imports.
  const left = imports.reduce((sum, { undone, toUndo }) => sum + (toUndo > 0 ? 1 - undone / toUndo : 1), 0)
  return Math.max(0, 1 - left / kinds.length)
}

/** Where the sample company stands in the workspace. */
export async function sampleState(ctx: Scope): Promise<SampleState> {
  const imports = await sampleImports(ctx)
  const job = await jobUnderWay(ctx)
  const isWhole = imports.length === kinds.length && imports.every(({ state }) => state === 'done')
  const isMoving = imports.some(({ state }) => state === 'running' || state === 'undoing')
  const state: SampleState['state'] =
    job?.job === jobNames.remove
      ? 'removing'
      : job?.job === jobNames.load
        ? 'loading'
        : imports.length === 0
          ? 'absent'
          : isWhole
            ? 'loaded'
            : isMoving && imports.some(({ state: at }) => at === 'running')
              ? 'loading'
              : 'stopped'
  const source = imports.find((one) => sizeOf(one.source))?.source
  return {
    state,
    size: source === undefined ? null : sizeOf(source),
    progress: progressOf(state, imports),
    problem: job?.error ?? imports.find(({ error }) => error)?.error?.detail ?? null,
  }
}
