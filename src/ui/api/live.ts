import { useSyncExternalStore } from 'react'

/** `resting` while nobody looks: the tab is hidden, or newer ones of this browser have the lines. */
export type LiveState = 'opening' | 'live' | 'lost' | 'resting'

/** Accounts whose readings were stored; null for many, or when some may have been missed. */
export type Heard = readonly string[] | null

/** What the page does with what it hears. */
export interface Hears {
  changed: (accounts: Heard) => void
  /** The session ended, or is in another workspace now. */
  sessionOver: () => void
}

const address = '/api/v1/live'
/** A message comes at least every 15 s; after so long without one the line is dead. */
const silenceMs = 40_000
const hiddenMs = 60_000
const firstRetryMs = 1_000
const lastRetryMs = 30_000

let state: LiveState = 'opening'
const listeners = new Set<() => void>()

function turn(next: LiveState): void {
  if (next === state) return
  state = next
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Whether this page hears of changes at the moment. */
export const useLiveState = (): LiveState => useSyncExternalStore(subscribe, () => state)

/** Half to all of a time that doubles with each failure: many pages do not come back at the same moment. */
const retryAfter = (failures: number): number =>
  Math.min(lastRetryMs, firstRetryMs * 2 ** failures) * (0.5 + Math.random() / 2)

/**
 * Keeps one stream of changes open for the whole page until it is stopped. It is opened again when it breaks, and when
 * somebody looks again; then some may have been missed, and null is heard.
 */
export function hearChanges({ changed, sessionOver }: Hears): () => void {
  let source: EventSource | undefined
  let next: ReturnType<typeof setTimeout> | undefined
  let unseen: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let missed = false

  const later = (run: () => void, ms: number) => {
    clearTimeout(next)
    next = setTimeout(run, ms)
  }

  function hear({ data }: MessageEvent<string>): void {
    const { live, accounts } = JSON.parse(data) as { live: boolean; accounts: Heard }
    failures = 0
    later(lost, silenceMs)
    turn(live ? 'live' : 'lost')
    // What was missed can be read once nothing more is.
    if (live && missed) {
      missed = false
      changed(null)
    } else if (accounts === null || accounts.length > 0) changed(accounts)
  }

  function open(): void {
    source?.close()
    source = new EventSource(address)
    source.onmessage = hear
    source.onerror = lost
    source.addEventListener('end', ({ data }: MessageEvent<string>) => {
      const { reason } = JSON.parse(data) as { reason: string }
      if (reason === 'elsewhere') return rest()
      lost()
      sessionOver()
    })
    later(lost, silenceMs)
  }

  function close(now: LiveState): void {
    source?.close()
    source = undefined
    missed = true
    clearTimeout(next)
    turn(now)
  }

  function lost(): void {
    close('lost')
    later(open, retryAfter(failures++))
  }

  const rest = () => close('resting')

  function look(): void {
    clearTimeout(unseen)
    if (document.hidden) unseen = setTimeout(rest, hiddenMs)
    else if (source === undefined) open()
  }

  open()
  document.addEventListener('visibilitychange', look)
  window.addEventListener('focus', look)
  window.addEventListener('online', look)
  return () => {
    document.removeEventListener('visibilitychange', look)
    window.removeEventListener('focus', look)
    window.removeEventListener('online', look)
    clearTimeout(unseen)
    close('opening')
  }
}
