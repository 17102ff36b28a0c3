import type { FactConsumer } from '../../platform/facts.ts'
import { enqueueJob } from '../../platform/jobs/enqueue.ts'
import type { Job } from '../../platform/jobs/runner.ts'
import { forgetDeliveredErasures, redactMentions, rememberErasures } from './actions/erase.ts'
import { personErased, PersonErased } from './schema.ts'

const forgetJob = 'people.forget_erasures'
const retryMs = 60_000

/** Takes addresses and names off facts once everybody has heard them; looks again while some have not. */
const forget: Job = {
  name: forgetJob,
  cron: '17 3 * * *',
  async run(ctx) {
    if ((await forgetDeliveredErasures(ctx)) === 0) return
    await enqueueJob(ctx.pg, ctx.workspace, {
      job: forgetJob,
      key: forgetJob,
      runAt: new Date(ctx.clock().getTime() + retryMs),
    })
  },
}

const erased: FactConsumer = {
  kinds: [personErased],
  async hear(ctx, fact) {
    const identity = PersonErased.parse(fact.payload)
    await rememberErasures(
      ctx.dataDir,
      identity.personIds.map((personId) => ({
        workspaceId: ctx.workspace,
        personId,
        erasedAt: fact.validAt,
      })),
    )
    await redactMentions(ctx, identity)
    await enqueueJob(ctx.pg, ctx.workspace, {
      job: forgetJob,
      key: forgetJob,
      runAt: new Date(ctx.clock().getTime() + retryMs),
    })
  },
}

export const peopleJobs: readonly Job[] = [forget]
export const peopleConsumers: readonly FactConsumer[] = [erased]
