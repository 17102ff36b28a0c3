import { sql } from 'kysely'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { allRoutes } from '../src/app/domains.ts'
import { roles, type Role } from '../src/platform/auth/roles.ts'
import { newId } from '../src/platform/ids.ts'
import { createLive } from '../src/platform/http/live.ts'
import type { Route } from '../src/platform/http/route.ts'
import { createMetrics } from '../src/platform/metrics.ts'
import { openTestApp, type Send } from './harness/app.ts'

const app = await openTestApp()
const marker = 'Belongs-to-somebody-else'
const never = { spend: async () => undefined, forgive: async () => undefined }
const live = createLive(app, app.pool, createMetrics())
const routes = allRoutes({ limits: { address: never, account: never }, uploadMaxBytes: 1_000_000, live })
const guarded = routes.filter((route) => route.access !== 'public')
// A stream has no end to wait for: live.store.test.ts holds it to the same.
const ending = guarded.filter((route) => route.produces !== 'text/event-stream')

const theirs = await app.workspace()
const ids = new Map<string, string>()

/** One row of the other workspace in every table that can be reached by an id. */
async function plant(table: string, row: Record<string, unknown>): Promise<void> {
  const id = newId()
  ids.set(table, id)
  const values = { id, workspace_id: theirs.workspace, ...row }
  const columns = sql.join(Object.keys(values).map((column) => sql.ref(column)))
  await sql`insert into ${sql.table(table)} (${columns}) select ${columns}
    from jsonb_populate_record(null::${sql.table(table)}, ${JSON.stringify(values)}::jsonb)`.execute(app.pg)
}

beforeAll(async () => {
  const at = '2026-10-01T10:00:00Z'
  const of = (table: string) => ids.get(table)
  const stamps = { created_at: at, updated_at: at }
  await plant('account', { name: marker, stage: 'adopting', custom: { note: marker }, ...stamps })
  await plant('person', { name: marker, email: `${marker}@x.test`, custom: {}, ...stamps })
  await plant('person_role', { person_id: of('person'), account_id: of('account'), role: 'buyer' })
  const money = { account_id: of('account'), currency: 'USD' }
  await plant('subscription', {
    ...money,
    plan: marker,
    mrr_cents: 777_777,
    is_trial: false,
    starts_on: '2026-01-01',
  })
  await plant('churn_event', {
    account_id: of('account'),
    on_day: '2026-05-01',
    comment: marker,
    is_reactivation: false,
  })
  await plant('ticket', {
    account_id: of('account'),
    subject: marker,
    priority: 1,
    state: 'open',
    opened_at: at,
    reopen_count: 0,
    reassignment_count: 0,
    custom: {},
  })
  await plant('ticket_event', { ticket_id: of('ticket'), at, seq: 0, kind: 'opened', actor: marker })
  await plant('survey', { name: marker, kind: 'nps', scale_min: 0, scale_max: 10, created_at: at })
  await plant('survey_answer', {
    survey_id: of('survey'),
    account_id: of('account'),
    answered_at: at,
    comment: marker,
  })
  await plant('message', { account_id: of('account'), channel: 'email', direction: 'in', at, body: marker })
  await plant('note', { account_id: of('account'), at, body: marker, updated_at: at })
  await plant('task', { account_id: of('account'), title: marker, due_on: '2026-10-02', created_at: at })
  await plant('saved_view', {
    name: marker,
    shared: true,
    filter: [],
    sort: [],
    columns: [],
    position: 0,
    created_at: at,
  })
  await plant('import', {
    file_name: marker,
    file_bytes: 1,
    file_sha256: marker,
    state: 'done',
    inspection: {},
    plan: {},
    counts: {},
    report: {},
    rows_done: 0,
    bytes_done: 0,
    created_at: at,
  })
  await plant('import_template', { name: marker, kind: 'accounts', header: [], plan: {}, created_at: at })
  await plant('write_key', {
    name: marker,
    kind: 'server',
    prefix: 'ws_',
    secret_hash: '\\x00',
    origins: [],
    created_at: at,
  })
  await plant('event_reject', { received_at: at, skew_ms: 0, reason: 'no_name', raw: marker, state: 'open' })
  await plant('use_case', {
    name: marker,
    segments: [marker],
    features: [marker],
    created_at: at,
    updated_at: at,
  })
  ids.set('app_user', theirs.userId)
})

/** Every row of the other workspace, as one text. */
async function dump(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select c.table_name as name from information_schema.columns c
    join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and c.column_name = 'workspace_id' and t.table_type = 'BASE TABLE'
    order by 1`.execute(app.pg)
  const parts: string[] = []
  for (const { name } of tables) {
    const { rows } = await sql<{ text: string | null }>`
      select string_agg(t::text, '\n' order by t::text) as text from ${sql.table(name)} t
      where workspace_id = ${theirs.workspace}`.execute(app.pg)
    parts.push(`${name}\n${rows[0]?.text ?? ''}`)
  }
  return parts.join('\n')
}

type Shape = {
  type?: string
  enum?: unknown[]
  const?: unknown
  format?: string
  minimum?: number
  minLength?: number
  minItems?: number
  properties?: Record<string, Shape>
  items?: Shape
  anyOf?: Shape[]
  oneOf?: Shape[]
  pattern?: string
}

/** A value that the schema takes; every id in it belongs to the other workspace. */
function sample(shape: Shape, id: string): unknown {
  if (shape.const !== undefined) return shape.const
  if (shape.enum) return shape.enum[0]
  const choice = shape.anyOf ?? shape.oneOf
  if (choice) return sample(choice[0] ?? {}, id)
  if (shape.type === 'object')
    return Object.fromEntries(
      Object.entries(shape.properties ?? {}).map(([key, part]) => [key, sample(part, id)]),
    )
  if (shape.type === 'array') return [sample(shape.items ?? {}, id)]
  if (shape.type === 'number' || shape.type === 'integer') return shape.minimum ?? 1
  if (shape.type === 'boolean') return true
  if (shape.format === 'uuid') return id
  if (shape.format === 'email') return 'a@example.test'
  if (shape.format === 'date') return '2026-10-01'
  if (shape.format === 'date-time') return '2026-10-01T10:00:00Z'
  if (shape.pattern?.includes('A-Z')) return 'USD'
  return 'x'.repeat(Math.max(1, shape.minLength ?? 1))
}

const shapeOf = (schema: z.ZodType): Shape =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape

/** The address of a route with this id in every place of its path, and its query filled in. */
function addressOf(route: Route, id: string): string {
  const params = route.params ? (sample(shapeOf(route.params), id) as Record<string, unknown>) : {}
  const path = route.path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String(params[name] ?? id)),
  )
  const query = route.query ? (sample(shapeOf(route.query), id) as Record<string, string>) : {}
  const search = new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]))
  return `/api/v1${path}?${search}`
}

const call = (send: Send, route: Route, id: string, body?: unknown) =>
  send(route.method.toUpperCase(), addressOf(route, id), route.upload ? new Uint8Array([97, 10, 98]) : body)

describe('every route of the list', () => {
  it('is there to be tested', () => {
    expect(guarded.length).toBeGreaterThan(40)
    expect(new Set(routes.map((route) => `${route.method} ${route.path}`)).size).toBe(routes.length)
  })

  it('asks a stranger to sign in before anything else', async () => {
    for (const route of guarded) {
      const answer = await call(app.send, route, newId(), route.body && {})
      expect(`${route.method} ${route.path} ${answer.status}`).toBe(`${route.method} ${route.path} 401`)
    }
  })

  it('refuses roles below the one that it needs', async () => {
    for (const route of guarded) {
      const below = roles[roles.indexOf(route.access as Role) + 1]
      if (!below) continue
      const send = await app.as(await app.workspace({ role: below }))
      const body = route.body && sample(shapeOf(route.body), newId())
      const answer = await call(send, route, newId(), body)
      expect(`${route.method} ${route.path} as ${below} ${answer.status}`).toBe(
        `${route.method} ${route.path} as ${below} 403`,
      )
    }
  })

  it('neither shows nor changes anything of another workspace', async () => {
    const before = await dump()
    expect(before.split(marker).length).toBeGreaterThan(10)
    let answered = 0
    for (const route of ending) {
      // Deleting the own membership or session would sign us out half-way.
      const send = await app.as(await app.workspace())
      const tried = route.path.includes('{') || route.body ? [...ids.values()] : [newId()]
      for (const id of tried) {
        const body = route.body && sample(shapeOf(route.body), id)
        const answer = await call(send, route, id, body)
        const told = `${route.method} ${route.path} ${answer.status} ${answer.text.slice(0, 300)}`
        expect(answer.status, told).toBeLessThan(500)
        expect(answer.text.includes(marker), told).toBe(false)
        if (answer.status < 300) answered += 1
      }
    }
    expect(answered).toBeGreaterThan(guarded.length / 4)
    expect(await dump()).toBe(before)
  }, 300_000)
})
