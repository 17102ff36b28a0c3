import { z } from 'zod'
import type { Ctx } from '../../platform/context.ts'
import type { FactConsumer } from '../../platform/facts.ts'
import type { Job } from '../../platform/jobs/runner.ts'
import type { Reader, Reading } from '../../platform/readings.ts'
import { usageCounted, UsageCounted } from '../events/schema.ts'
import { importFinished } from '../imports/import-type.ts'
import { rollUp } from './actions/roll-up.ts'
import { usageImport } from './import.ts'
import { usageCodes, usageReadings } from './model/readings.ts'
import { horizonOf } from './model/weeks.ts'
import { latestSource } from './reads/coverage.ts'
import { usesOf } from './reads/uses.ts'

/** Ids of so many accounts fit into one statement of the events store. */
const chunk = 2_000

async function computeUsage(ctx: Ctx, accountIds: readonly string[], now: Date): Promise<Reading[]> {
  const source = await latestSource(ctx)
  const horizon = source && horizonOf(now, source.coverage.lastDay)
  const readings: Reading[] = []
  for (let at = 0; at < accountIds.length; at += chunk) {
    const uses = await usesOf(ctx, accountIds.slice(at, at + chunk), horizon)
    for (const use of uses) readings.push(...usageReadings(use, source, now))
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
      await rollUp(ctx, (await undone(ctx, importId)) ? 'all' : { importId })
    },
  },
  {
    kinds: [usageCounted],
    hear: (ctx, fact) => rollUp(ctx, UsageCounted.parse(fact.payload)),
  },
]

export const rollUpJob = 'usage.roll_up'

export const usageJobs: readonly Job[] = [
  // Weekly as well, when a week has become complete: it also mends what a lost roll-up left behind.
  { name: rollUpJob, cron: '20 2 * * 1', run: (ctx) => rollUp(ctx, 'all') },
]
