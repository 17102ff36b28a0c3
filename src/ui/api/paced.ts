/** How long to wait after work that took so long, both in ms. */
export type Pace = (tookMs: number) => number

/**
 * Asks for work that may be asked for thousands of times: it runs at once, then again no sooner than the pace allows, and
 * never twice at the same time. What is asked meanwhile becomes one more run.
 */
export function paced(work: () => Promise<unknown>, pace: Pace): { ask: () => void; stop: () => void } {
  let state: 'idle' | 'busy' | 'stopped' = 'idle'
  let asked = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function run(): Promise<void> {
    state = 'busy'
    asked = false
    const started = performance.now()
    await work().catch(() => undefined)
    timer = setTimeout(rested, pace(performance.now() - started))
  }

  function rested(): void {
    if (state === 'stopped') return
    state = 'idle'
    if (asked) void run()
  }

  return {
    ask() {
      asked = true
      if (state === 'idle') void run()
    },
    stop() {
      state = 'stopped'
      clearTimeout(timer)
    },
  }
}
