import fc from 'fast-check'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { inject, describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import type { Ctx } from '../../platform/context.ts'
import { accountImport } from '../accounts/import.ts'
import { requestRun, requestUndo } from './actions.ts'
import { bring, dump, dumpByName, run, undo, upload } from './import-world.fixture.ts'
import type { Draft, ImportType } from './import-type.ts'
import { runImport } from './jobs/run.ts'
import { getImport } from './reads.ts'

const world = await openTestWorld()

/** A kind with accounts that refer to each other, and bills whose ids and contents repeat. */
const mixed: ImportType = {
  kind: 'mixed',
  label: '',
  says: '',
  target: 'records',
  asks: ['unknownAccounts'],
  fields: ['account', 'parent', 'bill', 'amount'].map((name) => ({
    name,
    label: name,
    type: name === 'amount' ? ('integer' as const) : ('text' as const),
    required: name === 'account' || name === 'amount',
    synonyms: [name],
  })),
  map: ({ cells }) => {
    const externalId = String(cells.account)
    const account: Draft = {
      entity: 'account',
      externalId,
      values: { name: `Name of ${externalId}`, custom: {} },
      refs: cells.parent
        ? { parent_id: { entity: 'account', externalId: String(cells.parent), optional: true } }
        : {},
    }
    const bill: Draft = {
      entity: 'invoice',
      externalId: cells.bill ? String(cells.bill) : null,
      values: { amount_cents: cells.amount ?? null, currency: 'USD', issued_on: '2026-01-01' },
      refs: { account_id: { entity: 'account', externalId } },
    }
    return { faults: [], drafts: [account, bill] }
  },
}

class Crash extends Error {}

/** Runs, breaking off after the given numbers of batches, until the file is done. */
async function runWithCrashes(
  ctx: Ctx,
  id: string,
  batchRows: number,
  crashes: readonly number[],
): Promise<void> {
  await requestRun(ctx, { id, queued: false })
  const { signal } = new AbortController()
  for (const after of [...crashes, Number.POSITIVE_INFINITY]) {
    let batches = 0
    const onProgress = () => {
      batches += 1
      if (batches >= after) throw new Crash()
    }
    await runImport(ctx, [mixed], id, signal, { batchRows, onProgress }).catch((thrown) => {
      if (!(thrown instanceof Crash)) throw thrown
    })
  }
}

const row = fc.record({
  account: fc.constantFrom('A', 'B', 'C', 'D'),
  parent: fc.constantFrom('', '', 'B', 'C', 'Z'),
  bill: fc.constantFrom('', 'X', 'Y', 'Z'),
  amount: fc.integer({ min: 1, max: 3 }),
})
type Row = Readonly<{ account: string; parent: string; bill: string; amount: number }>
const asCsv = (rows: readonly Row[]): string =>
  `account,parent,bill,amount\n${rows.map(({ account, parent, bill, amount }) => `${account},${parent},${bill},${amount}`).join('\n')}\n`

describe('a run', () => {
  it('stores the same whatever the batches and wherever it broke off, and undo leaves nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 2, maxLength: 14 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 3 }),
        async (rows, batchRows, crashes) => {
          const [whole, parts] = [await world.workspace(), await world.workspace()]
          const plan = {
            kind: 'mixed',
            columns: Object.fromEntries(
              ['account', 'parent', 'bill', 'amount'].map((name) => [
                name,
                { use: 'field' as const, field: name, missing: [''] },
              ]),
            ),
          }
          const once_ = await bring(whole, [mixed], asCsv(rows), plan)
          const { id } = await upload(parts, [mixed], asCsv(rows), plan)
          await runWithCrashes(parts, id, batchRows, crashes)
          const broken = await getImport(parts, [mixed], id)
          expect(broken.state).toBe('done')
          expect(broken.counts).toEqual(once_.counts)
          expect(await dumpByName(parts)).toBe(await dumpByName(whole))
          const stored = await dump(parts)
          const again = await bring(parts, [mixed], asCsv(rows), plan, { batchRows: 2 })
          expect(again.counts).toMatchObject({ new: 0, changed: 0 })
          expect(await dump(parts)).toEqual(stored)
          await undo(parts, [mixed], again.id)
          expect(await dump(parts)).toEqual(stored)
          await undo(parts, [mixed], id, { chunk: batchRows })
          expect(Object.values(await dump(parts)).flat()).toEqual([])
        },
      ),
      { numRuns: 20 },
    )
  }, 180_000)

  /** Starts the work in another process and kills it when it has said something. */
  async function killed(ctx: Ctx, importId: string, work: 'run' | 'undo'): Promise<void> {
    const { admin, clickhouse } = inject('stores')
    const order = {
      pg: { ...admin, database: world.pool.options.database },
      clickhouse,
      dataDir: world.dataDir,
      workspace: ctx.workspace,
      importId,
      work,
    }
    const path = new URL('./killed-run.fixture.ts', import.meta.url).pathname
    const child = spawn(process.execPath, ['--import', 'tsx', path], {
      env: { ...process.env, ORDER: JSON.stringify(order) },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exit = once(child, 'exit')
    await once(child.stdout, 'data')
    child.kill('SIGKILL')
    await exit
  }

  it('of a process killed with -9 goes on without a row lost or doubled, and so does its undo', async () => {
    const ctx = await world.workspace()
    const rows = Array.from({ length: 8_000 }, (_, n) => `A${n},Name ${n}`)
    const { id } = await upload(ctx, [accountImport], `account id,name\n${rows.join('\n')}\n`)
    await requestRun(ctx, { id, queued: false })
    await killed(ctx, id, 'run')
    const broken = await getImport(ctx, [accountImport], id)
    expect(broken.state).toBe('running')
    expect(broken.rowsDone).toBeGreaterThan(0)
    expect(broken.rowsDone).toBeLessThan(8_000)
    const done = await run(ctx, [accountImport], id)
    expect(done.counts).toMatchObject({ rows: 8_000, new: 8_000, same: 0, refused: 0 })
    const stored = await dump(ctx)
    expect(new Set(stored.account?.map((account) => (account as { name: string }).name)).size).toBe(8_000)
    expect(stored.source_record).toHaveLength(8_000)
    await requestUndo(ctx, { id, queued: false })
    await killed(ctx, id, 'undo')
    await undo(ctx, [accountImport], id)
    const empty = await dump(ctx)
    expect([empty.account, empty.source_record]).toEqual([[], []])
  })
})
