import { Logger as WorkerLogger, parseCronItems, run, type Runner, type RunnerOptions } from 'graphile-worker'
import { EventEmitter } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import { z } from 'zod'
import { mintWorkspaceId } from '../auth/workspace-id.ts'
import type { Ctx, Services } from '../context.ts'
import { newId } from '../ids.ts'
import type { Metrics } from '../metrics.ts'

/** Work done later: gather, decide, record. Runs at least once, so it must be safe to run again. */
export type Job = Readonly<{
  name: string
  /** Extra payload besides the workspace. */
  payload?: z.ZodType<Record<string, unknown>>
  /** For every workspace at this cron time (UTC), besides being enqueued. */
  cron?: string
  run(ctx: Ctx, payload: Record<string, unknown>, signal: AbortSignal): Promise<void>
}>

export type JobRunner = Readonly<{ stop(): Promise<void> }>

const scheduledPrefix = 'every-workspace.'
/** First key of the advisory locks that say "this process is alive". */
const livenessLock = 4_600
/** How long a queue may be held by somebody who has not said yet that they live. */
const graceSeconds = 10
const restartMs = 1_000

async function runOne(services: Services, job: Job, raw: unknown, signal: AbortSignal): Promise<void> {
  const { workspaceId, ...rest } = z.object({ workspaceId: z.uuid() }).loose().parse(raw)
  const requestId = newId()
  const ctx: Ctx = {
    ...services,
    workspace: mintWorkspaceId(workspaceId),
    actor: { kind: 'system', name: job.name },
    requestId,
    log: services.log.child({ job: job.name, workspaceId, requestId }),
  }
  await job.run(ctx, job.payload ? job.payload.parse(rest) : rest, signal)
}

async function forEveryWorkspace(services: Services, job: Job, signal: AbortSignal): Promise<void> {
  const workspaces = await services.pg.selectFrom('workspace').select('id').execute()
  for (const { id } of workspaces) {
    if (signal.aborted) return
    await runOne(services, job, { workspaceId: id }, signal)
  }
}

/**
 * Marks this process as alive by an advisory lock on a connection of its own, and gives the jobs of dead
 * processes back to the queue: the queue alone would wait four hours after a kill -9.
 */
async function watchLiveness(pool: Pool, workerIds: () => string[], services: Services) {
  const key = Math.floor(Math.random() * 2 ** 31)
  let client: PoolClient | undefined
  async function hold(): Promise<void> {
    client = await pool.connect()
    client.on('error', () => {
      client?.release(true)
      client = undefined
    })
    await client.query('select pg_advisory_lock($1, $2)', [livenessLock, key])
  }
  async function beat(): Promise<void> {
    if (!client) await hold()
    await pool.query(
      `insert into worker_process (lock_key, worker_ids) values ($1, $2)
       on conflict (lock_key) do update set worker_ids = excluded.worker_ids`,
      [key, workerIds()],
    )
    await pool.query(
      `delete from worker_process w
       where lock_key <> $2 and not exists (
         select from pg_locks l where l.locktype = 'advisory' and l.classid = $1 and l.objid = w.lock_key::oid
           and l.database = (select oid from pg_database where datname = current_database()))`,
      [livenessLock, key],
    )
    await pool.query(
      `select graphile_worker.force_unlock_workers(array_agg(locked_by)) from (
         select locked_by from graphile_worker._private_jobs where locked_at < now() - $1::interval
         union
         select locked_by from graphile_worker._private_job_queues where locked_at < now() - $1::interval) held
       where locked_by is not null
         and not exists (select from worker_process w where held.locked_by = any(w.worker_ids))
       having count(*) > 0`,
      [`${graceSeconds} seconds`],
    )
  }
  await beat()
  const timer = setInterval(() => {
    beat().catch((error) => services.log.warn({ error: String(error) }, 'liveness of jobs not recorded'))
  }, 5_000)
  return {
    beat,
    async stop() {
      clearInterval(timer)
      await pool.query('delete from worker_process where lock_key = $1', [key]).catch(() => undefined)
      client?.release(true)
    },
  }
}

/** The store is away for a moment: refused, reset, or not up yet. */
const awayCodes = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', '57P01', '57P02', '57P03'])
const patienceMs = 60_000

/** The pool, but whoever wants a connection waits while the store comes back, instead of failing at once. */
function patient(pool: Pool): Pool {
  async function connect(): Promise<PoolClient> {
    const end = Date.now() + patienceMs
    for (;;) {
      try {
        return await pool.connect()
      } catch (error) {
        const code = (error as { code?: string }).code ?? ''
        if (!awayCodes.has(code) || pool.ending || Date.now() > end) throw error
        await sleep(250)
      }
    }
  }
  type Called = (error: Error | undefined, client?: PoolClient, done?: PoolClient['release']) => void
  const either = (called?: Called) =>
    called
      ? void connect().then(
          (client) => called(undefined, client, client.release.bind(client)),
          (error: Error) => called(error),
        )
      : connect()
  return new Proxy(pool, {
    get(target, name) {
      if (name === 'connect') return either
      const value: unknown = Reflect.get(target, name, target)
      return typeof value === 'function' ? (value.bind(target) as unknown) : value
    },
  })
}

/** Starts to work off the queue. `stop` lets running jobs end or notice the abort signal. */
export async function startJobs(
  services: Services,
  pool: Pool,
  jobs: readonly Job[],
  metrics: Metrics,
  concurrency = 2,
): Promise<JobRunner> {
  const stopping = new AbortController()
  const workerIds = new Set<string>()
  const events = new EventEmitter()
  // The queue marks what is taken with the id of the pool of workers, not of the single worker.
  events.on('pool:create', ({ workerPool }: { workerPool: { id: string } }) => workerIds.add(workerPool.id))
  async function timed(job: Job, work: () => Promise<void>): Promise<void> {
    const started = performance.now()
    const seconds = () => (performance.now() - started) / 1_000
    try {
      await work()
      metrics.jobRan(job.name, 'done', seconds())
    } catch (error) {
      metrics.jobRan(job.name, 'failed', seconds())
      services.log.error({ job: job.name, error: (error as Error).stack ?? String(error) }, 'job failed')
      throw error
    }
  }
  const taskList = Object.fromEntries(
    jobs.flatMap((job) => [
      [job.name, (raw: unknown) => timed(job, () => runOne(services, job, raw, stopping.signal))],
      [scheduledPrefix + job.name, () => timed(job, () => forEveryWorkspace(services, job, stopping.signal))],
    ]),
  )
  const liveness = await watchLiveness(pool, () => [...workerIds], services)
  const options: RunnerOptions = {
    pgPool: patient(pool),
    concurrency,
    // Without batches the queue leaves the promise of a job's end unheard, and losing the store would end the process.
    preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
    noHandleSignals: true,
    pollInterval: 2_000,
    taskList,
    events,
    logger: new WorkerLogger((scope) => (level, message, meta) => {
      if (level === 'error') services.log.error({ scope, meta }, message)
      else if (level === 'warning') services.log.warn({ scope, meta }, message)
    }),
    parsedCronItems: parseCronItems(
      jobs.flatMap((job) => (job.cron ? [{ task: scheduledPrefix + job.name, match: job.cron }] : [])),
    ),
  }
  let runner: Runner = await run(options)
  await liveness.beat()
  // The queue gives up when the store goes away under it; the store comes back, and so must the queue.
  async function keepRunning(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await runner.promise
        return
      } catch (error) {
        services.log.warn({ error: String(error) }, 'the queue of jobs stopped and is started again')
      }
      workerIds.clear()
      while (!stopping.signal.aborted) {
        await sleep(restartMs)
        try {
          runner = await run(options)
          await liveness.beat()
          break
        } catch (error) {
          services.log.debug({ error: String(error) }, 'the queue of jobs cannot start yet')
        }
      }
    }
  }
  const running = keepRunning()
  return {
    async stop() {
      stopping.abort()
      await runner.stop().catch(() => undefined)
      await running
      await liveness.stop()
    },
  }
}
