import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openTestApp, type Answer, type Send } from '../../../test/harness/app.ts'
import { workOff } from '../../../test/harness/jobs.ts'
import type { Ctx } from '../../platform/context.ts'
import { chRows } from '../../platform/db/clickhouse.ts'
import { createAccount } from '../accounts/actions.ts'
import { createIntake } from './intake.ts'
import { maxBatchBytes, maxBatchEvents, maxFeatures, maxTraitBytes, otherEvents } from './model.ts'

const app = await openTestApp()
const page = 'https://app.example.com'

type Tenant = { ctx: Ctx & { userId: string }; send: Send; server: string; browser: string }

async function tenant(): Promise<Tenant> {
  const ctx = await app.workspace()
  const send = await app.as(ctx)
  const make = async (body: object) =>
    ((await send('POST', '/api/v1/write-keys', body)).body as { key: string }).key
  return {
    ctx,
    send,
    server: await make({ name: 'Backend', kind: 'server' }),
    browser: await make({ name: 'Pages', kind: 'browser', origins: [page] }),
  }
}

type Headers = Record<string, string>
const basic = (key: string): Headers => ({
  authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
})
const post = (key: string, path: string, body: unknown, headers: Headers = {}) =>
  app.send('POST', path, body, { ...basic(key), ...headers })
const gzip: Headers = { 'content-encoding': 'gzip' }
const zipped = (content: string | Buffer) => new Uint8Array(gzipSync(content))

let serial = 0
const track = (more: object = {}) => ({
  type: 'track',
  event: 'Report opened',
  userId: 'u1',
  messageId: `m${(serial += 1)}`,
  timestamp: '2026-11-02T09:00:00Z',
  ...more,
})

const problemOf = ({ status, headers, body }: Answer) => ({
  status,
  kind: headers.get('content-type'),
  ...(body as { code: string; detail: string }),
})

const stored = (ctx: Ctx) =>
  chRows<{ id: string; name: string; properties: string }>(
    ctx.ch,
    `select message_id as id, name, properties from event final
     where workspace_id = {workspace:UUID} order by message_id`,
    { workspace: ctx.workspace },
  )

type Rejected = { id: string; reason: string; says: string; raw: string }
const rejected = async ({ send }: Tenant): Promise<Rejected[]> =>
  ((await send('GET', '/api/v1/events/rejected?limit=500')).body as { rows: Rejected[] }).rows

/** Uses by feature, as they were counted. */
const counted = async (ctx: Ctx) =>
  new Map(
    (
      await chRows<{ feature: string; events: number }>(
        ctx.ch,
        `select feature, sum(count) as events from usage_count final
         where workspace_id = {workspace:UUID} and deleted = 0 group by feature`,
        { workspace: ctx.workspace },
      )
    ).map(({ feature, events }) => [feature, events]),
  )

async function account(ctx: Ctx, externalId: string): Promise<void> {
  const { id } = await createAccount(ctx, { name: externalId })
  await app.pool.query(
    `insert into source_record (workspace_id, source, entity, external_id, record_id, content_hash)
     values ($1, 'crm', 'account', $2, $3, '')`,
    [ctx.workspace, externalId, id],
  )
}

const batchOf = (...batch: unknown[]) => ({ batch })
/** `depth` objects in each other. */
const nested = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`

describe('a request that cannot be taken', () => {
  it('is answered with what is wrong, keeps nothing, and nobody else notices', async () => {
    const [mine, other] = [await tenant(), await tenant()]
    const { body: keys } = await mine.send('GET', '/api/v1/write-keys')
    const revoked = ((await mine.send('POST', '/api/v1/write-keys', { name: 'Old', kind: 'server' })).body ??
      {}) as { id: string; key: string }
    await mine.send('DELETE', `/api/v1/write-keys/${revoked.id}`)
    expect(keys).toHaveLength(2)
    const bomb = gzipSync(Buffer.alloc(400_000, ' '))
    const hostile: [string, number, string, () => Promise<Answer>][] = [
      ['broken JSON', 400, 'malformed_json', () => post(mine.server, '/v1/batch', '{"batch": [')],
      ['no body', 400, 'malformed_json', () => post(mine.server, '/v1/batch', '')],
      ['not UTF-8', 400, 'malformed_json', () => post(mine.server, '/v1/b', new Uint8Array([0xff, 0xfe]))],
      ['a list', 400, 'malformed_json', () => post(mine.server, '/v1/batch', '[]')],
      ['a word', 400, 'malformed_json', () => post(mine.server, '/v1/track', '"track"')],
      ['nothing', 400, 'malformed_json', () => post(mine.server, '/v1/track', 'null')],
      ['open lists', 400, 'malformed_json', () => post(mine.server, '/v1/batch', '['.repeat(200_000))],
      ['no batch', 400, 'no_batch', () => post(mine.server, '/v1/batch', {})],
      ['a batch that is no list', 400, 'no_batch', () => post(mine.server, '/v1/batch', { batch: track() })],
      [
        'too many events',
        413,
        'too_many_events',
        () => post(mine.server, '/v1/batch', { batch: Array(maxBatchEvents + 1).fill(1) }),
      ],
      [
        '600 KB',
        413,
        'too_large',
        () => post(mine.server, '/v1/batch', batchOf(track({ x: 'y'.repeat(600_000) }))),
      ],
      [
        'broken gzip',
        400,
        'broken_gzip',
        () => post(mine.server, '/v1/batch', new Uint8Array([31, 139, 8, 2, 3]), gzip),
      ],
      [
        'half a gzip',
        400,
        'broken_gzip',
        () => post(mine.server, '/v1/batch', zipped(JSON.stringify(batchOf(track()))).slice(0, -9), gzip),
      ],
      [
        'a gzip bomb',
        413,
        'too_large',
        () => post(mine.server, '/v1/batch', zipped(Buffer.alloc(50_000_000)), gzip),
      ],
      [
        'a chain of gzip bombs',
        413,
        'too_large',
        () =>
          post(mine.server, '/v1/batch', new Uint8Array(Buffer.concat(Array<Buffer>(900).fill(bomb))), gzip),
      ],
      [
        'gzip in gzip',
        400,
        'malformed_json',
        () => post(mine.server, '/v1/batch', zipped(gzipSync(Buffer.alloc(50_000_000))), gzip),
      ],
      [
        'an unknown encoding',
        415,
        'encoding',
        () => post(mine.server, '/v1/batch', batchOf(track()), { 'content-encoding': 'br' }),
      ],
      ['a wrong key', 401, 'write_key', () => post('ws_unknown', '/v1/track', track())],
      ['no key', 401, 'write_key', () => app.send('POST', '/v1/track', track())],
      [
        'a key that is none',
        401,
        'write_key',
        () => app.send('POST', '/v1/track', { ...track(), writeKey: {} }),
      ],
      ['a revoked key', 401, 'write_key', () => post(revoked.key, '/v1/track', track())],
      ['no such call', 404, 'no_such_call', () => post(mine.server, '/v1/constructor', track())],
    ]
    const good: Promise<Answer>[] = []
    const answers = await Promise.all(
      hostile.map(([, , , ask]) => {
        good.push(post(other.server, '/v1/track', track()))
        return ask()
      }),
    )
    expect(answers.map(problemOf)).toMatchObject(
      hostile.map(([, status, code]) => ({
        status,
        code,
        kind: 'application/problem+json',
        detail: expect.stringMatching(/^.{20,}\.$/) as string,
      })),
    )
    expect((await Promise.all(good)).map(({ status }) => status)).toEqual(hostile.map(() => 200))
    expect(await stored(other.ctx)).toHaveLength(hostile.length)
    expect(await stored(mine.ctx)).toEqual([])
    expect(await rejected(mine)).toEqual([])
  })

  it('is asked to come back while too much is under way, and is taken then', async () => {
    const { ctx, server } = await tenant()
    const open: ReadableStreamDefaultController<Uint8Array>[] = []
    const endless = () => new ReadableStream<Uint8Array>({ start: (body) => void open.push(body) })
    const many = 3 * Math.ceil((64 * 1024 * 1024) / maxBatchBytes)
    const unlimited = { spend: async () => undefined, forgive: async () => undefined }
    const intake = createIntake(app, { key: unlimited, address: unlimited })
    const request = (body: ReadableStream) =>
      new Request('http://localhost/v1/batch', {
        method: 'POST',
        headers: { ...basic(server), ...gzip },
        body,
        duplex: 'half',
      } as RequestInit)
    const answers = Array.from({ length: many }, () => intake(request(endless()), 'here'))
    const first = await Promise.race(answers)
    expect(first.status).toBe(503)
    expect(Number(first.headers.get('retry-after'))).toBeGreaterThan(0)
    const piece = zipped(JSON.stringify(batchOf(track())))
    for (const body of open) {
      body.enqueue(piece)
      body.close()
    }
    const taken = (await Promise.all(answers)).filter(({ status }) => status === 200)
    expect(taken.length).toBeGreaterThan(100)
    expect(taken.length).toBeLessThan(many)
    expect((await post(server, '/v1/track', track({ messageId: 'afterwards' }))).status).toBe(200)
    expect((await stored(ctx)).map(({ id }) => id)).toContain('afterwards')
  })
})

describe('an event that cannot be taken', () => {
  it('is listed with the reason and as it came, and sinks no other', async () => {
    const mine = await tenant()
    const hostile: [string, string][] = [
      ['too_large', JSON.stringify(track({ blob: 'x'.repeat(33_000) }))],
      ['too_large', JSON.stringify(track({ properties: { list: Array(12_000).fill([]) } }))],
      ['name_too_long', JSON.stringify(track({ event: 'n'.repeat(10_000) }))],
      ['too_old', JSON.stringify(track({ timestamp: '0001-01-01T00:00:00Z' }))],
      ['in_the_future', JSON.stringify(track({ timestamp: '9999-12-31T23:59:59Z' }))],
      ['bad_timestamp', JSON.stringify(track({ timestamp: 1_762_000_000 }))],
      ['bad_timestamp', JSON.stringify(track({ timestamp: '2026-02-30' }))],
      ['not_an_object', 'null'],
      ['not_an_object', '7'],
      ['not_an_object', '"text"'],
      ['not_an_object', '[]'],
      ['not_an_object', `${'['.repeat(9_000)}${']'.repeat(9_000)}`],
      ['unknown_type', JSON.stringify(track({ type: 'constructor' }))],
      ['unknown_type', JSON.stringify(track({ type: ['track'] }))],
      ['no_name', JSON.stringify(track({ event: { name: 'x' } }))],
      ['no_user', JSON.stringify(track({ userId: null, anonymousId: '' }))],
      ['bad_id', JSON.stringify(track({ userId: { id: 1 } }))],
      ['bad_id', JSON.stringify(track({ userId: ['u1'] }))],
      ['bad_id', JSON.stringify(track({ userId: true }))],
      ['bad_id', JSON.stringify(track({ userId: 'u'.repeat(256) }))],
      // As a double it is the same as its neighbours.
      ['bad_id', JSON.stringify(track()).replace('"u1"', '12345678901234567890')],
      ['bad_id', JSON.stringify(track({ messageId: [] }))],
      ['bad_properties', JSON.stringify(track({ properties: ['a'] }))],
      ['bad_properties', JSON.stringify(track({ context: 'web' }))],
      ['bad_properties', JSON.stringify({ type: 'identify', userId: 'u1', traits: 'Ada' })],
      [
        'too_many_properties',
        JSON.stringify(
          track({ properties: Object.fromEntries(Array.from({ length: 1_001 }, (_, n) => [`p${n}`, n])) }),
        ),
      ],
      ['too_deep', JSON.stringify(track()).replace(/}$/, `,"properties":${nested(40)}}`)],
      ['too_deep', JSON.stringify(track()).replace(/}$/, `,"properties":${nested(6_000)}}`)],
      ['too_deep', `{"type":"identify","userId":"u1","traits":${nested(6_000)}}`],
    ]
    const raws = hostile.map(([, raw]) => raw)
    const good = [track({ messageId: 'first' }), track({ messageId: 'last' })].map((event) =>
      JSON.stringify(event),
    )
    const body = `{"batch":[${[good[0], ...raws, good[1]].join(',')}]}`
    const answer = await post(mine.server, '/v1/batch', body)
    expect([answer.status, answer.body]).toEqual([200, { success: true, rejected: hostile.length }])
    expect((await stored(mine.ctx)).map(({ id }) => id)).toEqual(['first', 'last'])
    const rows = await rejected(mine)
    expect(rows.every(({ says }) => /^.{10,}\.$/.test(says))).toBe(true)
    const listed = rows.map(({ reason, raw }) => [reason, raw]).sort()
    // Only the number is not as it came: JSON has numbers that JavaScript has not.
    const expected = hostile.map(([reason, raw]) => [
      reason,
      raw.replace('12345678901234567890', '12345678901234567000'),
    ])
    expect(listed).toEqual(expected.sort())
  })

  it('is taken when it is only strange', async () => {
    const { ctx, server } = await tenant()
    await account(ctx, 'acme')
    const context = { groupId: 'acme' }
    const strange = [
      track({
        messageId: 'a',
        event: 'half \ud800 and \u0000',
        properties: { '\u0000\ud800': '\u0000' },
        context,
      }),
      { ...track({ messageId: 'b', context }), userId: 7 },
      { ...track({ messageId: 'c', context }), userId: 7.5, properties: null },
    ].map((event) => JSON.stringify(event))
    const texts = [
      ...strange,
      `{"type":"track","event":"A","event":"B","userId":"u1","messageId":"d","context":{"groupId":"acme"},
        "__proto__":{"userId":"forged"},"properties":{"__proto__":{"polluted":true},"constructor":1,"x":1,"x":2}}`,
      `{"type":"identify","userId":"u1","messageId":"e","traits":{"__proto__":{"name":"forged"},"name":"Ada\\u0000"}}`,
      `{"type":"group","userId":"u1","messageId":"f","groupId":"acme","traits":{"__proto__":{"name":"forged"}}}`,
    ]
    const answer = await post(server, '/v1/batch', `{"batch":[${texts.join(',')}]}`)
    expect(answer.body).toEqual({ success: true })
    expect((await post(server, '/v1/batch', batchOf())).body).toEqual({ success: true })
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
    const rows = await stored(ctx)
    expect(rows.map(({ id, name }) => [id, name])).toEqual([
      ['a', 'half \ufffd and \ufffd'],
      ['b', 'Report opened'],
      ['c', 'Report opened'],
      ['d', 'B'],
      ['e', ''],
      ['f', ''],
    ])
    expect(rows.find(({ id }) => id === 'd')?.properties).toBe(
      '{"__proto__":{"polluted":true},"constructor":1,"x":2}',
    )
    await workOff(app)
    expect([...(await counted(ctx)).values()].reduce((sum, events) => sum + events, 0)).toBe(4)
    const { rows: people } = await app.pool.query('select name from person where workspace_id = $1', [
      ctx.workspace,
    ])
    expect(people).toEqual([{ name: 'Ada\ufffd' }])
  })
})

describe('names without end', () => {
  it('of a million properties are kept, of traits the newest, and nobody else waits for them', async () => {
    const [mine, other] = [await tenant(), await tenant()]
    const names = (from: number) =>
      Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`p${from + n}`, 1]))
    let next = 0
    const many = () => names((next += 900))
    const bodies = Array.from({ length: 28 }, () =>
      batchOf(...Array.from({ length: 40 }, () => track({ properties: many() }))),
    )
    const said = Array.from({ length: 20 }, () => ({ type: 'identify', userId: 'u1', traits: many() }))
    const answers = await Promise.all([
      ...bodies.map((body) => post(mine.server, '/v1/batch', body)),
      post(mine.server, '/v1/batch', { batch: said }),
      ...bodies.map(() => post(other.server, '/v1/track', track())),
    ])
    expect(next).toBeGreaterThan(1_000_000)
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(await stored(mine.ctx)).toHaveLength(28 * 40 + said.length)
    expect(await stored(other.ctx)).toHaveLength(bodies.length)
    await post(mine.server, '/v1/identify', { userId: 'u1', traits: { name: 'Ada' } })
    const { rows } = await app.pool.query<{ bytes: number; traits: Record<string, unknown> }>(
      `select octet_length(server_traits::text) as bytes, server_traits as traits from event_user
       where workspace_id = $1 and external_id = 'u1'`,
      [mine.ctx.workspace],
    )
    expect(rows[0]?.bytes).toBeLessThan(1.5 * maxTraitBytes)
    expect(rows[0]?.traits).toMatchObject({ name: 'Ada' })
  })

  it('of events count as other events, once there are as many features as a workspace tells apart', async () => {
    const { ctx, server } = await tenant()
    await account(ctx, 'acme')
    const event = (name: string) => track({ event: name, context: { groupId: 'acme' } })
    await post(server, '/v1/batch', batchOf(event('Report opened')))
    await workOff(app)
    const reports = Array.from({ length: maxFeatures + 50 }, (_, n) => event(`Report ${n} opened`))
    await post(server, '/v1/batch', { batch: reports })
    await workOff(app)
    await post(server, '/v1/batch', batchOf(event('Report opened'), event('Late feature used')))
    await workOff(app)
    const uses = await counted(ctx)
    expect(uses.get('Report opened')).toBe(2)
    expect(uses.get(otherEvents)).toBe(52)
    expect(uses.size).toBe(maxFeatures + 1)
    expect([...uses.values()].reduce((sum, events) => sum + events, 0)).toBe(maxFeatures + 53)
  })
})

describe('the same message', () => {
  const context = { groupId: 'acme' }
  it('counts once when it comes again after its user signed in, and once for each of two strangers', async () => {
    const { ctx, server } = await tenant()
    await account(ctx, 'acme')
    const late = track({ messageId: 'late', userId: undefined, anonymousId: 'a1', context })
    await post(server, '/v1/track', late)
    await workOff(app)
    await post(server, '/v1/track', { ...late, userId: 'u1' })
    await workOff(app)
    expect(await counted(ctx)).toEqual(new Map([['Report opened', 1]]))
    await post(server, '/v1/track', track({ messageId: '1', userId: 'u2', context }))
    await post(server, '/v1/track', track({ messageId: '1', userId: 'u3', context }))
    await workOff(app)
    expect(await counted(ctx)).toEqual(new Map([['Report opened', 3]]))
  })
})

describe('a public key', () => {
  it('is limited by what it brings, which no other key feels', async () => {
    const [mine, other] = [await tenant(), await tenant()]
    const origin = { origin: page }
    const flood = () => post(mine.browser, '/v1/batch', { batch: Array(maxBatchEvents).fill(null) }, origin)
    const answers = [await flood(), await flood(), await flood()]
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 429])
    expect(problemOf(answers[2]!)).toMatchObject({
      kind: 'application/problem+json',
      code: 'too_many_attempts',
    })
    const wait = Number(answers[2]?.headers.get('retry-after'))
    expect(wait).toBeGreaterThan(0)
    expect(wait).toBeLessThanOrEqual(60)
    expect(answers[2]?.headers.get('access-control-allow-origin')).toBe(page)
    expect((await post(other.browser, '/v1/track', track(), origin)).status).toBe(200)
    expect((await post(mine.server, '/v1/track', track())).status).toBe(200)
    expect(await stored(mine.ctx)).toHaveLength(1)
  })
})
