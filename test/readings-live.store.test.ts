import fc from 'fast-check'
import { sql } from 'kysely'
import { expect, it } from 'vitest'
import { readers } from '../src/app/domains.ts'
import { createAccount, mergeAccount, unmergeAccount } from '../src/domains/accounts/actions.ts'
import { allDays, keepDeliveries, markUsersDue } from '../src/domains/events/actions/keep.ts'
import { replayReject } from '../src/domains/events/actions/rejects.ts'
import { countNext } from '../src/domains/events/jobs.ts'
import { readEvent } from '../src/domains/events/model.ts'
import { importFinished } from '../src/domains/imports/import-type.ts'
import type { UsageRow } from '../src/domains/imports/jobs/decide-batch.ts'
import { publishUsage, slicesOf, stageUsage, undoUsage } from '../src/domains/imports/jobs/usage.ts'
import { measure, rollUpAll, rollUpCounted } from '../src/domains/usage/actions/roll-up.ts'
import { usageConsumers } from '../src/domains/usage/jobs.ts'
import { addDays } from '../src/domains/usage/model/weeks.ts'
import type { Ctx } from '../src/platform/context.ts'
import { newId } from '../src/platform/ids.ts'
import { recompute, recomputeNext } from '../src/platform/readings.ts'
import { openTestWorld, testNow } from './harness/stores.ts'

const world = await openTestWorld()
const today = testNow.toISOString().slice(0, 10)
const [accounts, files] = [4, 3]
const features = ['reports', 'export', 'api']

/** A call as a sender makes it. Its number is its messageId and its minute, so that it is the same when it comes again. */
type Call = Readonly<{
  kind: 'track' | 'group' | 'identify'
  user: number
  anonymous: boolean
  group: number | null
  daysAgo: number
  feature: number
  broken: boolean
}>
type Row = Readonly<{
  id: number
  account: number
  daysAgo: number
  feature: number
  user: number
  count: number
}>
type Step =
  | Readonly<{ does: 'send'; calls: readonly number[] }>
  | Readonly<{ does: 'mend' }>
  | Readonly<{ does: 'import' | 'undo'; file: number }>
  | Readonly<{ does: 'merge'; account: number }>
  | Readonly<{ does: 'pass' }>

const index = (length: number) => fc.nat(length - 1)
const call: fc.Arbitrary<Call> = fc.record({
  kind: fc.constantFrom('track', 'track', 'track', 'group', 'identify'),
  user: index(3),
  anonymous: fc.boolean(),
  group: fc.option(index(accounts)),
  daysAgo: fc.oneof(index(3), index(90)),
  feature: index(features.length),
  broken: fc.constantFrom(false, false, false, true),
})
const row: fc.Arbitrary<Row> = fc.record({
  id: index(5),
  account: index(accounts),
  daysAgo: fc.integer({ min: 1, max: 90 }),
  feature: index(features.length),
  user: index(3),
  count: fc.integer({ min: 1, max: 9 }),
})
const step = (calls: number): fc.Arbitrary<Step> =>
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        does: fc.constant('send' as const),
        calls: fc.array(index(calls), { minLength: 1, maxLength: 6 }),
      }),
    },
    { weight: 3, arbitrary: fc.constant({ does: 'pass' as const }) },
    { weight: 1, arbitrary: fc.constant({ does: 'mend' as const }) },
    {
      weight: 2,
      arbitrary: fc.record({ does: fc.constantFrom('import' as const, 'undo' as const), file: index(files) }),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        does: fc.constant('merge' as const),
        account: fc.integer({ min: 1, max: accounts - 1 }),
      }),
    },
  )
const story = fc.record({
  calls: fc.array(call, { minLength: 12, maxLength: 12 }),
  files: fc.array(fc.uniqueArray(row, { maxLength: 4, selector: ({ id }) => id }), {
    minLength: files,
    maxLength: files,
  }),
  steps: fc.array(step(12), { minLength: 4, maxLength: 14 }),
})
type Story = typeof story extends fc.Arbitrary<infer S> ? S : never

/** A workspace in which a story is told: which files stand in it, and which accounts are merged. */
type Told = {
  ctx: Ctx
  ids: string[]
  imports: Map<number, string>
  merged: Set<number>
}

const rawCall = ({ calls }: Story, number: number, broken: boolean) => {
  const { kind, user, anonymous, group, daysAgo, feature } = calls[number]!
  const minute = String(number).padStart(2, '0')
  return {
    type: kind,
    messageId: `message ${number}`,
    ...(anonymous && kind !== 'identify' ? {} : { userId: `user ${user}` }),
    anonymousId: `anonymous ${user}`,
    ...(kind === 'track' ? { event: broken ? '' : features[feature] } : {}),
    ...(kind === 'group' ? { groupId: broken ? '' : `group ${group ?? 0}` } : {}),
    context: kind === 'track' && group !== null ? { groupId: `group ${group}` } : {},
    timestamp: `${addDays(today, -daysAgo)}T09:${minute}:00Z`,
  }
}

async function send(told: Told, story: Story, numbers: readonly number[]): Promise<void> {
  const receivedAt = testNow
  const read = numbers.map((number) => {
    const raw = rawCall(story, number, story.calls[number]!.broken)
    return { raw, ...readEvent(raw, { receivedAt, skewMs: 0, newId }) }
  })
  const common = { workspace: told.ctx.workspace, keyId: null, by: 'server' as const, receivedAt, skewMs: 0 }
  await keepDeliveries(told.ctx, [
    {
      ...common,
      events: read.flatMap((one) => ('event' in one ? [one.event] : [])),
      rejects: read.flatMap((one) =>
        'reason' in one ? [{ raw: JSON.stringify(one.raw), reason: one.reason }] : [],
      ),
    },
  ])
}

/** Mends every rejected call: as it should have been. */
async function mend({ ctx }: Told, story: Story): Promise<number[]> {
  const open = await ctx.pg
    .selectFrom('eventReject')
    .select(['id', 'raw'])
    .where('workspaceId', '=', ctx.workspace)
    .where('state', '=', 'open')
    .orderBy('id')
    .execute()
  const mended = []
  for (const { id, raw } of open) {
    const number = Number((JSON.parse(raw) as { messageId: string }).messageId.split(' ')[1])
    await replayReject(ctx, { id, event: JSON.stringify(rawCall(story, number, false)) })
    mended.push(number)
  }
  return mended
}

let version = 1
const finished = async (ctx: Ctx, importId: string): Promise<void> => {
  for (const consumer of usageConsumers)
    await consumer.hear(ctx, {
      id: 1,
      kind: importFinished,
      accountId: null,
      validAt: testNow.toISOString(),
      recordedAt: testNow.toISOString(),
      recordedFrom: 'observed',
      payload: { importId, kind: 'usage' },
    })
}

async function importFile(told: Told, rows: readonly Row[], file: number): Promise<void> {
  if (told.imports.has(file)) return
  const { ctx, ids } = told
  const of = { workspace: ctx.workspace, importId: newId() }
  await ctx.pg
    .insertInto('import')
    .values({
      id: of.importId,
      workspaceId: ctx.workspace,
      fileName: `${file}.csv`,
      fileBytes: 1,
      fileSha256: '',
      state: 'done',
      kind: 'usage',
      createdAt: testNow.toISOString(),
    })
    .execute()
  const staged = rows.map(({ id, account, daysAgo, feature, user, count }, place) => ({
    source: { raw: { row: place } },
    accountId: ids[account],
    draft: {
      externalId: `row ${id}`,
      day: addDays(today, -daysAgo),
      feature: features[feature],
      user: `user ${user}`,
      count,
      seconds: 0,
      errors: 0,
    },
  })) as unknown as UsageRow[]
  await stageUsage(ctx.ch, of, 'file', staged)
  await publishUsage(ctx.ch, of, (version += 1))
  told.imports.set(file, of.importId)
  await finished(ctx, of.importId)
}

async function undoFile(told: Told, file: number): Promise<void> {
  const { ctx, imports } = told
  const importId = imports.get(file)
  if (!importId) return
  await ctx.pg.updateTable('import').set({ state: 'undone' }).where('id', '=', importId).execute()
  for (const slice of slicesOf(1))
    await undoUsage(ctx.ch, { workspace: ctx.workspace, importId, ...slice }, (version += 1))
  imports.delete(file)
  await finished(ctx, importId)
}

async function merge({ ctx, ids, merged }: Told, account: number): Promise<void> {
  if (merged.delete(account)) return unmergeAccount(ctx, { id: ids[account]! })
  merged.add(account)
  await mergeAccount(ctx, { id: ids[account]!, intoId: ids[0]! })
}

/** What the queue does when something was sent. */
async function pass(ctx: Ctx): Promise<void> {
  for (;;) {
    const counted = await countNext(ctx, (days) => rollUpCounted(ctx, days))
    const computed = await recomputeNext(ctx, readers)
    if (!counted && !computed) return
  }
}

/**
 * Accounts, and use of another one that reaches farther than anything in a story: what the sources cover stays the same
 * whatever else is told.
 */
async function workspace(): Promise<Told> {
  const ctx = await world.workspace()
  const ids: string[] = []
  for (let account = 0; account < accounts; account += 1) {
    const { id } = await createAccount(ctx, {
      name: `Account ${account}`,
      seats: 5,
      startedOn: addDays(today, -60 - account),
    })
    ids.push(id)
    await sql`
      insert into source_record (workspace_id, source, entity, external_id, record_id, content_hash)
      values (${ctx.workspace}, 'crm', 'account', ${`group ${account}`}, ${id}, '')`.execute(ctx.pg)
  }
  const { id: other } = await createAccount(ctx, { name: 'Other' })
  await ctx.ch.insert({
    table: 'usage_count',
    format: 'JSONEachRow',
    values: ['live|u|', 'file=u:'].flatMap((key) =>
      features.flatMap((feature) =>
        [addDays(today, -120), today].map((day) => ({
          workspace_id: ctx.workspace,
          account_id: other,
          day,
          row_key: `${key}${feature}`,
          feature,
          users: ['somebody'],
          count: 1,
          seconds: 0,
          errors: 0,
          import_id: newId(),
          version: 1,
          deleted: 0,
          recorded_at: '2026-11-02 00:00:00',
          recorded_from: 'file',
        })),
      ),
    ),
  })
  await rollUpAll(ctx)
  await pass(ctx)
  return { ctx, ids, imports: new Map(), merged: new Set() }
}

const stored = ({ ctx }: Told) =>
  ctx.pg
    .selectFrom('reading')
    .innerJoin('account', 'account.id', 'reading.accountId')
    .select(['account.name', 'code', 'state', 'value', 'low', 'high', 'n', 'asOf', 'reading.snapshotId'])
    .select(['contributions', 'evidence', 'detail'])
    .where('reading.workspaceId', '=', ctx.workspace)
    .where('account.mergedInto', 'is', null)
    .orderBy('account.name')
    .orderBy('code')
    .execute()

/** What of a reading does not name records of its workspace. */
const nameless = (rows: Awaited<ReturnType<typeof stored>>) =>
  rows.map((row) => ({
    ...row,
    snapshotId: null,
    // Users are named by a surrogate of the workspace, and accounts that nothing is known of by their id.
    ...(row.code === 'usage.power_users' || !row.code.startsWith('usage.')
      ? { contributions: [], evidence: [] }
      : {}),
  }))

/** Counts all users again, rolls every day up again and computes everything, upon the same snapshots. */
async function fullPass({ ctx, ids }: Told): Promise<void> {
  const users = await ctx.pg
    .selectFrom('eventUser')
    .select('key')
    .where('workspaceId', '=', ctx.workspace)
    .execute()
  await ctx.pg.transaction().execute((pg) =>
    markUsersDue(
      pg,
      ctx.workspace,
      users.map(({ key }) => ({ key, day: allDays })),
    ),
  )
  while (await countNext(ctx, async () => undefined));
  const days = Array.from({ length: 121 }, (_, ago) => addDays(today, -ago))
  await rollUpCounted(ctx, { accountIds: ids, days, features: [] })
  await ctx.pg.deleteFrom('reading').where('workspaceId', '=', ctx.workspace).execute()
  const all = await ctx.pg
    .selectFrom('account')
    .select('id')
    .where('workspaceId', '=', ctx.workspace)
    .execute()
  await recompute(
    ctx,
    readers,
    all.map(({ id }) => id),
  )
}

it('readings that followed late, repeated, merged and corrected input are those of one pass over all of it', async () => {
  await fc.assert(
    fc.asyncProperty(story, async (story) => {
      const told = await workspace()
      const sent = new Set<number>()
      for (const one of story.steps) {
        if (one.does === 'send') {
          await send(told, story, one.calls)
          for (const number of one.calls) if (!story.calls[number]!.broken) sent.add(number)
        }
        if (one.does === 'mend') for (const number of await mend(told, story)) sent.add(number)
        if (one.does === 'import') await importFile(told, story.files[one.file]!, one.file)
        if (one.does === 'undo') await undoFile(told, one.file)
        if (one.does === 'merge') await merge(told, one.account)
        if (one.does === 'pass') await pass(told.ctx)
      }
      await pass(told.ctx)
      const followed = await stored(told)
      await fullPass(told)
      expect(followed).toEqual(await stored(told))

      const fresh = await workspace()
      for (const account of told.merged) await merge(fresh, account)
      for (const file of told.imports.keys()) await importFile(fresh, story.files[file]!, file)
      const whole = { ...story, calls: story.calls.map((one) => ({ ...one, broken: false })) }
      if (sent.size > 0)
        await send(
          fresh,
          whole,
          [...sent].sort((a, b) => b - a),
        )
      for (const { ctx } of [told, fresh]) {
        await pass(ctx)
        await measure(ctx)
        await pass(ctx)
      }
      expect(nameless(await stored(fresh))).toEqual(nameless(await stored(told)))
    }),
    { numRuns: 5, endOnFailure: true },
  )
}, 300_000)
