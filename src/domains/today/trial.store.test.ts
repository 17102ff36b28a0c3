import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import type { Ctx } from '../../platform/context.ts'
import { createAccount } from '../accounts/actions.ts'
import { addSubscription, endSubscription } from '../revenue/actions.ts'
import { deriveRevenue, revenueReaders } from '../revenue/jobs.ts'
import { ticketReaders } from '../tickets/jobs.ts'
import { startTrial } from './actions/trials.ts'
import { todayJobs, tryOnThePast } from './jobs.ts'
import { builtInRules } from './model/built-in.ts'
import { getTrial } from './reads/trials.ts'
import type { RuleDefinition } from './schema.ts'

const world = await openTestWorld()
const readers = [...revenueReaders, ...ticketReaders]
const run = (ctx: Ctx, definition: RuleDefinition) =>
  tryOnThePast(ctx, readers, definition, async () => undefined, new AbortController().signal)

async function customer(ctx: Ctx, name: string, more: object = {}): Promise<{ id: string; sub: string }> {
  const { id } = await createAccount(ctx, { name })
  const { id: sub } = await addSubscription(ctx, {
    accountId: id,
    mrrCents: 8_000,
    startsOn: '2025-03-10',
    termMonths: 12,
    ...more,
  })
  return { id, sub }
}

const severe = builtInRules.severe_ticket_open!

describe('a rule tried on the past', () => {
  it('raises each case once, follows it for 90 days, and knows tickets as they were then', async () => {
    const ctx = await world.workspace()
    const [sad, calm, gone] = [
      await customer(ctx, 'Had a ticket and left'),
      await customer(ctx, 'Had one and stayed'),
      await customer(ctx, 'Left without one'),
    ]
    await customer(ctx, 'Quiet')
    const ticket = (accountId: string, openedAt: string, solvedAt: string) =>
      sql`insert into ticket (id, workspace_id, account_id, subject, priority, state, opened_at, solved_at)
        values (gen_random_uuid(), ${ctx.workspace}, ${accountId}, 'x', 1, 'solved', ${openedAt}, ${solvedAt})`.execute(
        ctx.pg,
      )
    await ticket(sad.id, '2026-04-20T10:00:00Z', '2026-06-10T10:00:00Z')
    await ticket(calm.id, '2026-06-20T10:00:00Z', '2026-07-10T10:00:00Z')
    // Opened and solved between two looks: nobody would have seen it on the first of a month.
    await ticket(calm.id, '2026-05-10T10:00:00Z', '2026-05-12T10:00:00Z')
    await endSubscription(ctx, { id: sad.sub, endsOn: '2026-06-25' })
    await endSubscription(ctx, { id: gone.sub, endsOn: '2026-03-10' })
    await deriveRevenue(ctx, [sad.id, calm.id, gone.id])
    const result = await run(ctx, severe)
    expect(result.possible).toBe(true)
    expect(result.origins.at(-1)).toBe('2026-08-01')
    expect(result).toMatchObject({
      accounts: 4,
      sampled: false,
      now: 0,
      // One ticket is open on two firsts of a month and is one case.
      raised: { n: 2, left: 1, share: 0.5 },
      customersRaised: 2,
      gaps: expect.arrayContaining([{ code: 'tickets_of_today', params: {} }]),
    })
    // The one that left without a ticket was looked at three times before it did, the other once before its ticket.
    expect(result.others.left).toBe(4)
    const other = await world.workspace()
    expect(await run(other, severe)).toMatchObject({ possible: false, accounts: 0, raised: { n: 0 } })
  })

  it('takes an early end for unknown where it could not be known, and says so', async () => {
    const ctx = await world.workspace()
    const early = await customer(ctx, 'Ended early')
    await endSubscription(ctx, { id: early.sub, endsOn: '2026-06-20' })
    await deriveRevenue(ctx, [early.id])
    const result = await run(ctx, builtInRules.renewal_near!)
    // Its term ends on 10 March 2026: that was known, and raised once. The end in June was not.
    expect(result.raised.n).toBe(1)
    expect(result.gaps).toContainEqual({ code: 'unknown', params: { share: expect.any(Number) } })
  })

  it('is refused where what it reads knows the future, and where there is no past', async () => {
    const ctx = await world.workspace()
    await customer(ctx, 'A')
    const source: RuleDefinition['source'] = {
      kind: 'readings',
      all: [{ reading: 'risk.renewal', part: 'value', op: 'at_least', value: 0.2 }],
    }
    expect(await run(ctx, { ...severe, source })).toMatchObject({
      possible: false,
      gaps: [{ code: 'not_of_the_past', params: { reading: 'risk.renewal' } }],
    })
    const young = await world.workspace()
    const { id } = await customer(young, 'B', { startsOn: '2026-10-01' })
    await deriveRevenue(young, [id])
    expect(await run(young, severe)).toMatchObject({
      possible: false,
      gaps: [{ code: 'no_past', params: {} }],
    })
  })

  it('runs as a job with its progress, once for the same rule, and is not seen elsewhere', async () => {
    const [ctx, other] = [await world.workspace(), await world.workspace()]
    const { id: accountId } = await customer(ctx, 'A')
    await deriveRevenue(ctx, [accountId])
    const { id } = await startTrial(ctx, { definition: severe })
    expect((await startTrial(ctx, { definition: { ...severe, minutes: 5 } })).id).toBe(id)
    expect(await getTrial(ctx, id)).toMatchObject({ state: 'waiting', stepsDone: 0, result: null })
    const job = todayJobs(readers).find(({ name }) => name === 'today.trial')!
    await job.run(ctx, { id }, new AbortController().signal)
    const done = await getTrial(ctx, id)
    expect(done).toMatchObject({ state: 'done', result: { possible: true } })
    expect(done.stepsDone).toBe(done.steps)
    await expect(getTrial(other, id)).rejects.toMatchObject({ status: 404 })
    await expect(
      startTrial(
        { ...ctx, actor: { kind: 'user', id: ctx.userId, name: 'A', role: 'csm' } },
        { definition: severe },
      ),
    ).rejects.toMatchObject({ status: 403 })
  })
})
