import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { sql } from 'kysely'
import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { openTestWorld, testNow } from '../../../test/harness/stores.ts'
import type { Ctx } from '../../platform/context.ts'
import { jsonRows } from '../../platform/db/pg.ts'
import { newId } from '../../platform/ids.ts'
import { recompute } from '../../platform/readings.ts'
import { createAccount, mergeAccount, unmergeAccount } from '../accounts/actions.ts'
import { updateWorkspace } from '../team/actions.ts'
import {
  addSubscription,
  changeSubscription,
  endSubscription,
  recordChurn,
  setExchangeRates,
  takeBackChurn,
} from './actions.ts'
import { invoiceImport, subscriptionImport } from './import.ts'
import { deriveRevenue, revenueConsumers, revenueJobs, revenueReaders } from './jobs.ts'
import { getAccountRevenue } from './reads/account.ts'
import { churnReasons, churnVerdicts, leftAccounts } from './reads/churn.ts'
import { departuresOf } from './reads/departures.ts'
import { churnDisagreements } from './reads/disagreements.ts'
import { exchangeRates } from './reads/exchange-rates.ts'
import { revenueByMonth } from './reads/months.ts'
import { retention } from './reads/retention.ts'
import { revenueTotals } from './reads/totals.ts'

const world = await openTestWorld()
const asOf = '2026-11-02'

const account = async (ctx: Ctx, name = 'Harlow'): Promise<string> => (await createAccount(ctx, { name })).id
const facts = async (ctx: Ctx) =>
  (
    await ctx.pg
      .selectFrom('fact')
      .select('kind')
      .where('workspaceId', '=', ctx.workspace)
      .orderBy('id')
      .execute()
  )
    .map(({ kind }) => kind)
    .filter((kind) => kind !== 'subscription.changed')

async function readings(ctx: Ctx, accountId: string) {
  await recompute(ctx, revenueReaders, [accountId])
  const rows = await ctx.pg
    .selectFrom('reading')
    .selectAll()
    .where('workspaceId', '=', ctx.workspace)
    .where('accountId', '=', accountId)
    .execute()
  const amounts = (value: unknown) => value as { code: string; amount: number }[]
  for (const row of rows)
    if (row.value !== null)
      expect(amounts(row.contributions).reduce((sum, { amount }) => sum + amount, 0)).toBe(row.value)
  return Object.fromEntries(rows.map((row) => [row.code, row]))
}

async function addInvoice(ctx: Ctx, accountId: string, amountCents: number, from: string, to: string) {
  await ctx.pg
    .insertInto('invoice')
    .values({
      id: newId(),
      workspaceId: ctx.workspace,
      accountId,
      amountCents,
      currency: 'USD',
      issuedOn: from,
      periodFrom: from,
      periodTo: to,
    })
    .execute()
}

describe('recurring revenue', () => {
  it('moves by new, expansion, contraction, churn and reactivation', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    const add = (mrrCents: number, startsOn: string, endsOn: string | null, isTrial = false) =>
      addSubscription(ctx, { accountId: id, mrrCents, startsOn, endsOn, isTrial })
    await add(9_999, '2025-12-01', '2026-01-01', true)
    await add(10_000, '2026-01-01', '2026-05-01')
    await add(5_000, '2026-02-01', '2026-03-01')
    await add(7_000, '2026-08-01', null)
    await deriveRevenue(ctx, [id])
    const revenue = await getAccountRevenue(ctx, id)
    expect(revenue.steps).toEqual([
      { on: '2026-01-01', kind: 'new', deltaCents: 10_000, mrrCents: 10_000 },
      { on: '2026-02-01', kind: 'expansion', deltaCents: 5_000, mrrCents: 15_000 },
      { on: '2026-03-01', kind: 'contraction', deltaCents: -5_000, mrrCents: 10_000 },
      { on: '2026-05-01', kind: 'churn', deltaCents: -10_000, mrrCents: 0 },
      { on: '2026-08-01', kind: 'reactivation', deltaCents: 7_000, mrrCents: 7_000 },
    ])
    expect(revenue).toMatchObject({ mrrCents: 7_000, arrCents: 84_000, firstPaidOn: '2026-01-01' })
    expect(revenue.subscriptions).toHaveLength(4)
    expect(await getAccountRevenue(ctx, id, '2026-06-01')).toMatchObject({
      mrrCents: 0,
      churn: { left: true, on: '2026-05-01', decidedBy: 'subscriptions' },
      renewal: null,
    })
    const [march, may] = await revenueByMonth(ctx, '2026-03', '2026-05').then((m) => [m[0], m[2]])
    expect(march).toMatchObject({
      by: 'payments',
      mrrCents: 10_000,
      accounts: 1,
      movements: { contraction: { cents: -5_000 } },
    })
    expect(may).toMatchObject({
      mrrCents: 0,
      accounts: 0,
      movements: { churn: { accounts: 1, cents: -10_000 } },
    })
  })

  it('comes from invoices where there is no subscription, spread over their service periods', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    await addInvoice(ctx, id, 120_000, '2026-01-01', '2027-01-01')
    await addInvoice(ctx, id, -1_000, '2026-02-01', '2026-03-01')
    await deriveRevenue(ctx, [id])
    expect((await getAccountRevenue(ctx, id)).steps.map(({ on, mrrCents }) => [on, mrrCents])).toEqual([
      ['2026-01-01', 10_000],
      ['2026-02-01', 9_000],
      ['2026-03-01', 10_000],
      ['2027-01-01', 0],
    ])
    await addSubscription(ctx, { accountId: id, mrrCents: 500, startsOn: '2026-01-01' })
    await deriveRevenue(ctx, [id])
    expect((await getAccountRevenue(ctx, id)).steps.map(({ mrrCents }) => mrrCents)).toEqual([500])
  })

  it('converts at the rate of the day and leaves out what has none, saying so', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    const add = (currency: string, mrrCents: number) =>
      addSubscription(ctx, { accountId: id, mrrCents, currency, startsOn: '2026-01-01' })
    await add('JPY', 10_000)
    await add('KWD', 100_000)
    expect(await readings(ctx, id)).toMatchObject({
      'revenue.mrr': { state: 'not_enough_data', value: null, detail: { missing: ['exchange_rate'] } },
    })
    await setExchangeRates(ctx, {
      rates: [
        { currency: 'JPY', fromOn: '2026-01-01', rate: 0.007 },
        { currency: 'JPY', fromOn: '2026-06-01', rate: 0.006 },
      ],
    })
    expect(await readings(ctx, id)).toMatchObject({
      'revenue.mrr': {
        value: 6_000,
        detail: { leftOut: [{ currency: 'KWD', mrrCents: 100_000, subscriptions: 1 }] },
      },
    })
    expect(await revenueTotals(ctx, '2026-05-31')).toMatchObject({
      mrrCents: 7_000,
      accounts: 1,
      leftOut: [{ currency: 'KWD', subscriptions: 1 }],
    })
    await setExchangeRates(ctx, { rates: [{ currency: 'KWD', fromOn: '2026-01-01', rate: 3.25 }] })
    expect((await readings(ctx, id))['revenue.mrr']?.value).toBe(6_000 + 32_500)
    expect((await getAccountRevenue(ctx, id)).steps.map(({ mrrCents }) => mrrCents)).toEqual([39_500, 38_500])
    await expect(
      setExchangeRates(ctx, { rates: [{ currency: 'USD', fromOn: asOf, rate: 1 }] }),
    ).rejects.toMatchObject({ status: 422 })
  })

  it('gives a stated yearly price back, and converts before it rounds', async () => {
    const ctx = await world.workspace()
    const [yearly, invoiced] = [await account(ctx), await account(ctx)]
    const state = (statedCents: number, currency: string) =>
      ctx.pg
        .insertInto('subscription')
        .values({
          id: newId(),
          workspaceId: ctx.workspace,
          accountId: yearly,
          mrrCents: Math.round(statedCents / 12),
          statedCents,
          statedMonths: 12,
          currency,
          startsOn: '2026-01-01',
        })
        .execute()
    await state(100_000, 'USD')
    await addInvoice(ctx, invoiced, 100_000, '2026-01-01', '2027-01-01')
    for (const id of [yearly, invoiced]) {
      expect(await getAccountRevenue(ctx, id)).toMatchObject({ mrrCents: 8_333, arrCents: 100_000 })
      expect((await readings(ctx, id))['revenue.arr']?.value).toBe(100_000)
    }
    expect(await revenueTotals(ctx, asOf)).toMatchObject({ mrrCents: 16_666, arrCents: 200_000 })
    await setExchangeRates(ctx, { rates: [{ currency: 'JPY', fromOn: '2026-01-01', rate: 0.0067 }] })
    await state(100_000, 'JPY')
    await state(50_000, 'USD')
    expect((await readings(ctx, yearly))['revenue.arr']?.value).toBe(100_000 + 67_000 + 50_000)
    expect(await getAccountRevenue(ctx, yearly)).toMatchObject({
      mrrCents: Math.round(217_000 / 12),
      arrCents: 217_000,
      steps: [{ mrrCents: Math.round(217_000 / 12) }],
    })
  })

  it('has no stated price any more where somebody sets one for a month', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    const subscription = await addSubscription(ctx, {
      accountId: id,
      mrrCents: 8_333,
      startsOn: '2026-01-01',
    })
    await sql`update subscription set stated_cents = 100000, stated_months = 12 where id = ${subscription.id}`.execute(
      ctx.pg,
    )
    await changeSubscription(ctx, { id: subscription.id, mrrCents: 8_333, plan: 'Team' })
    expect((await getAccountRevenue(ctx, id)).arrCents).toBe(100_000)
    await changeSubscription(ctx, { id: subscription.id, mrrCents: 9_000 })
    const { arrCents, subscriptions } = await getAccountRevenue(ctx, id)
    expect(arrCents).toBe(108_000)
    expect(subscriptions).toMatchObject([{ mrrCents: 9_000, statedCents: null, statedMonths: null }])
  })

  it('keeps a price as it was stated for a year, when it is added and when it is changed', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    const subscription = await addSubscription(ctx, {
      accountId: id,
      price: { cents: 100_000, months: 12 },
      startsOn: '2026-01-01',
    })
    expect(await getAccountRevenue(ctx, id)).toMatchObject({ mrrCents: 8_333, arrCents: 100_000 })
    await changeSubscription(ctx, { id: subscription.id, price: { cents: 100_003, months: 12 } })
    const { arrCents, subscriptions } = await getAccountRevenue(ctx, id)
    expect(arrCents).toBe(100_003)
    expect(subscriptions).toMatchObject([{ mrrCents: 8_334, statedCents: 100_003, statedMonths: 12 }])
  })

  it('takes one price, neither two nor none', async () => {
    const ctx = await world.workspace()
    const of = { accountId: await account(ctx), startsOn: '2026-01-01' }
    const price = { cents: 100_000, months: 12 }
    await expect(addSubscription(ctx, of)).rejects.toMatchObject({ status: 422 })
    await expect(addSubscription(ctx, { ...of, price, mrrCents: 1 })).rejects.toMatchObject({ status: 422 })
  })

  it('knows nothing of a customer by a credit note alone: neither revenue, nor staying, nor a renewal', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    await addInvoice(ctx, id, -9_000, '2026-06-01', '2026-12-01')
    const revenue = await getAccountRevenue(ctx, id)
    expect(revenue).toMatchObject({ mrrCents: null, arrCents: null, renewal: null, churn: { left: null } })
    expect((await readings(ctx, id))['revenue.renewal']).toMatchObject({
      state: 'not_enough_data',
      value: null,
    })
    await addInvoice(ctx, id, 12_000, '2025-09-01', '2026-09-01')
    expect(await getAccountRevenue(ctx, id)).toMatchObject({
      renewal: null,
      churn: { left: true, on: '2026-09-01' },
    })
  })

  it('of merged accounts counts together until the merge is taken back', async () => {
    const ctx = await world.workspace()
    const [a, b] = [await account(ctx, 'A'), await account(ctx, 'B')]
    await addSubscription(ctx, { accountId: a, mrrCents: 1_000, startsOn: '2026-01-01' })
    await addSubscription(ctx, { accountId: b, mrrCents: 2_000, startsOn: '2026-02-01' })
    await deriveRevenue(ctx, [a, b])
    await mergeAccount(ctx, { id: a, intoId: b })
    await deriveRevenue(ctx, [b])
    expect((await getAccountRevenue(ctx, a)).steps.map(({ kind, mrrCents }) => [kind, mrrCents])).toEqual([
      ['new', 1_000],
      ['expansion', 3_000],
    ])
    expect(await revenueTotals(ctx, asOf)).toMatchObject({ mrrCents: 3_000, accounts: 1 })
    expect(await revenueByMonth(ctx, '2026-11', '2026-11')).toMatchObject([{ mrrCents: 3_000, accounts: 1 }])
    await unmergeAccount(ctx, { id: a })
    await deriveRevenue(ctx, [a, b])
    expect((await getAccountRevenue(ctx, a)).mrrCents).toBe(1_000)
    expect(await revenueByMonth(ctx, '2026-11', '2026-11')).toMatchObject([{ mrrCents: 3_000, accounts: 2 }])
  })

  it('is the sum of its movements on every day, whatever is bought, ended and converted', async () => {
    const ctx = await world.workspace()
    const day = fc
      .integer({ min: 0, max: 40 })
      .map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10))
    const subscription = fc.record({
      account: fc.nat(2),
      mrrCents: fc.integer({ min: 0, max: 99_999 }),
      currency: fc.constantFrom('USD', 'JPY', 'EUR'),
      isTrial: fc.boolean(),
      days: fc.tuple(day, fc.option(day)),
    })
    const rates = fc.uniqueArray(
      fc.record({
        currency: fc.constantFrom('JPY', 'EUR'),
        fromOn: day,
        rate: fc.integer({ min: 1, max: 300 }).map((n) => n / 100),
      }),
      { selector: ({ currency, fromOn }) => currency + fromOn, maxLength: 5 },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(subscription, { maxLength: 12 }), rates, async (subscriptions, rateList) => {
        await sql`delete from account where workspace_id = ${ctx.workspace}`.execute(ctx.pg)
        await sql`delete from exchange_rate where workspace_id = ${ctx.workspace}`.execute(ctx.pg)
        const accounts = [newId(), newId(), newId()]
        await sql`insert into account (id, workspace_id, name)
          select id, ${ctx.workspace}::uuid, 'x' from unnest(${accounts}::uuid[]) id`.execute(ctx.pg)
        for (const {
          account: at,
          days: [from, to],
          ...values
        } of subscriptions) {
          const [startsOn, endsOn] = to !== null && to < from ? [to, from] : [from, to]
          await ctx.pg
            .insertInto('subscription')
            .values({
              ...values,
              startsOn,
              endsOn,
              id: newId(),
              workspaceId: ctx.workspace,
              accountId: accounts[at]!,
            })
            .execute()
        }
        for (const rate of rateList)
          await ctx.pg
            .insertInto('exchangeRate')
            .values({ ...rate, workspaceId: ctx.workspace })
            .execute()
        for (const id of accounts) await deriveRevenue(ctx, [id])
        const one = await movementRows(ctx)
        await deriveRevenue(ctx, accounts)
        expect(await movementRows(ctx)).toEqual(one)
        for (const n of [0, 7, 20, 41]) {
          const on = new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10)
          const summed = one
            .filter(({ onDay }) => onDay <= on)
            .reduce((sum, { deltaCents }) => sum + deltaCents, 0)
          expect((await revenueTotals(ctx, on)).mrrCents).toBe(summed)
          const paid = [0, 1, 2].map((at) =>
            subscriptions
              .filter((one) => one.account === at && runs(one, on))
              .reduce((sum, one) => sum + hundredthsOf(one, rateList, on), 0),
          )
          expect(summed).toBe(paid.reduce((sum, hundredths) => sum + Math.round(hundredths / 100), 0))
        }
        const before = new Map<string, { after: number; paid: boolean }>()
        for (const move of one) {
          const was = before.get(move.accountId) ?? { after: 0, paid: false }
          expect(move.mrrAfterCents - was.after).toBe(move.deltaCents)
          expect(move.kind).toBe(kindOf(was.after, move.mrrAfterCents, was.paid))
          before.set(move.accountId, { after: move.mrrAfterCents, paid: true })
        }
      }),
      { numRuns: 25 },
    )
  })
})

type Bought = { mrrCents: number; currency: string; isTrial: boolean; days: [string, string | null] }
type Rate = { currency: string; fromOn: string; rate: number }

function runs({ isTrial, days: [a, b] }: Bought, on: string): boolean {
  const [from, to] = b !== null && b < a ? [b, a] : [a, b]
  return !isTrial && from <= on && (to === null || to > on)
}

/** Hundredths of a cent, so that nothing is rounded before the sum of an account is. */
function hundredthsOf({ mrrCents, currency }: Bought, rates: readonly Rate[], on: string): number {
  if (currency === 'USD') return mrrCents * 100
  const known = rates.filter((rate) => rate.currency === currency && rate.fromOn <= on)
  const latest = known.toSorted((a, b) => b.fromOn.localeCompare(a.fromOn))[0]
  const hundredths = Math.round((latest?.rate ?? 0) * 100)
  return currency === 'JPY' ? mrrCents * hundredths * 100 : mrrCents * hundredths
}

const movementRows = (ctx: Ctx) =>
  ctx.pg
    .selectFrom('revenueMovement')
    .selectAll()
    .where('workspaceId', '=', ctx.workspace)
    .orderBy('accountId')
    .orderBy('onDay')
    .execute()

function kindOf(from: number, to: number, paidBefore: boolean): string {
  expect(from).not.toBe(to)
  if (from === 0) return paidBefore ? 'reactivation' : 'new'
  if (to === 0) return 'churn'
  return to > from ? 'expansion' : 'contraction'
}

describe('readings of revenue', () => {
  it('add up from subscriptions and name what decided the renewal', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    const { id: yearly } = await addSubscription(ctx, {
      accountId: id,
      mrrCents: 10_000,
      startsOn: '2026-01-31',
      termMonths: 12,
    })
    await addSubscription(ctx, { accountId: id, mrrCents: 500, startsOn: '2026-10-10', termMonths: 1 })
    const all = await readings(ctx, id)
    expect(all['revenue.arr']).toMatchObject({
      state: 'ok',
      value: 126_000,
      n: 2,
      detail: { currency: 'USD' },
    })
    expect(all['revenue.renewal']).toMatchObject({
      value: 90,
      detail: { renewsOn: '2027-01-31', from: 'term' },
      evidence: [{ kind: 'subscription', id: yearly, code: 'renewal.term' }],
    })
  })

  it('say what is missing where nothing is known', async () => {
    const ctx = await world.workspace()
    const all = await readings(ctx, await account(ctx))
    expect(all['revenue.arr']).toMatchObject({ state: 'not_enough_data', value: null })
    expect(all['revenue.arr']?.detail).toMatchObject({ missing: ['subscriptions'] })
    expect(all['revenue.renewal']).toMatchObject({
      value: null,
      detail: { missing: ['running_subscription'] },
    })
  })

  it('are nought for a customer who left, who has no renewal', async () => {
    const ctx = await world.workspace()
    await updateWorkspace(ctx, { churnRule: 'churn_events' })
    const id = await account(ctx)
    await addSubscription(ctx, { accountId: id, mrrCents: 1_000, startsOn: '2026-01-01' })
    await recordChurn(ctx, { accountId: id, onDay: '2026-10-01', reason: 'price' })
    const all = await readings(ctx, id)
    expect(all['revenue.arr']).toMatchObject({
      state: 'ok',
      value: 0,
      contributions: [{ amount: 12_000 }, { code: 'revenue.left', amount: -12_000 }],
      detail: { left: { on: '2026-10-01', decidedBy: 'churn_events' } },
    })
    expect(all['revenue.renewal']).toMatchObject({ value: null, detail: { notApplicable: 'left' } })
  })
})

describe('changes', () => {
  it('edited by two at once keep the first, and tell the second who was faster', async () => {
    const ctx = await world.workspace()
    const colleague = { ...ctx, actor: { ...ctx.actor, name: 'Bo Lind' } }
    const accountId = await account(ctx)
    const { id } = await addSubscription(ctx, { accountId, mrrCents: 1_000, startsOn: '2026-01-01' })
    const stored = async () => (await getAccountRevenue(ctx, accountId)).subscriptions[0]!
    const { version } = await stored()
    const edits = await Promise.allSettled([
      changeSubscription(ctx, { id, version, mrrCents: 2_000 }),
      endSubscription(colleague, { id, version, endsOn: '2026-12-01' }),
    ])
    const first = edits.findIndex(({ status }) => status === 'fulfilled')
    expect(edits[1 - first]).toMatchObject({
      status: 'rejected',
      reason: { code: 'changed_meanwhile', more: { changed: { by: ['Ada Test', 'Bo Lind'][first] } } },
    })
    const now = await stored()
    expect([now.mrrCents, now.endsOn]).toEqual(first === 0 ? [2_000, null] : [1_000, '2026-12-01'])
    expect(edits[first]).toMatchObject({ value: { version: now.version } })
  })

  it('announce who left and who came back', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    const { id: subscription } = await addSubscription(ctx, {
      accountId: id,
      mrrCents: 1_000,
      startsOn: '2026-01-01',
    })
    expect(await facts(ctx)).toEqual([])
    await endSubscription(ctx, { id: subscription, endsOn: '2026-11-01' })
    expect(await facts(ctx)).toEqual(['account.left'])
    await changeSubscription(ctx, { id: subscription, endsOn: null, mrrCents: 1_500 })
    expect(await facts(ctx)).toEqual(['account.left', 'account.returned'])
    expect((await getAccountRevenue(ctx, id)).mrrCents).toBe(1_500)
  })

  it('that were planned are announced once, as soon as a day has begun, also for days that nobody was there', async () => {
    const ctx = await world.workspace({ timeZone: 'America/New_York' })
    const ending = async (endsOn: string) => {
      const id = await account(ctx)
      await addSubscription(ctx, { accountId: id, mrrCents: 1_000, startsOn: '2026-01-01', endsOn })
      return id
    }
    const [third, fifth, sixth] = [
      await ending('2026-11-03'),
      await ending('2026-11-05'),
      await ending('2026-11-06'),
    ]
    const other = await world.workspace()
    await account(other)
    const due = async ({ workspace }: Ctx) =>
      (
        await ctx.pg
          .selectFrom('readingDue')
          .select('accountId')
          .where('workspaceId', '=', workspace)
          .execute()
      ).length
    const left = async () =>
      (
        await ctx.pg
          .selectFrom('fact')
          .select(['accountId', sql<string>`(valid_at at time zone 'UTC')::date`.as('day')])
          .where('workspaceId', '=', ctx.workspace)
          .where('kind', '=', 'account.left')
          .orderBy('validAt')
          .execute()
      ).map(({ accountId, day }) => [accountId, day])
    const at = async (instant: string) => {
      await ctx.pg
        .deleteFrom('readingDue')
        .where('workspaceId', 'in', [ctx.workspace, other.workspace])
        .execute()
      world.setNow(new Date(instant))
      await revenueJobs[0]!.run(ctx, {}, new AbortController().signal)
      world.setNow(testNow)
    }
    await at('2026-11-02T17:00:00Z')
    expect([await left(), await due(ctx), await due(other)]).toEqual([[], 3, 0])
    await at('2026-11-03T04:59:00Z')
    expect([await left(), await due(ctx)]).toEqual([[], 0])
    await at('2026-11-05T21:30:00Z')
    const until5 = [
      [third, '2026-11-03'],
      [fifth, '2026-11-05'],
    ]
    expect([await left(), await due(ctx)]).toEqual([until5, 3])
    await at('2026-11-05T21:31:00Z')
    expect([await left(), await due(ctx)]).toEqual([until5, 0])
    await at('2026-11-06T05:00:00Z')
    expect([await left(), await due(ctx)]).toEqual([[...until5, [sixth, '2026-11-06']], 3])
  })

  it('record churn with its reason and take it back', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    const { id: event } = await recordChurn(ctx, { accountId: id, onDay: '2026-10-01', reason: 'price' })
    expect(await leftAccounts(ctx, asOf)).toMatchObject([{ accountId: id, on: '2026-10-01' }])
    expect(await leftAccounts(ctx, '2026-09-30')).toEqual([])
    expect(await churnReasons(ctx, '2026-01-01', '2027-01-01')).toEqual([
      { reason: 'price', events: 1, accounts: 1 },
    ])
    await takeBackChurn(ctx, { id: event })
    expect(await leftAccounts(ctx, asOf)).toEqual([])
    expect(await facts(ctx)).toEqual(['account.left', 'account.returned'])
  })

  it('a churn event counts until the customer pays for something that begins after it', async () => {
    const ctx = await world.workspace()
    await updateWorkspace(ctx, { churnRule: 'churn_events' })
    const id = await account(ctx)
    const verdictOn = async (day: string) => (await churnVerdicts(ctx, [id], day))[0]
    const left = (on: string, decidedBy: string) => ({ accountId: id, left: true, on, decidedBy })
    await addSubscription(ctx, { accountId: id, mrrCents: 1_000, startsOn: '2026-01-01' })
    await recordChurn(ctx, { accountId: id, onDay: '2026-03-01' })
    await addInvoice(ctx, id, -500, '2026-03-10', '2026-04-10')
    await addSubscription(ctx, { accountId: id, mrrCents: 0, startsOn: '2026-03-10' })
    expect(await verdictOn(asOf)).toEqual(left('2026-03-01', 'churn_events'))
    await addSubscription(ctx, { accountId: id, mrrCents: 900, startsOn: '2026-05-01' })
    expect(await verdictOn('2026-04-30')).toEqual(left('2026-03-01', 'churn_events'))
    const stays = { accountId: id, left: false, on: null, decidedBy: 'churn_events' }
    expect(await verdictOn(asOf)).toEqual(stays)
    expect(await facts(ctx)).toEqual(['workspace.changed', 'account.left', 'account.returned'])
    expect((await readings(ctx, id))['revenue.mrr']?.value).toBe(1_900)
    await recordChurn(ctx, { accountId: id, onDay: '2026-09-01' })
    expect(await verdictOn(asOf)).toEqual(left('2026-09-01', 'churn_events'))
    await addSubscription(ctx, { accountId: id, mrrCents: 900, startsOn: '2026-09-15', endsOn: '2026-10-15' })
    expect(await verdictOn('2026-10-01')).toEqual(stays)
    await recordChurn(ctx, { accountId: id, onDay: '2026-08-01' })
    expect(await departuresOf(ctx, [id], '2026-10-01')).toEqual(
      new Map([
        [
          id,
          [
            { on: '2026-03-01', returnedOn: '2026-05-01' },
            { on: '2026-09-01', returnedOn: '2026-09-15' },
          ],
        ],
      ]),
    )
    await sql`update subscription set ends_on = '2026-09-01' where account_id = ${id} and ends_on is null`.execute(
      ctx.pg,
    )
    expect(await verdictOn(asOf)).toEqual(left('2026-10-15', 'subscriptions'))
  })

  it('of another workspace are refused, and its rows never appear', async () => {
    const [ours, theirs] = [await world.workspace(), await world.workspace()]
    const id = await account(theirs)
    const { id: subscription } = await addSubscription(theirs, {
      accountId: id,
      mrrCents: 1_000,
      startsOn: '2026-01-01',
    })
    const { id: event } = await recordChurn(theirs, { accountId: id, onDay: '2026-10-01', reason: 'price' })
    await setExchangeRates(theirs, { rates: [{ currency: 'EUR', fromOn: asOf, rate: 1.1 }] })
    await deriveRevenue(theirs, [id])
    const refused = { status: 404 }
    await expect(getAccountRevenue(ours, id)).rejects.toMatchObject(refused)
    await expect(endSubscription(ours, { id: subscription, endsOn: asOf })).rejects.toMatchObject(refused)
    await expect(takeBackChurn(ours, { id: event })).rejects.toMatchObject(refused)
    await expect(recordChurn(ours, { accountId: id, onDay: asOf })).rejects.toMatchObject(refused)
    await expect(addSubscription(ours, { accountId: id, mrrCents: 1, startsOn: asOf })).rejects.toMatchObject(
      refused,
    )
    await deriveRevenue(ours, [id])
    await recompute(ours, revenueReaders, [id])
    expect((await getAccountRevenue(theirs, id)).steps).toHaveLength(1)
    expect(await revenueTotals(ours, asOf)).toMatchObject({ mrrCents: 0, accounts: 0, leftOut: [] })
    expect(await revenueByMonth(ours, '2026-01', '2026-01')).toMatchObject([{ mrrCents: 0, accounts: 0 }])
    expect(await retention(ours, '2026-02-01', asOf)).toMatchObject({ accounts: 0, nrr: null })
    expect(await churnVerdicts(ours, [id], asOf)).toEqual([])
    expect(await departuresOf(ours, [id], asOf)).toEqual(new Map())
    expect(await churnReasons(ours, '2026-01-01', '2027-01-01')).toEqual([])
    expect(await churnDisagreements(ours, asOf, { limit: 10 })).toMatchObject({ accounts: 0, rows: [] })
    expect(await exchangeRates(ours)).toEqual([])
    const none = await ours.pg
      .selectFrom('reading')
      .selectAll()
      .where('workspaceId', '=', ours.workspace)
      .execute()
    expect(none).toEqual([])
  })

  it('need the role for them, and days in their order', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    await expect(
      addSubscription(ctx, { accountId: id, mrrCents: 1, startsOn: '2026-02-01', endsOn: '2026-01-01' }),
    ).rejects.toMatchObject({ status: 422, more: { errors: [{ path: 'endsOn' }] } })
    const viewer = await world.workspace({ role: 'viewer' })
    await expect(
      setExchangeRates(viewer, { rates: [{ currency: 'EUR', fromOn: asOf, rate: 1 }] }),
    ).rejects.toMatchObject({ status: 403 })
  })

  it('of the workspace leave out who has left by the rule, say what of theirs runs, and agree with the readings', async () => {
    const ctx = await world.workspace()
    const [stays, gone, credited] = [await account(ctx), await account(ctx), await account(ctx)]
    for (const accountId of [stays, gone]) {
      await addSubscription(ctx, { accountId, mrrCents: 1_000, startsOn: '2026-01-01' })
      await addSubscription(ctx, { accountId, mrrCents: 700, currency: 'SEK', startsOn: '2026-01-01' })
    }
    await addInvoice(ctx, credited, -9_000, '2026-06-01', '2027-06-01')
    await recordChurn(ctx, { accountId: gone, onDay: '2026-10-01' })
    await sql`update account set churn_flag = id = ${stays} where workspace_id = ${ctx.workspace}`.execute(
      ctx.pg,
    )
    const uncovered = (subscriptions: number) => ({
      currency: 'SEK',
      mrrCents: 700 * subscriptions,
      subscriptions,
    })
    const one = { accounts: 1, mrrCents: 1_000, arrCents: 12_000, leftOut: [uncovered(1)] }
    const none = { accounts: 0, mrrCents: 0, arrCents: 0, leftOut: [] }
    const expected = {
      subscriptions: {
        accounts: 2,
        mrrCents: 2_000,
        arrCents: 24_000,
        leftOut: [uncovered(2)],
        leftButRunning: none,
      },
      churn_events: { ...one, leftButRunning: one },
      flag: { ...one, leftButRunning: one },
    }
    for (const churnRule of ['subscriptions', 'churn_events', 'flag'] as const) {
      await updateWorkspace(ctx, { churnRule })
      await recompute(ctx, revenueReaders, [stays, gone, credited])
      const totals = await revenueTotals(ctx, asOf)
      expect(totals).toMatchObject(expected[churnRule])
      const { rows } = await sql<{ sum: number }>`
        select sum(value) as sum from reading where workspace_id = ${ctx.workspace} and code = 'revenue.arr'`.execute(
        ctx.pg,
      )
      expect(totals.arrCents).toBe(rows[0]?.sum)
    }
  })

  it('of the rule for churn ask for all readings again', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    await ctx.pg.deleteFrom('readingDue').where('workspaceId', '=', ctx.workspace).execute()
    const hear = (fields: string[]) =>
      revenueConsumers[0]!.hear(ctx, {
        id: 1,
        kind: 'workspace.changed',
        accountId: null,
        validAt: '',
        recordedAt: '',
        recordedFrom: 'observed',
        payload: { fields },
      })
    const due = () =>
      ctx.pg.selectFrom('readingDue').select('accountId').where('workspaceId', '=', ctx.workspace).execute()
    await hear(['name'])
    expect(await due()).toEqual([])
    await hear(['churnRule'])
    expect(await due()).toEqual([{ accountId: id }])
  })
})

describe('totals of an import', () => {
  it('never add up amounts of several currencies', async () => {
    const ctx = await world.workspace()
    const id = await account(ctx)
    const totals = async () => [await subscriptionImport.totals!(ctx), await invoiceImport.totals!(ctx)]
    const sell = (mrrCents: number, currency: string) =>
      addSubscription(ctx, { accountId: id, mrrCents, currency, startsOn: '2026-01-01' })
    const empty = await totals()
    expect(empty).toMatchObject([{ mrr_cents_of_all: 0 }, { amount_cents: 0 }])
    await sell(1_000, 'USD')
    await sell(500, 'USD')
    await addInvoice(ctx, id, 900, '2026-01-01', '2026-02-01')
    expect(await totals()).toMatchObject([{ mrr_cents_of_all: 1_500 }, { amount_cents: 900 }])
    await sell(70, 'JPY')
    const [mixed] = await totals()
    expect(mixed).toMatchObject({ 'mrr_cents_of_all:JPY': 70, 'mrr_cents_of_all:USD': 1_500 })
    expect(mixed).not.toHaveProperty('mrr_cents_of_all')
  })
})

describe('the RavenStack files', () => {
  let ctx: Ctx
  const file = (name: string): Record<string, string>[] =>
    parse(
      readFileSync(new URL(`../../../test/data/ravenstack-saas/ravenstack_${name}.csv`, import.meta.url)),
      {
        columns: true,
      },
    )
  beforeAll(async () => {
    ctx = await world.workspace()
    const accounts = file('accounts').map((row) => ({
      id: newId(),
      key: row.account_id,
      name: row.account_name,
      flag: row.churn_flag === 'TRUE',
    }))
    const idOf = new Map(accounts.map(({ key, id }) => [key, id]))
    await sql`insert into account (id, workspace_id, name, churn_flag)
      select id, ${ctx.workspace}::uuid, name, flag
      from jsonb_to_recordset(${jsonRows(accounts)}) as r(id uuid, name text, flag boolean)`.execute(ctx.pg)
    const subscriptions = file('subscriptions').map((row) => ({
      id: newId(),
      account_id: idOf.get(row.account_id),
      cents: Number(row.mrr_amount) * 100,
      trial: row.is_trial === 'TRUE',
      starts_on: row.start_date,
      ends_on: row.end_date || null,
    }))
    await sql`insert into subscription (id, workspace_id, account_id, mrr_cents, currency, is_trial, starts_on, ends_on)
      select id, ${ctx.workspace}::uuid, account_id, cents, 'USD', trial, starts_on, ends_on
      from jsonb_to_recordset(${jsonRows(subscriptions)})
        as r(id uuid, account_id uuid, cents bigint, trial boolean, starts_on date, ends_on date)`.execute(
      ctx.pg,
    )
    const events = file('churn_events').map((row) => ({
      id: newId(),
      account_id: idOf.get(row.account_id),
      on_day: row.churn_date,
      reason: row.reason_code,
    }))
    await sql`insert into churn_event (id, workspace_id, account_id, on_day, reason)
      select id, ${ctx.workspace}::uuid, account_id, on_day, reason
      from jsonb_to_recordset(${jsonRows(events)}) as r(id uuid, account_id uuid, on_day date, reason text)`.execute(
      ctx.pg,
    )
    await deriveRevenue(
      ctx,
      accounts.map(({ id }) => id),
    )
  })

  it('give the retention of the reference', async () => {
    const half = await retention(ctx, '2024-06-30', '2024-12-31')
    expect(half).toMatchObject({ by: 'payments', accounts: 333, startCents: 383_340_500, logo: 1 })
    expect(half.nrr).toBeCloseTo(1.739963, 6)
    expect(half.grr).toBeCloseTo(0.9860427, 7)
  })

  it('disagree about who has left, and the rule decides', async () => {
    const day = '2024-12-31'
    const first = await churnDisagreements(ctx, day, { limit: 100 })
    expect(first).toMatchObject({
      rule: 'subscriptions',
      accounts: 500,
      sources: { churn_events: { left: 75, stays: 277, silent: 148 }, flag: { left: 110, stays: 390 } },
    })
    const left = async () => (await leftAccounts(ctx, day)).length
    expect(await left()).toBe(first.decided.subscriptions.left)
    expect(await left()).toBeLessThan(5)
    const seen = new Set<string>()
    for (let page = first; ; page = await churnDisagreements(ctx, day, { limit: 100, after: page.next! })) {
      for (const { accountId } of page.rows) seen.add(accountId)
      if (page.next === null) break
    }
    expect(seen.size).toBe(first.disagreeing)
    await updateWorkspace(ctx, { churnRule: 'churn_events' })
    // Events are known of 352; 277 of them bought again after their last one.
    expect(await left()).toBe(75)
    await updateWorkspace(ctx, { churnRule: 'flag' })
    expect(await left()).toBe(110)
  })

  it('count reasons without ranking them', async () => {
    const reasons = await churnReasons(ctx, '2023-01-01', '2025-01-01')
    expect(Object.fromEntries(reasons.map(({ reason, events }) => [reason, events]))).toEqual({
      features: 114,
      support: 104,
      budget: 104,
      unknown: 95,
      competitor: 92,
      pricing: 91,
    })
  })
})
