import { sql } from 'kysely'
import { z } from 'zod'
import { action, type Tx } from '../../platform/action.ts'
import { userIdOf } from '../../platform/context.ts'
import { json } from '../../platform/db/pg.ts'
import { conflict, invalid, notFound } from '../../platform/errors.ts'
import type { JobRequest } from '../../platform/jobs/enqueue.ts'
import { recomputeJob } from '../../platform/readings.ts'
import { importFinished } from './import-type.ts'
import { stoppedAt } from './jobs/failure.ts'
import { afterStep, isBusy, type ImportState, type Past, type Step } from './model.ts'
import { Counts, Failure, Inspection, Plan, Report } from './schema.ts'

export const jobNames = {
  check: 'imports.check',
  run: 'imports.run',
  undo: 'imports.undo',
  tidy: 'imports.tidy',
} as const
/** Runs and undos of a workspace take turns. */
const queue = 'imports'
/** A store may be away for hours; giving up is for a person. */
const attempts = 25

const id = z.uuid()
const only = z.object({ id })

type Row = Readonly<{
  state: ImportState
  startedAt: string | null
  kind: string | null
  fileName: string
  rowsDone: number
}>

/** Takes the import for this transaction and moves it on, or says why it cannot. */
async function move(
  tx: Tx,
  importId: string,
  step: Step,
  set: Record<string, unknown> = {},
): Promise<Row & { next: ImportState }> {
  const found = await tx.pg
    .selectFrom('import')
    .select(['state', 'startedAt', 'kind', 'fileName', 'rowsDone', 'error'])
    .where('workspaceId', '=', tx.workspace)
    .where('id', '=', importId)
    .forUpdate()
    .executeTakeFirst()
  if (!found) throw notFound('import')
  const { error, ...rest } = found
  const row = rest as Row
  const past: Past = {
    started: row.startedAt !== null,
    undoBegun: (error as Failure | null)?.phase === 'undo',
  }
  const next = afterStep(row.state, step, past)
  if (next === null) throw conflict('wrong_state', refusal(row.state, step, past))
  await tx.pg
    .updateTable('import')
    .set({ ...set, state: next })
    .where('workspaceId', '=', tx.workspace)
    .where('id', '=', importId)
    .execute()
  tx.audit({ kind: 'import', id: importId, changes: { state: { from: row.state, to: next } } })
  return { ...row, next }
}

function refusal(state: ImportState, step: Step, { started, undoBegun }: Past): string {
  if (step === 'stop') return `Nothing of this import is under way. It is ${state}.`
  if (isBusy(state)) return `This import is ${state}. Wait until it has ended.`
  if (state === 'undone') return 'This import was undone. Upload the file again to import it.'
  if (undoBegun) return 'Part of this import was taken back. Go on with the undo.'
  if (started) return 'Rows of this file are imported already. Go on with it, or undo it first.'
  return `This does not fit an import that is ${state}.`
}

export const createImport = action({
  name: 'import.upload',
  role: 'csm',
  scope: 'import',
  input: z.object({
    id,
    fileName: z.string().min(1).max(255),
    fileBytes: z.int().min(0),
    fileSha256: z.string(),
    inspection: Inspection,
    plan: Plan,
  }),
  async run(tx, { inspection, plan, ...file }) {
    await tx.pg
      .insertInto('import')
      .values({
        ...file,
        workspaceId: tx.workspace,
        state: 'uploaded',
        kind: plan.kind,
        inspection: json(inspection),
        plan: json(plan),
        createdBy: userIdOf(tx),
        createdAt: tx.clock().toISOString(),
      })
      .execute()
    tx.audit({ kind: 'import', id: file.id, changes: { fileName: file.fileName, sha256: file.fileSha256 } })
    return { id: file.id }
  },
})

export const savePlan = action({
  name: 'import.plan',
  role: 'csm',
  scope: 'import',
  input: z.object({ id, plan: Plan, inspection: Inspection, saveAs: z.string().optional() }),
  async run(tx, { id: importId, plan, inspection, saveAs }) {
    await move(tx, importId, 'plan', {
      plan: json(plan),
      inspection: json(inspection),
      kind: plan.kind,
      counts: json({}),
      error: null,
      rowsDone: 0,
      bytesDone: 0,
    })
    if (saveAs) await saveTemplate(tx, saveAs, plan)
  },
})

async function saveTemplate(tx: Tx, name: string, plan: Plan): Promise<void> {
  const header = Object.entries(plan.columns)
    .filter(([, column]) => column.use !== 'leave')
    .map(([column]) => column)
  await sql`
    insert into import_template (id, workspace_id, name, kind, header, plan, created_by, created_at)
    values (gen_random_uuid(), ${tx.workspace}::uuid, ${name}, ${plan.kind}, ${JSON.stringify(header)}::jsonb,
      ${JSON.stringify({ ...plan, template: null })}::jsonb, ${userIdOf(tx)}::uuid, ${tx.clock().toISOString()}::timestamptz)
    on conflict (workspace_id, name) do update set
      kind = excluded.kind, header = excluded.header, plan = excluded.plan`.execute(tx.pg)
}

export const deleteTemplate = action({
  name: 'import_template.delete',
  role: 'csm',
  scope: 'import',
  input: only,
  async run(tx, { id: templateId }) {
    const gone = await tx.pg
      .deleteFrom('importTemplate')
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', templateId)
      .executeTakeFirst()
    if (gone.numDeletedRows === 0n) throw notFound('template')
    tx.audit({ kind: 'import_template', id: templateId })
  },
})

/** The key keeps a job that waits from being there twice; it is added again if it was given up. */
export const importJob = (job: string, importId: string): JobRequest => ({
  job,
  payload: { id: importId },
  key: `${job}:${importId}`,
  // A dry run writes nothing, so it waits only for one of the same file that was stopped and has not noticed yet.
  queue: job === jobNames.check ? `${job}:${importId}` : queue,
  maxAttempts: attempts,
})

/** `queued` false: the caller does the work itself, as the command line does. */
const request = z.object({ id, queued: z.boolean().default(true) })

export const requestCheck = action({
  name: 'import.check',
  role: 'csm',
  scope: 'import',
  input: request,
  async run(tx, { id: importId, queued }) {
    await move(tx, importId, 'check', { counts: json({}), error: null, rowsDone: 0, bytesDone: 0 })
    if (queued) await tx.enqueue(importJob(jobNames.check, importId))
  },
})

export const requestRun = action({
  name: 'import.run',
  role: 'csm',
  scope: 'import',
  input: request,
  async run(tx, { id: importId, queued }) {
    const { startedAt } = await move(tx, importId, 'run', { error: null })
    if (startedAt === null)
      await tx.pg
        .updateTable('import')
        .set({ counts: json({}), rowsDone: 0, bytesDone: 0 })
        .where('workspaceId', '=', tx.workspace)
        .where('id', '=', importId)
        .execute()
    if (queued) await tx.enqueue(importJob(jobNames.run, importId))
  },
})

/** Larger than every version that the workspace gave out: what is written last counts. */
const nextVersion = (tx: Tx) => sql<number>`
  greatest((select coalesce(max(version), 0) + 1 from import where workspace_id = ${tx.workspace}),
    ${tx.clock().getTime()}::bigint)`

export const requestUndo = action({
  name: 'import.undo',
  role: 'csm',
  scope: 'import',
  input: request,
  async run(tx, { id: importId, queued }) {
    const { state } = await move(tx, importId, 'undo')
    if (state !== 'undoing')
      await tx.pg
        .updateTable('import')
        .set({ version: nextVersion(tx), error: null })
        .where('workspaceId', '=', tx.workspace)
        .where('id', '=', importId)
        .execute()
    if (queued) await tx.enqueue(importJob(jobNames.undo, importId))
  },
})

/**
 * Stops what is under way after the batch that is being written: the import can then go on or be undone. Again, or when
 * it stands already, nothing changes.
 */
export const requestStop = action({
  name: 'import.stop',
  role: 'csm',
  scope: 'import',
  input: only,
  async run(tx, { id: importId }) {
    const { state, rowsDone } = await move(tx, importId, 'stop')
    if (state === 'failed') return
    await tx.pg
      .updateTable('import')
      .set({ error: json(stoppedAt(state, rowsDone)) })
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', importId)
      .execute()
    if (state !== 'checking') await recompute(tx)
  },
})

/** Removes an import of which nothing was written; its file goes with it. */
export const discardImport = action({
  name: 'import.discard',
  role: 'csm',
  scope: 'import',
  input: only,
  async run(tx, { id: importId }) {
    const { fileName } = await move(tx, importId, 'plan')
    await tx.pg
      .deleteFrom('import')
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', importId)
      .execute()
    tx.audit({ kind: 'import', id: importId, changes: { fileName } })
  },
})

export const finishCheck = action({
  name: 'import.checked',
  role: 'csm',
  scope: 'import',
  input: z.object({ id, counts: Counts }),
  run: async (tx, { id: importId, counts }) =>
    void (await move(tx, importId, 'checked', { counts: json(counts) })),
})

export const failCheck = action({
  name: 'import.check_failed',
  role: 'csm',
  scope: 'import',
  input: z.object({ id, counts: Counts, failure: Failure }),
  run: async (tx, { id: importId, counts, failure }) =>
    void (await move(tx, importId, 'fail', { counts: json(counts), error: json(failure) })),
})

export const startRun = action({
  name: 'import.start',
  role: 'csm',
  scope: 'import',
  input: only,
  async run(tx, { id: importId }) {
    const { startedAt } = await move(tx, importId, 'start')
    if (startedAt !== null) return
    await tx.pg
      .updateTable('import')
      .set({ startedAt: tx.clock().toISOString(), version: nextVersion(tx) })
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', importId)
      .execute()
  },
})

export const failRun = action({
  name: 'import.failed',
  role: 'csm',
  scope: 'import',
  input: z.object({ id, failure: Failure }),
  async run(tx, { id: importId, failure }) {
    await move(tx, importId, 'fail', { error: json(failure) })
    await recompute(tx)
  },
})

/** Accounts were marked batch by batch; now their readings may follow. */
const recompute = (tx: Tx) => tx.enqueue({ job: recomputeJob, key: recomputeJob, queue: recomputeJob })

async function announce(tx: Tx, importId: string, kind: string, report: Report, undone: boolean) {
  const { fromDay = null, toDay = null } = report
  await tx.emit({
    kind: importFinished,
    accountId: null,
    validAt: tx.clock().toISOString(),
    payload: { importId, kind, workspace: tx.workspace, undone, fromDay, toDay },
  })
  await recompute(tx)
}

/** The file is not kept, and neither are its first rows: what is stored is what counts. */
const withoutSample = sql`jsonb_set(inspection, '{sample}', '[]')`

export const finishRun = action({
  name: 'import.finish',
  role: 'csm',
  scope: 'import',
  input: z.object({ id, kind: z.string(), counts: Counts, report: Report }),
  async run(tx, { id: importId, kind, counts, report }) {
    await move(tx, importId, 'finish', {
      counts: json(counts),
      report: json(report),
      inspection: withoutSample,
      finishedAt: tx.clock().toISOString(),
    })
    await announce(tx, importId, kind, report, false)
  },
})

export const finishUndo = action({
  name: 'import.undone',
  role: 'csm',
  scope: 'import',
  input: z.object({ id, kind: z.string(), report: Report }),
  async run(tx, { id: importId, kind, report }) {
    await move(tx, importId, 'undone', {
      report: json(report),
      inspection: withoutSample,
      finishedAt: tx.clock().toISOString(),
    })
    await announce(tx, importId, kind, report, true)
  },
})

/** What is known of a person who is to be forgotten. */
export type Forgotten = Readonly<{
  personIds: readonly string[]
  emails: readonly string[]
  names: readonly string[]
  externalIds: readonly Readonly<{ externalId: string }>[]
}>

const erasedCell = '(erased)'

/**
 * Takes a person out of what imports keep: rows with one of the words in any cell lose all their cells, and images of the
 * person's record lose every text. The words are compared whole, without case.
 */
export async function scrubImports(
  tx: Pick<Tx, 'pg' | 'workspace'>,
  { personIds, emails, names, externalIds }: Forgotten,
): Promise<void> {
  const words = [...emails, ...names, ...externalIds.map((known) => known.externalId)]
    .map((word) => word.trim().toLowerCase())
    .filter((word) => word.length > 0)
  const list = sql`(select value from jsonb_array_elements_text(${JSON.stringify(words)}::jsonb) value)`
  const blank = (cells: ReturnType<typeof sql>) => sql`
    (select jsonb_agg(${erasedCell}::text) from jsonb_array_elements(${cells}) cell)`
  const names_ = (cells: ReturnType<typeof sql>) => sql`exists (
    select from jsonb_array_elements_text(${cells}) cell where lower(trim(cell)) in ${list})`
  await sql`
    update import_issue set raw = ${blank(sql`raw`)},
      params = params - 'externalId' - 'text' - 'value' - 'values' - 'reason'
    where workspace_id = ${tx.workspace} and (
      (jsonb_typeof(raw) = 'array' and ${names_(sql`raw`)}) or lower(params ->> 'externalId') in ${list})`.execute(
    tx.pg,
  )
  await sql`
    update import_change set before = before || '{"name": null, "email": null, "title": null, "time_zone": null, "custom": {}}'
    where workspace_id = ${tx.workspace} and entity = 'person' and before is not null
      and record_id = any(${[...personIds]}::uuid[])`.execute(tx.pg)
  await sql`
    update import_change set before = before || jsonb_strip_nulls(jsonb_build_object(
      'subject', case when before ? 'subject' then ${erasedCell}::text end,
      'body', case when before ? 'body' then ${erasedCell}::text end,
      'comment', case when before ? 'comment' then ${erasedCell}::text end))
    where workspace_id = ${tx.workspace} and before ->> 'person_id' = any(${[...personIds]}::text[])`.execute(
    tx.pg,
  )
  await sql`
    update import set inspection = jsonb_set(inspection, '{sample}', coalesce((
      select jsonb_agg(case when ${names_(sql`line -> 'fields'`)}
        then jsonb_set(line, '{fields}', ${blank(sql`line -> 'fields'`)}) else line end)
      from jsonb_array_elements(inspection -> 'sample') line), '[]'))
    where workspace_id = ${tx.workspace} and jsonb_array_length(coalesce(inspection -> 'sample', '[]')) > 0`.execute(
    tx.pg,
  )
  await sql`
    delete from pending_reference where workspace_id = ${tx.workspace} and target_entity = 'person'
      and lower(target_external_id) in ${list}`.execute(tx.pg)
  await sql`
    update import set report = jsonb_set(report, '{unknown}', coalesce((
      select jsonb_agg(line) from jsonb_array_elements(report -> 'unknown') line
      where lower(line ->> 'externalId') not in ${list}), '[]'))
    where workspace_id = ${tx.workspace} and jsonb_array_length(coalesce(report -> 'unknown', '[]')) > 0`.execute(
    tx.pg,
  )
  await sql`
    update import set inspection = jsonb_set(inspection, '{columns}', (
      select jsonb_agg(case when ${names_(sql`col -> 'examples'`)} or lower(col ->> 'min') in ${list}
          or lower(col ->> 'max') in ${list}
        then col || '{"examples": [], "min": null, "max": null}' else col end)
      from jsonb_array_elements(inspection -> 'columns') col))
    where workspace_id = ${tx.workspace} and jsonb_array_length(coalesce(inspection -> 'columns', '[]')) > 0`.execute(
    tx.pg,
  )
}

export const forgetPerson = action({
  name: 'import.forget_person',
  role: 'admin',
  scope: 'settings',
  input: z.object({
    personIds: z.array(z.uuid()),
    emails: z.array(z.string()),
    names: z.array(z.string()),
    externalIds: z.array(z.object({ externalId: z.string() })),
  }),
  run: (tx, forgotten) => scrubImports(tx, forgotten),
})

export const refuseFaults = (
  faults: readonly { code: string; column: string | null; field: string | null }[],
) => {
  if (faults.length === 0) return
  throw invalid(
    'The plan of this import is not complete. Each gap is listed with its place.',
    faults.map(({ code, column, field }) => ({
      path: column === null ? (field === null ? 'answers' : `fields.${field}`) : `columns.${column}`,
      message: code,
    })),
  )
}
