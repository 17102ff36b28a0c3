import { sql } from 'kysely'
import { gzipSync } from 'node:zlib'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import type { Ctx } from '../../platform/context.ts'
import { workbookFile } from '../../platform/tabular/xlsx.fixture.ts'
import { accountImport } from '../accounts/import.ts'
import { deleteTemplate, forgetPerson, requestRun, requestUndo, savePlan } from './actions.ts'
import { importFile } from './cli.ts'
import { bring, check, dump, run, undo, upload } from './import-world.fixture.ts'
import { error, type ImportType } from './import-type.ts'
import { uploadsDir } from './jobs/load.ts'
import { issueWords } from './issue-words.ts'
import {
  getImport,
  issueGroups,
  issuesCsv,
  listImports,
  listIssues,
  listTemplates,
  previewImport,
} from './reads.ts'
import { receiveUpload } from './upload.ts'

const world = await openTestWorld()
const accountsFile = {
  path: new URL('../../../test/data/ravenstack-saas/ravenstack_accounts.csv', import.meta.url).pathname,
}

const field = (name: string, type: 'text' | 'money' | 'day' | 'integer', ...synonyms: string[]) => ({
  name,
  label: name,
  type,
  synonyms,
})

/** Invoices, small: an event-like kind whose ids may repeat. */
const billImport: ImportType = {
  kind: 'bills',
  label: 'Bills',
  says: '',
  target: 'records',
  asks: ['unknownAccounts'],
  fields: [
    field('id', 'text', 'bill id'),
    { ...field('account', 'text', 'account id'), required: true },
    { ...field('amount', 'money', 'amount'), required: true },
    { ...field('day', 'day', 'day'), required: true },
  ],
  map: ({ cells }) =>
    Number(cells.amount) < 0
      ? { drafts: [], faults: [error('negative_amount', 'amount')] }
      : {
          drafts: [
            {
              entity: 'invoice',
              externalId: cells.id ? String(cells.id) : null,
              values: { amount_cents: cells.amount, currency: 'USD', issued_on: cells.day },
              refs: { account_id: { entity: 'account', externalId: String(cells.account) } },
            },
          ],
          faults: [],
        },
}

type Ticketed = { state: string; opened: string }
/** Tickets as a log, small: the last state counts, each change is an event. */
const logImport: ImportType = {
  kind: 'log',
  label: 'Log',
  says: '',
  target: 'log',
  asks: [],
  fields: [
    { ...field('ticket', 'text', 'ticket'), required: true },
    { ...field('state', 'text', 'state'), required: true },
    { ...field('day', 'day', 'day'), required: true },
  ],
  fold: {
    entity: 'ticket',
    key: ({ cells }) => String(cells.ticket),
    restore: (stored) =>
      stored && { state: String(stored.state_label), opened: String(stored.opened_at).slice(0, 10) },
    step(before, { cells }) {
      const known = before as Ticketed | null
      const state = { state: String(cells.state), opened: known?.opened ?? String(cells.day) }
      return {
        state,
        drafts: [
          {
            entity: 'ticket_event',
            externalId: null,
            values: {
              at: `${String(cells.day)}T00:00:00Z`,
              seq: 0,
              kind: 'state',
              from_value: known?.state ?? null,
              to_value: cells.state,
            },
          },
        ],
        faults: [],
      }
    },
    draft(state, key) {
      const { state: label, opened } = state as Ticketed
      return {
        entity: 'ticket',
        externalId: key,
        values: { state: 'open', state_label: label, opened_at: `${opened}T00:00:00Z`, custom: {} },
      }
    },
  },
}

/** Counts of use, small. */
const useImport: ImportType = {
  kind: 'use',
  label: 'Use',
  says: '',
  target: 'usage',
  asks: ['unknownAccounts'],
  fields: [
    field('id', 'text', 'use id'),
    { ...field('account', 'text', 'account id'), required: true },
    { ...field('day', 'day', 'day'), required: true },
    { ...field('count', 'integer', 'count'), required: true },
  ],
  map: ({ cells }) => ({
    draft: {
      externalId: cells.id ? String(cells.id) : null,
      account: { entity: 'account', externalId: String(cells.account) },
      day: String(cells.day),
      feature: 'any',
      user: null,
      count: Number(cells.count),
      seconds: 0,
      errors: 0,
    },
    faults: [],
  }),
}

const types = [accountImport, billImport, logImport, useImport]
const plainNumber = { decimal: '.', thousands: null, decimals: 0, percent: false, currency: null } as const
const accounts = 'account id,name,segment\nA1,Anvil,Steel\nA2,Birch,Wood\n'

const counted = async (ctx: Ctx) => {
  const result = await ctx.ch.query({
    query: `SELECT toFloat64(sum(count)) AS sum, toFloat64(count()) AS rows FROM usage_count FINAL
      WHERE workspace_id = {workspace:UUID} AND deleted = 0`,
    query_params: { workspace: ctx.workspace },
    format: 'JSONEachRow',
  })
  return (await result.json<{ sum: number; rows: number }>())[0]
}

const invoices = async (ctx: Ctx) => {
  const { rows } = await sql<{ id: string; amount: number }>`
    select s.external_id || '/' || s.variant as id, i.amount_cents as amount
    from invoice i join source_record s on s.record_id = i.id where i.workspace_id = ${ctx.workspace} order by 1`.execute(
    ctx.pg,
  )
  return Object.fromEntries(rows.map((row) => [row.id, row.amount]))
}

describe('an import of accounts', () => {
  it('takes the 500 accounts of RavenStack with its own columns as custom fields, and again changes nothing', async () => {
    const ctx = await world.workspace()
    const first = await upload(ctx, types, accountsFile, {}, 'ravenstack_accounts.csv')
    expect(first).toMatchObject({ state: 'uploaded', kind: 'accounts', faults: [] })
    const tried = await check(ctx, types, first.id)
    expect(tried.counts).toMatchObject({ rows: 500, new: 500, refused: 0 })
    expect((await dump(ctx)).account).toEqual([])
    const done = await run(ctx, types, first.id)
    expect(done).toMatchObject({ state: 'done', rowsDone: 500, counts: { new: 500, errors: 0 } })
    const before = await dump(ctx)
    expect(before.account).toHaveLength(500)
    expect(before.account?.find((row) => (row as { name: string }).name === 'Company_0')).toMatchObject({
      segment: 'EdTech',
      seats: 9,
      started_on: '2024-10-16',
      churn_flag: false,
      custom: { referral_source: 'partner', is_trial: false },
    })
    const again = await bring(ctx, types, accountsFile)
    expect(again.counts).toMatchObject({ new: 0, changed: 0, same: 500 })
    expect(again.sameFile.map((other) => other.id)).toEqual([first.id])
    expect(await dump(ctx)).toEqual(before)
    expect(await readdir(uploadsDir(ctx))).not.toContain(again.id)
  })

  it('updates what a corrected file changes, and undo restores it exactly', async () => {
    const ctx = await world.workspace()
    await bring(ctx, types, accounts)
    const before = await dump(ctx)
    const corrected = await bring(
      ctx,
      types,
      'account id,name,segment,colour\nA1,Anvil,Iron,red\nA2,Birch,Wood,blue\nA3,Cork,Wood,green\n',
    )
    expect(corrected.counts).toMatchObject({ new: 1, changed: 2 })
    expect((await dump(ctx)).account).toHaveLength(3)
    const undone = await undo(ctx, types, corrected.id, { chunk: 1 })
    expect(undone).toMatchObject({ state: 'undone', counts: { left: 0 } })
    expect(await dump(ctx)).toEqual(before)
  })

  it('links parents that come later in the file, and owners by their address', async () => {
    const ctx = await world.workspace()
    const mine = `${ctx.userId}@example.test`
    const file = `account id,name,parent account id,owner\nA1,Leaf,A2,${mine}\nA2,Top,,nobody@example.test\n`
    const done = await bring(ctx, types, file, {}, { batchRows: 1 })
    const { rows } = await sql<{ child: string; parent: string; owner: string }>`
      select c.name as child, p.name as parent, c.owner_id as owner from account c join account p on p.id = c.parent_id
      where c.workspace_id = ${ctx.workspace}`.execute(ctx.pg)
    expect(rows).toEqual([{ child: 'Leaf', parent: 'Top', owner: ctx.userId }])
    await undo(ctx, types, done.id)
    expect((await dump(ctx)).account).toEqual([])
  })

  it('keeps the first of two rows with one id, and the other in full as an issue', async () => {
    const ctx = await world.workspace()
    const done = await bring(ctx, types, 'account id,name\nA1,Anvil\nA2,Birch\nA1,Other\nA1,Anvil\n')
    expect(done.counts).toMatchObject({ rows: 4, new: 2, same: 1, refused: 1, repeated: 1 })
    const { items } = await listIssues(ctx, done.id, 'run', 10)
    expect(items).toMatchObject([
      {
        code: 'repeated_id',
        rowNumber: 3,
        lineNumber: 4,
        raw: ['A1', 'Other'],
        params: { otherRow: 1, kept: 'issue' },
      },
    ])
  })
})

describe('an import of events', () => {
  it('keeps a repeated id with other content as a record of its own and says which rows', async () => {
    const ctx = await world.workspace()
    await bring(ctx, types, accounts)
    const file =
      'bill id,account id,amount,day\nB1,A1,10.50,2026-01-01\nB2,A2,20,2026-01-01\nB1,A1,11,2026-01-02\n'
    const tried = await check(ctx, types, (await upload(ctx, types, file)).id)
    const done = await bring(ctx, types, file, {}, { batchRows: 1 })
    expect(done.counts).toMatchObject({ new: 3, repeated: 1, warnings: 1 })
    expect(tried.counts).toMatchObject({ new: 3, repeated: 1, warnings: 1 })
    expect(await invoices(ctx)).toEqual({ 'B1/0': 1_050, 'B1/1': 1_100, 'B2/0': 2_000 })
    const { items } = await listIssues(ctx, done.id, 'run', 10)
    expect(items).toMatchObject([
      { code: 'repeated_id', rowNumber: 3, params: { otherRow: 1, kept: 'record' } },
    ])
    const corrected = await bring(ctx, types, file.replace('11,', '12,'))
    expect(corrected.counts).toMatchObject({ same: 2, changed: 1, new: 0 })
    expect(await invoices(ctx)).toEqual({ 'B1/0': 1_050, 'B1/1': 1_200, 'B2/0': 2_000 })
  })

  it('without ids keeps equal rows apart, and the same file again adds none', async () => {
    const ctx = await world.workspace()
    await bring(ctx, types, accounts)
    const file = 'account id,amount,day\nA1,10,2026-01-01\nA1,10,2026-01-01\nA2,5,2026-01-01\n'
    expect((await bring(ctx, types, file, { kind: 'bills' })).counts).toMatchObject({ new: 3, repeated: 0 })
    const before = await dump(ctx)
    expect((await bring(ctx, types, file, { kind: 'bills' })).counts).toMatchObject({ new: 0, same: 3 })
    expect(await dump(ctx)).toEqual(before)
  })

  it('refuses rows of unknown accounts one by one, or creates them when told to', async () => {
    const ctx = await world.workspace()
    await bring(ctx, types, accounts)
    const file =
      'bill id,account id,amount,day\nB1,A1,1,2026-01-01\nB2,X9,2,2026-01-01\nB3,anvil,3,2026-01-01\nB4,X9,4,2026-01-01\n'
    const refused = await bring(ctx, types, file)
    expect(refused.counts).toMatchObject({ new: 2, refused: 2, accountsCreated: 0 })
    expect(refused.report.unknown).toEqual([{ entity: 'account', externalId: 'X9', rows: 2 }])
    const created = await bring(ctx, types, file, { answers: { unknownAccounts: 'create' } })
    expect(created.counts).toMatchObject({ new: 2, same: 2, refused: 0, accountsCreated: 1 })
    await bring(ctx, types, 'account id,name\nX9,Xylo\n')
    expect((await dump(ctx)).account?.map((row) => (row as { name: string }).name).sort()).toEqual([
      'Anvil',
      'Birch',
      'Xylo',
    ])
  })

  it('writes all rows but the one that the store refuses', async () => {
    const ctx = await world.workspace()
    await bring(ctx, types, accounts)
    const rows = Array.from({ length: 40 }, (_, n) => `A${n + 10},Name ${n},${n === 17 ? 3_000_000_000 : n}`)
    const done = await bring(ctx, types, `account id,name,seats\n${rows.join('\n')}\n`)
    expect(done.counts).toMatchObject({ new: 39, refused: 1 })
    const { items } = await listIssues(ctx, done.id, 'run', 10)
    expect(items).toMatchObject([{ code: 'not_storable', rowNumber: 18 }])
  })

  it('adds the rows of a log up in their order, once, whatever the batches', async () => {
    const ctx = await world.workspace()
    const file =
      'ticket,state,day\nT1,New,2026-01-01\nT2,New,2026-01-01\nT1,Open,2026-01-02\nT1,Open,2026-01-02\nT1,Done,2026-01-03\n'
    const done = await bring(ctx, types, file, { kind: 'log' }, { batchRows: 2 })
    expect(done.counts).toMatchObject({ rows: 5, new: 5 })
    const stored = await dump(ctx)
    expect(stored.ticket).toHaveLength(2)
    expect(stored.ticket_event).toHaveLength(5)
    expect((await bring(ctx, types, file, { kind: 'log' })).counts).toMatchObject({ new: 0, same: 5 })
    expect(await dump(ctx)).toEqual(stored)
    const more = await bring(ctx, types, `${file}T2,Done,2026-01-04\n`, { kind: 'log' })
    expect(more.counts).toMatchObject({ new: 1, same: 5 })
    expect((await dump(ctx)).ticket_event).toHaveLength(6)
    await undo(ctx, types, more.id)
    expect(await dump(ctx)).toEqual(stored)
    await undo(ctx, types, done.id, { chunk: 3 })
    const empty = await dump(ctx)
    expect([empty.ticket, empty.ticket_event, empty.source_record]).toEqual([[], [], []])
  })
})

describe('counts of use', () => {
  const file =
    'use id,account id,day,count\nU1,A1,2026-01-01,5\nU2,A2,2026-01-01,7\nU1,A1,2026-01-02,11\nU2,A2,2026-01-01,7\n'

  it('are kept with every content of a repeated id, and the same file again counts once', async () => {
    const ctx = await world.workspace()
    await bring(ctx, types, accounts)
    const tried = await check(ctx, types, (await upload(ctx, types, file)).id)
    expect(tried.counts).toMatchObject({ rows: 4, repeated: 1 })
    const done = await bring(ctx, types, file, {}, { usageBatchRows: 1 })
    expect(done).toMatchObject({
      state: 'done',
      counts: { rows: 4, repeated: 1 },
      report: { fromDay: '2026-01-01', toDay: '2026-01-03' },
    })
    expect(await counted(ctx)).toEqual({ sum: 23, rows: 3 })
    expect((await listIssues(ctx, done.id, 'run', 10)).items).toMatchObject([
      { code: 'repeated_id', rowNumber: 3, params: { externalId: 'U1', otherRow: 1 } },
    ])
    expect((await bring(ctx, types, file)).counts).toMatchObject({ new: 0, changed: 0, same: 4 })
    expect(await counted(ctx)).toEqual({ sum: 23, rows: 3 })
  })

  it('are superseded by a corrected file and come back when that is undone', async () => {
    const ctx = await world.workspace()
    await bring(ctx, types, accounts)
    const first = await bring(
      ctx,
      types,
      'use id,account id,day,count\nU1,A1,2026-01-01,5\nU2,A2,2026-01-01,7\n',
    )
    const second = await bring(
      ctx,
      types,
      'use id,account id,day,count\nU1,A1,2026-01-01,6\nU3,A1,2026-01-03,1\n',
    )
    expect(second.counts).toMatchObject({ new: 1, changed: 1 })
    expect(await counted(ctx)).toEqual({ sum: 14, rows: 3 })
    await undo(ctx, types, second.id)
    expect(await counted(ctx)).toEqual({ sum: 12, rows: 2 })
    const third = await bring(ctx, types, 'use id,account id,day,count\nU1,A1,2026-01-01,8\n')
    await undo(ctx, types, first.id)
    expect(await counted(ctx)).toEqual({ sum: 8, rows: 1 })
    await undo(ctx, types, third.id)
    expect(await counted(ctx)).toEqual({ sum: 0, rows: 0 })
  })

  it('without ids count every row once, also when the file comes again', async () => {
    const ctx = await world.workspace()
    await bring(ctx, types, accounts)
    const plain = 'account id,day,count\nA1,2026-01-01,5\nA1,2026-01-01,5\nA2,2026-01-01,7\n'
    await bring(ctx, types, plain, { kind: 'use' })
    expect(await counted(ctx)).toEqual({ sum: 17, rows: 3 })
    await bring(ctx, types, plain, { kind: 'use' })
    expect(await counted(ctx)).toEqual({ sum: 17, rows: 3 })
  })
})

describe('undo', () => {
  it('leaves what somebody changed since, and accounts that others need, and says so', async () => {
    const ctx = await world.workspace()
    const first = await bring(ctx, types, `${accounts}A3,Cork,Wood\n`)
    await bring(ctx, types, 'bill id,account id,amount,day\nB1,A1,1,2026-01-01\n')
    await bring(ctx, types, 'use id,account id,day,count\nU1,A2,2026-01-01,5\n')
    await ctx.pg
      .updateTable('account')
      .set({ segment: 'Bark' })
      .where('workspaceId', '=', ctx.workspace)
      .where('name', '=', 'Cork')
      .execute()
    const undone = await undo(ctx, types, first.id)
    expect(undone.counts).toMatchObject({ left: 3 })
    const { items } = await listIssues(ctx, first.id, 'run', 10)
    expect(items.map((issue) => issue.code).sort()).toEqual(['changed_since', 'still_used', 'still_used'])
    expect((await dump(ctx)).account).toHaveLength(3)
    expect(await invoices(ctx)).toEqual({ 'B1/0': 100 })
  })

  it('removes an account whose revenue was taken back a moment before, though what followed from it still stands', async () => {
    const ctx = await world.workspace()
    const customers = await bring(ctx, types, accounts)
    const bills = await bring(
      ctx,
      types,
      'bill id,account id,amount,day\nB1,A1,1,2026-01-01\nB2,A2,1,2026-01-01\n',
    )
    await sql`
      insert into revenue_movement (workspace_id, account_id, on_day, kind, delta_cents, mrr_after_cents)
      select workspace_id, id, '2026-01-01', 'new', 100, 100 from account where workspace_id = ${ctx.workspace}`.execute(
      ctx.pg,
    )
    await sql`
      insert into today_raised (workspace_id, rule_code, account_id, occurrence, episode_on, first_on, last_on,
        rule_version, held_out)
      select workspace_id, 'renewal_near', id, 'once', '2026-01-01', '2026-01-01', '2026-01-01', 0, false
      from account where workspace_id = ${ctx.workspace}`.execute(ctx.pg)
    await undo(ctx, types, bills.id)
    expect((await undo(ctx, types, customers.id)).counts.left ?? 0).toBe(0)
    expect((await dump(ctx)).account).toEqual([])
  })

  it('does not undo what a later import changed', async () => {
    const ctx = await world.workspace()
    const first = await bring(ctx, types, accounts)
    const second = await bring(ctx, types, 'account id,name,segment\nA1,Anvil,Iron\n')
    const undone = await undo(ctx, types, first.id)
    expect(undone.counts).toMatchObject({ left: 1 })
    expect((await dump(ctx)).account).toMatchObject([{ name: 'Anvil', segment: 'Iron' }])
    expect(second.state).toBe('done')
  })
})

describe('a bad file', () => {
  const uploads = async () => (await readdir(uploadsDir(world)).catch(() => [])).length

  it.each([
    ['a program', Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0, 0, 1, 2, 3]), 'binary_file'],
    ['nothing', Buffer.from(''), 'empty_file'],
    ['a truncated gzip', gzipSync(Buffer.from(accounts.repeat(50))).subarray(0, 60), 'truncated_gzip'],
  ])('that is %s is kept out with what to do', async (_what, content, code) => {
    const ctx = await world.workspace()
    const before = await uploads()
    await expect(upload(ctx, types, content)).rejects.toMatchObject({ status: 422, code })
    expect(await uploads()).toBe(before)
    expect((await listImports(ctx, 10)).items).toEqual([])
  })

  const endless = 'x'.repeat(20_000_000)
  const cells = (...texts: string[]) =>
    `<row>${texts.map((text) => `<c t="inlineStr"><is><t>${text}</t></is></c>`).join('')}</row>`
  const head = cells('account id', 'name')
  const book = (rows: string) => workbookFile({ sheets: [{ name: 'S', rows }] })

  it.each([
    [
      'a gzip bomb of one endless line',
      () => gzipSync(endless),
      'first_line_too_long',
      /524,?288 characters/,
    ],
    [
      'a workbook bomb of one endless cell',
      () => book(head + cells(endless)),
      'sheet_unreadable',
      /without end/,
    ],
  ])('that is %s is refused at once with what it is', async (_what, content, code, says) => {
    const ctx = await world.workspace()
    const before = await uploads()
    const refused = upload(ctx, types, content())
    await expect(refused).rejects.toMatchObject({ status: 422, code })
    await expect(refused).rejects.toThrow(says)
    expect(await uploads()).toBe(before)
  })

  const good = Array.from({ length: 6_000 }, (_, n) => [`A${n}`, `Name ${n}`] as const)
  const goodText = `account id,name\n${good.map((row) => row.join(',')).join('\n')}\n`
  it.each([
    ['a gzip', () => gzipSync(`${goodText}A,${endless}`), 'field_too_long'],
    [
      'a workbook',
      () => book(head + good.map((row) => cells(...row)).join('') + cells(endless)),
      'sheet_unreadable',
    ],
  ])('that turns into a bomb half way, as %s, keeps the rows before it', async (_what, content, code) => {
    const ctx = await world.workspace()
    const { id } = await upload(ctx, types, content())
    expect(await check(ctx, types, id)).toMatchObject({ state: 'failed', error: { code, phase: 'check' } })
    const failed = await run(ctx, types, id)
    expect(failed).toMatchObject({ state: 'failed', error: { code, phase: 'run' }, counts: { new: 6_000 } })
    expect((await dump(ctx)).account).toHaveLength(6_000)
  })

  it('that is too large, or whose sender goes away, leaves nothing behind', async () => {
    const ctx = await world.workspace()
    const before = await uploads()
    const large = Readable.from([Buffer.alloc(600, 'a'), Buffer.alloc(600, 'b')])
    await expect(receiveUpload(ctx, types, large, 'x.csv', { uploadMaxBytes: 1_000 })).rejects.toMatchObject({
      status: 413,
    })
    const gone = Readable.from(
      (async function* () {
        yield Buffer.from('account id,name\n')
        throw new Error('aborted')
      })(),
    )
    await expect(receiveUpload(ctx, types, gone, 'x.csv', { uploadMaxBytes: 1_000 })).rejects.toThrow(
      'aborted',
    )
    expect(await uploads()).toBe(before)
  })

  it('that breaks off half way fails with the row, keeps what was read, and can be undone', async () => {
    const ctx = await world.workspace()
    const rows = Array.from({ length: 24_000 }, (_, n) => `A${n},Name ${n} ${Math.sin(n)}`)
    const whole = gzipSync(Buffer.from(`account id,name\n${rows.join('\n')}\n`))
    const { id } = await upload(ctx, types, whole.subarray(0, whole.length - 30_000))
    const failed = await run(ctx, types, id, { batchRows: 2_000 })
    expect(failed).toMatchObject({
      state: 'failed',
      error: { code: 'truncated_gzip', phase: 'run', row: failed.rowsDone },
    })
    expect(failed.rowsDone).toBeGreaterThan(2_000)
    expect((await dump(ctx)).account).toHaveLength(failed.rowsDone)
    await undo(ctx, types, id)
    expect((await dump(ctx)).account).toEqual([])
  })

  it('with bad rows names each, keeps it in full, and the download cannot run as a formula', async () => {
    const ctx = await world.workspace()
    await bring(ctx, types, accounts)
    const file =
      'bill id,account id,amount,day\nB1,A1,=1+1,2026-01-01\nB2,A1,5\nB3,A1,-4,2026-01-01\nB4,A1,5,soon\nB5,A1,,2026-01-01\nB6,A1,7,2026-01-01\n'
    const columns = {
      amount: { use: 'field' as const, field: 'amount' },
      day: { use: 'field' as const, field: 'day' },
    }
    const stored = await upload(ctx, types, file, { kind: 'bills', columns })
    const preview = await previewImport(ctx, types, stored.id)
    expect(preview.rows[0]).toMatchObject({
      raw: ['B1', 'A1', '=1+1', '2026-01-01'],
      faults: [{ code: 'not_a_number', column: 'amount' }],
    })
    expect(preview.rows[5]).toMatchObject({
      cells: { amount: 700 },
      faults: [],
      records: [{ entity: 'invoice', externalId: 'B6' }],
    })
    const done = await run(ctx, types, stored.id)
    expect(done.counts).toMatchObject({ new: 1, refused: 5 })
    const { items } = await listIssues(ctx, done.id, 'run', 10)
    expect(items.map((issue) => [issue.rowNumber, issue.code])).toEqual([
      [1, 'not_a_number'],
      [2, 'too_few_fields'],
      [3, 'negative_amount'],
      [4, 'not_a_date'],
      [5, 'cell_missing'],
    ])
    let csv = ''
    for await (const piece of issuesCsv(ctx, done.id, 'run', issueWords)) csv += piece
    expect(csv).toContain("B1,A1,'=1+1,2026-01-01")
    expect(csv.trim().split('\r\n')).toHaveLength(6)
  })
})

describe('issues', () => {
  it('are read a group at a time, page by page, and downloaded so', async () => {
    const ctx = await world.workspace()
    await bring(ctx, types, accounts)
    const rows = Array.from(
      { length: 30 },
      (_, n) => `B${n},${n % 3 ? 'A1' : 'X9'},${n % 5 ? 1 : 'x'},2026-01-01`,
    )
    const { id } = await bring(ctx, types, `bill id,account id,amount,day\n${rows.join('\n')}\n`, {
      kind: 'bills',
      columns: {
        amount: { use: 'field', field: 'amount', format: { type: 'money', ...plainNumber }, missing: [] },
      },
    })
    const groups = await issueGroups(ctx, id, 'run')
    expect(groups.map(({ code, column, count }) => [code, column, count]).sort()).toEqual([
      ['not_a_number', 'amount', 6],
      ['unknown_account', null, 8],
    ])
    for (const { severity, code, column, count } of groups) {
      const group = { severity, code, column }
      const pages = []
      for (let after: number | null = 0; after !== null;) {
        const page = await listIssues(ctx, id, 'run', 4, after, group)
        expect(page.total).toBe(count)
        pages.push(...page.items)
        after = page.next
      }
      expect(pages.map((issue) => [issue.code, issue.column])).toEqual(Array(count).fill([code, column]))
      expect(new Set(pages.map((issue) => issue.rowNumber)).size).toBe(count)
      let csv = ''
      for await (const piece of issuesCsv(ctx, id, 'run', issueWords, group)) csv += piece
      expect(csv.trim().split('\r\n')).toHaveLength(count + 1)
    }
    expect((await listIssues(ctx, id, 'run', 50, 0, { column: 'no such' })).items).toEqual([])
    expect((await listIssues(ctx, id, 'run', 50)).total).toBe(14)
  })
})

describe('who may import', () => {
  it('not a viewer, and nobody from another workspace', async () => {
    const [ours, theirs, viewer] = [
      await world.workspace(),
      await world.workspace(),
      await world.workspace({ role: 'viewer' }),
    ]
    await expect(upload(viewer, types, accounts)).rejects.toMatchObject({ status: 403 })
    const key: Ctx = {
      ...ours,
      actor: { kind: 'key', id: ours.userId, name: 'k', role: 'csm', scopes: ['read', 'write'] },
    }
    await expect(upload(key, types, accounts)).rejects.toMatchObject({ status: 403 })
    const mine = await bring(theirs, types, accounts)
    const before = await dump(theirs)
    await expect(getImport(ours, types, mine.id)).rejects.toMatchObject({ status: 404 })
    await expect(requestUndo(ours, { id: mine.id })).rejects.toMatchObject({ status: 404 })
    await expect(listIssues(ours, mine.id, 'run', 10)).rejects.toMatchObject({ status: 404 })
    await expect(
      savePlan(ours, { id: mine.id, plan: mine.plan, inspection: mine.inspection }),
    ).rejects.toMatchObject({ status: 404 })
    const same = await bring(ours, types, accounts)
    expect(same.counts).toMatchObject({ new: 2, same: 0 })
    expect(same.sameFile).toEqual([])
    expect((await listImports(ours, 10)).items.map((item) => item.id)).toEqual([same.id])
    await undo(ours, types, same.id)
    expect(await dump(theirs)).toEqual(before)
    await expect(requestRun(ours, { id: same.id })).rejects.toMatchObject({ status: 409 })
  })
})

describe('templates', () => {
  it('are kept with a plan and proposed for the next file with these columns', async () => {
    const ctx = await world.workspace()
    const file = 'Kunde,Firma,Farbe\nA1,Anvil,rot\nA2,Birch,blau\n'
    const columns = {
      Kunde: { use: 'field' as const, field: 'id' },
      Firma: { use: 'field' as const, field: 'name' },
    }
    await upload(ctx, types, file, { kind: 'accounts', columns, answers: { source: 'erp' }, saveAs: 'ERP' })
    const next = await upload(ctx, types, file.replace('rot', 'grau'))
    expect(next.plan).toMatchObject({
      kind: 'accounts',
      template: { name: 'ERP' },
      answers: { source: 'erp' },
      columns: { Kunde: { field: 'id' }, Firma: { field: 'name' }, Farbe: { use: 'custom' } },
    })
    const other = await world.workspace()
    expect((await upload(other, types, file)).templates).toEqual([])
  })

  it('are listed by name and can be deleted, by their own workspace only', async () => {
    const [ctx, other] = [await world.workspace(), await world.workspace()]
    for (const saveAs of ['Weekly', 'Monthly']) await upload(ctx, types, accounts, { saveAs })
    const [monthly] = await listTemplates(ctx)
    expect((await listTemplates(ctx)).map(({ name }) => name)).toEqual(['Monthly', 'Weekly'])
    const id = monthly?.id ?? ''
    await expect(deleteTemplate(other, { id })).rejects.toMatchObject({ status: 404 })
    await deleteTemplate(ctx, { id })
    expect((await listTemplates(ctx)).map(({ name }) => name)).toEqual(['Weekly'])
    await expect(deleteTemplate(ctx, { id })).rejects.toMatchObject({ status: 404 })
  })
})

describe('a person who is erased', () => {
  it('is taken out of issues and first rows, and nobody else is', async () => {
    const [ctx, other] = [await world.workspace(), await world.workspace()]
    const file = 'bill id,account id,amount,day\nada@example.test,A9,1,2026-01-01\nB2,A9,2,2026-01-01\n'
    const ours = await bring(ctx, types, file)
    const theirs = await bring(other, types, file)
    const waiting = await upload(ctx, types, file)
    await forgetPerson(ctx, { personIds: [], emails: ['Ada@example.test'], names: [], externalIds: [] })
    const raw = async (of: Ctx, id: string) =>
      (await listIssues(of, id, 'run', 10)).items.map((issue) => issue.raw?.[0])
    expect(await raw(ctx, ours.id)).toEqual(['(erased)', 'B2'])
    expect(await raw(other, theirs.id)).toEqual(['ada@example.test', 'B2'])
    expect(JSON.stringify(await getImport(ctx, types, waiting.id))).not.toContain('ada@example.test')
  })
})

describe('the command line', () => {
  it('imports a file saying what it does, and ends with a sentence where it cannot', async () => {
    const ctx = await world.workspace()
    const said: string[] = []
    const say = (line: string) => void said.push(line)
    const done = await importFile(ctx, types, { ...accountsFile, say })
    expect(done.counts.new).toBe(500)
    expect(said.join('\n')).toContain('Taken for accounts')
    await expect(importFile(ctx, types, { path: '/nowhere.csv', say })).rejects.toMatchObject({ status: 404 })
    await expect(importFile(ctx, types, { ...accountsFile, kind: 'bills', say })).rejects.toThrow(
      'No column fills',
    )
  })

  it('says after the run which ids were repeated, not only how many', async () => {
    const ctx = await world.workspace()
    await bring(ctx, types, accounts)
    const folder = await mkdtemp(join(tmpdir(), 'mainstay-repeat-'))
    const path = join(folder, 'bills.csv')
    const rows = Array.from({ length: 13 }, (_, n) => `B1,A1,${n + 1},2026-01-${10 + n}`)
    await writeFile(path, `bill id,account id,amount,day\n${rows.join('\n')}\nB2,A9,1,2026-01-01\n`)
    const said: string[] = []
    const say = (line: string) => void said.push(line)
    await importFile(ctx, types, { path, kind: 'bills', yes: true, say })
    const after = said.slice(said.indexOf('Importing.'))
    expect(after.filter((line) => line.includes('“B1” came in row'))).toHaveLength(10)
    expect(after).toContain('  and 3 more.')
    expect(after).toContain('  account A9: 1 row')
    for (const [at, line] of said.entries())
      if (/^ {2}and \d+ more/.test(line)) expect(said[at - 1]).toMatch(/^ {2}\w+ /)
    await rm(folder, { recursive: true })
  })

  it('names a parent that the file never brings, and no other', async () => {
    const ctx = await world.workspace()
    const file = 'account id,name,parent id\nA1,Anvil,A2\nA2,Birch,\nA3,Cedar,A9\n'
    const done = await bring(ctx, [accountImport], file, { kind: 'accounts' })
    expect(done.counts).toMatchObject({ new: 3, warnings: 0 })
    expect(done.report.unknown).toEqual([{ entity: 'account', externalId: 'A9', rows: 1 }])
  })

  it('does not import what it is not sure of until the kind is named', async () => {
    const ctx = await world.workspace()
    const folder = await mkdtemp(join(tmpdir(), 'mainstay-kind-'))
    const path = join(folder, 'export.csv')
    await writeFile(path, 'account id,account name,one,two,three,four\nA1,a,b,c,d,e\nA2,f,g,h,i,j\n')
    const say = () => {}
    await expect(importFile(ctx, types, { path, yes: true, say })).rejects.toThrow(
      /most likely accounts \(\d+ %\).* or .*--kind/,
    )
    expect((await listImports(ctx, 10)).items.map(({ state }) => state)).toEqual(['uploaded'])
    const named = await importFile(ctx, types, { path, kind: 'accounts', say })
    expect(named.counts.new).toBe(2)
    await rm(folder, { recursive: true })
  })
})
