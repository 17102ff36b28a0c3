import { describe, expect, it } from 'vitest'
import { bodyOf, openTestApp, type Send } from '../../../test/harness/app.ts'
import { workOff } from '../../../test/harness/jobs.ts'
import { testNow } from '../../../test/harness/stores.ts'
import type { Ctx } from '../../platform/context.ts'
import { newId } from '../../platform/ids.ts'
import { createAccount, mergeAccount } from '../accounts/actions.ts'
import { createPerson } from '../people/actions/person.ts'
import { createTicket } from '../tickets/actions.ts'
import { addSubscription } from '../revenue/actions.ts'
import { keyOf } from '../events/model.ts'
import { rollUpAll } from './actions/roll-up.ts'
import { addDays } from './model/weeks.ts'
import { latestSource } from './reads/coverage.ts'
import { AccountUsage, AdoptionStudy, PowerUsers, UsageOfDay } from './schema.ts'

const app = await openTestApp()
const today = testNow.toISOString().slice(0, 10)

type Tenant = { ctx: Ctx & { userId: string }; send: Send; track(more?: object): Promise<void> }

async function tenant(): Promise<Tenant> {
  const ctx = await app.workspace()
  const send = await app.as(ctx)
  const made = await send('POST', '/api/v1/write-keys', { name: 'Backend', kind: 'server', origins: [] })
  const authorization = `Basic ${Buffer.from(`${(made.body as { key: string }).key}:`).toString('base64')}`
  return {
    ctx,
    send,
    async track(more = {}) {
      const event = { event: 'Report opened', userId: 'u1', timestamp: testNow.toISOString(), ...more }
      const answer = await app.send('POST', '/v1/track', event, { authorization })
      expect(answer.status).toBe(200)
    },
  }
}

async function account(ctx: Ctx, externalId: string, more: object = {}): Promise<string> {
  const { id } = await createAccount(ctx, { name: externalId, ...more })
  await app.pool.query(
    `insert into source_record (workspace_id, source, entity, external_id, record_id, content_hash)
     values ($1, 'crm', 'account', $2, $3, '')`,
    [ctx.workspace, externalId, id],
  )
  return id
}

const inGroup = (groupId: string, more: object = {}) => ({ context: { groupId }, ...more })

async function readings(ctx: Ctx, id: string) {
  const rows = await ctx.pg
    .selectFrom('reading')
    .select(['code', 'state', 'value', 'n', 'asOf', 'computedAt', 'detail'])
    .where('workspaceId', '=', ctx.workspace)
    .where('accountId', '=', id)
    .execute()
  return Object.fromEntries(rows.map((row) => [row.code, row]))
}

type Count = { account: string; day: string; user: string; count: number; feature?: string; errors?: number }
const counts = (ctx: Ctx, rows: readonly Count[]) =>
  ctx.ch.insert({
    table: 'usage_count',
    format: 'JSONEachRow',
    values: rows.map((row, index) => ({
      workspace_id: ctx.workspace,
      account_id: row.account,
      day: row.day,
      row_key: `usage=U-${index}:hash`,
      feature: row.feature ?? 'reports',
      users: [keyOf(ctx.workspace, { kind: 'user', id: row.user })],
      count: row.count,
      seconds: 0,
      errors: row.errors ?? 0,
      import_id: newId(),
      version: 1,
      deleted: 0,
      recorded_at: '2026-11-02 00:00:00',
      recorded_from: 'file',
    })),
  })

describe('a live event', () => {
  it('moves the readings of its account at once, of no other, and stays to be seen below them', async () => {
    const { ctx, send, track } = await tenant()
    const [acme, other] = [await account(ctx, 'acme', { seats: 4 }), await account(ctx, 'other')]
    await track(inGroup('acme', { messageId: 'one' }))
    await track(inGroup('other', { userId: 'u2', timestamp: '2026-10-20T10:00:00Z' }))
    await workOff(app)
    expect((await latestSource(ctx))?.coverage).toMatchObject({ live: true, liveDay: today, filedDay: null })
    const first = await readings(ctx, acme)
    expect(first['usage.weekly_active']).toMatchObject({ value: 1, n: 1, asOf: testNow.toISOString() })
    expect(first['usage.last_used']).toMatchObject({ value: 0 })
    expect(first['usage.active_users']).toMatchObject({ value: 1, n: 4 })
    const before = await readings(ctx, other)
    expect(before['usage.last_used']).toMatchObject({ value: 13 })
    app.setNow(new Date('2026-11-02T10:00:30Z'))
    await track(inGroup('acme', { userId: 'u3', event: 'Exported', timestamp: '2026-11-02T10:00:20Z' }))
    await workOff(app)
    app.setNow(testNow)
    expect((await readings(ctx, acme))['usage.active_users']).toMatchObject({ value: 2 })
    expect(await readings(ctx, other)).toEqual(before)

    const page = bodyOf(AccountUsage, await send('GET', `/api/v1/accounts/${acme}/usage`))
    expect(page).toMatchObject({ state: 'ok', thisWeek: { start: today, events: 2, days: 1, users: 2 } })
    const read = async (query: string) =>
      bodyOf(UsageOfDay, await send('GET', `/api/v1/accounts/${acme}/usage/day?day=${today}${query}`))
    expect((await read('')).events.map(({ feature }) => feature)).toEqual(['Exported', 'Report opened'])
    expect(await read('&feature=Report%20opened')).toMatchObject({
      events: [{ messageId: 'one', groupId: 'acme', at: '2026-11-02T10:00:00.000Z' }],
      rows: [],
    })
    const stranger = await app.as(await app.workspace())
    expect((await stranger('GET', `/api/v1/accounts/${acme}/usage/day?day=${today}`)).status).toBe(404)
  })

  it('makes nobody silent of whom only files tell', async () => {
    const { ctx, track } = await tenant()
    const [filed, live] = [await account(ctx, 'filed'), await account(ctx, 'live')]
    await counts(ctx, [{ account: filed, day: '2026-10-30', user: 'u9', count: 5 }])
    await rollUpAll(ctx)
    await track(inGroup('live'))
    await workOff(app)
    expect((await readings(ctx, filed))['usage.last_used']).toMatchObject({
      value: 0,
      asOf: '2026-10-31T00:00:00.000Z',
    })
    expect((await readings(ctx, live))['usage.last_used']).toMatchObject({
      value: 0,
      asOf: testNow.toISOString(),
    })
  })
})

describe('power users', () => {
  it('are told by name, with what they met first', async () => {
    const { ctx, send } = await tenant()
    const id = await account(ctx, 'acme', { seats: 10 })
    const { id: ada } = await createPerson(ctx, { name: 'Ada Byron', at: { accountId: id } })
    await app.pool.query(
      `insert into source_record (workspace_id, source, entity, external_id, record_id, content_hash)
       values ($1, 'crm', 'person', 'ada', $2, '')`,
      [ctx.workspace, ada],
    )
    const ticket = { accountId: id, personId: ada, subject: 'Faster export' }
    await createTicket(ctx, { ...ticket, category: 'Feature request' })
    const others = await account(ctx, 'others', { seats: 10 })
    const double = await account(ctx, 'acme again')
    await counts(ctx, [
      ...Array.from({ length: 60 }, (_, index) => ({
        account: others,
        day: '2026-10-28',
        user: `u${index}`,
        count: 1 + (index % 5),
      })),
      { account: id, day: '2026-10-28', user: 'ada', count: 900 },
      { account: id, day: '2026-10-28', user: 'bo', count: 2 },
      { account: id, day: '2026-10-20', user: 'ada', count: 3, errors: 2, feature: 'export' },
      { account: others, day: '2026-10-25', user: 'u1', count: 3, errors: 1, feature: 'export' },
      { account: double, day: '2026-10-26', user: 'bo', count: 1, errors: 1, feature: 'export' },
    ])
    await mergeAccount(ctx, { id: double, intoId: id })
    await rollUpAll(ctx)
    const found = bodyOf(PowerUsers, await send('GET', `/api/v1/accounts/${id}/usage/power-users`))
    expect(found.detail).toMatchObject({ users: 2, share: 0.5, pooled: true, among: 62 })
    expect(found.users).toMatchObject([
      {
        person: { id: ada, name: 'Ada Byron' },
        events: 903,
        errors: [{ feature: 'export', firstOn: '2026-10-20', errors: 2, metFirst: true, accounts: 2 }],
        tickets: [{ subject: 'Faster export', asksForFeature: true }],
      },
    ])
    const day = bodyOf(UsageOfDay, await send('GET', `/api/v1/accounts/${id}/usage/day?day=2026-10-20`))
    expect(day).toMatchObject({
      events: [],
      rows: [{ feature: 'export', rowId: 'U-62', row: null, person: { name: 'Ada Byron' }, errors: 2 }],
    })
    const stranger = await app.as(await app.workspace())
    expect((await stranger('GET', `/api/v1/accounts/${id}/usage/power-users`)).status).toBe(404)
  })
})

describe('early adoption', () => {
  it('is compared with who left afterwards, in this company', async () => {
    const { ctx, send } = await tenant()
    const start = '2025-01-06'
    const weeks = Array.from({ length: 26 }, (_, week) => addDays(start, week * 7))
    const rows: Count[] = []
    for (const [name, weekly, endsOn] of [
      ['a', true, null],
      ['b', true, null],
      ['c', false, '2025-10-01'],
      ['d', false, null],
      ['e', false, '2025-03-01'],
      ['young', true, null],
    ] as const) {
      const startedOn = name === 'young' ? '2026-09-07' : start
      const id = await account(ctx, name, { startedOn })
      const price = { startsOn: startedOn, mrrCents: 1_000, currency: 'USD' }
      await addSubscription(ctx, { accountId: id, ...price, endsOn })
      const days = name === 'young' ? ['2026-10-26'] : weekly ? weeks : weeks.slice(0, 3)
      for (const day of days) rows.push({ account: id, day, user: name, count: 1 })
    }
    await counts(ctx, rows)
    await rollUpAll(ctx)
    await workOff(app)
    const found = bodyOf(AdoptionStudy, await send('GET', '/api/v1/usage/adoption?weeks=26&months=6'))
    expect(found).toMatchObject({
      reached: { accounts: 2, left: 0, share: 0 },
      others: { accounts: 2, left: 1, share: 0.5, yearlyCents: 24_000 },
      difference: { value: 0.5 },
      worth: { cents: 12_000 },
      leftOut: { young: 1, leftBefore: 1 },
      randomised: false,
      currency: 'USD',
    })
    expect(found.worth!.lowCents).toBeLessThan(12_000)
    const stranger = await app.as(await app.workspace())
    expect(bodyOf(AdoptionStudy, await stranger('GET', '/api/v1/usage/adoption'))).toMatchObject({
      reached: { accounts: 0 },
      others: { accounts: 0 },
    })
  })
})
