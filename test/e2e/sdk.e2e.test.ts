import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { Analytics } from '@segment/analytics-node'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKillable, type KillableServer } from './killable-server.ts'

const rounds = 3
const eventsARound = 100
/** Use is shown of days that are over. */
const yesterday = new Date(Date.now() - 86_400_000)
let server: KillableServer
let key: string

/** Sends one event; answers with its name once the server has acknowledged it, with null when the SDK gave up. */
type Sender = (event: string) => Promise<string | null>

function segment(): { send: Sender; close(): Promise<unknown> } {
  const analytics = new Analytics({
    writeKey: key,
    host: server.url,
    flushAt: 5,
    flushInterval: 50,
    maxRetries: 20,
  })
  // Whoever was not heard learns it from the callback.
  analytics.on('error', () => undefined)
  return {
    send: (event) =>
      new Promise((resolve) =>
        analytics.track(
          { userId: 'segment user', event, timestamp: yesterday, context: { groupId: 'acme' } },
          (error) => resolve(error ? null : event),
        ),
      ),
    close: () => analytics.closeAndFlush({ timeout: 5_000 }),
  }
}

function rudder(): { send: Sender; close(): Promise<unknown> } {
  const analytics = new RudderAnalytics(key, {
    dataPlaneUrl: server.url,
    flushAt: 5,
    flushInterval: 50,
    retryCount: 10,
    logLevel: 'error',
    errorHandler: () => undefined,
  })
  return {
    send: (event) =>
      new Promise((resolve) =>
        analytics.track(
          { userId: 'rudder user', event, timestamp: yesterday, context: { groupId: 'acme' } },
          (error?: unknown) => resolve(error ? null : event),
        ),
      ),
    close: () => analytics.flush().catch(() => undefined),
  }
}

/** How often each event is in the store. */
async function storedNames(): Promise<Map<string, number>> {
  const rows = (await server.ask('GET', '/api/v1/events?limit=1000')) as { type: string; name: string }[]
  const counts = new Map<string, number>()
  for (const { name } of rows) counts.set(name, (counts.get(name) ?? 0) + 1)
  return counts
}

/** Events that count for the account, once the counting has come to its end. */
async function counted(): Promise<number> {
  const found = (await server.ask('GET', '/api/v1/accounts?find=acme')) as { id: string }[]
  const usage = (await server.ask('GET', `/api/v1/accounts/${found[0]?.id}/usage`)) as {
    features: { events: number }[]
  }
  return usage.features.reduce((sum, { events }) => sum + events, 0)
}

beforeAll(async () => {
  server = await startKillable()
  const made = await server.ask('POST', '/api/v1/write-keys', { name: 'Backend', kind: 'server' })
  key = (made as { key: string }).key
})
afterAll(() => server?.remove())

describe('the real clients', () => {
  it('deliver every kind of call', async () => {
    const analytics = new Analytics({ writeKey: key, host: server.url })
    analytics.identify({ userId: 'first', traits: { name: 'Ada Byron', email: 'ada@example.com' } })
    analytics.group({ userId: 'first', groupId: 'globex', traits: { name: 'Globex' } })
    analytics.track({ userId: 'first', event: 'First report' })
    analytics.page({ userId: 'first', name: 'Home' })
    analytics.screen({ userId: 'first', name: 'Home' })
    analytics.alias({ userId: 'first', previousId: 'nobody' })
    await analytics.closeAndFlush({ timeout: 10_000 })
    const rows = (await server.ask('GET', '/api/v1/events')) as { type: string; library: string }[]
    expect(rows.map(({ type }) => type).sort()).toEqual(
      ['alias', 'group', 'identify', 'page', 'screen', 'track'].sort(),
    )
    expect(new Set(rows.map(({ library }) => library)).size).toBe(1)
    expect(rows[0]?.library).toMatch(/^@segment\/analytics-node /)
  })

  it(`lose nothing that was acknowledged and double nothing over ${rounds} rounds of kill -9`, async () => {
    const clients = [segment(), rudder()]
    const acknowledged = new Set<string>()
    for (let round = 0; round < rounds; round += 1) {
      const sending: Promise<void>[] = []
      const note = (name: string | null) => void (name && acknowledged.add(name))
      for (let n = 0; n < eventsARound; n += 1) {
        clients.forEach(({ send }, client) => sending.push(send(`event ${round}.${n}.${client}`).then(note)))
        await sleep(5)
        if (n === 40 + round * 20) {
          await server.kill()
          void server.restart()
        }
      }
      await Promise.all(sending)
    }
    await Promise.all(clients.map(({ close }) => close()))
    const stored = await storedNames()
    expect(acknowledged.size).toBeGreaterThan(rounds * eventsARound)
    expect([...acknowledged].filter((name) => !stored.has(name))).toEqual([])
    expect([...stored].filter(([name, times]) => name.startsWith('event') && times > 1)).toEqual([])
    const mine = [...stored.keys()].filter((name) => name.startsWith('event')).length
    await expect.poll(counted, { timeout: 60_000, interval: 500 }).toBe(mine)
  }, 300_000)
})
