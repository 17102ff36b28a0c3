import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import type { Log } from '../log.ts'

export type Listener = Readonly<{ close(): Promise<void> }>

type Hears = Readonly<{
  /** Channels of NOTIFY, as they stand in SQL. */
  channels: readonly string[]
  heard(channel: string, payload: string): void
  /** From now on nothing is missed. */
  up(): void
  /** The connection is lost, and with it what is told until `up`. */
  down(): void
}>

const retryMs = 500
const probeMs = 15_000

/** Asks now and then: a connection whose other end vanished without a word looks like a quiet one. */
async function probe(client: PoolClient, signal: AbortSignal): Promise<never> {
  for (;;) {
    await sleep(probeMs, undefined, { signal, ref: false })
    const late = sleep(probeMs, 'late', { signal, ref: false })
    if ((await Promise.race([client.query('select 1'), late])) === 'late')
      throw new Error('PostgreSQL does not answer')
  }
}

async function listenOnce(pool: Pool, hears: Hears, signal: AbortSignal): Promise<void> {
  const client = await pool.connect()
  const over = new AbortController()
  const lost = new Promise<void>((resolve) => {
    client.once('error', () => resolve())
    client.once('end', () => resolve())
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  client.on('notification', ({ channel, payload }) => hears.heard(channel, payload ?? ''))
  try {
    for (const channel of hears.channels) await client.query(`listen ${channel}`)
    if (signal.aborted) return
    hears.up()
    await Promise.race([lost, probe(client, over.signal)])
  } finally {
    over.abort()
    client.release(true)
    hears.down()
  }
}

/** Listens on a connection of its own until it is closed; a lost one is opened again as soon as PostgreSQL answers. */
export function listenTo(pool: Pool, log: Log, hears: Hears): Listener {
  const closing = new AbortController()
  async function keepListening(): Promise<void> {
    while (!closing.signal.aborted) {
      await listenOnce(pool, hears, closing.signal).catch((error: unknown) =>
        log.debug({ error: String(error) }, 'not listening for changes'),
      )
      await sleep(retryMs, undefined, { signal: closing.signal }).catch(() => undefined)
    }
  }
  const listening = keepListening()
  return {
    async close() {
      closing.abort()
      await listening
    },
  }
}
