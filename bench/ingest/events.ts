import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { keyOf } from '../../src/domains/events/model.ts'

const users = 20_000
const usersAGroup = 10
const features = 60

export const groupOf = (user: number): string => `group-${Math.floor(user / usersAGroup)}`

/** Numbers below 2^32 from a seed; the same for the same seed (xorshift). */
function drawFrom(seed: number): () => number {
  let state = seed
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return state >>> 0
  }
}

type SentEvent = Readonly<{
  type: 'track'
  messageId: string
  userId: string
  event: string
  timestamp: string
  context: Readonly<{ groupId: string; library: Readonly<{ name: string; version: string }> }>
  properties: Readonly<Record<string, unknown>>
}>

/** `count` different events of 20,000 users in 2,000 groups with 60 features, all within the hour before `end`. */
export function* makeEvents(count: number, seed: number, end: Date): Iterable<SentEvent> {
  const draw = drawFrom(seed)
  for (let n = 0; n < count; n += 1) {
    const user = draw() % users
    yield {
      type: 'track',
      messageId: `node-${seed}-${n}-${draw().toString(16)}`,
      userId: `user-${user}`,
      event: `Feature ${draw() % features} used`,
      timestamp: new Date(end.getTime() - (draw() % 3_600_000)).toISOString(),
      context: { groupId: groupOf(user), library: { name: '@segment/analytics-node', version: '2.3.0' } },
      properties: {
        report: draw() % 100_000,
        plan: ['free', 'team', 'company'][draw() % 3],
        durationMs: draw() % 20_000,
        path: `/projects/${draw() % 5_000}/reports`,
      },
    }
  }
}

/** One event from every user, so that all of them and their groups are known. */
export function* oneOfEach(end: Date): Iterable<SentEvent> {
  const [first] = makeEvents(1, 1, end)
  if (!first) return
  for (let user = 0; user < users; user += 1)
    yield {
      ...first,
      messageId: `first-${user}`,
      userId: `user-${user}`,
      context: { ...first.context, groupId: groupOf(user) },
    }
}

/** Bodies of `/v1/batch`, or of `/v1/track` for batches of one. */
export function bodiesOf(events: Iterable<SentEvent>, batch: number): Buffer[] {
  if (batch === 1) return Array.from(events, (event) => Buffer.from(JSON.stringify(event)))
  const bodies: Buffer[] = []
  let texts: string[] = []
  const close = () => {
    bodies.push(Buffer.from(`{"batch":[${texts.join(',')}]}`))
    texts = []
  }
  for (const event of events) if (texts.push(JSON.stringify(event)) === batch) close()
  if (texts.length > 0) close()
  return bodies
}

/** Writes the rows that these events become, one JSON object a line, as the engine reads them by itself. */
export async function writeRows(events: Iterable<SentEvent>, path: string): Promise<void> {
  const file = createWriteStream(path)
  const workspace = '00000000-0000-4000-8000-000000000001'
  for (const { messageId, userId, event, timestamp, context, properties } of events) {
    const at = timestamp.replace('T', ' ').replace('Z', '')
    const row = {
      workspace_id: workspace,
      user_key: keyOf(workspace, { kind: 'user', id: userId }),
      day: timestamp.slice(0, 10),
      message_id: messageId,
      type: 'track',
      name: event,
      group_id: context.groupId,
      at,
      received_at: at,
      by: 'server',
      write_key_id: workspace,
      library: `${context.library.name} ${context.library.version}`,
      properties: JSON.stringify(properties),
      version: 1,
    }
    if (!file.write(`${JSON.stringify(row)}\n`)) await once(file, 'drain')
  }
  file.end()
  await once(file, 'finish')
}
