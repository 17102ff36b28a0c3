import { merge, nothing, type Change } from './live-change.ts'

/** Why a stream ends by our will: its person signed out, or has opened as many others as one may have. */
export type EndReason = 'signed_out' | 'elsewhere'

export type LiveStream = Readonly<{
  body: ReadableStream<Uint8Array>
  /** Adds to what is said next: whether the process hears of changes, and which there are. */
  say(live: boolean, change: Change): void
  /** Shows that the line works; a reader who has not taken what was said before is dropped. */
  beat(): void
  end(reason?: EndReason): void
}>

const bytes = new TextEncoder()
const message = (live: boolean, change: Change): Uint8Array =>
  bytes.encode(`data: ${JSON.stringify({ live, accounts: change && [...change] })}\n\n`)

/**
 * One reader of server-sent events. What happens within `gapMs` of the last message, or while the reader is slow, becomes
 * one message: nothing queues up. Each message is `{ live: boolean, accounts: string[] | null }`.
 *
 * @param onEnd called once, when either side has ended it
 */
export function createLiveStream(gapMs: number, onEnd: () => void): LiveStream {
  let controller: ReadableStreamDefaultController<Uint8Array>
  let waiting: { live: boolean; change: Change } | undefined
  let lastLive = false
  let lastAt = -Infinity
  let timer: NodeJS.Timeout | undefined
  let ended = false

  const taken = () => (controller.desiredSize ?? 0) > 0

  function flush(): void {
    if (ended || !waiting || !taken()) return
    const wait = lastAt + gapMs - performance.now()
    if (wait > 0) {
      timer ??= setTimeout(() => {
        timer = undefined
        flush()
      }, wait)
      return
    }
    lastAt = performance.now()
    // To enqueue may pull at once: what is said now must not wait any more.
    const { live, change } = waiting
    waiting = undefined
    controller.enqueue(message(live, change))
  }

  function leave(): void {
    if (ended) return
    ended = true
    clearTimeout(timer)
    onEnd()
  }

  function end(reason?: EndReason): void {
    if (ended) return
    if (reason) controller.enqueue(bytes.encode(`event: end\ndata: ${JSON.stringify({ reason })}\n\n`))
    controller.close()
    leave()
  }

  const body = new ReadableStream<Uint8Array>(
    {
      start: (given) => void (controller = given),
      pull: flush,
      cancel: leave,
    },
    { highWaterMark: 1 },
  )
  return {
    body,
    say(live, change) {
      lastLive = live
      waiting = { live, change: waiting ? merge(waiting.change, change) : change }
      flush()
    },
    beat() {
      if (ended) return
      if (!taken()) return end()
      waiting ??= { live: lastLive, change: nothing }
      flush()
    },
    end,
  }
}
