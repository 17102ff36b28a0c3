import { parse } from 'csv-parse/sync'
import { sql } from 'kysely'
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { openTestWorld, testNow } from '../../../test/harness/stores.ts'
import type { Ctx } from '../../platform/context.ts'
import { jsonRows } from '../../platform/db/pg.ts'
import { newId } from '../../platform/ids.ts'
import { deliverFacts, emitFact } from '../../platform/facts.ts'
import { recompute } from '../../platform/readings.ts'
import { createAccount, mergeAccount } from '../accounts/actions.ts'
import { importFinished, type Answers, type Cell } from '../imports/import-type.ts'
import { changeTicket, createTicket, reopenTicket } from './actions.ts'
import { ticketLogImport } from './import.ts'
import { ticketConsumers, ticketReaders } from './jobs.ts'
import { getTicket, openByPriority, openTickets, ticketsOf, ticketTotals } from './reads.ts'

const world = await openTestWorld()

const account = async (ctx: Ctx): Promise<string> => (await createAccount(ctx, { name: 'Harlow' })).id
const facts = async (ctx: Ctx) =>
  (
    await ctx.pg
      .selectFrom('fact')
      .select('kind')
      .where('workspaceId', '=', ctx.workspace)
      .orderBy('id')
      .execute()
  ).map(({ kind }) => kind)

async function readings(ctx: Ctx, accountId: string) {
  await recompute(ctx, ticketReaders, [accountId])
  const rows = await ctx.pg
    .selectFrom('reading')
    .selectAll()
    .where('workspaceId', '=', ctx.workspace)
    .where('accountId', '=', accountId)
    .execute()
  for (const { value, contributions } of rows)
    if (value !== null)
      expect((contributions as { amount: number }[]).reduce((sum, { amount }) => sum + amount, 0)).toBe(value)
  return Object.fromEntries(rows.map((row) => [row.code, row]))
}

describe('the first ticket of a workspace', () => {
  it('and taking back the last change what is known of customers that it does not name', async () => {
    const ctx = await world.workspace()
    const [named, other] = [await account(ctx), await account(ctx)]
    const due = async () => {
      await deliverFacts(ctx, ticketConsumers)
      const rows = await ctx.pg
        .selectFrom('readingDue')
        .select('accountId')
        .where('workspaceId', '=', ctx.workspace)
        .execute()
      await ctx.pg.deleteFrom('readingDue').where('workspaceId', '=', ctx.workspace).execute()
      return rows.map(({ accountId }) => accountId).toSorted()
    }
    const everybody = [named, other].toSorted()
    expect((await readings(ctx, other))['tickets.open']).toMatchObject({ state: 'not_enough_data' })
    await due()
    const { id } = await createTicket(ctx, { accountId: named, subject: 'No sync', priority: 3 })
    expect(await due()).toEqual(everybody)
    for (const one of everybody) await readings(ctx, one)
    expect((await readings(ctx, other))['tickets.open']).toMatchObject({ state: 'ok', value: 0 })
    await createTicket(ctx, { accountId: named, subject: 'Again', priority: 3 })
    expect(await due()).toEqual([named])
    // As undoing an import leaves it.
    await ctx.pg.deleteFrom('ticket').where('workspaceId', '=', ctx.workspace).execute()
    await ctx.pg.transaction().execute((pg) =>
      emitFact(pg, ctx, {
        kind: importFinished,
        accountId: null,
        validAt: testNow.toISOString(),
        payload: { importId: id, kind: 'tickets' },
      }),
    )
    expect(await due()).toEqual(everybody)
    expect((await readings(ctx, other))['tickets.open']).toMatchObject({ state: 'not_enough_data' })
  })
})

describe('tickets', () => {
  it('keep every change and who made it, and announce what matters', async () => {
    const ctx = await world.workspace()
    const { id } = await createTicket(ctx, { accountId: await account(ctx), subject: 'No sync', priority: 3 })
    await changeTicket(ctx, { id, priority: 1, assignee: 'Bo', assignmentGroup: 'Tier 2' })
    await changeTicket(ctx, { id, state: 'solved' })
    expect((await getTicket(ctx, id)).solvedAt).toBe(testNow.toISOString())
    await changeTicket(ctx, { id, state: 'closed' })
    await reopenTicket(ctx, { id })
    const ticket = await getTicket(ctx, id)
    expect(ticket).toMatchObject({
      state: 'open',
      accountName: 'Harlow',
      reopenCount: 1,
      reassignmentCount: 1,
      solvedAt: null,
      closedAt: null,
    })
    expect(ticket.history.map(({ kind, from, to, actor }) => [kind, from, to, actor])).toEqual([
      ['opened', null, 'new', 'Ada Test'],
      ['priority', '3', '1', 'Ada Test'],
      ['assignment', null, 'Tier 2 / Bo', 'Ada Test'],
      ['state', 'new', 'solved', 'Ada Test'],
      ['state', 'solved', 'closed', 'Ada Test'],
      ['reopened', '0', '1', 'Ada Test'],
      ['state', 'closed', 'open', 'Ada Test'],
    ])
    expect(await facts(ctx)).toEqual(['ticket.opened', 'ticket.solved', 'ticket.reopened'])
    await expect(reopenTicket(ctx, { id })).rejects.toMatchObject({ status: 409 })
    expect(await ticketTotals(ctx)).toMatchObject({ tickets: 1, open: 1, reopened: 1, raised: 1, lowered: 0 })
  })

  it('are read page by page, those of merged accounts too', async () => {
    const ctx = await world.workspace()
    const [a, b] = [await account(ctx), await account(ctx)]
    const made: string[] = []
    for (const [at, accountId] of [a, b, a, b, a].entries())
      made.push((await createTicket(ctx, { accountId, subject: `Ticket ${at}`, priority: 2 })).id)
    await changeTicket(ctx, { id: made[0]!, state: 'solved' })
    await mergeAccount(ctx, { id: a, intoId: b })
    const seen: string[] = []
    for (let after: string | undefined; ;) {
      const page = await ticketsOf(ctx, a, { limit: 2, after })
      seen.push(...page.rows.map(({ id }) => id))
      if (page.next === null) break
      after = page.next
    }
    expect(seen).toEqual(made.toReversed())
    expect((await ticketsOf(ctx, b, { limit: 10, openOnly: true })).rows).toHaveLength(4)
    expect(await openByPriority(ctx)).toEqual([{ priority: 2, tickets: 4 }])
    expect((await openTickets(ctx, { limit: 10, priority: 1 })).rows).toEqual([])
  })

  it('of another workspace are neither seen nor changed', async () => {
    const [ours, theirs] = [await world.workspace(), await world.workspace()]
    const accountId = await account(theirs)
    const { id } = await createTicket(theirs, { accountId, subject: 'Not ours', priority: 1 })
    const refused = { status: 404 }
    await expect(getTicket(ours, id)).rejects.toMatchObject(refused)
    await expect(changeTicket(ours, { id, priority: 5 })).rejects.toMatchObject(refused)
    await expect(reopenTicket(ours, { id })).rejects.toMatchObject(refused)
    await expect(ticketsOf(ours, accountId, { limit: 5 })).rejects.toMatchObject(refused)
    await expect(createTicket(ours, { accountId, subject: 'x' })).rejects.toMatchObject(refused)
    expect((await openTickets(ours, { limit: 5 })).rows).toEqual([])
    expect(await openByPriority(ours)).toEqual([])
    expect(await ticketTotals(ours)).toMatchObject({ tickets: 0, byPriority: [] })
    expect(await readings(ours, accountId)).toEqual({})
    expect((await getTicket(theirs, id)).priority).toBe(1)
  })

  it('are counted only where they say so, and are unknown where none does', async () => {
    const ctx = await world.workspace()
    const silent = { subject: 'Told by a file', state: 'solved', opened_at: testNow, custom: {}, log_rows: 0 }
    const id = newId()
    await insert(ctx, 'ticket', [{ ...silent, id }])
    const nothing = { n: 0, mean: null, threeOrMore: null }
    expect(await ticketTotals(ctx)).toMatchObject({
      tickets: 1,
      reopened: null,
      reopenedOf: 0,
      slaMet: null,
      slaMissed: null,
      reassignments: nothing,
    })
    expect(await getTicket(ctx, id)).toMatchObject({ reopenCount: null, reassignmentCount: null })
    await createTicket(ctx, { subject: 'Made here' })
    expect(await ticketTotals(ctx)).toMatchObject({
      tickets: 2,
      reopened: 0,
      reopenedOf: 1,
      reassignments: { n: 1, mean: 0, threeOrMore: 0 },
    })
    await changeTicket(ctx, { id, priority: 2 })
    expect((await getTicket(ctx, id)).reopenCount).toBeNull()
    await reopenTicket(ctx, { id })
    expect(await getTicket(ctx, id)).toMatchObject({ reopenCount: 1, reassignmentCount: null })
    expect(await ticketTotals(ctx)).toMatchObject({ reopened: 1, reopenedOf: 2 })
  })

  it('are not opened by a viewer', async () => {
    const viewer = await world.workspace({ role: 'viewer' })
    await expect(createTicket(viewer, { subject: 'x' })).rejects.toMatchObject({ status: 403 })
  })
})

describe('readings of tickets', () => {
  it('count what is open and point to what is severe', async () => {
    const ctx = await world.workspace()
    const accountId = await account(ctx)
    await createTicket(ctx, { accountId, subject: 'Slow', priority: 3 })
    const { id } = await createTicket(ctx, { accountId, subject: 'Down', priority: 1 })
    world.setNow(new Date(testNow.getTime() + 2 * 86_400_000))
    const all = await readings(ctx, accountId)
    world.setNow(testNow)
    expect(all['tickets.open']).toMatchObject({ value: 2, n: 2 })
    expect(all['tickets.open_severe']).toMatchObject({
      value: 1,
      evidence: [{ kind: 'ticket', id }],
      detail: { oldestDays: 2 },
    })
  })

  it('are nought where tickets are kept, and unknown where none name a customer', async () => {
    const ctx = await world.workspace()
    const quiet = await account(ctx)
    await createTicket(ctx, { subject: 'Of nobody' })
    expect((await readings(ctx, quiet))['tickets.open']).toMatchObject({
      state: 'not_enough_data',
      value: null,
      detail: { missing: ['tickets'] },
    })
    await createTicket(ctx, { accountId: await account(ctx), subject: 'Somebody' })
    expect((await readings(ctx, quiet))['tickets.open']).toMatchObject({ state: 'ok', value: 0 })
  })
})

type LogRow = Readonly<Record<string, string>>
const logOf = (): LogRow[] =>
  parse(
    gunzipSync(
      readFileSync(
        new URL('../../../test/data/servicenow-incidents/incident_event_log.csv.gz', import.meta.url),
      ),
    ),
    { columns: true, bom: true },
  )

const present = (cell: string | undefined): string | null =>
  cell === undefined || cell === '?' ? null : cell

function instantOf(cell: string | undefined): string | null {
  const match = /^(\d+)\/(\d+)\/(\d+) (\d+):(\d+)$/.exec(cell ?? '')
  if (!match) return null
  const [day, month, year, hour, minute] = match.slice(1).map(Number) as [
    number,
    number,
    number,
    number,
    number,
  ]
  return new Date(Date.UTC(year, month - 1, day, hour, minute)).toISOString()
}

const cellsOf = (row: LogRow): Record<string, Cell> => ({
  id: row.number ?? null,
  state: present(row.incident_state),
  priority: present(row.priority),
  category: present(row.category),
  assignment_group: present(row.assignment_group),
  assignee: present(row.assigned_to),
  reopens: Number(row.reopen_count),
  reassignments: Number(row.reassignment_count),
  sla_met: row.made_sla === 'true',
  opened_at: instantOf(row.opened_at),
  at: instantOf(row.sys_updated_at),
  solved_at: instantOf(row.resolved_at),
  closed_at: instantOf(row.closed_at),
})

describe('the ServiceNow log', () => {
  it('folds into tickets whose totals are those of the reference', async () => {
    const ctx = await world.workspace()
    if (ticketLogImport.target !== 'log') throw new Error('takes a log')
    const { fold } = ticketLogImport
    const states = new Map<string, unknown>()
    const ids = new Map<string, string>()
    const events: Record<string, unknown>[] = []
    const refused: unknown[] = []
    for (const [index, row] of logOf().entries()) {
      const read = { rowNumber: index + 2, cells: cellsOf(row), others: {} }
      const key = fold.key(read)!
      const { state, drafts, faults } = fold.step(states.get(key) ?? null, read, {} as Answers)
      if (faults.length > 0) {
        refused.push(faults)
        continue
      }
      states.set(key, state)
      const ticketId = ids.get(key) ?? newId()
      ids.set(key, ticketId)
      for (const { values } of drafts) events.push({ id: newId(), ticket_id: ticketId, ...values })
    }
    expect(refused).toHaveLength(2)
    const tickets = [...states].map(([key, state]) => ({
      id: ids.get(key),
      ...fold.draft(state, key).values,
    }))
    await insert(ctx, 'ticket', tickets)
    await insert(ctx, 'ticket_event', events)
    const totals = await ticketTotals(ctx)
    expect(totals).toMatchObject({
      tickets: 20_769,
      logRows: 119_996,
      reopened: 234,
      raised: 225,
      lowered: 85,
      slaMissed: 8_174,
      reassignments: { median: 0, p90: 3, threeOrMore: 2_521 },
    })
    expect(totals.reassignments.mean).toBeCloseTo(0.98801098, 8)
    expect(totals.byPriority.map(({ priority, tickets: count }) => [priority, count])).toEqual([
      [1, 220],
      [2, 337],
      [3, 19_554],
      [4, 658],
    ])
    const [worst] = totals.byPriority
    expect(worst?.resolutionHours).toMatchObject({ n: 220 })
    expect(worst?.resolutionHours.median).toBeCloseTo(78.166667, 5)
    expect(worst?.resolutionHours.p90).toBeCloseTo(639.33333, 5)
    expect(worst?.resolutionHours.mean).toBeCloseTo(279.18182, 5)
    expect(await ticketTotals(ctx, { from: '2016-03-01', to: '2016-03-02' })).toMatchObject({
      tickets: [...states].filter(([key, state]) =>
        String(fold.draft(state, key).values.opened_at).startsWith('2016-03-01'),
      ).length,
    })
  }, 240_000)
})

async function insert(ctx: Ctx, table: 'ticket' | 'ticket_event', rows: readonly object[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {}).map((column) => sql.ref(column))
  for (let at = 0; at < rows.length; at += 5_000)
    await sql`
      insert into ${sql.table(table)} (workspace_id, ${sql.join(columns)})
      select ${ctx.workspace}::uuid, ${sql.join(columns)}
      from jsonb_populate_recordset(null::${sql.table(table)}, ${jsonRows(rows.slice(at, at + 5_000))}) r`.execute(
      ctx.pg,
    )
}
