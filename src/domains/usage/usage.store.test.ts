import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import type { Ctx } from '../../platform/context.ts'
import { chRows } from '../../platform/db/clickhouse.ts'
import { newId } from '../../platform/ids.ts'
import type { Reading } from '../../platform/readings.ts'
import { createAccount, mergeAccount, unmergeAccount } from '../accounts/actions.ts'
import { importFinished } from '../imports/import-type.ts'
import { rollUpAll } from './actions/roll-up.ts'
import { usageConsumers, usageReaders } from './jobs.ts'
import { accountUsage } from './reads/account.ts'
import { latestSource } from './reads/coverage.ts'
import { usageFeatures } from './reads/features.ts'
import { usageTotals } from './reads/totals.ts'
import { addDays } from './model/weeks.ts'

const world = await openTestWorld()
const [reader] = usageReaders
const [consumer] = usageConsumers
const now = new Date('2026-11-02T10:00:00Z')

type Count = Readonly<{
  account: string
  day: string
  key?: string
  feature?: string
  users?: string[]
  count?: number
  seconds?: number
  errors?: number
  importId?: string
  supersededBy?: string
  version?: number
  deleted?: 0 | 1
}>

/** Writes counts as an import does. */
async function count(ctx: Ctx, rows: readonly Count[]): Promise<void> {
  await ctx.ch.insert({
    table: 'usage_count',
    format: 'JSONEachRow',
    values: rows.map((row, index) => ({
      workspace_id: ctx.workspace,
      account_id: row.account,
      day: row.day,
      row_key: row.key ?? `row ${index}`,
      feature: row.feature ?? 'reports',
      users: row.users ?? [],
      count: row.count ?? 1,
      seconds: row.seconds ?? 0,
      errors: row.errors ?? 0,
      import_id: row.importId ?? newId(),
      ...(row.supersededBy ? { superseded_by: row.supersededBy } : {}),
      version: row.version ?? 1,
      deleted: row.deleted ?? 0,
      recorded_at: '2026-11-02 00:00:00',
      recorded_from: 'file',
    })),
  })
}

const account = async (ctx: Ctx, more: { seats?: number; startedOn?: string } = {}) =>
  (await createAccount(ctx, { name: `Account ${newId()}`, ...more })).id

const rolledUp = (ctx: Ctx) =>
  chRows<{
    day: string
    events: number
    features: string[]
    users: string[]
    seconds: number
    errors: number
  }>(
    ctx.ch,
    `select day, events, arraySort(features) as features, arraySort(users) as users, seconds, errors
     from usage_day final where workspace_id = {workspace:UUID} order by day`,
    { workspace: ctx.workspace },
  )

const readings = async (ctx: Ctx, ids: readonly string[], at = now): Promise<Reading[]> => [
  ...((await reader?.compute(ctx, ids, at)) ?? []),
]

const reading = async (ctx: Ctx, id: string, code: string): Promise<Reading> => {
  const found = (await readings(ctx, [id])).find((one) => one.code === code)
  if (!found) throw new Error(`no ${code}`)
  return found
}

const due = async (ctx: Ctx) =>
  (
    await ctx.pg
      .selectFrom('readingDue')
      .select('accountId')
      .where('workspaceId', '=', ctx.workspace)
      .execute()
  ).map((row) => row.accountId)

const finished = (ctx: Ctx, importId: string, kind = 'usage') =>
  consumer!.hear(ctx, {
    id: 1,
    kind: importFinished,
    accountId: null,
    validAt: now.toISOString(),
    recordedAt: now.toISOString(),
    recordedFrom: 'observed',
    payload: { importId, kind, workspace: ctx.workspace },
  })

const startImport = async (ctx: Ctx, state = 'done') => {
  const id = newId()
  await ctx.pg
    .insertInto('import')
    .values({
      id,
      workspaceId: ctx.workspace,
      fileName: 'usage.csv',
      fileBytes: 1,
      fileSha256: '',
      state,
      kind: 'usage',
      createdAt: now.toISOString(),
    })
    .execute()
  return id
}

describe('the roll-up', () => {
  it('sums an account-day, once however often it runs', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    await count(ctx, [
      { account: id, day: '2026-10-20', key: 'a', count: 3, seconds: 60, users: ['u1'], feature: 'export' },
      { account: id, day: '2026-10-20', key: 'b', count: 2, errors: 1, users: ['u1', 'u2'] },
      { account: id, day: '2026-10-21', key: 'c', count: 0, feature: 'never used' },
    ])
    await rollUpAll(ctx)
    await rollUpAll(ctx)
    expect(await rolledUp(ctx)).toEqual([
      {
        day: '2026-10-20',
        events: 5,
        features: ['export', 'reports'],
        users: ['u1', 'u2'],
        seconds: 60,
        errors: 1,
      },
      { day: '2026-10-21', events: 0, features: [], users: [], seconds: 0, errors: 0 },
    ])
    expect((await latestSource(ctx))?.coverage).toEqual({
      firstDay: '2026-10-20',
      lastDay: '2026-10-20',
      liveDay: null,
      filedDay: '2026-10-20',
      live: false,
      countsUsers: true,
      features: [
        { name: 'export', firstDay: '2026-10-20' },
        { name: 'reports', firstDay: '2026-10-20' },
      ],
    })
  })

  it('counts neither superseded nor deleted rows, and empties a day that lost all of them', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    const [first, second] = [await startImport(ctx), await startImport(ctx)]
    const row = { account: id, key: 'U-1', importId: first }
    await count(ctx, [
      { ...row, day: '2026-10-20', count: 5 },
      { ...row, key: 'U-2', day: '2026-10-22', count: 1 },
    ])
    await finished(ctx, first)
    // The second file moves U-1 to another day and raises U-2.
    await count(ctx, [
      { ...row, day: '2026-10-20', count: 5, deleted: 1, supersededBy: second, version: 2 },
      { ...row, day: '2026-10-21', count: 7, importId: second, version: 2 },
      { ...row, key: 'U-2', day: '2026-10-22', count: 4, importId: second, version: 2 },
    ])
    await finished(ctx, second)
    expect((await rolledUp(ctx)).map(({ day, events }) => [day, events])).toEqual([
      ['2026-10-20', 0],
      ['2026-10-21', 7],
      ['2026-10-22', 4],
    ])
    expect(await usageTotals(ctx)).toMatchObject({ rows: 2, count: 11, features: 1, days: 2 })
    expect((await accountUsage(ctx, id, 12)).days.map(({ day }) => day)).toEqual(['2026-10-22', '2026-10-21'])
    // Undone: what it brought goes, what it replaced is back.
    await ctx.pg.updateTable('import').set({ state: 'undone' }).where('id', '=', second).execute()
    await count(ctx, [
      { ...row, day: '2026-10-20', count: 5, version: 3 },
      { ...row, day: '2026-10-21', count: 7, importId: second, version: 3, deleted: 1 },
      { ...row, key: 'U-2', day: '2026-10-22', count: 1, version: 3 },
    ])
    await finished(ctx, second)
    expect((await rolledUp(ctx)).map(({ events }) => events)).toEqual([5, 0, 1])
  })

  it('of an import asks for the readings of the accounts that it touched, of all when the coverage grew', async () => {
    const ctx = await world.workspace()
    const [a, b, alias] = [await account(ctx), await account(ctx), await account(ctx)]
    await mergeAccount(ctx, { id: alias, intoId: b })
    const [first, second] = [await startImport(ctx), await startImport(ctx)]
    await count(ctx, [{ account: a, day: '2026-10-30', importId: first }])
    await ctx.pg.deleteFrom('readingDue').where('workspaceId', '=', ctx.workspace).execute()
    await finished(ctx, first, 'tickets')
    expect(await due(ctx)).toEqual([])
    await finished(ctx, first)
    expect((await due(ctx)).toSorted()).toEqual([a, b].toSorted())
    await ctx.pg.deleteFrom('readingDue').where('workspaceId', '=', ctx.workspace).execute()
    await count(ctx, [{ account: alias, day: '2026-10-30', importId: second }])
    await finished(ctx, second)
    expect(await due(ctx)).toEqual([b])
  })
})

describe('readings of use', () => {
  it('follow counts, with series and features, and stand for those merged into an account', async () => {
    const ctx = await world.workspace()
    const [id, alias] = [await account(ctx, { seats: 4, startedOn: '2026-06-01' }), await account(ctx)]
    const mondays = Array.from({ length: 12 }, (_, week) => addDays('2026-08-10', week * 7))
    await count(ctx, [
      ...mondays.map((day, week) => ({ account: id, day, key: `w${week}`, count: 10, users: ['u1'] })),
      { account: alias, day: mondays[10]!, key: 'other', count: 5, users: ['u2'], feature: 'export' },
    ])
    await rollUpAll(ctx)
    expect(await reading(ctx, id, 'usage.active_users')).toMatchObject({ value: 1, n: 4 })
    await mergeAccount(ctx, { id: alias, intoId: id })
    expect(await reading(ctx, id, 'usage.active_users')).toMatchObject({ value: 2 })
    expect(await reading(ctx, id, 'usage.breadth')).toMatchObject({ value: 1, n: 2 })
    const active = await reading(ctx, id, 'usage.weekly_active')
    expect(active).toMatchObject({ state: 'ok', value: 1, n: 8, asOf: '2026-10-27T00:00:00.000Z' })
    // The source ends on a Monday: the week that it begins is not complete.
    expect(active.detail.series).toEqual([null, ...Array(10).fill(10), 15])
    expect(await readings(ctx, [alias])).toEqual([])
    const page = await accountUsage(ctx, alias, 8)
    expect(page.weeks).toHaveLength(8)
    expect(page.features.map(({ feature, events }) => [feature, events])).toEqual([
      ['reports', 120],
      ['export', 5],
    ])
    expect(page.usual?.[0]).toBeLessThan(10)
    expect(await usageFeatures(ctx, null)).toMatchObject({
      accounts: 1,
      features: [
        { feature: 'export', accounts: 1, share: 1 },
        { feature: 'reports', accounts: 1, accountsEver: 1 },
      ],
    })
    await unmergeAccount(ctx, { id: alias })
    expect(await reading(ctx, id, 'usage.active_users')).toMatchObject({ value: 1 })
  })

  it('start with the first paid day where no source says when the customer began', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    await ctx.pg
      .insertInto('revenueMovement')
      .values({
        workspaceId: ctx.workspace,
        accountId: id,
        onDay: '2026-10-05',
        kind: 'new',
        deltaCents: 100,
        mrrAfterCents: 100,
      })
      .execute()
    await count(ctx, [
      { account: await account(ctx), day: '2026-09-01', key: 'source begins' },
      { account: id, day: '2026-10-06' },
      { account: id, day: '2026-11-01', key: 'last' },
    ])
    await rollUpAll(ctx)
    expect(await reading(ctx, id, 'usage.early_adoption')).toMatchObject({ value: 0.5, n: 4 })
  })

  it('of another workspace are neither seen nor changed', async () => {
    const [ours, theirs] = [await world.workspace(), await world.workspace()]
    const [mine, other] = [await account(ours), await account(theirs)]
    await count(theirs, [{ account: other, day: '2026-10-20', count: 9 }])
    // Even rows that name our account belong to whoever brought them.
    await count(theirs, [{ account: mine, day: '2026-10-20', count: 9 }])
    await rollUpAll(theirs)
    await rollUpAll(ours)
    expect(await rolledUp(ours)).toEqual([])
    expect(await latestSource(ours)).toBeNull()
    expect(await usageTotals(ours)).toMatchObject({ rows: 0 })
    expect(await readings(ours, [other])).toEqual([])
    for (const one of await readings(ours, [mine])) expect(one.state).toBe('not_enough_data')
    await expect(accountUsage(ours, other, 12)).rejects.toMatchObject({ status: 404 })
    expect(await usageFeatures(ours, null)).toMatchObject({ features: [] })
    expect(await rolledUp(theirs)).toHaveLength(2)
  })

  it('are the same one by one, in any order and in any batches, as all at once', async () => {
    const use = fc.record({
      account: fc.nat(5),
      day: fc.integer({ min: 0, max: 120 }).map((days) => addDays('2026-07-05', days)),
      count: fc.integer({ min: 0, max: 50 }),
      feature: fc.constantFrom('reports', 'export', 'api'),
      users: fc.uniqueArray(fc.constantFrom('u1', 'u2', 'u3'), { maxLength: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(use, { minLength: 1, maxLength: 60 }),
        fc.uniqueArray(fc.nat(5), { minLength: 6, maxLength: 6 }),
        fc.nat(5),
        async (uses, order, merged) => {
          const ctx = await world.workspace()
          const ids = await Promise.all(
            [0, 1, 2, 3, 4, 5].map((k) => account(ctx, { startedOn: addDays('2026-06-01', k * 20) })),
          )
          await count(
            ctx,
            uses.map((one, index) => ({ ...one, account: ids[one.account]!, key: `row ${index}` })),
          )
          if (merged !== 0) await mergeAccount(ctx, { id: ids[merged]!, intoId: ids[0]! })
          await rollUpAll(ctx)
          const sorted = (list: readonly Reading[]) =>
            list.toSorted((x, y) => `${x.accountId} ${x.code}`.localeCompare(`${y.accountId} ${y.code}`))
          const together = sorted(await readings(ctx, ids))
          const apart: Reading[] = []
          for (const index of order) apart.push(...(await readings(ctx, [ids[index]!])))
          expect(sorted(apart)).toEqual(together)
          const halves = [...(await readings(ctx, ids.slice(2))), ...(await readings(ctx, ids.slice(0, 2)))]
          expect(sorted(halves)).toEqual(together)
        },
      ),
      { numRuns: 8 },
    )
  })
})

describe('RavenStack', () => {
  const folder = new URL('../../../test/data/ravenstack-saas/', import.meta.url)
  const lines = (text: string) =>
    text
      .trim()
      .split(/\r?\n/)
      .slice(1)
      .map((line) => line.split(','))
  const usage = lines(gunzipSync(readFileSync(new URL('ravenstack_feature_usage.csv.gz', folder))).toString())
  const subscriptions = lines(readFileSync(new URL('ravenstack_subscriptions.csv', folder)).toString())

  it('sums by feature and month as its file does, in counts and in rolled-up days', async () => {
    const ctx = await world.workspace()
    const accountOf = new Map(subscriptions.map(([id, owner]) => [id!, owner!]))
    const idOf = new Map([...new Set(accountOf.values())].map((owner) => [owner, newId()]))
    const expected = new Map<string, number>()
    const months = new Map<string, number[]>()
    const rows = usage.map(([, subscription, day, feature, used, seconds, errors], index): Count => {
      const cell = `${feature} ${day!.slice(0, 7)}`
      expected.set(cell, (expected.get(cell) ?? 0) + Number(used))
      const sums = months.get(day!.slice(0, 7)) ?? [0, 0, 0]
      months.set(
        day!.slice(0, 7),
        [used, seconds, errors].map((value, at) => sums[at]! + Number(value)),
      )
      return {
        account: idOf.get(accountOf.get(subscription!)!)!,
        day: day!,
        key: `U ${index}`,
        feature: feature!,
        count: Number(used),
        seconds: Number(seconds),
        errors: Number(errors),
      }
    })
    expect(rows).toHaveLength(25_000)
    await count(ctx, rows)
    await rollUpAll(ctx)
    const byFeature = await chRows<{ cell: string; used: number }>(
      ctx.ch,
      `select concat(feature, ' ', formatDateTime(day, '%Y-%m')) as cell, sum(count) as used
       from usage_count final where workspace_id = {workspace:UUID} and deleted = 0 group by cell`,
      { workspace: ctx.workspace },
    )
    expect(new Map(byFeature.map(({ cell, used }) => [cell, used]))).toEqual(expected)
    const byMonth = await chRows<{ month: string; sums: number[] }>(
      ctx.ch,
      `select formatDateTime(day, '%Y-%m') as month, [sum(events), sum(seconds), sum(errors)] as sums
       from usage_day final where workspace_id = {workspace:UUID} group by month`,
      { workspace: ctx.workspace },
    )
    expect(new Map(byMonth.map(({ month, sums }) => [month, sums]))).toEqual(months)
    expect(await usageTotals(ctx)).toEqual({
      rows: 25_000,
      count: 250_525,
      seconds: usage.reduce((sum, row) => sum + Number(row[5]), 0),
      errors: usage.reduce((sum, row) => sum + Number(row[6]), 0),
      features: new Set(usage.map((row) => row[3])).size,
      days: new Set(usage.map((row) => row[2])).size,
    })
  })
})
