import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { Session } from 'chdb'
import { Refusal } from './refusal.ts'

export type Query = {
  sql: string
  format: string
  database?: string
  settings: ReadonlyMap<string, string>
}

export type Answer = { bytes: Uint8Array; seconds: number; rowsRead: number; bytesRead: number }

type Slot = { session: Session; settings: Set<string>; database: string }

const MAX_WAITING = 512
const MAX_WAIT_MS = 30_000
const KILL_EVERY_MS = 100

/**
 * Sessions of one chDB engine. A session runs one query at a time, so `size` is how many run at once; the rest wait
 * in order, at most 30 s. Settings of one query never reach the next.
 */
export class SessionPool {
  private readonly open: () => Session
  private readonly defaults: ReadonlyMap<string, string>
  private readonly idle: Slot[]
  private readonly waiting: ((slot: Slot) => void)[] = []
  private readonly killer: Session
  private readonly running = new Map<string, Promise<unknown>>()

  constructor(o: { size: number; defaults: ReadonlyMap<string, string>; open: () => Session }) {
    this.open = o.open
    this.defaults = o.defaults
    this.killer = o.open()
    this.idle = Array.from({ length: o.size }, () => this.newSlot())
  }

  /** Runs one statement. Aborting the signal cancels it in the engine too. */
  async run(query: Query, signal: AbortSignal): Promise<Answer> {
    const slot = await this.acquire(signal)
    const tag = `query-${randomUUID()}`
    const work = this.runOn(slot, query, tag)
    this.running.set(tag, work)
    const cancel = () => void this.kill(tag)
    signal.addEventListener('abort', cancel, { once: true })
    if (signal.aborted) cancel()
    try {
      return await work
    } finally {
      signal.removeEventListener('abort', cancel)
      this.running.delete(tag)
    }
  }

  /** Cancels what still runs and closes the engine. */
  async close(): Promise<void> {
    await Promise.all([...this.running.keys()].map((tag) => this.kill(tag)))
    for (const { session } of this.idle) session.close()
    this.killer.close()
  }

  private async runOn(slot: Slot, query: Query, tag: string): Promise<Answer> {
    let keep = false
    try {
      const result = await slot.session.queryAsync(this.preamble(slot, query, tag) + query.sql, {
        format: query.format,
      })
      keep = /^(select|with|insert)\b/i.test(query.sql)
      const { elapsed: seconds, rowsRead, bytesRead } = result
      return { bytes: result.bytes(), seconds, rowsRead, bytesRead }
    } finally {
      this.release(keep ? slot : this.renew(slot))
    }
  }

  /** Statements that bring the session to this query's settings and database, whatever the last one left. */
  private preamble(slot: Slot, { settings, database = 'default' }: Query, tag: string): string {
    const wanted = new Map([...this.defaults, ...settings, ['log_comment', tag]])
    const stale = [...slot.settings].filter((name) => !wanted.has(name))
    slot.settings = new Set(wanted.keys())
    const reset = stale.length > 0 ? `SET ${stale.map((name) => `${name} = DEFAULT`).join(', ')}; ` : ''
    const set = `SET ${[...wanted].map(([name, value]) => `${name} = ${quoted(value, "'")}`).join(', ')}; `
    const use = database === slot.database ? '' : `USE ${quoted(database, '`')}; `
    slot.database = database
    return reset + set + use
  }

  /**
   * The engine knows a query only by the ids that it invents, so ours travels in log_comment. A query that was just
   * handed over may not be listed yet: ask again until it has ended.
   */
  private async kill(tag: string): Promise<void> {
    while (this.running.has(tag)) {
      await this.killer
        .queryAsync(`KILL QUERY WHERE Settings['log_comment'] = '${tag}' ASYNC`, { format: 'Null' })
        .catch(() => undefined)
      await Promise.race([this.running.get(tag)?.catch(() => undefined), sleep(KILL_EVERY_MS)])
    }
  }

  private newSlot(): Slot {
    return { session: this.open(), settings: new Set(), database: 'default' }
  }

  private renew(slot: Slot): Slot {
    const fresh = this.newSlot()
    slot.session.close()
    return fresh
  }

  private release(slot: Slot): void {
    const next = this.waiting.shift()
    if (next) next(slot)
    else this.idle.push(slot)
  }

  private async acquire(signal: AbortSignal): Promise<Slot> {
    const free = this.idle.pop()
    if (free) return free
    if (this.waiting.length >= MAX_WAITING) throw busy()
    return new Promise((resolve, reject) => {
      const leave = (error: Error) => {
        this.waiting.splice(this.waiting.indexOf(enter), 1)
        done()
        reject(error)
      }
      const onAbort = () => leave(new Refusal(394, 'The query was cancelled while it waited.', 499))
      const timer = setTimeout(() => leave(busy()), MAX_WAIT_MS)
      const done = () => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
      }
      const enter = (slot: Slot) => {
        done()
        resolve(slot)
      }
      this.waiting.push(enter)
      signal.addEventListener('abort', onAbort, { once: true })
      if (signal.aborted) onAbort()
    })
  }
}

function busy(): Refusal {
  return new Refusal(202, 'Too many queries wait for the event store; try again in a moment.', 503)
}

function quoted(text: string, mark: string): string {
  return mark + text.replaceAll('\\', '\\\\').replaceAll(mark, `\\${mark}`).replaceAll('\0', '\\0') + mark
}
