import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import type { Ctx } from '../../platform/context.ts'
import { addSubscription, endSubscription } from '../revenue/actions.ts'
import { decide } from './actions/decisions.ts'
import { recordRaised } from './actions/raised.ts'
import { changeRule } from './actions/rules.ts'
import { recordDay } from './jobs.ts'
import { builtInRules } from './model/built-in.ts'
import { casesOf, outcomes } from './reads/outcomes.ts'
import { today } from './reads/today.ts'
import { customer, money, renewal, seed } from './today-world.fixture.ts'

const world = await openTestWorld()
const on = (ctx: Ctx, day: string): Ctx => ({ ...ctx, clock: () => new Date(`${day}T10:00:00Z`) })
const near = (day = '2026-11-20') => renewal(day, 18)

async function paying(ctx: Ctx, name: string): Promise<{ id: string; subscriptionId: string }> {
  const id = await customer(ctx, name, [near(), ...money(100_000)])
  const { id: subscriptionId } = await addSubscription(ctx, {
    accountId: id,
    mrrCents: 8_000,
    startsOn: '2026-01-01',
    termMonths: 12,
  })
  return { id, subscriptionId }
}

const raised = async (ctx: Ctx) =>
  (
    await sql<Record<string, unknown>>`
      select a.name, t.occurrence, t.episode_on, t.first_on, t.last_on, t.held_out, t.arr_cents, t.stays_30, t.eased_30
      from today_raised t join account a on a.id = t.account_id
      where t.workspace_id = ${ctx.workspace} order by a.name, t.first_on, t.occurrence`.execute(ctx.pg)
  ).rows

describe('what rules raise', () => {
  it('is recorded once an occurrence, with its episode and the money then', async () => {
    const ctx = await world.workspace()
    const id = await customer(ctx, 'A', [near(), ...money(100_000)])
    const record = (day: string) => recordRaised(on(ctx, day), { through: null })
    await record('2026-11-02')
    await record('2026-11-02')
    await seed(ctx, id, money(900_000))
    await record('2026-11-05')
    const first = { name: 'A', episodeOn: '2026-11-02', firstOn: '2026-11-02', heldOut: false }
    expect(await raised(ctx)).toMatchObject([
      { ...first, occurrence: 'renewal 2026-11-20', lastOn: '2026-11-05', arrCents: 100_000 },
    ])
    // Another day to renew within the gap goes on with the episode; after it, a new one begins.
    await seed(ctx, id, [near('2026-12-15')])
    await record('2026-11-19')
    await seed(ctx, id, [near('2027-01-20')])
    await record('2026-12-04')
    expect((await raised(ctx)).map(({ firstOn, episodeOn }) => [firstOn, episodeOn])).toEqual([
      ['2026-11-02', '2026-11-02'],
      ['2026-11-19', '2026-11-02'],
      ['2026-12-04', '2026-12-04'],
    ])
  })

  it('is recorded when it is decided about, before the night', async () => {
    const ctx = await world.workspace()
    const id = await customer(ctx, 'A', [near(), ...money(100_000)])
    const about = { accountId: id, ruleCode: 'renewal_near', occurrence: 'renewal 2026-11-20' }
    await decide(ctx, { ...about, decision: 'done' })
    expect(await raised(ctx)).toMatchObject([{ name: 'A', occurrence: 'renewal 2026-11-20' }])
  })

  it('is followed: who stayed, whether the reason was gone, and whether somebody acted', async () => {
    const ctx = await world.workspace()
    const [acted, left] = [await paying(ctx, 'Acted'), await paying(ctx, 'Left')]
    await recordRaised(ctx, { through: '2026-11-02' })
    const about = { ruleCode: 'renewal_near', occurrence: 'renewal 2026-11-20' }
    await decide(ctx, { ...about, accountId: acted.id, decision: 'done' })
    await endSubscription(on(ctx, '2026-11-20'), { id: left.subscriptionId, endsOn: '2026-11-20' })
    // The reason is gone at one of them.
    await seed(ctx, acted.id, [renewal('2027-11-20', 365)])
    await recordRaised(on(ctx, '2026-12-03'), { through: '2026-11-30' })
    expect((await raised(ctx)).map(({ stays30 }) => stays30)).toEqual([null, null])
    await recordRaised(on(ctx, '2026-12-03'), { through: '2026-12-03' })
    expect(await raised(ctx)).toMatchObject([
      { name: 'Acted', stays30: true, eased30: true },
      { name: 'Left', stays30: false },
    ])
    const cases = (await casesOf(ctx)).filter(
      ({ days, ruleCode }) => days === 30 && ruleCode === 'renewal_near',
    )
    expect(cases.toSorted((a, b) => Number(b.acted) - Number(a.acted))).toMatchObject([
      { acted: true, heldOut: false, n: 1, kept: 1, easedOf: 1, eased: 1, arrCents: 100_000 },
      { acted: false, heldOut: false, n: 1, kept: 0 },
    ])
    const told = await outcomes(ctx)
    expect(told.since).toBe('2026-11-02')
    expect(told.rules.find(({ code }) => code === 'renewal_near')!.outcomes[0]).toMatchObject({
      days: 30,
      verdict: 'too_early',
      acted: { n: 1, kept: 1 },
      notActed: { n: 1, kept: 0 },
    })
    const other = await world.workspace()
    expect(await casesOf(other)).toEqual([])
    expect((await outcomes(other)).since).toBeNull()
  })

  it('measures what acting keeps, by which Today ranks, once there is enough', async () => {
    const ctx = await world.workspace()
    const id = await customer(ctx, 'A', [near(), ...money(100_000, 0.5)])
    // 80 that nobody acted on, of which 32 left, and 70 that were acted on, of which 14 left.
    await sql`
      with made as (
        insert into account (id, root_id, workspace_id, name)
        select id, id, ${ctx.workspace}::uuid, 'Past ' || n
        from (select gen_random_uuid() as id, n from generate_series(1, 150) n) numbered returning id, name),
      numbered as (select id, substr(name, 6)::int as n from made),
      raised as (
        insert into today_raised (workspace_id, rule_code, account_id, occurrence, episode_on, first_on, last_on,
          rule_version, held_out, arr_cents, at_stake_cents, stays_90)
        select ${ctx.workspace}::uuid, 'renewal_near', id, 'renewal 2026-07-20', '2026-07-01', '2026-07-01',
          '2026-07-01', 0, false, 1000, 100, case when n <= 80 then n > 32 else n > 94 end from numbered)
      insert into today_decision (id, workspace_id, account_id, rule_code, occurrence, decision, decided_at)
      select gen_random_uuid(), ${ctx.workspace}::uuid, id, 'renewal_near', 'renewal 2026-07-20', 'done',
        '2026-07-10T10:00:00Z' from numbered where n > 80`.execute(ctx.pg)
    await recordDay(ctx)
    const [item] = (await today(ctx, null)).items
    expect(item).toMatchObject({
      account: { id },
      effect: { share: 0.5, basis: 'similar_cases', n: 150 },
      atStakeCents: { value: 50_000 },
      keepsCents: { value: 25_000 },
    })
    // What did not move is no new version.
    await recordDay(ctx)
    const versions = await ctx.pg
      .selectFrom('snapshot')
      .select('version')
      .where('workspaceId', '=', ctx.workspace)
      .where('kind', '=', 'today.effects')
      .execute()
    expect(versions).toEqual([{ version: 1 }])
  })
})

describe('holding out', () => {
  it('draws about its share, the same each time, fixes it for the episode, and names nobody', async () => {
    const ctx = await world.workspace()
    await sql`
      with made as (
        insert into account (id, root_id, workspace_id, name)
        select id, id, ${ctx.workspace}::uuid, 'Customer ' || n
        from (select md5(n::text)::uuid as id, n from generate_series(1, 400) n) numbered returning id)
      insert into reading (workspace_id, account_id, code, state, value, as_of, evidence, detail, computed_at)
      select ${ctx.workspace}::uuid, made.id, r.code, 'ok', r.value, now(), '[]', r.detail, now()
      from made cross join lateral (values
        ('revenue.renewal', 18, '{"renewsOn":"2026-11-20","monthly":false}'::jsonb), ('revenue.arr', 1000, '{}'),
        ('risk.renewal', 0.5, '{}')) r(code, value, detail)`.execute(ctx.pg)
    const holding = { ...builtInRules.renewal_near!, holdOut: 0.25 }
    await changeRule(ctx, { code: 'renewal_near', definition: holding })
    const heldOut = async (at: Ctx) =>
      (await today(at, null)).heldBack.find(({ code }) => code === 'held_out')?.count ?? 0
    const drawn = await heldOut(ctx)
    // Within four standard deviations of 100.
    expect(Math.abs(drawn - 100)).toBeLessThan(35)
    expect(await heldOut(ctx)).toBe(drawn)
    await recordRaised(ctx, { through: null })
    expect((await raised(ctx)).filter((row) => row.heldOut)).toHaveLength(drawn)
    // Another share changes nothing for those that are recorded; a rule that holds out nobody shows all.
    await changeRule(ctx, { code: 'renewal_near', definition: { ...holding, holdOut: 0.5 } })
    expect(await heldOut(ctx)).toBe(drawn)
    await changeRule(ctx, { code: 'renewal_near', definition: { ...holding, holdOut: 0 } })
    expect(await heldOut(ctx)).toBe(0)
  })
})
