import RudderAnalytics from '@rudderstack/rudder-sdk-node'
import { Analytics } from '@segment/analytics-node'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startKillable, type KillableServer, type Victim } from './killable-server.ts'

/** How often each process is ended; more than a few only when somebody asks. */
const rounds = Number(process.env.KILL_ROUNDS ?? 2)
const eventsARound = 100
/** Use is shown of days that are over. */
const yesterday = new Date(Date.now() - 86_400_000)
let server: KillableServer
let key: string

/** Sends one event; answers with its number once the server has acknowledged it, with null when the SDK gave up. */
type Sender = (number: string) => Promise<string | null>
type Client = { send: Sender; close(): Promise<unknown> }

const eventOf = (userId: string, groupId: string, number: string) => ({
  userId,
  event: 'Report opened',
  timestamp: yesterday,
  properties: { number },
  context: { groupId },
})

function segment(groupId: string): Client {
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
    send: (number) =>
      new Promise((resolve) =>
        analytics.track(eventOf('segment user', groupId, number), (error) => resolve(error ? null : number)),
      ),
    close: () => analytics.closeAndFlush({ timeout: 5_000 }),
  }
}

function rudder(groupId: string): Client {
  const analytics = new RudderAnalytics(key, {
    dataPlaneUrl: server.url,
    flushAt: 5,
    flushInterval: 50,
    retryCount: 10,
    logLevel: 'error',
    errorHandler: () => undefined,
  })
  return {
    send: (number) =>
      new Promise((resolve) =>
        analytics.track(eventOf('rudder user', groupId, number), (error?: unknown) =>
          resolve(error ? null : number),
        ),
      ),
    close: () => analytics.flush().catch(() => undefined),
  }
}

/** The numbers of all events of a group that are in the store, as often as they are there. */
async function storedNumbers(groupId: string): Promise<string[]> {
  type Page = { rows: { properties: string; groupId: string | null }[]; next: string | null }
  const numbers: string[] = []
  for (let before: string | null = ''; before !== null;) {
    const from = before && `&before=${encodeURIComponent(before)}`
    const page = (await server.ask('GET', `/api/v1/events/explore?type=track&limit=200${from}`)) as Page
    for (const { properties, groupId: of } of page.rows)
      if (of === groupId) numbers.push((JSON.parse(properties) as { number: string }).number)
    before = page.next
  }
  return numbers
}

/** Events that count for the account of a group, so far. */
async function counted(groupId: string): Promise<number> {
  const found = (await server.ask('GET', `/api/v1/accounts?find=${groupId}`)) as { id: string }[]
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

  const victims: readonly Victim[] = ['web', 'records', 'events']
  it.each(victims)(
    'lose nothing that was acknowledged and double nothing while the process of %s is killed in mid-stream',
    async (victim) => {
      const clients = [segment(victim), rudder(victim)]
      const acknowledged = new Set<string>()
      const killed: Promise<void>[] = []
      let sent = 0
      for (let round = 0; round < rounds; round += 1) {
        const sending: Promise<void>[] = []
        const note = (number: string | null) => void (number && acknowledged.add(number))
        for (let n = 0; n < eventsARound; n += 1) {
          for (const [client, { send }] of clients.entries())
            sending.push(send(`${round}.${n}.${client}`).then(note))
          sent += clients.length
          await sleep(5)
          if (n === 20 + ((round * 17) % 60)) killed.push(server.kill(victim))
        }
        await Promise.all([...sending, ...killed])
      }
      await Promise.all(clients.map(({ close }) => close()))
      const stored = await storedNumbers(victim)
      const once = new Set(stored)
      console.info(
        `${victim}: killed ${killed.length} times, ${sent} events sent, ${acknowledged.size} acknowledged, ${stored.length} stored`,
      )
      expect(acknowledged.size).toBeGreaterThan(sent / 2)
      expect([...acknowledged].filter((number) => !once.has(number))).toEqual([])
      expect(stored.length).toBe(once.size)
      await expect
        .poll(() => counted(victim).catch(() => 0), { timeout: 60_000, interval: 500 })
        .toBe(once.size)
    },
    120_000 + rounds * 30_000,
  )
})
