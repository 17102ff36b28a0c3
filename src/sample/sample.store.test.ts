import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { importTypes } from '../app/domains.ts'
import { usageTotals } from '../domains/usage/reads/totals.ts'
import { revenueTotals } from '../domains/revenue/reads/totals.ts'
import { openTestWorld } from '../../test/harness/stores.ts'
import { workOff } from '../../test/harness/jobs.ts'
import { generateCompany } from './company.ts'
import { requestLoad, requestRemove } from './actions.ts'
import { loadSample, removeSample, sampleJobs } from './jobs.ts'
import { sampleState } from './reads.ts'
import { SampleSize } from './size.ts'

const world = await openTestWorld()
const size = SampleSize.parse({ accounts: 60, endsOn: world.clock().toISOString().slice(0, 10) })
const company = generateCompany(size)
const never = new AbortController().signal
type Home = Awaited<ReturnType<typeof world.workspace>>

const tables = [
  'account',
  'person',
  'person_role',
  'subscription',
  'churn_event',
  'ticket',
  'survey',
  'survey_answer',
  'message',
  'revenue_movement',
  'source_record',
  'reading',
] as const

async function counts(home: Home): Promise<Record<string, number>> {
  const found: Record<string, number> = {}
  for (const table of tables) {
    const { rows } = await sql<{ n: number }>`
      select count(*)::int as n from ${sql.table(table)} where workspace_id = ${home.workspace}`.execute(
      world.pg,
    )
    found[table] = rows[0]?.n ?? 0
  }
  return found
}

const ownCustomer = (home: Home) =>
  sql`insert into account (id, workspace_id, name, stage, custom, created_at, updated_at)
    values (gen_random_uuid(), ${home.workspace}, 'Our own', 'adopting', '{}', now(), now())`.execute(
    world.pg,
  )

const takesOver = sampleJobs(importTypes).find(({ name }) => name === 'sample.take_over')
const goOn = (home: Home) => takesOver?.run(home, {}, never)

const expected = {
  account: company.accounts.length,
  person: company.people.length,
  subscription: company.subscriptions.length,
  churn_event: company.churnEvents.length,
  ticket: company.tickets.length,
  survey_answer: company.answers.length,
  message: company.messages.length,
}

describe('the sample company in the stores', () => {
  it('is all there when loaded as a job, with its money, its events and its readings; then gone without a trace', async () => {
    const home = await world.workspace()
    await requestLoad(home, { accounts: 60 })
    expect(await sampleState(home)).toMatchObject({ state: 'loading' })
    await workOff(world)
    expect(await sampleState(home)).toMatchObject({
      state: 'loaded',
      size: { accounts: 60, seed: 1 },
      problem: null,
    })
    expect(await counts(home)).toMatchObject(expected)
    const { rows } = await sql<{ refused: number }>`
      select sum((counts ->> 'refused')::int)::int as refused from import where workspace_id = ${home.workspace}`.execute(
      world.pg,
    )
    expect(rows[0]?.refused).toBe(0)
    const day = size.endsOn
    const paying = company.subscriptions.filter(
      ({ startsOn, endsOn }) => startsOn <= day && (endsOn === null || endsOn > day),
    )
    expect((await revenueTotals(home, day)).mrrCents).toBe(paying.reduce((sum, { mrr }) => sum + mrr, 0))
    const events = [...company.usage()].reduce((sum, { count }) => sum + count, 0)
    expect(Object.values(await usageTotals(home))).toContain(events)
    expect((await counts(home)).reading).toBeGreaterThan(company.accounts.length)
    await requestRemove(home, {})
    expect(await sampleState(home)).toMatchObject({ state: 'removing' })
    await workOff(world)
    expect(await sampleState(home)).toEqual({
      state: 'absent',
      size: null,
      progress: null,
      rows: {},
      settling: false,
      readingsDue: expect.any(Number) as number,
      stopped: null,
      problem: null,
      hasOthers: false,
    })
    expect(await counts(home)).toEqual(Object.fromEntries(tables.map((table) => [table, 0])))
    expect(Object.values(await usageTotals(home)).every((value) => value === 0)).toBe(true)
  })

  it('goes on after it was stopped on the way, and can be removed from there; what is not of it stays', async () => {
    const home = await world.workspace()
    await ownCustomer(home)
    const own = await counts(home)
    const stopAt = (kind: string) => {
      const stop = new AbortController()
      return loadSample(home, importTypes, size, stop.signal, (now) => {
        if (now === kind) stop.abort()
      })
    }
    await expect(stopAt('tickets')).rejects.toThrow()
    await expect(stopAt('usage')).rejects.toThrow()
    await loadSample(home, importTypes, size, never)
    expect(await counts(home)).toMatchObject({ ...expected, account: expected.account + 1 })
    await removeSample(home, importTypes, never)
    await workOff(world)
    await expect(stopAt('messages')).rejects.toThrow()
    expect(await removeSample(home, importTypes, never)).toBe(0)
    await workOff(world)
    expect(await counts(home)).toMatchObject({ ...own, reading: expect.any(Number) as number })
  })

  it('is gone on with when whoever loaded or removed it was killed', async () => {
    const home = await world.workspace()
    const killed = new AbortController()
    const dies = loadSample(home, importTypes, size, killed.signal, (kind) => {
      if (kind === 'tickets') killed.abort()
    })
    expect(await sampleState(home)).toMatchObject({ state: 'loading' })
    await expect(dies).rejects.toThrow()
    // A kill leaves the import as it was.
    await sql`update import set state = 'running', error = null
      where workspace_id = ${home.workspace} and kind = 'tickets'`.execute(world.pg)
    expect(await sampleState(home)).toMatchObject({ state: 'stopped', stopped: 'loading' })
    await goOn(home)
    expect(await sampleState(home)).toMatchObject({ state: 'loading' })
    await workOff(world)
    expect(await sampleState(home)).toMatchObject({ state: 'loaded', settling: false })
    await sql`update import set state = 'undoing' where workspace_id = ${home.workspace} and kind = 'usage'`.execute(
      world.pg,
    )
    await expect(requestLoad(home, {})).rejects.toMatchObject({ code: 'sample_leaving' })
    await goOn(home)
    await workOff(world)
    expect(await sampleState(home)).toMatchObject({ state: 'absent' })
    await goOn(home)
    expect(await sampleState(home)).toMatchObject({ state: 'absent' })
  })

  it('stays away from customers of its own workspace unless it is told to mix', async () => {
    const home = await world.workspace()
    await ownCustomer(home)
    await expect(requestLoad(home, { accounts: 60 })).rejects.toMatchObject({ code: 'workspace_in_use' })
    expect(await sampleState(home)).toMatchObject({ state: 'absent', hasOthers: true })
    await requestLoad(home, { accounts: 60, mix: true })
    expect(await sampleState(home)).toMatchObject({ state: 'loading' })
    await expect(requestRemove(home, {})).rejects.toMatchObject({ code: 'sample_busy' })
  })

  it('is for owners and admins', async () => {
    const home = await world.workspace({ role: 'csm' })
    await expect(requestLoad(home, {})).rejects.toMatchObject({ code: 'forbidden' })
    await expect(requestRemove(home, {})).rejects.toMatchObject({ code: 'forbidden' })
  })

  it('is loaded once at a time, and not over itself', async () => {
    const home = await world.workspace()
    const refused: unknown[] = []
    await loadSample(home, importTypes, size, never, () => {
      if (refused.length === 0)
        refused.push(
          loadSample(home, importTypes, { ...size, seed: 2 }, never).catch((thrown: unknown) => thrown),
        )
    })
    expect(await refused[0]).toMatchObject({ code: 'sample_busy' })
    await expect(loadSample(home, importTypes, { ...size, seed: 2 }, never)).rejects.toMatchObject({
      code: 'sample_loaded',
    })
    await expect(requestLoad(home, {})).rejects.toMatchObject({ code: 'sample_loaded' })
    const other = await world.workspace()
    expect(await sampleState(other)).toMatchObject({ state: 'absent' })
    await expect(requestRemove(other, {})).rejects.toMatchObject({ code: 'sample_absent' })
  })
})
