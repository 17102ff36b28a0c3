import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import type { Ctx } from '../../platform/context.ts'
import { recompute } from '../../platform/readings.ts'
import { sql } from 'kysely'
import { createAccount, mergeAccount, updateAccount } from '../accounts/actions.ts'
import { addSubscription } from '../revenue/actions.ts'
import { revenueReaders } from '../revenue/jobs.ts'
import { riskReaders } from '../risk/jobs.ts'
import { completeTask, createTask, reopenTask } from '../work/actions.ts'
import { getTask } from '../work/reads.ts'
import { decide, undoDecision } from './actions/decisions.ts'
import { changeRule } from './actions/rules.ts'
import { builtInRules } from './model/built-in.ts'
import { listRules } from './reads/rules.ts'
import { today } from './reads/today.ts'
import { customer, drop, money, renewal } from './today-world.fixture.ts'
import type { RuleDefinition, TodayItem, TodayList } from './schema.ts'

const world = await openTestWorld()
type TestCtx = Awaited<ReturnType<typeof world.workspace>>

const asOf = '2026-11-02T06:00:00.000Z'

const only = (list: TodayList): TodayItem => {
  expect(list.items).toHaveLength(1)
  return list.items[0]!
}
const decideOn = (ctx: Ctx, item: TodayItem, more: Partial<Parameters<typeof decide>[1]>) =>
  decide(ctx, {
    accountId: item.account?.id ?? null,
    ruleCode: item.rule.code,
    occurrence: item.occurrence,
    decision: 'done',
    ...more,
  })
const names = (list: TodayList) => list.items.map(({ account, title }) => title ?? account?.name)

async function colleague(ctx: TestCtx, name: string): Promise<string> {
  const { userId } = await world.workspace()
  await ctx.pg.updateTable('appUser').set({ name }).where('id', '=', userId).execute()
  await ctx.pg.insertInto('membership').values({ workspaceId: ctx.workspace, userId, role: 'csm' }).execute()
  return userId
}

describe('today', () => {
  it('finds what the rules find, with money, reason and evidence, ranked', async () => {
    const ctx = await world.workspace()
    const ticket = { kind: 'ticket', id: null, at: '2026-10-30T00:00:00.000Z', code: 'x', params: {} }
    await customer(ctx, 'Renews soon', [renewal('2026-11-20', 18), ...money(1_000_000)])
    await customer(ctx, 'Renews late', [renewal('2027-06-01', 211), ...money(9_000_000)])
    await customer(ctx, 'Dropped', [drop, ...money(5_000_000)], { segment: 'Insurance' })
    await customer(ctx, 'Severe', [
      { code: 'tickets.open_severe', value: 2, evidence: [ticket] },
      ...money(null),
    ])
    await createTask(ctx, { title: 'Send the report', dueOn: '2026-11-02' })
    await createTask(ctx, { title: 'Tomorrow', dueOn: '2026-11-03' })
    const list = await today(ctx, null)
    expect(names(list)).toEqual(['Send the report', 'Dropped', 'Renews soon', 'Severe'])
    expect(list).toMatchObject({
      today: '2026-11-02',
      currency: 'USD',
      found: 4,
      heldBack: [],
      scope: { accounts: 4, own: null, signals: 6 },
      totals: { unknown: 1, atStakeCents: { value: 2_040_000, low: 1_440_000, high: 2_640_000 } },
    })
    expect(list.items[1]).toMatchObject({
      account: { name: 'Dropped', segment: 'Insurance' },
      rule: { code: 'usage_out_of_band', tone: 'rust' },
      reason: { code: 'usage.trend', params: { value: -0.4, direction: 'down' } },
      arrCents: 5_000_000,
      atStakeCents: { value: 1_700_000, low: 1_200_000, high: 2_200_000 },
      keepsCents: { value: 255_000 },
      effect: { share: 0.15, basis: 'assumption' },
      asOf: '2026-11-02T06:00:00.000Z',
      stale: false,
    })
    expect(list.items[1]?.reason.params).not.toHaveProperty('series')
    expect(list.items[3]).toMatchObject({ arrCents: null, atStakeCents: null, evidence: [ticket] })
  })

  it('counts the days to a renewal from today, whenever the reading was computed', async () => {
    const ctx = await world.workspace({ timeZone: 'Pacific/Auckland' })
    // Computed ten days ago, when it was 69 days away: then outside the 60 days of the rule.
    await customer(ctx, 'Nearer by now', [renewal('2026-12-31', 69), ...money(100)])
    await customer(ctx, 'Over', [renewal('2026-11-01', 9), ...money(100)])
    // Noon of 2 November in UTC is the morning of the 3rd in Auckland.
    const noon = { ...ctx, clock: () => new Date('2026-11-02T12:00:00Z') }
    const item = only(await today(noon, null))
    expect(item.reason.params).toMatchObject({ value: 58, renewsOn: '2026-12-31' })
  })

  it('does not look at customers who left, by stage or by the rule of revenue, nor at merged ones', async () => {
    const ctx = await world.workspace()
    const near = [renewal('2026-11-20', 18)]
    await customer(ctx, 'Left by stage', [...near, ...money(100)], { stage: 'left' })
    const left = await customer(ctx, 'Left by rule', [
      ...near,
      { code: 'revenue.arr', value: 0, detail: { left: { on: '2026-10-01', decidedBy: 'subscriptions' } } },
    ])
    const kept = await customer(ctx, 'Kept', [...near, ...money(100)])
    const merged = await customer(ctx, 'Merged away', [...near, ...money(100)])
    await mergeAccount(ctx, { id: merged, intoId: kept })
    await createTask(ctx, { title: 'Of a customer who left', accountId: left, dueOn: '2026-11-01' })
    const list = await today(ctx, null)
    expect(names(list)).toEqual(['Kept'])
    expect(list).toMatchObject({ found: 2, heldBack: [{ code: 'customer_left', count: 1 }] })
    expect(list.scope.accounts).toBe(1)
  })

  it('holds back what rests on stale readings and passes over what is not known', async () => {
    const ctx = await world.workspace()
    const old = '2024-12-31T00:00:00.000Z'
    await customer(ctx, 'Fell long ago', [{ ...drop, state: 'stale', asOf: old }, ...money(100)])
    await customer(ctx, 'Unknown', [{ code: 'tickets.open_severe', state: 'not_enough_data' }, ...money(100)])
    expect(await today(ctx, null)).toMatchObject({
      items: [],
      found: 1,
      heldBack: [{ code: 'outdated', count: 1 }],
    })
  })

  it('marks a renewal day that was told long ago: it comes all the same', async () => {
    const ctx = await world.workspace()
    const old = '2026-08-01T00:00:00.000Z'
    await customer(ctx, 'Renews', [
      { ...renewal('2026-11-20', 18), state: 'stale', asOf: old },
      ...money(100),
    ])
    expect(only(await today(ctx, null))).toMatchObject({
      account: { name: 'Renews' },
      stale: true,
      asOf: old,
    })
  })

  it('gives the day of the oldest severe ticket in the time zone of the workspace', async () => {
    const ctx = await world.workspace({ timeZone: 'Pacific/Auckland' })
    const detail = { oldestDays: 0.7, oldestAt: '2026-11-01T13:00:00.000Z' }
    await customer(ctx, 'Severe', [{ code: 'tickets.open_severe', value: 1, detail }, ...money(100)])
    expect(only(await today(ctx, null)).reason.params).toMatchObject({ oldestOn: '2026-11-02' })
  })

  it('belongs to who owns the customer, or was given the item', async () => {
    const ctx = await world.workspace()
    const other = await colleague(ctx, 'Bea')
    const near = [renewal('2026-11-20', 18), ...money(100)]
    await customer(ctx, 'Mine', near, { ownerId: ctx.userId })
    await customer(ctx, 'Theirs', near, { ownerId: other })
    await customer(ctx, 'Of nobody', near)
    expect(names(await today(ctx, ctx.userId))).toEqual(['Mine'])
    expect((await today(ctx, ctx.userId)).scope).toMatchObject({ accounts: 3, own: 1, signals: 1 })
    const theirs = (await today(ctx, null)).items.find(({ account }) => account?.name === 'Theirs')!
    const { id } = await decideOn(ctx, theirs, { decision: 'reassigned', assigneeId: ctx.userId })
    expect(names(await today(ctx, ctx.userId)).toSorted()).toEqual(['Mine', 'Theirs'])
    expect((await today(ctx, other)).items).toEqual([])
    await undoDecision(ctx, { id })
    expect(names(await today(ctx, other))).toEqual(['Theirs'])
  })

  it('counts all that a rule found, however many, and knows what was decided about each', async () => {
    const ctx = await world.workspace()
    const many = 2_103
    const other = await colleague(ctx, 'Bea')
    await sql`
      with made as (
        insert into account (id, root_id, workspace_id, name, owner_id)
        select id, id, ${ctx.workspace}::uuid, 'Customer ' || n, case when n > 2 then ${ctx.userId}::uuid end
        from (select gen_random_uuid() as id, n from generate_series(1, ${many}::int) n) numbered
        returning id, name)
      insert into reading (workspace_id, account_id, code, state, value, as_of, evidence, detail, computed_at)
      select ${ctx.workspace}::uuid, made.id, r.code, 'ok', r.value, ${asOf}, '[]', r.detail, ${asOf}
      from made cross join lateral (values
        ('revenue.renewal', 18, '{"renewsOn":"2026-11-20","monthly":false}'::jsonb),
        ('revenue.arr', substr(made.name, 10)::int * 100, '{}'), ('risk.renewal', 0.5, '{}')) r(code, value, detail)`.execute(
      ctx.pg,
    )
    await sql`
      insert into task (id, workspace_id, title, due_on, owner_id, created_at)
      select gen_random_uuid(), ${ctx.workspace}::uuid, 'Task ' || n, '2026-11-02',
        case when n > 3 then ${ctx.userId}::uuid else ${other}::uuid end, ${asOf}::timestamptz
      from generate_series(1, ${many}::int) n`.execute(ctx.pg)
    // The one with least at stake is far below what is ranked.
    const last = await ctx.pg
      .selectFrom('account')
      .select('id')
      .where('name', '=', 'Customer 3')
      .where('workspaceId', '=', ctx.workspace)
      .executeTakeFirstOrThrow()
    const about = { accountId: last.id, ruleCode: 'renewal_near', occurrence: 'renewal 2026-11-20' }
    await decide(ctx, { ...about, decision: 'reassigned', assigneeId: other })
    // As the store does by itself a while after an import.
    await sql`analyze account, reading`.execute(ctx.pg)
    const team = await today(ctx, null)
    expect(team.found).toBe(2 * many)
    expect(team.heldBack).toEqual([{ code: 'beyond_list', count: 2 * many - 50 }])
    expect(team.smallBelowCents).toBe(105_200)
    expect((await today(ctx, ctx.userId)).found).toBe(2 * many - 3 - 3)
    expect((await today(ctx, other)).found).toBe(3 + 1)
    await decide(ctx, { ...about, decision: 'not_useful' })
    await changeRule(ctx, { code: 'task_due', enabled: false })
    const decided = await today(ctx, null)
    expect(decided.found).toBe(2 * many)
    expect(decided.heldBack.toSorted((a, b) => b.count - a.count)).toEqual([
      { code: 'rule_off', count: many },
      // The median customer pays $1,052: those below it are one item, but for the one about whom something was said.
      { code: 'beyond_list', count: many - 1_051 - 49 },
      { code: 'not_useful', count: 1 },
    ])
    expect(decided.items[0]).toMatchObject({
      many: { count: 1_050, names: ['Customer 1051', 'Customer 1050', 'Customer 1049'] },
      // Half of $1 to $1,051, without $3.
      atStakeCents: { value: (1_051 * 1_052 * 100) / 4 - 150 },
      minutes: 60,
    })
    expect(decided.items[1]?.account?.name).toBe(`Customer ${many}`)
    expect(decided.totals.customers).toBe(1_050 + 49)
  })

  it('of another workspace is neither seen nor decided about', async () => {
    const [ours, theirs] = [await world.workspace(), await world.workspace()]
    await customer(theirs, 'Not ours', [renewal('2026-11-20', 18), ...money(100)])
    await createTask(theirs, { title: 'Not ours', dueOn: '2026-11-01' })
    expect(await today(ours, null)).toMatchObject({ items: [], found: 0, scope: { accounts: 0, signals: 0 } })
    const [task, item] = (await today(theirs, null)).items
    for (const one of [task!, item!])
      await expect(decideOn(ours, one, {})).rejects.toMatchObject({ status: 404 })
    const { id } = await decideOn(theirs, item!, {})
    await expect(undoDecision(ours, { id })).rejects.toMatchObject({ status: 404 })
    await changeRule(theirs, { code: 'task_due', enabled: false })
    expect((await listRules(ours)).every(({ version }) => version === 0)).toBe(true)
    // Somebody who is in their team is no choice for us.
    const mine = await customer(ours, 'Ours', [renewal('2026-11-20', 18)])
    await expect(
      decide(ours, {
        accountId: mine,
        ruleCode: 'renewal_near',
        occurrence: 'renewal 2026-11-20',
        decision: 'reassigned',
        assigneeId: theirs.userId,
      }),
    ).rejects.toMatchObject({ status: 422 })
    expect(only(await today(ours, null)).account?.name).toBe('Ours')
  })

  it('says the same with the readings that the domains compute', async () => {
    const ctx = await world.workspace()
    const { id } = await createAccount(ctx, { name: 'Real', segment: 'Insurance' })
    await addSubscription(ctx, {
      accountId: id,
      mrrCents: 320_000,
      startsOn: '2025-12-01',
      termMonths: 12,
    })
    await recompute(ctx, [...revenueReaders, ...riskReaders], [id])
    const item = only(await today(ctx, null))
    expect(item).toMatchObject({
      rule: { code: 'renewal_near' },
      arrCents: 3_840_000,
      reason: { code: 'revenue.renewal', params: { value: 29, renewsOn: '2026-12-01' } },
      evidence: [{ kind: 'subscription' }],
    })
    expect(item.risk!.low).toBeLessThan(item.risk!.value)
    expect(item.atStakeCents!.value).toBe(Math.round(item.risk!.value * 3_840_000))
  })
})

describe('a decision', () => {
  const near = [renewal('2026-11-20', 18), ...money(100_000)]

  it('takes an item off the list, says so, and can be undone once', async () => {
    const ctx = await world.workspace()
    await customer(ctx, 'A', near)
    const { id } = await decideOn(ctx, only(await today(ctx, null)), { decision: 'done' })
    expect(await today(ctx, null)).toMatchObject({ items: [], heldBack: [{ code: 'done', count: 1 }] })
    await undoDecision(ctx, { id })
    expect(names(await today(ctx, null))).toEqual(['A'])
    await expect(undoDecision(ctx, { id })).rejects.toMatchObject({ status: 404 })
    const audit = await ctx.pg
      .selectFrom('audit')
      .select('action')
      .where('workspaceId', '=', ctx.workspace)
      .where('action', 'like', 'today.%')
      .orderBy('id')
      .execute()
    expect(audit.map((row) => row.action)).toEqual(['today.decide', 'today.undo'])
  })

  it('snoozes until a day after today, or until it happens anew', async () => {
    const ctx = await world.workspace()
    await customer(ctx, 'A', near)
    const item = only(await today(ctx, null))
    await expect(decideOn(ctx, item, { decision: 'snoozed' })).rejects.toMatchObject({ status: 422 })
    await expect(decideOn(ctx, item, { decision: 'snoozed', untilOn: '2026-11-02' })).rejects.toMatchObject({
      status: 422,
      more: { errors: [{ path: 'untilOn' }] },
    })
    await decideOn(ctx, item, { decision: 'snoozed', untilOn: '2026-11-04' })
    expect((await today(ctx, null)).heldBack).toEqual([{ code: 'snoozed', count: 1 }])
    const later = { ...ctx, clock: () => new Date('2026-11-04T00:00:00Z') }
    expect(names(await today(later, null))).toEqual(['A'])
    await decideOn(later, item, { decision: 'snoozed', untilOn: null })
    const muchLater = { ...ctx, clock: () => new Date('2026-11-19T00:00:00Z') }
    expect((await today(muchLater, null)).items).toEqual([])
  })

  it('stays with the customer when it is merged into another', async () => {
    const ctx = await world.workspace()
    const from = await customer(ctx, 'From', near)
    await decideOn(ctx, only(await today(ctx, null)), { decision: 'not_useful', comment: 'We know.' })
    const into = await customer(ctx, 'Into', near)
    await mergeAccount(ctx, { id: from, intoId: into })
    expect(await today(ctx, null)).toMatchObject({ items: [], heldBack: [{ code: 'not_useful', count: 1 }] })
  })

  it('that a task is done completes it, and undo opens it again', async () => {
    const ctx = await world.workspace()
    const { id: taskId } = await createTask(ctx, { title: 'Send it', dueOn: '2026-11-01' })
    const item = only(await today(ctx, null))
    expect(item).toMatchObject({ account: null, taskId, reason: { code: 'task.due' }, keepsCents: null })
    const { id } = await decideOn(ctx, item, { decision: 'done' })
    expect((await getTask(ctx, taskId)).doneAt).not.toBeNull()
    expect((await today(ctx, null)).items).toEqual([])
    await expect(decideOn(ctx, item, { decision: 'done' })).rejects.toMatchObject({ status: 409 })
    await undoDecision(ctx, { id })
    expect((await getTask(ctx, taskId)).doneAt).toBeNull()
    expect(names(await today(ctx, null))).toEqual(['Send it'])
    // Done here, opened again by somebody elsewhere: it is due again, and undo has nothing left to do.
    const again = await decideOn(ctx, item, { decision: 'done' })
    await reopenTask(ctx, { id: taskId })
    expect(names(await today(ctx, null))).toEqual(['Send it'])
    await undoDecision(ctx, again)
    await completeTask(ctx, { id: taskId })
    expect((await today(ctx, null)).items).toEqual([])
  })

  it('that a task is for somebody else changes its owner, and undo gives it back', async () => {
    const ctx = await world.workspace()
    const other = await colleague(ctx, 'Bea')
    const { id: taskId } = await createTask(ctx, { title: 'Send it', dueOn: '2026-11-01' })
    const item = only(await today(ctx, ctx.userId))
    const { id } = await decideOn(ctx, item, { decision: 'reassigned', assigneeId: other })
    expect((await getTask(ctx, taskId)).owner?.id).toBe(other)
    expect((await today(ctx, other)).items[0]?.owner?.name).toBe('Bea')
    expect((await today(ctx, ctx.userId)).items).toEqual([])
    await undoDecision(ctx, { id })
    expect((await getTask(ctx, taskId)).owner?.id).toBe(ctx.userId)
  })

  it('needs the right role, a rule that exists and something that it is about', async () => {
    const ctx = await world.workspace()
    const accountId = await customer(ctx, 'A', near)
    const item = only(await today(ctx, null))
    const viewer: Ctx = { ...ctx, actor: { kind: 'user', id: ctx.userId, name: 'Ada', role: 'viewer' } }
    await expect(decideOn(viewer, item, {})).rejects.toMatchObject({ status: 403 })
    await expect(decideOn(ctx, item, { ruleCode: 'no_such_rule' })).rejects.toMatchObject({ status: 404 })
    await expect(decideOn(ctx, item, { accountId: null })).rejects.toMatchObject({ status: 422 })
    await expect(
      decideOn(ctx, item, { accountId: null, occurrence: "task '; drop table task" }),
    ).rejects.toMatchObject({ status: 422 })
    await expect(decideOn(ctx, item, { occurrence: 'a\u0000b' })).rejects.toMatchObject({ status: 422 })
    await updateAccount(ctx, { id: accountId, name: 'B' })
    expect(names(await today(ctx, null))).toEqual(['B'])
  })
})

describe('a rule', () => {
  const near = [renewal('2026-11-20', 18), ...money(100_000)]
  const changed = (more: Partial<RuleDefinition>): RuleDefinition => ({
    ...builtInRules.renewal_near!,
    ...more,
  })

  it('changes by a new version, which says by whom, and the older ones stay', async () => {
    const ctx = await world.workspace()
    await customer(ctx, 'A', near)
    await changeRule(ctx, {
      code: 'renewal_near',
      definition: changed({ minutes: 5, effect: { share: 0.5, basis: 'assumption', measured: true } }),
    })
    expect(only(await today(ctx, null))).toMatchObject({ minutes: 5, keepsCents: { value: 17_000 } })
    await changeRule(ctx, { code: 'renewal_near', enabled: false })
    expect(await today(ctx, null)).toMatchObject({ items: [], heldBack: [{ code: 'rule_off', count: 1 }] })
    const rule = (await listRules(ctx)).find(({ code }) => code === 'renewal_near')
    expect(rule).toMatchObject({
      version: 2,
      enabled: false,
      changedBy: 'Ada Test',
      definition: { minutes: 5 },
    })
    const rows = await ctx.pg
      .selectFrom('todayRule')
      .select(['version', 'enabled'])
      .where('workspaceId', '=', ctx.workspace)
      .orderBy('version')
      .execute()
    expect(rows).toEqual([
      { version: 1, enabled: true },
      { version: 2, enabled: false },
    ])
  })

  it('is changed by leaders, one at a time, and only when it exists', async () => {
    const ctx = await world.workspace()
    const csm = await world.workspace({ role: 'csm' })
    await expect(changeRule(csm, { code: 'task_due', enabled: false })).rejects.toMatchObject({ status: 403 })
    await expect(changeRule(ctx, { code: 'none', enabled: false })).rejects.toMatchObject({ status: 404 })
    const outcomes = await Promise.allSettled(
      [5, 6, 7].map((minutes) => changeRule(ctx, { code: 'renewal_near', definition: changed({ minutes }) })),
    )
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ status: 409 })
    const saved = outcomes.filter(({ status }) => status === 'fulfilled').length
    expect((await listRules(ctx)).find(({ code }) => code === 'renewal_near')?.version).toBe(saved)
  })

  it('takes any value for what it is: a value, never SQL and never a failed list', async () => {
    const ctx = await world.workspace()
    await customer(ctx, 'A', [
      {
        code: 'odd.reading',
        value: 3,
        detail: { words: "'; drop table reading; --", count: 'many', flag: true },
      },
    ])
    const found = async (condition: object) => {
      const source = {
        kind: 'readings',
        all: [{ reading: 'odd.reading', ...condition }],
      } as RuleDefinition['source']
      await changeRule(ctx, { code: 'renewal_near', definition: changed({ source }) })
      return (await today(ctx, null)).items.length
    }
    expect(await found({ part: 'detail.words', op: 'is', value: "'; drop table reading; --" })).toBe(1)
    expect(await found({ part: 'detail.words', op: 'is', value: "' or 1=1 --" })).toBe(0)
    expect(await found({ part: 'detail.count', op: 'at_least', value: 1 })).toBe(0)
    expect(await found({ part: 'detail.nothing', op: 'at_most', value: 1 })).toBe(0)
    expect(await found({ part: 'detail.flag', op: 'is', value: true })).toBe(1)
    expect(await found({ part: 'detail.flag', op: 'is', value: false })).toBe(0)
    expect(await found({ part: 'value', op: 'is', value: 3 })).toBe(1)
    expect(await found({ part: 'value', op: 'at_most', value: -1.7e308 })).toBe(0)
    await expect(found({ part: 'value', op: 'at_most', value: 'NaN' })).rejects.toMatchObject({ status: 422 })
    await expect(found({ reading: 'x.y; drop', op: 'is', value: 1 })).rejects.toMatchObject({ status: 422 })
  })
})
