import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { readers } from '../src/app/domains.ts'
import { createAccount, mergeAccount } from '../src/domains/accounts/actions.ts'
import { setExchangeRates } from '../src/domains/revenue/actions.ts'
import { refreshPrior } from '../src/domains/risk/jobs.ts'
import { updateWorkspace } from '../src/domains/team/actions.ts'
import { rollUpAll } from '../src/domains/usage/actions/roll-up.ts'
import type { Ctx } from '../src/platform/context.ts'
import { jsonRows } from '../src/platform/db/pg.ts'
import { newId } from '../src/platform/ids.ts'
import { recompute } from '../src/platform/readings.ts'
import { openTestWorld } from './harness/stores.ts'

const world = await openTestWorld()
const accounts = 6

const day = (from: number, to: number) =>
  fc
    .integer({ min: from, max: to })
    .map((days) => new Date(Date.UTC(2026, 10, 2 + days)).toISOString().slice(0, 10))
const whose = fc.nat(accounts - 1)
const story = fc.record({
  rule: fc.constantFrom('subscriptions' as const, 'churn_events' as const, 'flag' as const),
  flags: fc.array(fc.constantFrom(true, false, null), { minLength: accounts, maxLength: accounts }),
  merged: whose,
  subscriptions: fc.array(
    fc.record({
      account: whose,
      starts_on: day(-700, 20),
      length: fc.option(fc.integer({ min: 0, max: 900 })),
      mrr_cents: fc.nat(90_000),
      currency: fc.constantFrom('USD', 'EUR', 'SEK'),
      term_months: fc.constantFrom(null, 1, 12),
      is_trial: fc.boolean(),
    }),
    { maxLength: 12 },
  ),
  invoices: fc.array(
    fc.record({
      account: whose,
      amount_cents: fc.integer({ min: -5_000, max: 90_000 }),
      period_from: day(-500, 10),
      length: fc.integer({ min: 1, max: 400 }),
    }),
    { maxLength: 8 },
  ),
  departures: fc.array(fc.record({ account: whose, on_day: day(-300, 10) }), { maxLength: 3 }),
  tickets: fc.array(
    fc.record({
      account: whose,
      opened_on: day(-100, 0),
      priority: fc.constantFrom(null, 1, 3),
      state: fc.constantFrom('open', 'closed'),
    }),
    { maxLength: 10 },
  ),
  uses: fc.array(fc.record({ account: whose, day: day(-120, -1), count: fc.integer({ min: 1, max: 40 }) }), {
    maxLength: 40,
  }),
})
type Story = typeof story extends fc.Arbitrary<infer S> ? S : never

const rows = (ids: readonly string[], list: readonly { account: number }[]) =>
  jsonRows(list.map((row) => ({ ...row, id: newId(), account_id: ids[row.account] })))

async function tell(ctx: Ctx, told: Story): Promise<string[]> {
  const ids: string[] = []
  for (let index = 0; index < accounts; index += 1)
    ids.push(
      (await createAccount(ctx, { name: `Account ${index}`, segment: index % 2 === 0 ? 'A' : 'B' })).id,
    )
  await updateWorkspace(ctx, { churnRule: told.rule })
  await setExchangeRates(ctx, { rates: [{ currency: 'EUR', fromOn: '2026-01-01', rate: 1.1 }] })
  await sql`update account set churn_flag = f.flag
    from unnest(${ids}::uuid[], ${told.flags}::boolean[]) as f(id, flag) where account.id = f.id`.execute(
    ctx.pg,
  )
  await sql`
    insert into subscription (id, workspace_id, account_id, mrr_cents, currency, term_months, is_trial, starts_on, ends_on)
    select id, ${ctx.workspace}, account_id, mrr_cents, currency, term_months, is_trial, starts_on, starts_on + length
    from jsonb_to_recordset(${rows(ids, told.subscriptions)}) as r(id uuid, account_id uuid, mrr_cents bigint,
      currency text, term_months integer, is_trial boolean, starts_on date, length integer)`.execute(ctx.pg)
  await sql`
    insert into invoice (id, workspace_id, account_id, amount_cents, currency, issued_on, period_from, period_to)
    select id, ${ctx.workspace}, account_id, amount_cents, 'USD', period_from, period_from, period_from + length
    from jsonb_to_recordset(${rows(ids, told.invoices)}) as r(id uuid, account_id uuid, amount_cents bigint,
      period_from date, length integer)`.execute(ctx.pg)
  await sql`
    insert into churn_event (id, workspace_id, account_id, on_day) select id, ${ctx.workspace}, account_id, on_day
    from jsonb_to_recordset(${rows(ids, told.departures)}) as r(id uuid, account_id uuid, on_day date)`.execute(
    ctx.pg,
  )
  await sql`
    insert into ticket (id, workspace_id, account_id, priority, state, opened_at)
    select id, ${ctx.workspace}, account_id, priority, state, opened_on::timestamp at time zone 'UTC'
    from jsonb_to_recordset(${rows(ids, told.tickets)}) as r(id uuid, account_id uuid, priority integer, state text,
      opened_on date)`.execute(ctx.pg)
  await ctx.ch.insert({
    table: 'usage_count',
    format: 'JSONEachRow',
    values: told.uses.map((use, index) => ({
      workspace_id: ctx.workspace,
      account_id: ids[use.account],
      day: use.day,
      row_key: `row ${index}`,
      feature: `feature ${index % 3}`,
      users: [`user ${index % 4}`],
      count: use.count,
      seconds: 0,
      errors: 0,
      import_id: newId(),
      version: 1,
      deleted: 0,
      recorded_at: '2026-11-02 00:00:00',
      recorded_from: 'file',
    })),
  })
  if (told.merged !== 0) await mergeAccount(ctx, { id: ids[told.merged]!, intoId: ids[0]! })
  await rollUpAll(ctx)
  await refreshPrior(ctx)
  return ids
}

const stored = async (ctx: Ctx) => ({
  readings: await ctx.pg
    .selectFrom('reading')
    .selectAll()
    .where('workspaceId', '=', ctx.workspace)
    .orderBy('accountId')
    .orderBy('code')
    .execute(),
  movements: await ctx.pg
    .selectFrom('revenueMovement')
    .selectAll()
    .where('workspaceId', '=', ctx.workspace)
    .orderBy('accountId')
    .orderBy('onDay')
    .execute(),
})

const forget = async (ctx: Ctx): Promise<void> => {
  await ctx.pg.deleteFrom('reading').where('workspaceId', '=', ctx.workspace).execute()
  await ctx.pg.deleteFrom('revenueMovement').where('workspaceId', '=', ctx.workspace).execute()
}

it('a pass over all gives what passes over single accounts give, with every reader', async () => {
  const order = fc.shuffledSubarray([...Array(accounts).keys()], { minLength: accounts, maxLength: accounts })
  await fc.assert(
    fc.asyncProperty(story, order, async (told, turns) => {
      const ctx = await world.workspace()
      const ids = await tell(ctx, told)
      await recompute(ctx, readers, ids)
      const together = await stored(ctx)
      const counting = told.merged === 0 ? accounts : accounts - 1
      expect(together.readings).toHaveLength(counting * readers.flatMap(({ codes }) => codes).length)
      await recompute(ctx, readers, ids)
      expect(await stored(ctx)).toEqual(together)
      await forget(ctx)
      for (const turn of turns) await recompute(ctx, readers, [ids[turn]!])
      expect(await stored(ctx)).toEqual(together)
    }),
    { numRuns: 12 },
  )
})
