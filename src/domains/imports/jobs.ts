import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import type { Ctx } from '../../platform/context.ts'
import type { FactConsumer } from '../../platform/facts.ts'
import type { Job } from '../../platform/jobs/runner.ts'
import { enqueueJob } from '../../platform/jobs/enqueue.ts'
import { forgetPerson, importJob, jobNames } from './actions.ts'
import type { ImportType } from './import-type.ts'
import { checkImport } from './jobs/check.ts'
import { uploadsDir } from './jobs/load.ts'
import { runImport } from './jobs/run.ts'
import { undoImport } from './jobs/undo.ts'

const payload = z.object({ id: z.uuid() })
const dayMs = 86_400_000
/** Files that nobody imported are not kept for ever: they may hold personal data. */
const keepDays = 30

/** Removes uploaded files whose import has ended or is gone, and what broken uploads left. */
async function tidyUploads(ctx: Ctx): Promise<void> {
  const names = await readdir(uploadsDir(ctx)).catch(() => [])
  const now = ctx.clock().getTime()
  for (const name of names) {
    const path = join(uploadsDir(ctx), name)
    const found = await stat(path).catch(() => null)
    if (!found) continue
    const ageDays = (now - found.mtimeMs) / dayMs
    if (name.endsWith('.part') ? ageDays > 1 : ageDays > 1 && (await isDone(ctx, name, ageDays)))
      await rm(path, { force: true })
  }
}

/** The folder is shared by all workspaces; only imports of this one are judged, by their id. */
async function isDone(ctx: Ctx, id: string, ageDays: number): Promise<boolean> {
  if (!z.uuid().safeParse(id).success) return false
  const row = await ctx.pg
    .selectFrom('import')
    .select(['state'])
    .where('workspaceId', '=', ctx.workspace)
    .where('id', '=', id)
    .executeTakeFirst()
  if (!row) return false
  const ended = row.state === 'done' || row.state === 'undone'
  return ended || (ageDays > keepDays && ['uploaded', 'checked'].includes(row.state))
}

const jobOfState: Readonly<Record<string, string>> = {
  checking: jobNames.check,
  waiting: jobNames.run,
  running: jobNames.run,
  undoing: jobNames.undo,
}

/** Asks again for imports that were under way: a restored backup knows them, but not the queue that they stood in. */
export async function requeueImports({ pg }: Pick<Ctx, 'pg'>): Promise<number> {
  const open = await pg
    .selectFrom('import')
    .select(['id', 'workspaceId', 'state'])
    .where('state', 'in', Object.keys(jobOfState))
    .orderBy('createdAt')
    .execute()
  for (const { id, workspaceId, state } of open)
    await enqueueJob(pg, workspaceId, importJob(jobOfState[state] as string, id))
  return open.length
}

/** Dry run, run and undo, each going on where it stopped. */
export const importJobs = (types: readonly ImportType[]): readonly Job[] => [
  {
    name: jobNames.check,
    payload,
    run: (ctx, { id }, signal) => checkImport(ctx, types, id as string, signal),
  },
  { name: jobNames.run, payload, run: (ctx, { id }, signal) => runImport(ctx, types, id as string, signal) },
  {
    name: jobNames.undo,
    payload,
    run: (ctx, { id }, signal) => undoImport(ctx, types, id as string, signal),
  },
  { name: jobNames.tidy, cron: '40 3 * * *', run: (ctx) => tidyUploads(ctx) },
]

const PersonErased = z.object({
  personIds: z.array(z.string()).default([]),
  emails: z.array(z.string()).default([]),
  names: z.array(z.string()).default([]),
  externalIds: z.array(z.object({ externalId: z.string() })).default([]),
})

/** What imports keep of a person goes with the person. */
export const importConsumers: readonly FactConsumer[] = [
  {
    kinds: ['person.erased'],
    async hear(ctx, fact) {
      await forgetPerson(ctx, PersonErased.parse(fact.payload))
    },
  },
]
