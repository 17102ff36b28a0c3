import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { BenchServer } from '../ingest/server.ts'
import { accountName } from './company.ts'

type Target = Pick<BenchServer, 'url' | 'key'>

const usersOfEach = 3
const features = 12
const batchesASecond = 5

/** Sends events as a server does, and resolves when they are acknowledged. */
async function send({ url, key }: Target, batch: readonly object[]): Promise<void> {
  const response = await fetch(`${url}/v1/batch`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
    },
    body: JSON.stringify({ batch }),
  })
  await response.text()
  if (response.status !== 200) throw new Error(`Events were answered with ${response.status}.`)
}

const eventOf = (account: string, user: string, event: string) => ({
  type: 'track',
  messageId: randomUUID(),
  userId: user,
  event,
  timestamp: new Date().toISOString(),
  context: { groupId: account },
})

/** One event of a user who was never seen before; resolves with the time of its acknowledgement, in ms of the clock. */
export async function probe(target: Target, account: string): Promise<number> {
  await send(target, [eventOf(account, `probe-${randomUUID()}`, 'Probe')])
  return performance.timeOrigin + performance.now()
}

export type Background = Readonly<{ sent(): number; failed(): number; stop(): Promise<void> }>

/** Events of users of all other accounts, so many a second, whether or not the server keeps up. */
export function startBackground(target: Target, accounts: number, rate: number): Background {
  let [sent, failed, going] = [0, 0, true]
  const size = Math.round(rate / batchesASecond)
  const draw = (below: number) => Math.floor(Math.random() * below)
  const batch = () =>
    Array.from({ length: size }, () => {
      const account = accountName(draw(accounts - 1))
      return eventOf(account, `${account}-${draw(usersOfEach)}`, `Feature ${draw(features)}`)
    })
  const under = new Set<Promise<void>>()
  async function run(): Promise<void> {
    const started = performance.now()
    for (let number = 1; going && size > 0; number += 1) {
      const sending: Promise<void> = send(target, batch())
        .then(
          () => void (sent += size),
          () => void (failed += size),
        )
        .finally(() => under.delete(sending))
      under.add(sending)
      await sleep(Math.max(0, started + (number * 1_000) / batchesASecond - performance.now()))
    }
    await Promise.all(under)
  }
  const running = run()
  return {
    sent: () => sent,
    failed: () => failed,
    async stop() {
      going = false
      await running
    },
  }
}
