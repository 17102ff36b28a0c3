import { sql } from 'kysely'
import { rm } from 'node:fs/promises'
import { z } from 'zod'
import { discardImport, requestRun, requestStop, requestUndo } from '../domains/imports/actions.ts'
import type { ImportType } from '../domains/imports/import-type.ts'
import { uploadPath } from '../domains/imports/jobs/load.ts'
import { runImport } from '../domains/imports/jobs/run.ts'
import { undoImport } from '../domains/imports/jobs/undo.ts'
import { planImport } from '../domains/imports/plan-import.ts'
import { getImport } from '../domains/imports/reads.ts'
import { receiveUpload } from '../domains/imports/upload.ts'
import { workspaceOf } from '../domains/team/reads.ts'
import type { Ctx } from '../platform/context.ts'
import { conflict, Problem } from '../platform/errors.ts'
import type { Job } from '../platform/jobs/runner.ts'
import { generateCompany } from './company.ts'
import { csvOf, filesOf, type SampleFile } from './files.ts'
import { takeOver } from './actions.ts'
import { jobNames, lockKey, sampleImports, standing, type SampleImport } from './reads.ts'
import { SampleSize, sourceOf } from './size.ts'
import { abandoned } from './standing.ts'

type Work = Readonly<{ ctx: Ctx; types: readonly ImportType[]; signal: AbortSignal }>

/** One at a time in a workspace, whoever does it: a second one is told so. */
function alone<T>(ctx: Ctx, work: () => Promise<T>): Promise<T> {
  const key = lockKey(ctx.workspace)
  return ctx.pg.connection().execute(async (db) => {
    const { rows } = await sql<{ free: boolean }>`select pg_try_advisory_lock(${key}) as free`.execute(db)
    if (!rows[0]?.free)
      throw conflict(
        'sample_busy',
        'The sample company is being loaded or removed already. Wait until that has ended.',
      )
    try {
      return await work()
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(db)
    }
  })
}

const deadlockCode = '40P01'
const tries = 5

/** Readings are computed meanwhile: of two that wait for each other the store ends one, and its step is done again. */
async function unlessLocked(step: () => Promise<unknown>): Promise<void> {
  for (let n = 1; ; n += 1)
    try {
      await step()
      return
    } catch (thrown) {
      if (n === tries || (thrown as { code?: unknown }).code !== deadlockCode) throw thrown
    }
}

/** Puts a file of the company where uploads are, with a plan that leaves nothing open. */
async function upload(
  { ctx, types }: Work,
  file: SampleFile,
  size: SampleSize,
  currency: string,
): Promise<void> {
  const limits = { uploadMaxBytes: Number.MAX_SAFE_INTEGER }
  const { id } = await receiveUpload(ctx, types, csvOf(file), file.fileName, limits)
  await planImport(ctx, types, id, {
    kind: file.kind,
    answers: { source: sourceOf(size), unknownAccounts: 'refuse', currency, timeZone: 'UTC' },
  })
  const { faults } = await getImport(ctx, types, id)
  if (faults.length > 0) throw new Error(`the plan of ${file.fileName} has faults: ${JSON.stringify(faults)}`)
}

async function discard(ctx: Ctx, id: string): Promise<void> {
  await discardImport(ctx, { id })
  await rm(uploadPath(ctx, id), { force: true })
}

/** Uploads what is not there yet. A file that was cut off by a kill has no plan of the sample and is made again. */
async function uploadAll(work: Work, size: SampleSize): Promise<readonly SampleImport[]> {
  const { ctx, signal } = work
  const source = sourceOf(size)
  const there = (await sampleImports(ctx)).filter(({ isPart }) => isPart)
  const other = there.find((one) => one.source !== source && one.started)
  if (other) throw conflict('sample_loaded', 'Another sample company is here already. Remove it first.')
  for (const one of there) if (one.source !== source) await discard(ctx, one.id)
  const { currency } = await workspaceOf(ctx)
  const have = new Set(there.filter((one) => one.source === source).map(({ kind }) => kind))
  for (const file of filesOf(generateCompany(size), currency)) {
    if (have.has(file.kind)) continue
    signal.throwIfAborted()
    await upload(work, file, size, currency)
  }
  return (await sampleImports(ctx)).filter(({ isPart }) => isPart)
}

export type LoadProgress = (kind: string, rows: number) => void

/**
 * Loads the company of that size by importing its files. Killed and asked for again, it goes on where it stopped.
 *
 * @throws Problem sample_busy, sample_loaded, or what an import failed with
 */
export const loadSample = (
  ctx: Ctx,
  types: readonly ImportType[],
  size: SampleSize,
  signal: AbortSignal,
  onProgress: LoadProgress = () => undefined,
): Promise<void> =>
  alone(ctx, async () => {
    for (const { id, kind, state } of await uploadAll({ ctx, types, signal }, size)) {
      if (state === 'done') continue
      if (state !== 'waiting' && state !== 'running') await requestRun(ctx, { id, queued: false })
      await unlessLocked(() =>
        runImport(ctx, types, id, signal, { onProgress: (rows) => onProgress(kind, rows) }),
      )
      const { state: end, error } = await getImport(ctx, types, id)
      if (end !== 'done')
        throw new Problem(
          409,
          'sample_stopped',
          error?.detail ?? `The import of ${kind} was stopped. Load again to go on.`,
        )
    }
  })

/**
 * Takes the company out by undoing its imports, the newest first; safe to be killed and asked for again. What people
 * changed or wrote since keeps the record that it is about.
 *
 * @returns records that were left because somebody changed them or something else needs them
 */
export const removeSample = (ctx: Ctx, types: readonly ImportType[], signal: AbortSignal): Promise<number> =>
  alone(ctx, async () => {
    let left = 0
    for (const { id, state, started } of [...(await sampleImports(ctx))].reverse()) {
      signal.throwIfAborted()
      if (state === 'waiting' || state === 'running') await requestStop(ctx, { id })
      if (!started) {
        await discard(ctx, id)
        continue
      }
      await requestUndo(ctx, { id, queued: false })
      await unlessLocked(() => undoImport(ctx, types, id, signal))
      left += (await getImport(ctx, types, id)).counts.left
    }
    return left
  })

const payload = z.object({ size: SampleSize })

export const sampleJobs = (types: readonly ImportType[]): readonly Job[] => [
  {
    name: jobNames.load,
    payload,
    run: (ctx, given, signal) => loadSample(ctx, types, payload.parse(given).size, signal),
  },
  {
    name: jobNames.remove,
    run: async (ctx, _payload, signal) => void (await removeSample(ctx, types, signal)),
  },
  {
    // A command that was killed leaves nobody to go on; a job that was killed comes back by itself.
    name: jobNames.takeOver,
    cron: '* * * * *',
    async run(ctx) {
      if (abandoned(await standing(ctx))) await takeOver(ctx, {})
    },
  },
]
