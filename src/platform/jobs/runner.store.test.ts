import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import { systemClock } from '../clock.ts'
import type { Services } from '../context.ts'
import { createClickHouse } from '../db/clickhouse.ts'
import { startPostgres } from '../db/embedded/postgres.ts'
import { removeCluster } from '../db/embedded/postgres-home.ts'
import { migrate } from '../db/migrate.ts'
import { createKysely, createPool } from '../db/pg.ts'
import { newId } from '../ids.ts'
import { createLog } from '../log.ts'
import { createMetrics } from '../metrics.ts'
import { packageRoot } from '../package-root.ts'
import { enqueueJob } from './enqueue.ts'
import { startJobs, type Job } from './runner.ts'

const world = await openTestWorld()
const log = createLog('silent')

async function until(check: () => boolean): Promise<void> {
  const end = Date.now() + 40_000
  while (!check()) {
    if (Date.now() > end) throw new Error('waited too long')
    await sleep(50)
  }
}

describe('jobs', () => {
  it('of a process that was killed are taken over by another one within seconds', async () => {
    const workspace = newId()
    await enqueueJob(world.pg, workspace, { job: 'test.work', queue: 'test.work' })
    // What a kill -9 leaves behind: job and queue held by a pool that no living process knows.
    await world.pool.query(`
      update graphile_worker._private_job_queues set locked_by = 'pool-gone', locked_at = now() - interval '1 minute'`)
    await world.pool.query(`
      update graphile_worker._private_jobs set locked_by = 'pool-gone', locked_at = now() - interval '1 minute',
        attempts = 1`)
    let ran = 0
    const job: Job = { name: 'test.work', run: async () => void (ran += 1) }
    const runner = await startJobs(world, world.pool, [job], createMetrics())
    await until(() => ran === 1)
    await runner.stop()
  })

  it('of a living process stay with it', async () => {
    const workspace = newId()
    await enqueueJob(world.pg, workspace, { job: 'test.slow' })
    let [ran, release] = [0, () => {}]
    const held = new Promise<void>((resolve) => (release = resolve))
    const job: Job = {
      name: 'test.slow',
      run: async () => {
        ran += 1
        await held
      },
    }
    const first = await startJobs(world, world.pool, [job], createMetrics())
    await until(() => ran === 1)
    await world.pool.query(`
      update graphile_worker._private_jobs set locked_at = now() - interval '1 minute' where locked_by is not null`)
    const second = await startJobs(world, world.pool, [job], createMetrics())
    await sleep(1_500)
    expect(ran).toBe(1)
    release()
    await Promise.all([first.stop(), second.stop()])
  })

  it('go on after the store was killed in the middle of one', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'mainstay-jobs-'))
    // PostgreSQL's own user must be able to enter when the tests run as root.
    await chmod(dataDir, 0o711)
    const engine = await startPostgres({ dataDir, log })
    const pool = createPool(engine.url, log)
    afterAll(async () => {
      await pool.end()
      await engine.stop()
      await removeCluster(dataDir)
      await rm(dataDir, { recursive: true, force: true })
    })
    const noEvents = { command: async () => undefined } as unknown as ReturnType<typeof createClickHouse>
    await migrate(pool, noEvents, join(packageRoot(), 'migrations'), log)
    const pg = createKysely(pool)
    const services: Services = { pg, ch: world.ch, clock: systemClock, log, dataDir }
    const workspace = newId()
    let tries = 0
    const job: Job = {
      name: 'test.read',
      run: async (ctx) => {
        tries += 1
        if (tries === 1) process.kill(engine.pid(), 'SIGKILL')
        await sleep(200)
        await ctx.pg.selectFrom('workspace').select('id').execute()
      },
    }
    let done = 0
    const after: Job = { name: 'test.after', run: async () => void (done += 1) }
    const runner = await startJobs(services, pool, [job, after], createMetrics())
    await enqueueJob(pg, workspace, { job: 'test.read' })
    await until(() => tries >= 1)
    const end = Date.now() + 20_000
    for (;;) {
      const sent = await enqueueJob(pg, workspace, { job: 'test.after' }).then(
        () => true,
        () => false,
      )
      if (sent) break
      if (Date.now() > end) throw new Error('the store did not come back')
      await sleep(200)
    }
    await until(() => done === 1)
    await runner.stop()
  })
})
