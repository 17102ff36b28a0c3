import { describe, expect, it } from 'vitest'
import { openTestApp } from '../../../test/harness/app.ts'
import { workOff } from '../../../test/harness/jobs.ts'
import type { Ctx } from '../../platform/context.ts'
import { chRows } from '../../platform/db/clickhouse.ts'
import { newId } from '../../platform/ids.ts'
import { createAccount, mergeAccount, unmergeAccount } from '../accounts/actions.ts'
import { eventConsumers } from './jobs.ts'

const app = await openTestApp()
const page = 'https://app.example.com'

type Tenant = { ctx: Ctx; server: string; browser: string }

async function tenant(): Promise<Tenant> {
  const ctx = await app.workspace()
  const send = await app.as(ctx)
  const make = async (body: object) =>
    ((await send('POST', '/api/v1/write-keys', body)).body as { key: string }).key
  return {
    ctx,
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

const use = (ctx: Ctx) =>
  chRows<{ account: string; day: string; events: number; users: number }>(
    ctx.ch,
    `select account_id as account, day, d.events as events, length(users) as users from usage_day as d final
     where workspace_id = {workspace:UUID} and d.events > 0 order by day, account`,
    { workspace: ctx.workspace },
  )

async function account(ctx: Ctx, externalId: string): Promise<string> {
  const { id } = await createAccount(ctx, { name: externalId })
  await app.pool.query(
    `insert into source_record (workspace_id, source, entity, external_id, record_id, content_hash)
     values ($1, 'crm', 'account', $2, $3, '')`,
    [ctx.workspace, externalId, id],
  )
  return id
}

const knownSince = (ctx: Ctx) =>
  eventConsumers[0]!.hear(ctx, { payload: { importId: newId(), kind: 'accounts' } } as never)

describe('use that waited', () => {
  it('counts once an import knows the group, also of a user who counts elsewhere', async () => {
    const { ctx, server, browser } = await tenant()
    const a = await account(ctx, 'a')
    await post(server, '/v1/track', track({ context: { groupId: 'a' } }))
    await post(browser, '/v1/track', track({ context: { groupId: 'b' } }), { origin: page })
    await workOff(app)
    expect(await use(ctx)).toEqual([{ account: a, day: '2026-11-02', events: 1, users: 1 }])
    const b = await account(ctx, 'b')
    await knownSince(ctx)
    await workOff(app)
    expect((await use(ctx)).map(({ account: id }) => id).toSorted()).toEqual([a, b].toSorted())
  })

  it('counts once a server names the group', async () => {
    const { ctx, server, browser } = await tenant()
    await post(
      browser,
      '/v1/track',
      track({ context: { groupId: 'b' }, timestamp: '2026-10-30T09:00:00Z' }),
      { origin: page },
    )
    await workOff(app)
    await post(server, '/v1/track', track({ userId: 'u2', context: { groupId: 'b' } }))
    await workOff(app)
    expect((await use(ctx)).map(({ day }) => day)).toEqual(['2026-10-30', '2026-11-02'])
  })

  it('goes back with its customer when a merge is taken back', async () => {
    const { ctx, server } = await tenant()
    const [a, b] = [await account(ctx, 'a'), await account(ctx, 'b')]
    await mergeAccount(ctx, { id: b, intoId: a })
    await post(server, '/v1/track', track({ context: { groupId: 'b' } }))
    await workOff(app)
    await unmergeAccount(ctx, { id: b })
    await workOff(app)
    expect((await use(ctx)).map(({ account: id }) => id)).toEqual([b])
  })
})

describe("ids that are each other's former id", () => {
  it('are one user, whichever of them is counted first', async () => {
    const { ctx, server } = await tenant()
    await account(ctx, 'a')
    const context = { groupId: 'a' }
    const alias = (userId: string, previousId: string, timestamp: string) => ({
      type: 'alias',
      userId,
      previousId,
      timestamp,
    })
    const batch = [
      track({ context }),
      track({ context, userId: 'u2' }),
      alias('u2', 'u1', '2026-11-02T09:10:00Z'),
      alias('u1', 'u2', '2026-11-02T09:20:00Z'),
    ]
    await post(server, '/v1/batch', { batch })
    await workOff(app)
    expect(await use(ctx)).toMatchObject([{ events: 2, users: 1 }])
    for (const userId of ['u1', 'u2']) {
      await post(server, '/v1/track', track({ context, userId }))
      await workOff(app)
    }
    expect(await use(ctx)).toMatchObject([{ events: 4, users: 1 }])
  })
})
