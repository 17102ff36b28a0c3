import { sql } from 'kysely'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import type { Ctx } from '../../platform/context.ts'
import { json } from '../../platform/db/pg.ts'
import { newId } from '../../platform/ids.ts'
import type { Reading } from '../../platform/readings.ts'
import { latestSnapshot } from '../../platform/snapshots.ts'
import { createAccount, mergeAccount } from '../accounts/actions.ts'
import { addSubscription } from '../revenue/actions.ts'
import { importFinished } from '../imports/import-type.ts'
import { priorJob, refreshPrior, riskConsumers, riskReaders } from './jobs.ts'
import { withinMonths } from './model.ts'
import { accountRisk, priorKind, riskModel } from './reads.ts'

const world = await openTestWorld()
const [reader] = riskReaders
const now = new Date('2026-11-02T10:00:00Z')

const account = async (ctx: Ctx, segment: string | null = null, more: { startedOn?: string } = {}) =>
  (await createAccount(ctx, { name: `Account ${newId()}`, segment, ...more })).id

type Paid = Readonly<{ from: string; to?: string; cents?: number; term?: number; trial?: boolean }>
async function subscribe(ctx: Ctx, accountId: string, paid: Paid): Promise<void> {
  await ctx.pg
    .insertInto('subscription')
    .values({
      id: newId(),
      workspaceId: ctx.workspace,
      accountId,
      mrrCents: paid.cents ?? 100_000,
      currency: 'USD',
      termMonths: paid.term ?? 12,
      isTrial: paid.trial ?? false,
      startsOn: paid.from,
      endsOn: paid.to ?? null,
    })
    .execute()
}

const readings = async (ctx: Ctx, ids: readonly string[], at = now): Promise<Reading[]> => [
  ...((await reader?.compute(ctx, ids, at)) ?? []),
]
const ruleOf = (ctx: Ctx, rule: string) =>
  ctx.pg.updateTable('workspace').set({ churnRule: rule }).where('id', '=', ctx.workspace).execute()

describe('the prior', () => {
  it('is the belief, and says so, before anything was counted', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    expect(await riskModel(ctx)).toMatchObject({
      basis: 'belief',
      snapshotId: null,
      ladder: { rung: 'prior' },
    })
    const { renewal, expectedLoss } = await accountRisk(ctx, id)
    expect(renewal).toMatchObject({ state: 'ok', n: 0, snapshotId: null, detail: { basis: 'belief' } })
    expect(renewal.value).toBeCloseTo(1 - 0.985 ** 12, 12)
    expect(expectedLoss).toMatchObject({ state: 'not_enough_data', detail: { missing: ['revenue'] } })
  })

  it('counts account-months and departures from what was paid, by segment', async () => {
    const ctx = await world.workspace()
    const [a, b, c, trial] = [
      await account(ctx, 'Retail'),
      await account(ctx, 'Retail'),
      await account(ctx, 'Banks'),
      await account(ctx, 'Banks'),
    ]
    await subscribe(ctx, a, { from: '2025-11-02' })
    await subscribe(ctx, b, { from: '2026-01-01', to: '2026-03-15' })
    await subscribe(ctx, b, { from: '2026-07-01', to: '2027-01-01' })
    await subscribe(ctx, c, { from: '2026-06-01', to: '2026-09-01', cents: 0 })
    await subscribe(ctx, trial, { from: '2026-01-01', trial: true })
    await refreshPrior(ctx)
    const model = await riskModel(ctx)
    // a: a year; b: two months, the one of leaving, and four since its return.
    expect(model.company).toMatchObject({ months: 12 + 3 + 4, events: 1 })
    // Who never paid has no month at risk.
    expect(model.unplaced).toBe(2)
    expect(model.segments.map(({ segment, months, events }) => [segment, months, events])).toEqual([
      ['Retail', 19, 1],
    ])
    expect(model).toMatchObject({ basis: 'belief_and_data', version: 1, ladder: { events: 1 } })
    await refreshPrior(ctx)
    expect((await riskModel(ctx)).version).toBe(1)
  })

  it('follows the rule of the workspace and falls back in the same order', async () => {
    const ctx = await world.workspace()
    const [event, flagged, silent] = [
      await account(ctx, 'Retail', { startedOn: '2026-01-01' }),
      await account(ctx, 'Retail', { startedOn: '2026-05-02' }),
      await account(ctx, 'Retail', { startedOn: '2026-08-01' }),
    ]
    await ctx.pg
      .insertInto('churnEvent')
      .values({ id: newId(), workspaceId: ctx.workspace, accountId: event, onDay: '2026-03-10' })
      .execute()
    await sql`update account set churn_flag = true where id = ${flagged}`.execute(ctx.pg)
    await refreshPrior(ctx)
    expect((await riskModel(ctx)).company).toMatchObject({ months: 3 + 6 + 3, events: 2 })
    const [first] = await readings(ctx, [flagged])
    expect(first).toMatchObject({ state: 'not_enough_data', detail: { notApplicable: 'left' } })
    await subscribe(ctx, event, { from: '2026-01-01' })
    await refreshPrior(ctx)
    // Subscriptions say that it stays, and they decide.
    expect((await riskModel(ctx)).company).toMatchObject({ months: 9 + 6 + 3 + 1, events: 1 })
    await ruleOf(ctx, 'churn_events')
    await refreshPrior(ctx)
    expect((await riskModel(ctx)).company).toMatchObject({ months: 12, events: 2 })
    expect((await readings(ctx, [silent]))[0]?.state).toBe('ok')
  })

  it('is asked for again after an import, and marks every customer due when it moved', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx, 'Retail')
    await ctx.pg.deleteFrom('readingDue').where('workspaceId', '=', ctx.workspace).execute()
    const fact = {
      id: 1,
      kind: importFinished,
      accountId: null,
      validAt: now.toISOString(),
      recordedAt: now.toISOString(),
      recordedFrom: 'observed',
      payload: {},
    } as const
    await riskConsumers[0]!.hear(ctx, fact)
    await riskConsumers[0]!.hear(ctx, fact)
    const { rows: jobs } = await sql<{ task: string }>`
      select t.identifier as task from graphile_worker._private_jobs j
      join graphile_worker._private_tasks t on t.id = j.task_id
      where j.key = ${`${priorJob}:${ctx.workspace}`}`.execute(ctx.pg)
    expect(jobs).toEqual([{ task: priorJob }])
    await refreshPrior(ctx)
    const due = () =>
      ctx.pg.selectFrom('readingDue').select('accountId').where('workspaceId', '=', ctx.workspace).execute()
    expect(await due()).toEqual([{ accountId: id }])
    await ctx.pg.deleteFrom('readingDue').where('workspaceId', '=', ctx.workspace).execute()
    await refreshPrior(ctx)
    expect(await due()).toEqual([])
  })
})

describe('what was seen', () => {
  const day = (instant: string) => new Date(`${instant}T09:00:00Z`)
  it('ends with the snapshot, however long ago it was taken', async () => {
    const ctx = await world.workspace()
    const id = newId()
    await ctx.pg
      .insertInto('account')
      .values({ id, workspaceId: ctx.workspace, name: 'Kept', rootId: id })
      .execute()
    await subscribe(ctx, id, { from: '2018-01-01' })
    await ctx.pg
      .insertInto('import')
      .values({
        id: newId(),
        workspaceId: ctx.workspace,
        fileName: 'telco.csv',
        fileBytes: 1,
        fileSha256: 'a',
        state: 'done',
        kind: 'snapshot',
        plan: json({ answers: { asOf: '2019-01-01' } }),
        createdAt: now.toISOString(),
      })
      .execute()
    await refreshPrior(ctx)
    expect(await riskModel(ctx)).toMatchObject({
      observedThrough: '2019-01-01',
      company: { months: 12, events: 0 },
    })
    const { renewal } = await accountRisk(ctx, id)
    expect(renewal).toMatchObject({ state: 'stale', asOf: '2019-01-01T00:00:00.000Z' })
    expect(renewal.evidence[0]).toMatchObject({ at: '2019-01-01' })
    // An edit of one customer says something of that one alone.
    const edited = (await addSubscription(ctx, { accountId: id, startsOn: '2020-01-01', mrrCents: 5 })).id
    expect((await accountRisk(ctx, id)).renewal).toMatchObject({ state: 'ok' })
    await refreshPrior(ctx)
    expect(await riskModel(ctx)).toMatchObject({ observedThrough: '2019-01-01', company: { months: 12 } })
    expect(edited).toBeTruthy()
  })

  it('grows with what a key reports, and not with what is planned', async () => {
    const ctx = await world.workspace()
    const key: Ctx = {
      ...ctx,
      actor: { kind: 'key', id: newId(), name: 'billing', role: 'csm', scopes: ['write'] },
    }
    world.setNow(day('2026-06-01'))
    const id = await account(ctx)
    await addSubscription(key, { accountId: id, startsOn: '2026-01-01', endsOn: '2026-12-31', mrrCents: 100 })
    world.setNow(now)
    await refreshPrior(ctx)
    expect(await riskModel(ctx)).toMatchObject({ observedThrough: '2026-06-01', company: { months: 5 } })
    expect((await accountRisk(ctx, id)).renewal.state).toBe('stale')
  })
})

describe('renewal risk', () => {
  it('rests on the segment, the renewal and the revenue of the account, also of those merged into it', async () => {
    const ctx = await world.workspace()
    const [id, alias] = [await account(ctx, 'Retail'), await account(ctx, 'Retail')]
    await subscribe(ctx, id, { from: '2026-01-15', cents: 200_000 })
    await subscribe(ctx, alias, { from: '2026-02-01', cents: 120_000 })
    for (let k = 0; k < 5; k += 1)
      await subscribe(ctx, await account(ctx, 'Retail'), { from: '2026-01-01', to: '2026-02-20' })
    await mergeAccount(ctx, { id: alias, intoId: id })
    await refreshPrior(ctx)
    const model = await riskModel(ctx)
    const { renewal, expectedLoss } = await accountRisk(ctx, alias)
    expect(renewal.detail).toMatchObject({ horizonMonths: 3, renewsOn: '2027-01-15' })
    expect(renewal.value).toBeCloseTo(withinMonths(model.segments[0]!.monthly, 3), 12)
    expect(renewal.contributions.map(({ code }) => code)).toEqual(['risk.base', 'risk.segment'])
    expect(renewal.snapshotId).toBe((await latestSnapshot(ctx, priorKind))?.id)
    expect(renewal.n).toBe(model.segments[0]!.months)
    expect(expectedLoss.value).toBe(Math.round(renewal.value! * 320_000 * 12))
    expect(await readings(ctx, [alias])).toEqual([])
  })

  it('of another workspace is neither seen nor changed', async () => {
    const [ours, theirs] = [await world.workspace(), await world.workspace()]
    const other = await account(theirs, 'Retail')
    await subscribe(theirs, other, { from: '2025-01-01', to: '2025-06-01' })
    await refreshPrior(theirs)
    const before = await riskModel(theirs)
    await refreshPrior(ours)
    expect((await riskModel(ours)).company).toMatchObject({ months: 0, events: 0 })
    expect((await riskModel(ours)).segments).toEqual([])
    expect(await riskModel(theirs)).toEqual(before)
    expect(await readings(ours, [other])).toEqual([])
    await expect(accountRisk(ours, other)).rejects.toMatchObject({ status: 404 })
  })

  it('is the same one by one, in any order, as all at once', async () => {
    const paid = fc.record({
      account: fc.nat(6),
      start: fc.integer({ min: 0, max: 900 }),
      length: fc.option(fc.integer({ min: 1, max: 500 })),
      cents: fc.integer({ min: 1, max: 1_000_000 }),
    })
    const day = (offset: number) => new Date(Date.UTC(2024, 5, 1 + offset)).toISOString().slice(0, 10)
    await fc.assert(
      fc.asyncProperty(
        fc.array(paid, { maxLength: 20 }),
        fc.uniqueArray(fc.nat(6), { minLength: 7, maxLength: 7 }),
        fc.nat(6),
        async (payments, order, merged) => {
          const ctx = await world.workspace()
          const ids: string[] = []
          for (const segment of ['A', 'A', 'B', 'B', 'C', null, null]) ids.push(await account(ctx, segment))
          for (const { account: index, start, length, cents } of payments)
            await subscribe(ctx, ids[index]!, {
              from: day(start),
              cents,
              ...(length ? { to: day(start + length) } : {}),
            })
          if (merged > 0) await mergeAccount(ctx, { id: ids[merged]!, intoId: ids[0]! })
          await refreshPrior(ctx)
          const sorted = (list: readonly Reading[]) =>
            list.toSorted((x, y) => `${x.accountId} ${x.code}`.localeCompare(`${y.accountId} ${y.code}`))
          const together = sorted(await readings(ctx, ids))
          const apart: Reading[] = []
          for (const index of order) apart.push(...(await readings(ctx, [ids[index]!])))
          expect(sorted(apart)).toEqual(together)
          for (const { value, contributions } of together)
            if (value !== null) expect(contributions.reduce((sum, part) => sum + part.amount, 0)).toBe(value)
        },
      ),
      { numRuns: 8 },
    )
  })
})
