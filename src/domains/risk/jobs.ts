import { isDeepStrictEqual } from 'node:util'
import type { Ctx } from '../../platform/context.ts'
import type { FactConsumer } from '../../platform/facts.ts'
import { enqueueJob } from '../../platform/jobs/enqueue.ts'
import type { Job } from '../../platform/jobs/runner.ts'
import type { Reader } from '../../platform/readings.ts'
import { importFinished } from '../imports/import-type.ts'
import { recordPrior } from './actions.ts'
import { riskCodes } from './model.ts'
import { computeRisk, currentPrior, measurePrior } from './reads.ts'

export const priorJob = 'risk.prior'

/** Counts again; a prior that did not move is not a new version. */
export async function refreshPrior(ctx: Ctx): Promise<void> {
  const [{ prior, snapshotId }, now] = [await currentPrior(ctx), await measurePrior(ctx)]
  if (snapshotId === null || !isDeepStrictEqual(prior, now)) await recordPrior(ctx, now)
}

export const riskJobs: readonly Job[] = [{ name: priorJob, cron: '40 1 * * *', run: refreshPrior }]

export const riskReaders: readonly Reader[] = [{ codes: riskCodes, compute: computeRisk }]

/** An import may bring customers, payments or departures, and another churn rule decides anew who has left. */
export const riskConsumers: readonly FactConsumer[] = [
  {
    kinds: [importFinished, 'workspace.changed'],
    hear: (ctx) => enqueueJob(ctx.pg, ctx.workspace, { job: priorJob, key: priorJob, queue: priorJob }),
  },
]
