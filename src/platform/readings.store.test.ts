import { expect, it } from 'vitest'
import { openTestWorld } from '../../test/harness/stores.ts'
import { createAccount } from '../domains/accounts/actions.ts'
import type { Ctx } from './context.ts'
import { chRows } from './db/clickhouse.ts'
import { newId } from './ids.ts'
import {
  markAllDue,
  markDue,
  markFiledDue,
  readingsChanged,
  ReadingsChanged,
  recompute,
  recomputeDue,
  type Reader,
} from './readings.ts'

const world = await openTestWorld()
const signal = new AbortController().signal

it('computes an account again whose change was not committed when it was computed', async () => {
  const ctx = await world.workspace()
  const { id } = await createAccount(ctx, { name: 'Busy' })
  const seen: string[] = []
  const reader: Reader = {
    codes: [],
    async compute(_ctx, accountIds) {
      seen.push(...accountIds)
      return []
    },
  }
  // The account is due already, and a second change of it is under way while the list is worked off.
  await ctx.pg.transaction().execute(async (pg) => {
    await markDue(pg, ctx.workspace, [id])
    await recomputeDue(ctx, [reader], signal)
    expect(seen).toEqual([])
  })
  await recomputeDue(ctx, [reader], signal)
  expect(seen).toEqual([id])
})

const reader = (values: Map<string, number | null>, computed: string[][] = []): Reader => ({
  codes: ['test.value'],
  async compute(_ctx, accountIds, asOf) {
    computed.push([...accountIds])
    return accountIds.map((accountId) => ({
      accountId,
      code: 'test.value',
      state: values.get(accountId) === null ? 'not_enough_data' : 'ok',
      value: values.get(accountId) ?? null,
      low: null,
      high: null,
      n: 1,
      asOf: asOf.toISOString(),
      snapshotId: null,
      contributions: [
        { code: 'test.part', params: { says: 'a "quoted" \\ part, {braces}\nand é' }, amount: 1 },
      ],
      evidence: [],
      detail: {},
    }))
  },
})

const historyOf = (ctx: Ctx) =>
  chRows<{ value: number | null; as_of: string }>(
    ctx.ch,
    `select value, as_of from reading_history final where workspace_id = {workspace:UUID} order by as_of`,
    { workspace: ctx.workspace },
  )

const due = async (ctx: Ctx): Promise<string[]> =>
  (
    await ctx.pg
      .selectFrom('readingDue')
      .select('accountId')
      .where('workspaceId', '=', ctx.workspace)
      .execute()
  ).map(({ accountId }) => accountId)

it('keeps in the history what moved, and in the latest row when it was computed', async () => {
  const [ctx, other] = [await world.workspace(), await world.workspace()]
  const { id } = await createAccount(ctx, { name: 'Steady' })
  for (const [day, value] of [1, 1, 2, 2, null, null, 2].entries())
    await recompute(ctx, [reader(new Map([[id, value]]))], [id], new Date(Date.UTC(2026, 0, day + 1)))
  expect((await historyOf(ctx)).map((row) => [row.as_of.slice(0, 10), row.value])).toEqual([
    ['2026-01-01', 1],
    ['2026-01-03', 2],
    ['2026-01-05', null],
    ['2026-01-07', 2],
  ])
  const latest = await ctx.pg
    .selectFrom('reading')
    .select(['value', 'state', 'n', 'asOf', 'contributions'])
    .where('workspaceId', '=', ctx.workspace)
    .execute()
  expect(latest).toMatchObject([
    {
      value: 2,
      state: 'ok',
      n: 1,
      asOf: '2026-01-07T00:00:00.000Z',
      contributions: [{ params: { says: 'a "quoted" \\ part, {braces}\nand é' } }],
    },
  ])
  expect(await historyOf(other)).toEqual([])
})

it('takes an account off the list when its readings are stored, not before', async () => {
  const [ctx, other] = [await world.workspace(), await world.workspace()]
  const { id } = await createAccount(ctx, { name: 'Due' })
  const { id: theirs } = await createAccount(other, { name: 'Theirs' })
  const failing: Reader = { codes: [], compute: () => Promise.reject(new Error('the store is away')) }
  await expect(recomputeDue(ctx, [failing], signal)).rejects.toThrow('the store is away')
  expect(await due(ctx)).toEqual([id])
  await recomputeDue(ctx, [reader(new Map([[id, 1]]))], signal)
  expect(await due(ctx)).toEqual([])
  expect(await due(other)).toEqual([theirs])
})

it('computes an account again that was marked while it was computed', async () => {
  const ctx = await world.workspace()
  const { id } = await createAccount(ctx, { name: 'Moving' })
  const seen: string[] = []
  const marking: Reader = {
    codes: [],
    async compute(_ctx, accountIds) {
      if (seen.length === 0) await markDue(ctx.pg, ctx.workspace, [id])
      seen.push(...accountIds)
      return []
    },
  }
  await recomputeDue(ctx, [marking], signal)
  expect(seen).toEqual([id, id])
  expect(await due(ctx)).toEqual([])
})

it('takes what was touched last before a pass over all, and with it some of those that waited longest', async () => {
  const ctx = await world.workspace()
  const ids: string[] = []
  for (const name of ['A', 'B', 'C', 'D', 'E']) ids.push((await createAccount(ctx, { name })).id)
  await recomputeDue(ctx, [], signal)
  await markAllDue(ctx.pg, ctx.workspace)
  for (const touched of [1, 3, 2, 4]) await markDue(ctx.pg, ctx.workspace, [ids[touched]!])
  const computed: string[][] = []
  await recomputeDue(ctx, [reader(new Map(), computed)], signal, 4)
  expect(computed).toEqual([[ids[4], ids[2], ids[3], ids[0]], [ids[1]]])
})

it('computes all that is due of an account, whoever asked for what', async () => {
  const ctx = await world.workspace()
  const { id } = await createAccount(ctx, { name: 'Asked for twice' })
  await recomputeDue(ctx, [], signal)
  await markDue(ctx.pg, ctx.workspace, [id], ['usage'])
  const computed: string[][] = []
  await recomputeDue(ctx, [reader(new Map(), computed)], signal)
  expect(computed).toEqual([])
  await markDue(ctx.pg, ctx.workspace, [id], ['usage'])
  await markFiledDue(ctx.pg, ctx.workspace, [id])
  await recomputeDue(ctx, [reader(new Map(), computed)], signal)
  expect(computed).toEqual([[id]])
})

it('tells who listens whose readings say something new, in several messages, and beyond that only that there are many', async () => {
  const ctx = await world.workspace()
  const ids = Array.from({ length: 1_001 }, newId)
  const client = await world.pool.connect()
  const heard: ReadingsChanged[] = []
  client.on('notification', ({ payload }) => heard.push(ReadingsChanged.parse(JSON.parse(payload ?? ''))))
  await client.query(`listen ${readingsChanged}`)
  await recompute(ctx, [reader(new Map())], ids.slice(0, 151))
  // What says the same again is no news.
  await recompute(ctx, [reader(new Map())], ids.slice(0, 151))
  await recompute(ctx, [reader(new Map(ids.map((id) => [id, 1])))], ids)
  // What was told before an answer comes before it.
  await client.query('select 1')
  client.release(true)
  expect(heard).toEqual([
    { workspace: ctx.workspace, accountIds: ids.slice(0, 150) },
    { workspace: ctx.workspace, accountIds: ids.slice(150, 151) },
    { workspace: ctx.workspace, accountIds: null },
  ])
})
