import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openTestApp, type Send } from '../../../test/harness/app.ts'
import { workOff } from '../../../test/harness/jobs.ts'
import type { Ctx } from '../../platform/context.ts'
import { chRows } from '../../platform/db/clickhouse.ts'
import { createAccount } from '../accounts/actions.ts'
import { createPerson } from '../people/actions/person.ts'
import { erasePerson } from '../people/actions/erase.ts'

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

const basic = (key: string) => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` })
const post = (key: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  app.send('POST', path, body, { ...basic(key), ...headers })

let serial = 0
const track = (more: object = {}) => ({
  type: 'track',
  event: 'Report opened',
  userId: 'u1',
  messageId: `m${(serial += 1)}`,
  timestamp: '2026-11-02T09:00:00Z',
  ...more,
})

const stored = (ctx: Ctx) =>
  chRows<{ id: string; at: string; by: string }>(
    ctx.ch,
    `select message_id as id, toString(e.at) as at, by from event as e final
     where workspace_id = {workspace:UUID} order by e.at, message_id`,
    { workspace: ctx.workspace },
  )

const use = (ctx: Ctx) =>
  chRows<{ account: string; day: string; events: number; users: number }>(
    ctx.ch,
    `select account_id as account, day, d.events as events, length(users) as users from usage_day as d final
     where workspace_id = {workspace:UUID} and d.events > 0 order by day, account`,
    { workspace: ctx.workspace },
  )

const rejected = async ({ send }: Tenant) =>
  (
    (await send('GET', '/api/v1/events/rejected')).body as {
      rows: { id: string; reason: string; raw: string }[]
    }
  ).rows

async function account(ctx: Ctx, externalId: string): Promise<string> {
  const { id } = await createAccount(ctx, { name: externalId })
  await app.pool.query(
    `insert into source_record (workspace_id, source, entity, external_id, record_id, content_hash)
     values ($1, 'crm', 'account', $2, $3, '')`,
    [ctx.workspace, externalId, id],
  )
  return id
}

describe('the contract', () => {
  it('takes every call, long and short, with the key in the header or in the body', async () => {
    const { ctx, server } = await tenant()
    const calls: [string, object][] = [
      ['track', { event: 'A', userId: 'u1' }],
      ['t', { event: 'A', anonymousId: 'a1' }],
      ['identify', { userId: 'u1', traits: { name: 'Ada' } }],
      ['i', { userId: 'u1' }],
      ['group', { userId: 'u1', groupId: 'g1' }],
      ['g', { userId: 7, groupId: 9 }],
      ['page', { userId: 'u1', name: 'Home' }],
      ['p', { anonymousId: 'a1' }],
      ['screen', { userId: 'u1', name: 'Home' }],
      ['s', { userId: 'u1' }],
      ['alias', { userId: 'u1', previousId: 'a9' }],
      ['a', { userId: 'u1', previousId: 'a8' }],
      ['batch', { batch: [track(), track()] }],
      ['b', { batch: [track()] }],
    ]
    for (const [path, body] of calls) {
      const answer = await post(server, `/v1/${path}`, body)
      expect([path, answer.status, answer.body]).toEqual([path, 200, { success: true }])
    }
    const inBody = await app.send(
      'POST',
      '/v1/track',
      JSON.stringify({ writeKey: server, event: 'B', userId: 'u2' }),
      { 'content-type': 'text/plain' },
    )
    expect(inBody.status).toBe(200)
    expect(await stored(ctx)).toHaveLength(16)
  })

  it('refuses what is no request of the contract, and says why', async () => {
    const { ctx, send, server } = await tenant()
    const status = async (path: string, body: unknown, headers = {}) =>
      (await post(server, path, body, headers)).status
    const gzip = { 'content-encoding': 'gzip' }
    expect(await status('/v1/batch', '{"batch": [')).toBe(400)
    expect(await status('/v1/batch', new Uint8Array([0xff, 0xfe]))).toBe(400)
    expect(await status('/v1/batch', '['.repeat(200_000))).toBe(400)
    expect(await status('/v1/batch', {})).toBe(400)
    expect(await status('/v1/batch', { batch: [track({ x: 'y'.repeat(600_000) })] })).toBe(413)
    expect(await status('/v1/batch', new Uint8Array([31, 139, 1, 2, 3]), gzip)).toBe(400)
    expect(await status('/v1/batch', new Uint8Array(gzipSync(Buffer.alloc(50_000_000))), gzip)).toBe(413)
    expect(await status('/v1/unknown', {})).toBe(404)
    expect((await post('ws_unknown', '/v1/track', track())).status).toBe(401)
    const [key] = (await send('GET', '/api/v1/write-keys')).body as { id: string }[]
    await send('DELETE', `/api/v1/write-keys/${key?.id}`)
    expect(await status('/v1/track', track())).toBe(401)
    expect(await stored(ctx)).toEqual([])
  })

  it('takes gzip, corrects clocks, and keeps an event that comes again once', async () => {
    const { ctx, server } = await tenant()
    const late = track({ messageId: 'late', timestamp: '2025-01-01T00:00:00Z' })
    const ahead = track({ messageId: 'ahead', timestamp: '2026-11-02T12:59:00Z' })
    const body = { batch: [late, ahead], sentAt: '2026-11-02T13:00:00.000Z' }
    for (const _ of [1, 2])
      expect(
        (
          await post(server, '/v1/batch', new Uint8Array(gzipSync(JSON.stringify(body))), {
            'content-encoding': 'gzip',
          })
        ).status,
      ).toBe(200)
    expect(await stored(ctx)).toEqual([
      { id: 'late', at: '2024-12-31 21:00:00.000', by: 'server' },
      { id: 'ahead', at: '2026-11-02 09:59:00.000', by: 'server' },
    ])
  })

  it('keeps the good events of a batch, and the others on a list from which they can be mended', async () => {
    const mine = await tenant()
    const batch = [
      track({ messageId: 'good' }),
      track({ event: 'n'.repeat(10_000) }),
      track({ blob: 'x'.repeat(33_000) }),
      track({ timestamp: '0001-01-01T00:00:00Z' }),
      track({ timestamp: '9999-01-01T00:00:00Z' }),
      track({ userId: undefined }),
      track({ messageId: 'bad name', event: '' }),
      'no object',
      track({ messageId: 'odd', event: 'half \ud800 and \u0000', properties: { '\u0000\ud800': '\u0000' } }),
      { type: 'identify', userId: 'u9', messageId: 'trait', traits: { name: '\u0000\ud800\\u0000' } },
    ]
    const answer = await post(mine.server, '/v1/batch', { batch })
    expect(answer.body).toEqual({ success: true, rejected: 7 })
    expect((await stored(mine.ctx)).map(({ id }) => id)).toEqual(['good', 'odd', 'trait'])
    const rows = await rejected(mine)
    expect(rows.map(({ reason }) => reason).sort()).toEqual([
      'in_the_future',
      'name_too_long',
      'no_name',
      'no_user',
      'not_an_object',
      'too_large',
      'too_old',
    ])
    const bad = rows.find(({ reason }) => reason === 'no_name')
    const replay = (body: object) => mine.send('POST', `/api/v1/events/rejected/${bad?.id}/replay`, body)
    expect((await replay({})).status).toBe(422)
    const mended = JSON.stringify({ ...(JSON.parse(bad?.raw ?? '') as object), event: 'Mended' })
    expect((await replay({ event: mended })).status).toBe(204)
    expect((await replay({ event: mended })).status).toBe(404)
    expect((await stored(mine.ctx)).map(({ id }) => id)).toContain('bad name')
    expect(await rejected(mine)).toHaveLength(6)
    expect(await rejected(await tenant())).toEqual([])
  })

  it('holds browser keys to their origins, and secret keys out of pages', async () => {
    const { browser, server } = await tenant()
    const from = (origin: string) => ({ origin })
    const taken = await post(browser, '/v1/t', track(), from(page))
    expect([taken.status, taken.headers.get('access-control-allow-origin')]).toEqual([200, page])
    expect((await post(browser, '/v1/t', track(), from('https://other.example'))).status).toBe(403)
    expect((await post(browser, '/v1/t', track())).status).toBe(403)
    expect((await post(server, '/v1/t', track(), from(page))).status).toBe(403)
    const asked = await app.send('OPTIONS', '/v1/t', undefined, from(page))
    expect([asked.status, asked.headers.get('access-control-allow-origin')]).toEqual([204, page])
    const strange = await app.send('OPTIONS', '/v1/t', undefined, from('https://other.example'))
    expect(strange.headers.get('access-control-allow-origin')).toBeNull()
    const settings = await app.send('GET', `/v1/projects/${browser}/settings`, undefined, from(page))
    expect(settings.body).toMatchObject({ integrations: { 'Segment.io': { apiKey: browser } } })
    expect((await app.send('GET', `/v1/projects/${server}/settings`)).status).toBe(404)
  })
})

describe('use', () => {
  it('counts for the account of the group, once, and also what came before the user was known', async () => {
    const { ctx, server } = await tenant()
    const id = await account(ctx, 'acme')
    const batch = [
      track({ userId: undefined, anonymousId: 'a1', timestamp: '2026-10-30T09:00:00Z' }),
      track({ messageId: 'twice' }),
      track({ messageId: 'twice' }),
    ]
    await post(server, '/v1/batch', { batch })
    await post(server, '/v1/batch', { batch })
    await workOff(app)
    expect(await use(ctx)).toEqual([])
    await post(server, '/v1/group', { userId: 'u1', groupId: 'acme', timestamp: '2026-11-02T09:30:00Z' })
    await workOff(app)
    expect(await use(ctx)).toEqual([{ account: id, day: '2026-11-02', events: 1, users: 1 }])
    await post(server, '/v1/identify', { userId: 'u1', anonymousId: 'a1', timestamp: '2026-11-02T09:31:00Z' })
    await workOff(app)
    expect(await use(ctx)).toEqual([
      { account: id, day: '2026-10-30', events: 1, users: 1 },
      { account: id, day: '2026-11-02', events: 1, users: 1 },
    ])
    const { rows } = await app.pool.query('select from reading where workspace_id = $1 and code = $2', [
      ctx.workspace,
      'usage.active_users',
    ])
    expect(rows).toHaveLength(1)
  })

  it('counts a user of several accounts for the one of the event, or the one joined last', async () => {
    const { ctx, server } = await tenant()
    const [a, b] = [await account(ctx, 'a'), await account(ctx, 'b')]
    const group = (groupId: string, timestamp: string) => ({
      type: 'group',
      userId: 'u1',
      groupId,
      timestamp,
    })
    await post(server, '/v1/batch', {
      batch: [
        group('b', '2026-11-02T09:00:00Z'),
        group('a', '2026-11-01T09:00:00Z'),
        track({ timestamp: '2026-11-01T10:00:00Z' }),
        track({ timestamp: '2026-11-02T09:30:00Z' }),
        track({ timestamp: '2026-11-02T09:40:00Z', context: { groupId: 'a' } }),
      ],
    })
    await workOff(app)
    const sorted = (await use(ctx)).map(({ account: of, day, events }) => [of, day, events])
    expect(sorted).toHaveLength(3)
    expect(sorted).toEqual(
      expect.arrayContaining([
        [a, '2026-11-01', 1],
        [a, '2026-11-02', 1],
        [b, '2026-11-02', 1],
      ]),
    )
  })

  it('knows people by id and address; a server adds them, a page changes nobody', async () => {
    const { ctx, server, browser } = await tenant()
    const { id } = await createPerson(ctx, { name: 'Ada Byron', email: 'ada@example.com' })
    const identify = (userId: string, traits: object) => ({ type: 'identify', userId, traits })
    await post(server, '/v1/batch', {
      batch: [
        identify('u1', { email: 'ADA@example.com', name: 'Somebody Else' }),
        identify('u2', { email: 'bo@example.com', name: 'Bo Lind' }),
      ],
    })
    const origin = { origin: page }
    await post(browser, '/v1/i', identify('u2', { name: 'Mallory' }), origin)
    await post(browser, '/v1/i', identify('u3', { email: 'eve@example.com', name: 'Eve' }), origin)
    await post(browser, '/v1/a', { userId: 'u3', previousId: 'u1' }, origin)
    await workOff(app)
    const { rows: people } = await app.pool.query<{ id: string; name: string }>(
      'select id, name from person where workspace_id = $1 order by name',
      [ctx.workspace],
    )
    expect(people.map(({ name }) => name)).toEqual(['Ada Byron', 'Bo Lind'])
    const { rows: users } = await app.pool.query<{ user: string; person: string | null }>(
      `select external_id as user, person_id as person from event_user where workspace_id = $1 order by 1`,
      [ctx.workspace],
    )
    expect(users).toEqual([
      { user: 'u1', person: id },
      { user: 'u2', person: people[1]?.id },
      { user: 'u3', person: null },
    ])
  })

  it('makes an account of a group that a server names, not of one that a page names', async () => {
    const { ctx, server, browser } = await tenant()
    const group = (groupId: string) => ({ userId: 'u1', groupId, traits: { name: `Firm ${groupId}` } })
    await post(server, '/v1/group', group('one'))
    await post(browser, '/v1/g', group('two'), { origin: page })
    await workOff(app)
    const { rows } = await app.pool.query('select name from account where workspace_id = $1', [ctx.workspace])
    expect(rows).toEqual([{ name: 'Firm one' }])
  })

  it('forgets an erased person everywhere, and keeps the counts', async () => {
    const { ctx, server, send } = await tenant()
    await account(ctx, 'acme')
    const traits = { email: 'ada@example.com', name: 'Ada Byron' }
    await post(server, '/v1/batch', {
      batch: [
        { type: 'identify', userId: 'secret-id', traits },
        { type: 'group', userId: 'secret-id', groupId: 'acme' },
        track({ userId: 'secret-id', properties: { note: 'of the person' } }),
        track({ userId: 'u2', properties: { mail: 'ada@example.com' } }),
        track({ userId: 'secret-id', event: '' }),
      ],
    })
    await workOff(app)
    const before = await use(ctx)
    expect(before).toHaveLength(1)
    const { rows } = await app.pool.query<{ id: string }>(
      'select person_id as id from event_user where workspace_id = $1 and person_id is not null',
      [ctx.workspace],
    )
    await erasePerson(ctx, { id: rows[0]?.id ?? '' })
    await workOff(app)
    await post(server, '/v1/identify', { userId: 'secret-id', traits })
    await workOff(app)
    const shown = await send('GET', '/api/v1/events')
    expect(shown.status).toBe(200)
    expect(shown.text).not.toMatch(/secret-id|ada@|of the person/)
    const { rows: kept } = await app.pool.query<{ text: string }>(
      `select string_agg(t, '') as text from (select event_user::text t from event_user where workspace_id = $1
       union all select event_reject::text from event_reject where workspace_id = $1
       union all select person::text from person where workspace_id = $1) all_of_it`,
      [ctx.workspace],
    )
    expect(kept[0]?.text).not.toMatch(/secret-id|ada@|Ada/)
    expect(await use(ctx)).toEqual(before)
  })
})
