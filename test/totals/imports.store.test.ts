import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ChurnDisagreements } from '../../src/domains/revenue/schema.ts'
import { chRows } from '../../src/platform/db/clickhouse.ts'
import type { Ctx } from '../../src/platform/context.ts'
import { openTestApp, type Send } from '../harness/app.ts'
import { workOff } from '../harness/jobs.ts'
import { ravenstackTotals } from './ravenstack.ts'
import { serviceNowTotals } from './servicenow.ts'
import { telcoTotals } from './telco.ts'

// The public files go through the real API and the real jobs, unmodified; what the app then says must equal what
// independent scripts work out from the files alone.

const app = await openTestApp()
const cents = (amount: number) => Math.round(amount * 100)

type ImportState = {
  id: string
  state: string
  plan: { kind: string }
  faults: unknown[]
  counts: Record<string, number>
}

async function bringIn(send: Send, path: string, plan?: object): Promise<ImportState> {
  const uploaded = await send(
    'POST',
    `/api/v1/imports?fileName=${basename(path)}`,
    new Uint8Array(readFileSync(`test/data/${path}`)),
  )
  expect(uploaded.status, uploaded.text).toBe(201)
  const { id } = uploaded.body as ImportState
  if (plan) expect((await send('PUT', `/api/v1/imports/${id}/plan`, plan)).status).toBe(200)
  expect((await send('POST', `/api/v1/imports/${id}/run`)).status).toBe(202)
  await workOff(app)
  const { body } = await send('GET', `/api/v1/imports/${id}`)
  expect(body).toMatchObject({ state: 'done' })
  return body as ImportState
}

const get = async <T>(send: Send, path: string): Promise<T> => {
  const answer = await send('GET', `/api/v1${path}`)
  expect(answer.status, `${path} ${answer.text}`).toBe(200)
  return answer.body as T
}

type Risk = { observedThrough: string | null; company: { months: number; events: number } }

type Money = { mrrCents: number; accounts: number }
type Month = {
  month: string
  mrrCents: number
  accounts: number
  movements: Record<string, { cents: number; accounts: number }>
}

describe('RavenStack', () => {
  const totals = ravenstackTotals()

  it('agrees with its five files after an import of all of them', async () => {
    const ctx = await app.workspace()
    const send = await app.as(ctx)
    for (const name of ['accounts', 'subscriptions', 'support_tickets', 'churn_events'])
      await bringIn(send, `ravenstack-saas/ravenstack_${name}.csv`)
    const usage = await bringIn(send, 'ravenstack-saas/ravenstack_feature_usage.csv.gz')
    expect(usage.counts).toMatchObject({ rows: 25_000, refused: 0, repeated: totals.usage.repeatedRows })

    const days = ['2023-06-30', '2024-06-30', '2024-12-31']
    for (const day of days) {
      const now = await get<Money>(send, `/revenue/totals?day=${day}`)
      expect([day, now.mrrCents, now.accounts]).toEqual([
        day,
        cents(totals.revenue.mrrOn[day] ?? NaN),
        totals.revenue.payingAccountsOn[day],
      ])
    }
    const months = await get<Month[]>(send, '/revenue/months?from=2023-01&to=2024-12')
    expect(Object.fromEntries(months.map(({ month, mrrCents }) => [month, mrrCents]))).toEqual(
      Object.fromEntries(
        Object.entries(totals.revenue.mrrOn).map(([day, amount]) => [day.slice(0, 7), cents(amount)]),
      ),
    )
    const kinds = ['new', 'expansion', 'contraction', 'churn', 'reactivation']
    for (const kind of kinds)
      expect([kind, months.reduce((sum, { movements }) => sum + (movements[kind]?.cents ?? NaN), 0)]).toEqual(
        [kind, cents(totals.revenue.movementSum[kind] ?? 0)],
      )
    const kept = await get<Record<string, number>>(send, '/revenue/retention?from=2024-06-30&to=2024-12-31')
    expect(JSON.stringify(kept)).toContain(String(cents(totals.revenue.retention2024H2.start)))

    const tickets = await get<{
      tickets: number
      byPriority: { priority: number; tickets: number }[]
      firstResponseMinutes: { mean: number }
    }>(send, '/tickets/totals')
    const { byPriority } = totals.tickets
    expect(tickets.tickets).toBe(totals.tickets.all)
    expect(
      tickets.byPriority.filter((row) => row.priority).map((row) => [row.priority, row.tickets]),
    ).toEqual([
      [1, byPriority.urgent],
      [2, byPriority.high],
      [3, byPriority.medium],
      [4, byPriority.low],
    ])
    expect(tickets.firstResponseMinutes.mean).toBeCloseTo(totals.tickets.meanFirstResponseMinutes, 6)

    const reasons = await get<{ reason: string; events: number }[]>(
      send,
      '/churn/reasons?from=2020-01-01&to=2030-01-01',
    )
    expect(Object.fromEntries(reasons.map((row) => [row.reason, row.events]))).toEqual(totals.churn.byReason)
    const { sources } = await get<ChurnDisagreements>(send, '/churn/disagreements')
    // Who bought again after the last event stays by the events, and still has them.
    expect(sources.churn_events.left + sources.churn_events.stays).toBe(totals.churn.accounts)
    expect(sources.flag.left).toBe(totals.churnFlags)

    const { observedThrough, company } = await get<Risk>(send, '/risk/model')
    expect([observedThrough, company.months, company.events]).toEqual([
      totals.exposure.lastDay,
      totals.exposure.months,
      totals.exposure.departures,
    ])

    const counted = await usageByFeatureAndMonth(ctx)
    expect(counted).toEqual(totals.usage.countByFeatureAndMonth)
    const rows = (await send('POST', '/api/v1/portfolio/rows', { limit: 1 })).body as { total: number }
    expect(rows.total).toBe(totals.accounts)
  }, 400_000)
})

/** What the readings are computed from: the counts as they stand in the events store. */
async function usageByFeatureAndMonth(ctx: Ctx): Promise<Record<string, number>> {
  const rows = await chRows<{ key: string; total: number }>(
    ctx.ch,
    `select concat(feature, ' ', formatDateTime(day, '%Y-%m')) as key, sum(count) as total
     from usage_count final where workspace_id = {workspace:UUID} and deleted = 0 group by key`,
    { workspace: ctx.workspace },
  )
  return Object.fromEntries(rows.map((row) => [row.key, row.total]))
}

describe('Telco', () => {
  it('agrees with its snapshot: tenure gives the start, and those who left have left', async () => {
    const totals = telcoTotals()
    const send = await app.as(await app.workspace())
    await bringIn(send, 'telco-ibm/telco.csv', { kind: 'snapshot', answers: { asOf: '2026-10-31' } })
    const after = await get<Money>(send, '/revenue/totals?day=2026-11-01')
    expect([after.mrrCents, after.accounts]).toEqual([totals.mrrCents, totals.accounts - totals.left])
    const before = await get<Money>(send, '/revenue/totals?day=2026-10-30')
    const months = await get<Month[]>(send, '/revenue/months?from=2020-01&to=2026-11')
    const lost = months.reduce((sum, month) => sum + (month.movements.churn?.cents ?? NaN), 0)
    expect(lost).toBe(-totals.mrrLeftCents)
    expect(before.mrrCents).toBeGreaterThan(after.mrrCents)
    const present = (await send('POST', '/api/v1/portfolio/rows', { limit: 1 })).body as { total: number }
    expect(present.total).toBe(totals.accounts - totals.left)
    const { observedThrough, company } = await get<Risk>(send, '/risk/model')
    expect([observedThrough, company.months, company.events]).toEqual([
      '2026-10-31',
      totals.tenureMonths,
      totals.left,
    ])
  }, 400_000)
})

describe('ServiceNow', () => {
  it('agrees with its log, without any account', async () => {
    const totals = serviceNowTotals()
    const send = await app.as(await app.workspace())
    const done = await bringIn(send, 'servicenow-incidents/incident_event_log.csv.gz')
    expect(done.counts).toMatchObject({ rows: totals.rows, refused: totals.refusedRows })
    const tickets = await get<{ byPriority: { priority: number; tickets: number }[]; reassignments: object }>(
      send,
      '/tickets/totals',
    )
    expect(tickets).toMatchObject({
      tickets: totals.incidents,
      logRows: totals.events,
      reopened: totals.reopened,
      raised: totals.raised,
      lowered: totals.lowered,
      slaMissed: totals.slaMissed,
    })
    expect(Object.fromEntries(tickets.byPriority.map((row) => [row.priority, row.tickets]))).toEqual(
      totals.lastPriority,
    )
    // Nobody is at risk in a log without customers.
    expect(await get<Risk>(send, '/risk/model')).toMatchObject({
      observedThrough: null,
      company: { months: 0, events: 0 },
    })
  }, 400_000)
})
