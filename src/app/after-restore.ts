import { countJob } from '../domains/events/actions/keep.ts'
import { requeueImports } from '../domains/imports/jobs.ts'
import { reapplyErasures } from '../domains/people/actions/erase.ts'
import type { Services } from '../platform/context.ts'
import { deliverFactsJob } from '../platform/facts.ts'
import { enqueueJob } from '../platform/jobs/enqueue.ts'
import { markAllDue, recomputeJob } from '../platform/readings.ts'

/** Brings back what a backup leaves out: the work that was waiting, and erasures that were asked for since. */
export async function afterRestore(services: Services): Promise<void> {
  await reapplyErasures(services)
  await requeueImports(services)
  const workspaces = await services.pg.selectFrom('workspace').select('id').execute()
  for (const { id } of workspaces) {
    await enqueueJob(services.pg, id, { job: deliverFactsJob, key: deliverFactsJob })
    await enqueueJob(services.pg, id, { job: countJob, key: countJob, queue: recomputeJob })
    await markAllDue(services.pg, id)
  }
}
