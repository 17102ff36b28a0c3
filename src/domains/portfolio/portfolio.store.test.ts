import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import type { Ctx } from '../../platform/context.ts'
import { json } from '../../platform/db/pg.ts'
import { createHttp, type HttpApp } from '../../platform/http/server.ts'
import { hashSecret } from '../../platform/auth/secrets.ts'
import { newApiKey } from '../../platform/auth/session.ts'
import { newId } from '../../platform/ids.ts'
import { createMetrics } from '../../platform/metrics.ts'
import { createAccount, mergeAccount, saveCustomField } from '../accounts/actions.ts'
import * as actions from './actions.ts'
import { getFields } from './reads/catalogue.ts'
import { readRows } from './reads/rows.ts'
import { readSummary } from './reads/summary.ts'
import { countViews, listPins, listViews } from './reads/views.ts'
import { portfolioRoutes } from './routes.ts'
import { RowsQuery, SummaryQuery, type Condition, type Filter } from './schema.ts'

const world = await openTestWorld()

type Ws = Ctx & { userId: string }

type Given = Readonly<{
  segment: string | null
  seats: number | null
  startedOn: string | null
  stage: 'adopting' | 'renewing' | 'left'
  churnFlag: boolean | null
  shops: number | string | null
  since: string | null
  risk: { value: number | null; low: number | null; high: number | null; state: string } | null
}>

async function addAccount(ctx: Ws, name: string, given: Partial<Given>): Promise<string> {
  const id = newId()
  const { risk, shops, since, ...columns } = given
  await ctx.pg
    .insertInto('account')
    .values({
      id,
      workspaceId: ctx.workspace,
      name,
      ...columns,
      custom: json({ ...(shops === undefined ? {} : { shops }), ...(since === undefined ? {} : { since }) }),
    } as never)
    .execute()
  if (risk) await addReading(ctx, id, 'risk.renewal', risk)
  return id
}

async function addReading(
  ctx: Ws,
  accountId: string,
  code: string,
  {
    value,
    low = null,
    high = null,
    state = 'ok',
    detail = {},
  }: { value: number | null } & Record<string, unknown>,
): Promise<void> {
  await sql`
    insert into reading (workspace_id, account_id, code, state, value, low, high, as_of, detail, computed_at)
    values (${ctx.workspace}, ${accountId}, ${code}, ${state}, ${value}, ${low}, ${high}, now(), ${json(detail)}, now())`.execute(
    ctx.pg,
  )
}

const rows = (ctx: Ws, query: Partial<typeof RowsQuery._zod.input> = {}) =>
  readRows(ctx, RowsQuery.parse(query))

const namesOf = async (ctx: Ws, filter: Filter) =>
  (await rows(ctx, { filter, limit: 200 })).rows.map((row) => row.name).sort()

async function customFieldsOf(ctx: Ws) {
  await saveCustomField(ctx, { key: 'shops', label: 'Shops', type: 'number' })
  await saveCustomField(ctx, { key: 'since', label: 'Since', type: 'date' })
}

const today = '2026-11-02'
const shift = (days: number) =>
  new Date(Date.parse(`${today}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)

const folded = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()

/** The same filter language in plain words, to hold the SQL against. */
function holds(given: Given, condition: Condition): boolean {
  const { risk } = given
  const asNumber =
    typeof given.shops === 'string' && /^-?\d+$/.test(given.shops) ? Number(given.shops) : given.shops
  const known: Record<string, unknown> = {
    segment: given.segment,
    seats: given.seats,
    started_on: given.startedOn,
    churn_flag: given.churnFlag,
    left: given.stage === 'left',
    'custom.shops': typeof asNumber === 'number' ? asNumber : null,
    'custom.since': given.since,
    'reading.risk.renewal': risk?.[condition.part ?? 'value'] ?? null,
  }
  const value = known[condition.field] ?? null
  const wanted = condition.value as never
  if (condition.op === 'unknown') return value === null
  if (value === null) return false
  const compared = value as never
  switch (condition.op) {
    case 'known':
      return true
    case 'is':
      return value === wanted
    case 'is_not':
      return value !== wanted
    case 'one_of':
      return (wanted as unknown[]).includes(value)
    case 'contains':
      return folded(String(value)).includes(folded(String(wanted)))
    case 'at_least':
      return compared >= wanted
    case 'at_most':
      return compared <= wanted
    case 'between':
      return compared >= wanted[0] && compared <= wanted[1]
    case 'within_days': {
      const ends = [today, shift(Number(wanted))].sort()
      return String(value) >= ends[0]! && String(value) <= ends[1]!
    }
  }
}

const maybe = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null, freq: 3 })
const smallNumber = fc.integer({ min: -3, max: 5 })
const someDay = fc.integer({ min: -60, max: 60 }).map(shift)
const someText = fc.constantFrom('A', 'b', 'a_b', '50%', "o'x", '\\', '')
const givens: fc.Arbitrary<Given> = fc.record({
  segment: maybe(someText),
  seats: maybe(fc.integer({ min: 0, max: 5 })),
  startedOn: maybe(someDay),
  stage: fc.constantFrom('adopting', 'renewing', 'left'),
  churnFlag: maybe(fc.boolean()),
  shops: maybe(fc.oneof(smallNumber, smallNumber.map(String), fc.constant('many'))),
  since: maybe(someDay),
  risk: maybe(
    fc.oneof(
      fc.record({
        value: smallNumber,
        low: maybe(smallNumber),
        high: maybe(smallNumber),
        state: fc.constantFrom('ok', 'stale'),
      }),
      fc.constant({ value: null, low: null, high: null, state: 'not_enough_data' }),
    ),
  ),
})

const numeric = (field: string, part?: 'value' | 'low' | 'high'): fc.Arbitrary<Condition> =>
  fc
    .oneof(
      fc.record({ op: fc.constantFrom('is', 'is_not', 'at_least', 'at_most'), value: smallNumber }),
      fc.record({ op: fc.constant('between'), value: fc.tuple(smallNumber, smallNumber) }),
      fc.record({ op: fc.constantFrom('known', 'unknown') }),
    )
    .map((rest) => ({ field, ...(part && { part }), ...rest }) as Condition)
const texts = (
  field: string,
  part?: 'state',
  values: fc.Arbitrary<string> = someText,
): fc.Arbitrary<Condition> =>
  fc
    .oneof(
      fc.record({ op: fc.constantFrom('is', 'is_not'), value: values }),
      fc.record({ op: fc.constant('contains'), value: values.filter((text) => text !== '') }),
      fc.record({ op: fc.constant('one_of'), value: fc.array(values, { minLength: 1, maxLength: 3 }) }),
      fc.record({ op: fc.constantFrom('known', 'unknown') }),
    )
    .map((rest) => ({ field, ...(part && { part }), ...rest }) as Condition)
const dayConditions = (field: string): fc.Arbitrary<Condition> =>
  fc
    .oneof(
      fc.record({ op: fc.constantFrom('is', 'is_not', 'at_least', 'at_most'), value: someDay }),
      fc.record({ op: fc.constant('between'), value: fc.tuple(someDay, someDay) }),
      fc.record({ op: fc.constant('within_days'), value: fc.integer({ min: -40, max: 40 }) }),
      fc.record({ op: fc.constantFrom('known', 'unknown') }),
    )
    .map((rest) => ({ field, ...rest }) as Condition)
const conditions: fc.Arbitrary<Condition> = fc.oneof(
  numeric('seats'),
  numeric('custom.shops'),
  numeric('reading.risk.renewal'),
  numeric('reading.risk.renewal', 'low'),
  numeric('reading.risk.renewal', 'high'),
  texts('segment'),
  texts('reading.risk.renewal', 'state', fc.constantFrom('ok', 'stale', 'not_enough_data')),
  dayConditions('started_on'),
  dayConditions('custom.since'),
  fc.boolean().map((value) => ({ field: 'churn_flag', op: 'is' as const, value })),
  fc.boolean().map((value) => ({ field: 'left', op: 'is' as const, value })),
)
const filters: fc.Arbitrary<Filter> = fc.array(
  fc.oneof(
    conditions,
    fc.array(conditions, { minLength: 1, maxLength: 3 }).map((any) => ({ any })),
  ),
  { maxLength: 4 },
)

const flat = (filter: Filter) => filter.flatMap((item) => ('any' in item ? item.any : [item]))

describe('a filter', () => {
  it('finds what the same filter finds in plain JavaScript, on any data', async () => {
    const population = fc.sample(givens, { numRuns: 60, seed: 7 })
    const ctx = await world.workspace()
    await customFieldsOf(ctx)
    for (const [i, given] of population.entries()) await addAccount(ctx, `c${i}`, given)
    await fc.assert(
      fc.asyncProperty(filters, async (filter) => {
        const asks = flat(filter).some(({ field }) => field === 'left')
        const expected = population.flatMap((given, i) => {
          if (!asks && given.stage === 'left') return []
          const found = filter.every((item) =>
            'any' in item ? item.any.some((one) => holds(given, one)) : holds(given, item),
          )
          return found ? [`c${i}`] : []
        })
        const { rows: found, total } = await rows(ctx, { filter, limit: 200 })
        expect(found.map((row) => row.name).sort()).toEqual(expected.sort())
        expect(total).toBe(expected.length)
      }),
      { numRuns: 300 },
    )
  })

  it('takes hostile fields and values for what they are: a refusal or text', async () => {
    const ctx = await world.workspace()
    const evil = `x'); drop table account; --`
    await addAccount(ctx, evil, { segment: evil })
    await addAccount(ctx, 'Plain', { segment: '100%' })
    for (const field of [
      evil,
      'a.id',
      'workspace_id',
      'custom.nope',
      'reading.nope',
      '__proto__',
      'constructor',
    ])
      await expect(rows(ctx, { filter: [{ field, op: 'is', value: 'x' }] })).rejects.toMatchObject({
        status: 422,
        more: { errors: [{ path: 'filter.0.field' }] },
      })
    await expect(rows(ctx, { sort: [{ field: evil }] })).rejects.toMatchObject({ status: 422 })
    for (const [op, value, path] of [
      ['at_least', 5, 'op'],
      ['is', 5, 'value'],
      ['one_of', [], 'value'],
      ['contains', '', 'value'],
      ['known', 'x', 'value'],
    ] as const)
      await expect(
        rows(ctx, { filter: [{ field: 'segment', op, value: value as never }] }),
      ).rejects.toMatchObject({ status: 422, more: { errors: [{ path: `filter.0.${path}` }] } })
    await expect(
      rows(ctx, { filter: [{ field: 'started_on', op: 'is', value: '2026-02-30' }] }),
    ).rejects.toMatchObject({ status: 422 })
    expect(await namesOf(ctx, [{ field: 'segment', op: 'is', value: evil }])).toEqual([evil])
    expect(await namesOf(ctx, [{ field: 'segment', op: 'contains', value: '%' }])).toEqual(['Plain'])
    expect((await rows(ctx, { find: evil })).rows).toHaveLength(1)
    expect(RowsQuery.safeParse({ find: 'a\u0000b' }).success).toBe(false)
  })

  it('shows merged accounts and those that left only when asked', async () => {
    const ctx = await world.workspace()
    const [stays] = await Promise.all([
      addAccount(ctx, 'Stays', {}),
      addAccount(ctx, 'Left by stage', { stage: 'left' }),
    ])
    const gone = await addAccount(ctx, 'Left by revenue', {})
    await addReading(ctx, gone, 'revenue.arr', {
      value: 0,
      detail: { left: { on: null, decidedBy: 'flag' } },
    })
    const alias = await addAccount(ctx, 'Alias', {})
    await mergeAccount(ctx, { id: alias, intoId: stays })
    expect(await namesOf(ctx, [])).toEqual(['Stays'])
    expect(await namesOf(ctx, [{ field: 'left', op: 'is', value: true }])).toEqual([
      'Left by revenue',
      'Left by stage',
    ])
    expect(await namesOf(ctx, [{ field: 'left', op: 'known' }])).toHaveLength(3)
  })

  it('knows the person who asks as "me"', async () => {
    const ctx = await world.workspace()
    await createAccount(ctx, { name: 'Mine', ownerId: ctx.userId })
    await createAccount(ctx, { name: 'Nobody’s' })
    expect(await namesOf(ctx, [{ field: 'owner', op: 'is', value: 'me' }])).toEqual(['Mine'])
  })
})

describe('pages', () => {
  it('hold every customer once, whatever ties and unknowns the sort meets', async () => {
    const ctx = await world.workspace()
    await customFieldsOf(ctx)
    const population = fc
      .sample(givens, { numRuns: 53, seed: 11 })
      .map((one) => ({ ...one, stage: 'adopting' }))
    for (const [i, given] of population.entries()) await addAccount(ctx, `c${i}`, given as Given)
    for (const field of ['segment', 'seats', 'started_on', 'custom.shops', 'owner', 'reading.risk.renewal'])
      for (const dir of ['asc', 'desc'] as const) {
        const seen: string[] = []
        for (let offset = 0; offset < 60; offset += 7)
          seen.push(
            ...(await rows(ctx, { sort: [{ field, dir }, { field: 'plan' }], offset, limit: 7 })).rows.map(
              (row) => row.id,
            ),
          )
        expect(new Set(seen).size).toBe(53)
        expect(seen).toHaveLength(53)
      }
  })

  it('put unknown last in both directions', async () => {
    const ctx = await world.workspace()
    for (const seats of [3, null, 1]) await addAccount(ctx, String(seats), { seats })
    const by = async (dir: 'asc' | 'desc') =>
      (await rows(ctx, { sort: [{ field: 'seats', dir }] })).rows.map((row) => row.seats)
    expect(await by('asc')).toEqual([1, 3, null])
    expect(await by('desc')).toEqual([3, 1, null])
  })

  it('bring the readings that were asked for, with their state and series', async () => {
    const ctx = await world.workspace()
    const id = await addAccount(ctx, 'A', {})
    await addReading(ctx, id, 'usage.weekly_active', { value: 0.5, detail: { series: [1, null, 3] } })
    await addReading(ctx, id, 'risk.renewal', { value: null, state: 'not_enough_data' })
    const { rows: page } = await rows(ctx, {
      columns: ['reading.usage.weekly_active', 'reading.risk.renewal'],
    })
    expect(page[0]?.readings).toMatchObject({
      'usage.weekly_active': { value: 0.5, series: [1, null, 3], state: 'ok' },
      'risk.renewal': { value: null, state: 'not_enough_data' },
    })
    expect((await rows(ctx)).rows[0]?.readings).toEqual({})
  })
})

describe('the summary', () => {
  it('agrees with all pages together, and counts unknown apart', async () => {
    const ctx = await world.workspace()
    await customFieldsOf(ctx)
    for (const [i, given] of fc.sample(givens, { numRuns: 40, seed: 3 }).entries())
      await addAccount(ctx, `c${i}`, given)
    const filter: Filter = [
      {
        any: [
          { field: 'seats', op: 'at_least', value: 1 },
          { field: 'seats', op: 'unknown' },
        ],
      },
    ]
    const columns = ['reading.risk.renewal', 'seats', 'custom.shops']
    const summary = await readSummary(ctx, SummaryQuery.parse({ filter, columns }))
    const { rows: all, total } = await rows(ctx, { filter, columns, limit: 200 })
    expect(summary.count).toBe(total)
    for (const column of summary.columns) {
      const values = all.flatMap((row) => {
        const value =
          column.field === 'seats'
            ? row.seats
            : column.field === 'custom.shops'
              ? row.custom.shops
              : row.readings['risk.renewal']?.value
        const number = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : value
        return typeof number === 'number' ? [number] : []
      })
      expect(column.n).toBe(values.length)
      expect(column.unknown).toBe(total - values.length)
      expect(column.sum).toBe(values.reduce((sum, value) => sum + value, 0))
      expect(column.bins.reduce((sum, bin) => sum + bin.count, 0)).toBe(values.length)
      for (const [i, bin] of column.bins.entries()) {
        const last = i === column.bins.length - 1
        expect(bin.count).toBe(
          values.filter((value) => value >= bin.from && (last ? value <= bin.to : value < bin.to)).length,
        )
      }
    }
  })

  it('sums expected losses: a segment errs as one, segments apart, and without an interval where some have none', async () => {
    const ctx = await world.workspace()
    const loss = async (name: string, segment: string, value: number, low: number, high: number) =>
      addReading(ctx, await addAccount(ctx, name, { segment }), 'risk.expected_loss', { value, low, high })
    await loss('A', 'One', 100, 90, 120)
    await loss('B', 'One', 100, 80, 120)
    await loss('C', 'Two', 200, 160, 230)
    const query = SummaryQuery.parse({ columns: ['reading.risk.expected_loss'] })
    expect((await readSummary(ctx, query)).columns[0]).toMatchObject({
      sum: 400,
      median: 100,
      sumInterval: { low: 350, high: 450, method: 'segments' },
    })
    const c = await addAccount(ctx, 'C', {})
    await addReading(ctx, c, 'risk.expected_loss', { value: 50 })
    expect((await readSummary(ctx, query)).columns[0]).toMatchObject({ sum: 450, sumInterval: null })
  })
})

describe('views', () => {
  it('exist from the start as soon as what they filter on does', async () => {
    const ctx = await world.workspace()
    expect((await listViews(ctx)).map((view) => view.id)).toEqual(['all'])
    const id = await addAccount(ctx, 'A', {})
    await addReading(ctx, id, 'revenue.renewal', { value: 30 })
    await addReading(ctx, id, 'usage.trend', { value: -0.4, low: -0.6, high: -0.1 })
    expect(await countViews(ctx)).toEqual([
      { id: 'all', count: 1 },
      { id: 'renewing', count: 1 },
      { id: 'usage-out-of-band', count: 1 },
    ])
  })

  it('are saved, counted, used as a condition, and not deleted while another needs them', async () => {
    const ctx = await world.workspace()
    for (const seats of [1, 5, 9, null]) await addAccount(ctx, `s${seats}`, { seats })
    const big = await actions.createView(ctx, {
      name: 'Big',
      filter: [{ field: 'seats', op: 'at_least', value: 5 }],
    })
    const rest = await actions.createView(ctx, {
      name: 'Not big',
      filter: [{ field: 'view', op: 'is_not', value: big.id }],
    })
    expect(await namesOf(ctx, [{ field: 'view', op: 'is', value: big.id }])).toEqual(['s5', 's9'])
    expect(await namesOf(ctx, [{ field: 'view', op: 'is', value: rest.id }])).toEqual(['s1', 'snull'])
    expect(await countViews(ctx)).toContainEqual({ id: rest.id, count: 2 })
    await expect(actions.deleteView(ctx, big)).rejects.toMatchObject({ status: 409, code: 'view_in_use' })
    await expect(
      actions.updateView(ctx, { ...big, filter: [{ field: 'view', op: 'is', value: rest.id }] }),
    ).rejects.toMatchObject({ status: 422 })
    await actions.orderViews(ctx, { ids: [rest.id, big.id] })
    expect((await listViews(ctx)).slice(1).map((view) => view.name)).toEqual(['Not big', 'Big'])
    await actions.deleteView(ctx, rest)
    await actions.updateView(ctx, { ...big, name: 'Large', shared: true })
    expect((await listViews(ctx)).at(-1)).toMatchObject({ name: 'Large', shared: true, mine: true })
  })

  it('of one person are not seen by another unless shared, and a viewer changes only their own', async () => {
    const ctx = await world.workspace()
    const viewer: Ws = { ...ctx, actor: { kind: 'user', id: newId(), name: 'Vi', role: 'viewer' } }
    await sql`insert into app_user (id, email, name, password_hash) values
      (${(viewer.actor as { id: string }).id}, ${`${newId()}@example.test`}, 'Vi', '')`.execute(ctx.pg)
    const own = await actions.createView(ctx, { name: 'Own' })
    expect((await listViews(viewer)).map((view) => view.name)).not.toContain('Own')
    await expect(actions.updateView(viewer, { ...own, name: 'Mine' })).rejects.toMatchObject({ status: 404 })
    await expect(
      rows(viewer, { filter: [{ field: 'view', op: 'is', value: own.id }] }),
    ).rejects.toMatchObject({
      status: 422,
    })
    await actions.updateView(ctx, { ...own, shared: true })
    expect((await listViews(viewer)).map((view) => view.name)).toContain('Own')
    await expect(actions.deleteView(viewer, own)).rejects.toMatchObject({ status: 403 })
    await expect(actions.createView(viewer, { name: 'Mine', shared: true })).rejects.toMatchObject({
      status: 403,
    })
    await actions.createView(viewer, { name: 'Mine' })
  })
})

describe('pins and owners', () => {
  it('pin a customer once, with the class of its risk, and follow merges', async () => {
    const ctx = await world.workspace()
    const [a, b] = [await addAccount(ctx, 'A', {}), await addAccount(ctx, 'B', {})]
    await addReading(ctx, b, 'risk.renewal', { value: 0.34 })
    for (const id of [a, a, b]) await actions.pinAccount(ctx, { id })
    expect((await listPins(ctx)).map(({ name, risk }) => [name, risk])).toEqual([
      ['A', null],
      ['B', 'high'],
    ])
    await mergeAccount(ctx, { id: a, intoId: b })
    expect((await listPins(ctx)).map((pin) => pin.name)).toEqual(['B'])
    await actions.unpinAccount(ctx, { id: a })
    expect(await listPins(ctx)).toEqual([])
  })

  it('give customers to an owner and say who had them', async () => {
    const ctx = await world.workspace()
    const { id: mine } = await createAccount(ctx, { name: 'Mine', ownerId: ctx.userId })
    const { id: free } = await createAccount(ctx, { name: 'Free' })
    const { before } = await actions.assignAccounts(ctx, { accountIds: [mine, free], ownerId: null })
    expect(new Map(before.map((one) => [one.ownerId, one.accountIds]))).toEqual(
      new Map([
        [ctx.userId, [mine]],
        [null, [free]],
      ]),
    )
    await expect(actions.assignAccounts(ctx, { accountIds: [free], ownerId: newId() })).rejects.toMatchObject(
      { status: 422 },
    )
    const viewer: Ws = { ...ctx, actor: { ...ctx.actor, role: 'viewer' } as Ctx['actor'] }
    await expect(actions.assignAccounts(viewer, { accountIds: [free], ownerId: null })).rejects.toMatchObject(
      {
        status: 403,
      },
    )
  })
})

describe('another workspace', () => {
  it('sees and changes nothing of ours', async () => {
    const [ours, theirs] = [await world.workspace(), await world.workspace()]
    await customFieldsOf(theirs)
    const id = await addAccount(theirs, 'Theirs', { segment: 'Secret', shops: 1 })
    await addReading(theirs, id, 'risk.renewal', { value: 0.5, low: 0.1, high: 0.9 })
    const view = await actions.createView(theirs, { name: 'Their view', shared: true })
    await actions.pinAccount(theirs, { id })
    expect(await rows(ours, { columns: ['reading.risk.renewal'] })).toEqual({ rows: [], total: 0 })
    expect((await readSummary(ours, SummaryQuery.parse({ columns: ['seats'] }))).count).toBe(0)
    const { fields } = await getFields(ours)
    expect(fields.map((field) => field.code)).not.toContain('reading.risk.renewal')
    expect(fields.map((field) => field.code)).not.toContain('custom.shops')
    expect(fields.flatMap((field) => field.options.map((option) => option.value))).not.toContain('Secret')
    expect((await listViews(ours)).map((one) => one.name)).not.toContain('Their view')
    await expect(actions.updateView(ours, { ...view, name: 'Ours' })).rejects.toMatchObject({ status: 404 })
    await expect(actions.deleteView(ours, view)).rejects.toMatchObject({ status: 404 })
    await expect(actions.orderViews(ours, { ids: [view.id] })).rejects.toMatchObject({ status: 404 })
    await expect(actions.pinAccount(ours, { id })).rejects.toMatchObject({ status: 404 })
    await expect(actions.assignAccounts(ours, { accountIds: [id], ownerId: null })).rejects.toMatchObject({
      status: 404,
    })
    await expect(rows(ours, { filter: [{ field: 'view', op: 'is', value: view.id }] })).rejects.toMatchObject(
      {
        status: 422,
      },
    )
  })
})

describe('over HTTP', () => {
  const app: HttpApp = createHttp(world, portfolioRoutes, {
    publicUrl: undefined,
    trustProxy: 0,
    metrics: createMetrics(),
  })
  async function keyOf(ctx: Ws, scopes: string[]): Promise<string> {
    const key = newApiKey()
    await ctx.pg
      .insertInto('apiKey')
      .values({
        id: newId(),
        workspaceId: ctx.workspace,
        name: 'k',
        prefix: key.slice(0, 8),
        secretHash: hashSecret(key),
        role: 'viewer',
        scopes,
      })
      .execute()
    return key
  }
  const call = (key: string, path: string, body?: unknown) =>
    app.request(`/api/v1${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })

  it('reads by POST need the scope read, and no more', async () => {
    const ctx = await world.workspace()
    await addAccount(ctx, 'A', {})
    const reader = await keyOf(ctx, ['read'])
    const writer = await keyOf(ctx, ['write'])
    expect(await (await call(reader, '/portfolio/rows', {})).json()).toMatchObject({ total: 1 })
    expect((await call(reader, '/portfolio/summary', {})).status).toBe(200)
    expect((await call(writer, '/portfolio/rows', {})).status).toBe(403)
    expect((await call(reader, '/portfolio/views', { name: 'X', shared: true })).status).toBe(403)
  })

  it('exports what the filter finds, in order, with formulas taken for text', async () => {
    const ctx = await world.workspace()
    const a = await addAccount(ctx, '=HYPERLINK("http://x")', { segment: 'A', seats: 2 })
    await addAccount(ctx, 'B, with comma', { segment: 'A', seats: 1 })
    await addAccount(ctx, 'C', { segment: 'C' })
    await addReading(ctx, a, 'revenue.arr', { value: 1200, low: 1000, high: 1400 })
    const key = await keyOf(ctx, ['read'])
    const query = new URLSearchParams({
      filter: JSON.stringify([{ field: 'segment', op: 'is', value: 'A' }]),
      sort: JSON.stringify([{ field: 'seats', dir: 'desc' }]),
      columns: JSON.stringify(['seats', 'reading.revenue.arr']),
    })
    const answer = await call(key, `/portfolio/export.csv?${query}`)
    expect(answer.headers.get('content-type')).toContain('text/csv')
    const lines = (await answer.text()).trim().split('\r\n')
    expect(lines[0]).toContain('id,name,seats,revenue.arr_usd_minor,revenue.arr_usd_minor.low')
    expect(lines[1]).toContain(`${a},"'=HYPERLINK(""http://x"")",2,1200,1000,1400,ok,`)
    expect(lines[2]).toContain('"B, with comma",1,,,,,')
    expect(lines).toHaveLength(3)
    expect((await call(key, '/portfolio/export.csv?filter=[')).status).toBe(422)
    expect((await call(key, '/portfolio/export.csv?sort=[{"field":"x"}]')).status).toBe(422)
  })
})
