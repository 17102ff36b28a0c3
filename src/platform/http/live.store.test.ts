import { afterAll, expect, it } from 'vitest'
import { createApp } from '../../app/server.ts'
import { createAccount } from '../../domains/accounts/actions.ts'
import { openTestWorld } from '../../../test/harness/stores.ts'
import { closeSession, openSession, sessionCookie } from '../auth/session.ts'
import type { Ctx } from '../context.ts'
import { createMetrics } from '../metrics.ts'
import { recompute, type Reader } from '../readings.ts'
import { createLive } from './live.ts'

const world = await openTestWorld()
const metrics = createMetrics()
const live = createLive(world, world.pool, metrics, { gapMs: 0, beatMs: 2 ** 30 })
const app = createApp(
  world,
  world.pool,
  {
    publicUrl: 'http://localhost',
    trustProxy: 0,
    uploadMaxBytes: 1_000,
    metricsToken: 'sixteen-or-more-characters',
    webDir: undefined,
  },
  metrics,
  live,
)
afterAll(() => live.close())

type Member = Ctx & { userId: string }
type Message = { live?: boolean; accounts?: string[] | null; reason?: string }

let level = 0
/** Another value each time. */
const reader: Reader = {
  codes: ['test.level'],
  compute: async (_ctx, accountIds, asOf) =>
    accountIds.map((accountId) => ({
      accountId,
      code: 'test.level',
      state: 'ok',
      value: (level += 1),
      low: null,
      high: null,
      n: 1,
      asOf: asOf.toISOString(),
      snapshotId: null,
      contributions: [],
      evidence: [],
      detail: {},
    })),
}

const signIn = (ctx: Member) =>
  openSession(world.pg, world.clock(), {
    userId: ctx.userId,
    workspaceId: ctx.workspace,
    ip: null,
    userAgent: null,
  })

/** What a stream says, without the beats that say nothing new. */
async function openStream(token: string) {
  const response = await app.request('http://localhost/api/v1/live', {
    headers: { cookie: `${sessionCookie}=${token}` },
  })
  expect(response.status).toBe(200)
  const body = response.body!.getReader()
  let live: boolean | undefined
  async function next(): Promise<Message | 'over'> {
    for (;;) {
      const { value, done } = await body.read()
      if (done) return 'over'
      const message = JSON.parse(/^data: (.*)$/m.exec(new TextDecoder().decode(value))![1]!) as Message
      const news = message.live !== live || message.accounts?.length !== 0
      live = message.live
      if (news) return message
    }
  }
  async function untilLive(): Promise<void> {
    while (!live) await next()
  }
  async function end(): Promise<Message | 'over'> {
    for (;;) {
      const message = await next()
      if (message === 'over' || message.reason) return message
    }
  }
  return { response, next, end, untilLive, leave: () => body.cancel() }
}

async function customer(ctx: Ctx): Promise<string> {
  return (await createAccount(ctx, { name: 'Customer' })).id
}

it('says whose readings were stored, to the own workspace alone', async () => {
  const [ours, theirs] = [await world.workspace(), await world.workspace()]
  const [account, other] = [await customer(ours), await customer(theirs)]
  const stream = await openStream(await signIn(ours))
  const foreign = await openStream(await signIn(theirs))
  await stream.untilLive()
  await foreign.untilLive()
  await recompute(ours, [reader], [account])
  expect(await stream.next()).toEqual({ live: true, accounts: [account] })
  await recompute(theirs, [reader], [other])
  await recompute(ours, [reader], [account])
  expect(await stream.next()).toEqual({ live: true, accounts: [account] })
  expect(await foreign.next()).toEqual({ live: true, accounts: [other] })
  await Promise.all([stream.leave(), foreign.leave()])
})

it('is for people and for keys that may read, and passes proxies as it comes', async () => {
  const ctx = await world.workspace()
  const stranger = await app.request('http://localhost/api/v1/live')
  expect(stranger.status).toBe(401)
  const stream = await openStream(await signIn(ctx))
  expect(stream.response.headers.get('content-type')).toContain('text/event-stream')
  expect(stream.response.headers.get('x-accel-buffering')).toBe('no')
  expect(stream.response.headers.get('cache-control')).toBe('no-store')
  const session = await signIn(ctx)
  const asOwner = {
    cookie: `${sessionCookie}=${session}`,
    'x-requested-with': 'mainstay',
    'content-type': 'application/json',
  }
  for (const [scope, status] of [
    ['read', 200],
    ['write', 403],
  ] as const) {
    const made = await app.request('http://localhost/api/v1/api-keys', {
      method: 'POST',
      headers: asOwner,
      body: JSON.stringify({ name: scope, role: 'viewer', scopes: [scope] }),
    })
    const { key } = (await made.json()) as { key: string }
    const answer = await app.request('http://localhost/api/v1/live', {
      headers: { authorization: `Bearer ${key}` },
    })
    expect(answer.status).toBe(status)
    await answer.body?.cancel()
  }
  await stream.leave()
})

it('says when the process itself hears nothing, and that anything may have moved meanwhile', async () => {
  const ctx = await world.workspace()
  const stream = await openStream(await signIn(ctx))
  await stream.untilLive()
  await world.pool.query(`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like 'listen%' and pid <> pg_backend_pid()`)
  const heard = [await stream.next(), await stream.next()]
  expect(heard).toEqual([
    { live: false, accounts: [] },
    { live: true, accounts: null },
  ])
  const account = await customer(ctx)
  await recompute(ctx, [reader], [account])
  expect(await stream.next()).toEqual({ live: true, accounts: [account] })
  await stream.leave()
})

it('ends when its session is over', async () => {
  const ctx = await world.workspace()
  const [token, other, key] = [await signIn(ctx), await signIn(ctx), await signIn(ctx)]
  const [stream, untouched, taken] = [await openStream(token), await openStream(other), await openStream(key)]
  await closeSession(world.pg, token)
  expect(await stream.end()).toEqual({ reason: 'signed_out' })
  expect(await stream.next()).toBe('over')
  // What nobody tells of is found out.
  await world.pg.deleteFrom('membership').where('userId', '=', ctx.userId).execute()
  await live.beat()
  expect(await untouched.end()).toEqual({ reason: 'signed_out' })
  expect(await taken.end()).toEqual({ reason: 'signed_out' })
})

it('keeps no idle session alive', async () => {
  const ctx = await world.workspace()
  const token = await signIn(ctx)
  const stream = await openStream(token)
  await stream.untilLive()
  world.setNow(new Date(world.clock().getTime() + 15 * 86_400_000))
  await live.beat()
  expect(await stream.end()).toEqual({ reason: 'signed_out' })
})

it('leaves a session its newest four', async () => {
  const ctx = await world.workspace()
  const token = await signIn(ctx)
  const streams: Awaited<ReturnType<typeof openStream>>[] = []
  for (let tab = 0; tab < 5; tab += 1) streams.push(await openStream(token))
  expect(await streams[0]!.end()).toEqual({ reason: 'elsewhere' })
  expect(await metrics.text()).toContain('mainstay_live_streams 4')
  await Promise.all(streams.slice(1).map((stream) => stream.leave()))
  expect(await metrics.text()).toContain('mainstay_live_streams 0')
})
