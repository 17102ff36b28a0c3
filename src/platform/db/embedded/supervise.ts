import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../../log.ts'

const FIRST_DELAY_MS = 200
const LONGEST_DELAY_MS = 10_000
const HEALTHY_AFTER_MS = 60_000

/** One run of an engine's process. `exited` settles with the reason, and never rejects. */
export type Running = { pid: number; exited: Promise<string>; stop(): Promise<void> }
export type Supervised = { pid(): number; stop(): Promise<void> }

/**
 * Keeps one engine running: when it ends unasked it is launched again, at once or with growing pauses while it keeps
 * failing. Rejects only if the very first launch fails.
 */
export async function supervise(o: {
  name: string
  log: Log
  launch(): Promise<Running>
}): Promise<Supervised> {
  const halt = new AbortController()
  let running = await o.launch()

  async function relaunch(firstDelay: number): Promise<number> {
    for (let delay = firstDelay; ; delay = Math.min(delay * 2, LONGEST_DELAY_MS)) {
      await sleep(delay, undefined, { signal: halt.signal }).catch(() => undefined)
      if (halt.signal.aborted) return delay
      try {
        running = await o.launch()
        o.log.info({ pid: running.pid }, `${o.name} runs again`)
        return delay
      } catch (error) {
        o.log.error({ err: error }, `${o.name} could not be started again; the next attempt follows`)
      }
    }
  }

  async function keepRunning(): Promise<void> {
    let delay = FIRST_DELAY_MS
    while (!halt.signal.aborted) {
      const since = performance.now()
      const reason = await running.exited
      if (halt.signal.aborted) return
      o.log.error({ pid: running.pid, reason }, `${o.name} ended unexpectedly and is started again`)
      if (performance.now() - since > HEALTHY_AFTER_MS) delay = FIRST_DELAY_MS
      delay = Math.min((await relaunch(delay)) * 2, LONGEST_DELAY_MS)
    }
    await running.stop()
  }

  const watch = keepRunning()
  let stopping: Promise<void> | undefined
  return {
    pid: () => running.pid,
    stop: () =>
      (stopping ??= (async () => {
        halt.abort()
        await running.stop()
        await watch
      })()),
  }
}
