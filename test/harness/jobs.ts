import { setTimeout as sleep } from 'node:timers/promises'
import { allJobs } from '../../src/app/domains.ts'
import { startJobs } from '../../src/platform/jobs/runner.ts'
import { createMetrics } from '../../src/platform/metrics.ts'
import type { TestWorld } from './stores.ts'

/** Runs the real jobs until none is due any more; a job that failed for good is an error here. */
export async function workOff(world: TestWorld): Promise<void> {
  const runner = await startJobs(world, world.pool, allJobs, createMetrics())
  try {
    for (;;) {
      const { rows } = await world.pool.query<{ due: number; failed: string | null }>(`
        select count(*) filter (where run_at <= now() + interval '1 minute')::int as due,
          max(task_identifier || ': ' || last_error) as failed
        from graphile_worker.jobs where last_error is not null or run_at <= now() + interval '1 minute'`)
      const [state] = rows
      if (state?.failed) throw new Error(`A job failed: ${state.failed}`)
      if (!state?.due) return
      await sleep(100)
    }
  } finally {
    await runner.stop()
  }
}
