import { StatsError } from './stats-error.ts'

/** How the caller of long work follows it and ends it. `onProgress` is told a share in [0, 1] that never falls. */
export type LongRun = Readonly<{ signal?: AbortSignal; onProgress?: (share: number) => void }>

/**
 * Tells how far long work has come and lets the rest of the program run, so that an abort can arrive.
 *
 * Source: the event loop; a loop that never waits never sees its signal. Cost: one turn of the event loop.
 *
 * @throws StatsError aborted, when the signal asks to stop
 * @example
 * let seen = 0
 * await pause({ onProgress: (share) => (seen = share) }, 0.5)
 * seen // 0.5
 */
export async function pause({ signal, onProgress }: LongRun, share: number): Promise<void> {
  onProgress?.(share)
  await new Promise((resolve) => setImmediate(resolve))
  if (signal?.aborted) throw new StatsError('aborted', 'The calculation was stopped before it was done.')
}
