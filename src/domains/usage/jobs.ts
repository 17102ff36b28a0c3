import { z } from 'zod'
import { allEnded } from '../../platform/all-ended.ts'
import type { Ctx } from '../../platform/context.ts'
import type { FactConsumer } from '../../platform/facts.ts'
import { enqueueJob } from '../../platform/jobs/enqueue.ts'
import type { Job } from '../../platform/jobs/runner.ts'
import { recomputeJob, recomputeNext, type Reader, type Reading } from '../../platform/readings.ts'
import { countJob } from '../events/actions/keep.ts'
import { countNext } from '../events/jobs.ts'
import { importFinished } from '../imports/import-type.ts'
import { measure, measureJob, rollUpAll, rollUpCounted, rollUpImport } from './actions/roll-up.ts'
import { usageImport } from './import.ts'
import { usageCodes, usageReadings } from './model/readings.ts'
import { latestScale, latestSource } from './reads/coverage.ts'
import { chunk, usesOf } from './reads/uses.ts'

async function computeUsage(ctx: Ctx, accountIds: readonly string[], now: Date): Promise<Reading[]> {
  const [source, scale] = await Promise.all([latestSource(ctx), latestScale(ctx)])
  const readings: Reading[] = []
  for (let at = 0; at < accountIds.length; at += chunk) {
    const uses = await usesOf(ctx, accountIds.slice(at, at + chunk), source, now)
    for (const use of uses) readings.push(...usageReadings(use, source, scale, now))
  }
  return readings
}

export const usageReaders: readonly Reader[] = [{ codes: usageCodes, compute: computeUsage }]

const Finished = z.object({ importId: z.uuid(), kind: z.string() })

async function undone(ctx: Ctx, importId: string): Promise<boolean> {
  const row = await ctx.pg
    .selectFrom('import')
    .select('state')
    .where('workspaceId', '=', ctx.workspace)
    .where('id', '=', importId)
    .executeTakeFirst()
  return row === undefined || row.state === 'undoing' || row.state === 'undone'
}

export const usageConsumers: readonly FactConsumer[] = [
  {
    kinds: [importFinished],
    async hear(ctx, fact) {
      const { importId, kind } = Finished.parse(fact.payload)
      if (kind !== usageImport.kind) return
      // Rows that an undone import had replaced came back without a trace of it: only everything is sure to hold them.
      if (await undone(ctx, importId)) await rollUpAll(ctx)
      else await rollUpImport(ctx, importId)
    },
  },
]

/** Works so long at a time, and then lets other jobs go first. */
const turnMs = 5_000

/**
 * From events to readings in one go: counts what users did and rolls it up, and beside it computes the readings that are
 * due. Both go on by small parts, so that an event does not wait for the end of a pass over all.
 */
const freshen =
  (readers: readonly Reader[]): Job['run'] =>
  async (ctx, _payload, signal) => {
    const end = performance.now() + turnMs
    while (!signal.aborted) {
      const [counted, computed] = await allEnded([
        countNext(ctx, (days) => rollUpCounted(ctx, days)),
        recomputeNext(ctx, readers),
      ])
      if (!counted && !computed) return
      if (performance.now() < end) continue
      return enqueueJob(ctx.pg, ctx.workspace, { job: recomputeJob, key: recomputeJob, queue: recomputeJob })
    }
  }

export const rollUpJob = 'usage.roll_up'

/** `readers` are those of all domains: what events move is computed where it is counted. */
export const usageJobs = (readers: readonly Reader[]): readonly Job[] => [
  { name: countJob, run: freshen(readers) },
  { name: recomputeJob, run: freshen(readers) },
  { name: measureJob, cron: '20 2 * * *', run: async (ctx) => void (await measure(ctx)) },
  // Weekly as well: it mends what a lost roll-up left behind.
  { name: rollUpJob, cron: '20 3 * * 1', run: rollUpAll },
]
