import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import type { Ctx } from '../../platform/context.ts'
import { accountImport } from '../accounts/import.ts'
import { usageImport } from '../usage/import.ts'
import { discardImport, requestCheck, requestRun, requestStop, requestUndo } from './actions.ts'
import { bring, check, dump, dumpByName, never, run, undo, upload } from './import-world.fixture.ts'
import { checkImport } from './jobs/check.ts'
import { runImport } from './jobs/run.ts'
import { undoImport } from './jobs/undo.ts'
import { getImport } from './reads.ts'
import type { Import } from './schema.ts'

const world = await openTestWorld()
const types = [accountImport, usageImport]
const accounts = `account id,name\n${Array.from({ length: 6_000 }, (_, n) => `A${n},Name ${n}`).join('\n')}\n`
const rowsOf = async (ctx: Ctx) => (await dump(ctx)).account?.length

/** Runs, is stopped after the first batch, and comes to an end by itself. */
async function runAndStop(ctx: Ctx, id: string): Promise<Import> {
  await requestRun(ctx, { id, queued: false })
  const onProgress = () => requestStop(ctx, { id })
  await runImport(ctx, types, id, never, { batchRows: 100, usageBatchRows: 100, onProgress })
  return getImport(ctx, types, id)
}

const stops = async (ctx: Ctx) =>
  (
    await ctx.pg
      .selectFrom('audit')
      .select(['subjectId', 'changes'])
      .where('workspaceId', '=', ctx.workspace)
      .where('action', '=', 'import.stop')
      .execute()
  ).map(({ changes }) => changes)

describe('an import that is stopped', () => {
  it('ends between two batches, says so, and goes on to the same records', async () => {
    const [ctx, whole] = [await world.workspace(), await world.workspace()]
    const { id } = await upload(ctx, types, accounts)
    const stopped = await runAndStop(ctx, id)
    expect(stopped).toMatchObject({
      state: 'failed',
      error: { phase: 'run', code: 'stopped', row: stopped.rowsDone },
      counts: { rows: stopped.rowsDone, new: stopped.rowsDone },
    })
    expect(stopped.rowsDone).toBeGreaterThan(0)
    expect(stopped.rowsDone).toBeLessThan(6_000)
    expect(await rowsOf(ctx)).toBe(stopped.rowsDone)
    expect(await stops(ctx)).toEqual([{ state: { from: 'running', to: 'failed' } }])
    await requestStop(ctx, { id })
    expect(await getImport(ctx, types, id)).toEqual(stopped)
    const done = await run(ctx, types, id, { batchRows: 100 })
    expect(done).toMatchObject({ state: 'done', error: null, counts: { rows: 6_000, new: 6_000 } })
    await bring(whole, types, accounts)
    expect(await dumpByName(ctx)).toBe(await dumpByName(whole))
    await expect(requestStop(ctx, { id })).rejects.toMatchObject({ status: 409 })
  })

  it('can be undone, and leaves nothing', async () => {
    const ctx = await world.workspace()
    const { id } = await upload(ctx, types, accounts)
    await runAndStop(ctx, id)
    expect(await undo(ctx, types, id)).toMatchObject({ state: 'undone' })
    expect(Object.values(await dump(ctx)).flat()).toEqual([])
  })

  it('before its turn came has written nothing, and its job finds nothing to do', async () => {
    const ctx = await world.workspace()
    const { id } = await upload(ctx, types, accounts)
    await requestRun(ctx, { id, queued: false })
    await requestStop(ctx, { id })
    await runImport(ctx, types, id, never)
    expect(await getImport(ctx, types, id)).toMatchObject({
      state: 'failed',
      startedAt: null,
      error: { code: 'stopped', row: 0 },
    })
    await discardImport(ctx, { id })
    await runImport(ctx, types, id, never)
    expect(await rowsOf(ctx)).toBe(0)
  })

  it('of counts of use has counted nothing yet, and counts each row once when it goes on', async () => {
    const ctx = await world.workspace()
    const file = `account id,day,feature,count\n${Array.from({ length: 4_000 }, (_, n) => `A${n % 7},2026-01-${String((n % 28) + 1).padStart(2, '0')},f${n},1`).join('\n')}\n`
    await bring(ctx, types, accounts)
    const { id } = await upload(ctx, types, file, { kind: 'usage' })
    const counted = async () => {
      const answer = await ctx.ch.query({
        query: `SELECT toFloat64(sum(count)) AS sum FROM usage_count FINAL
          WHERE workspace_id = {workspace:UUID} AND deleted = 0`,
        query_params: { workspace: ctx.workspace },
        format: 'JSONEachRow',
      })
      return (await answer.json<{ sum: number }>())[0]?.sum
    }
    const stopped = await runAndStop(ctx, id)
    expect(stopped.state).toBe('failed')
    expect(stopped.rowsDone).toBeLessThan(4_000)
    expect(await counted()).toBe(0)
    const done = await run(ctx, types, id, { usageBatchRows: 100 })
    expect(done).toMatchObject({ state: 'done', counts: { rows: 4_000, new: 4_000 } })
    expect(await counted()).toBe(4_000)
    const undone = await undo(ctx, types, id)
    expect(undone.counts).toMatchObject({ undone: 4_000, toUndo: 4_000 })
    expect(await counted()).toBe(0)
  })

  it('while it is only tried may be tried again, read otherwise or run', async () => {
    const ctx = await world.workspace()
    const { id } = await upload(ctx, types, accounts)
    await requestCheck(ctx, { id, queued: false })
    await checkImport(ctx, types, id, never, () => requestStop(ctx, { id }))
    const stopped = await getImport(ctx, types, id)
    expect(stopped).toMatchObject({ state: 'failed', error: { phase: 'check', code: 'stopped' } })
    expect(stopped.rowsDone).toBeLessThan(6_000)
    expect(await check(ctx, types, id)).toMatchObject({
      state: 'checked',
      counts: { rows: 6_000, new: 6_000 },
    })
  })

  it('is stopped by nobody from another workspace, and by no viewer', async () => {
    const [ours, theirs] = [await world.workspace(), await world.workspace()]
    const { id } = await upload(theirs, types, accounts)
    await requestRun(theirs, { id, queued: false })
    await expect(requestStop(ours, { id })).rejects.toMatchObject({ status: 404 })
    const viewer: Ctx = {
      ...theirs,
      actor: { kind: 'user', id: theirs.userId, name: 'v', role: 'viewer' },
    }
    await expect(requestStop(viewer, { id })).rejects.toMatchObject({ status: 403 })
    expect((await getImport(theirs, types, id)).state).toBe('waiting')
  })
})

describe('an undo', () => {
  it('says how much it has put back, and when it is stopped only goes on with the undo', async () => {
    const ctx = await world.workspace()
    const { id } = await bring(ctx, types, accounts)
    await requestUndo(ctx, { id, queued: false })
    const seen: number[] = []
    const onProgress = async () => {
      const { counts } = await getImport(ctx, types, id)
      expect(counts.toUndo).toBe(6_000)
      seen.push(counts.undone)
      if (counts.undone === 2_000) await requestStop(ctx, { id })
    }
    await undoImport(ctx, types, id, never, { chunk: 1_000, onProgress })
    expect(seen).toEqual([1_000, 2_000])
    expect(await getImport(ctx, types, id)).toMatchObject({
      state: 'failed',
      error: { phase: 'undo', code: 'stopped' },
    })
    expect(await rowsOf(ctx)).toBe(4_000)
    await expect(requestRun(ctx, { id })).rejects.toThrow('Go on with the undo')
    expect((await undo(ctx, types, id)).counts).toMatchObject({ undone: 6_000, toUndo: 6_000 })
    expect(Object.values(await dump(ctx)).flat()).toEqual([])
  })
})
