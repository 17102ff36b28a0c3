import { sql } from 'kysely'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import { json } from '../../platform/db/pg.ts'
import { deliverFacts, type Fact } from '../../platform/facts.ts'
import { newId } from '../../platform/ids.ts'
import { createAccount } from '../accounts/actions.ts'
import { erasePerson, forgetDeliveredErasures, reapplyErasures } from './actions/erase.ts'
import { mergePerson } from './actions/merge.ts'
import { createPerson, updatePerson } from './actions/person.ts'
import { peopleConsumers } from './jobs.ts'
import { findPeople, getPerson } from './reads.ts'

const world = await openTestWorld()
type Ctx = Awaited<ReturnType<typeof world.workspace>>

const at = '2026-09-01T08:00:00Z'
const erasuresFile = join(world.dataDir, 'erasures.jsonl')
beforeEach(() => rm(erasuresFile, { force: true }))

/** The whole records store as text, job queue included. */
async function dump(): Promise<string> {
  const { rows: tables } = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(
    world.pg,
  )
  const texts = await Promise.all(
    tables.map(async ({ schema, name }) => {
      const { rows } = await sql<{ line: string }>`
        select t::text as line from ${sql.id(schema, name)} t`.execute(world.pg)
      return rows.map((row) => `${name}: ${row.line}`).join('\n')
    }),
  )
  return texts.join('\n')
}

const linesWith = (text: string, words: readonly string[]): string[] =>
  text.split('\n').filter((line) => words.some((word) => line.toLowerCase().includes(word.toLowerCase())))

/** A person with a past in every place that keeps words. */
async function personWithAPast(ctx: Ctx, name: string, email: string) {
  const { workspace: workspaceId } = ctx
  const { id: accountId } = await createAccount(ctx, { name: 'Harlow' })
  const { id } = await createPerson(ctx, { name: 'Earlier Namesake', email: `earlier.${email}` })
  await updatePerson(ctx, { id, name, email, title: 'Chief of Things' })
  const record = { workspaceId, accountId, personId: id }
  const surveyId = newId()
  const importId = newId()
  const messageId = newId()
  await ctx.pg
    .insertInto('message')
    .values([
      {
        ...record,
        id: messageId,
        channel: 'email',
        direction: 'in',
        at,
        subject: 'Hi',
        body: `It is ${name}`,
      },
      {
        ...record,
        id: newId(),
        channel: 'email',
        direction: 'out',
        at,
        subject: `Dear ${name}`,
        body: 'Yes',
      },
      {
        ...record,
        personId: null,
        id: newId(),
        channel: 'email',
        direction: 'in',
        at,
        body: `Please ask ${name.toUpperCase()} <${email}>, not jo.dana@harlow.test.`,
      },
    ])
    .execute()
  await ctx.pg
    .insertInto('survey')
    .values({ id: surveyId, workspaceId, name: 'NPS', kind: 'nps', scaleMin: 0, scaleMax: 10 })
    .execute()
  await ctx.pg
    .insertInto('surveyAnswer')
    .values({ ...record, id: newId(), surveyId, answeredAt: at, score: 3, comment: 'My secret comment' })
    .execute()
  await ctx.pg
    .insertInto('ticket')
    .values({ ...record, id: newId(), subject: 'My secret ticket', state: 'open', openedAt: at })
    .execute()
  await ctx.pg
    .insertInto('note')
    .values({ id: newId(), workspaceId, accountId, at, updatedAt: at, body: `Call ${name} back, then wait` })
    .execute()
  await ctx.pg
    .insertInto('task')
    .values({ id: newId(), workspaceId, accountId, title: `Write to ${email}`, createdAt: at })
    .execute()
  await ctx.pg
    .insertInto('reading')
    .values({
      workspaceId,
      accountId,
      code: 'risk',
      state: 'not_enough_data',
      asOf: at,
      computedAt: at,
      evidence: json([{ code: 'said', params: { by: name, on: at } }]),
    })
    .execute()
  await ctx.pg
    .insertInto('import')
    .values({
      id: importId,
      workspaceId,
      fileName: `${name}.csv`,
      fileBytes: 1,
      fileSha256: '',
      state: 'done',
      inspection: json({ columns: [{ samples: [email, name] }] }),
      createdAt: at,
    })
    .execute()
  await ctx.pg
    .insertInto('importIssue')
    .values({
      workspaceId,
      importId,
      phase: 'run',
      severity: 'error',
      code: 'bad_day',
      params: json({ value: email }),
      raw: json({ id: 'P-1', first: name.split(' ')[0], phone: '555 0100' }),
    })
    .execute()
  await ctx.pg
    .insertInto('importChange')
    .values([
      {
        workspaceId,
        importId,
        entity: 'person',
        recordId: id,
        before: json({ id, name, email, title: 'Old title' }),
      },
      {
        workspaceId,
        importId,
        entity: 'message',
        recordId: messageId,
        before: json({ id: messageId, body: 'My secret message' }),
      },
    ])
    .execute()
  await ctx.pg
    .insertInto('sourceRecord')
    .values(
      [
        ['person', 'P-1'],
        ['person', email],
        ['person_role', `${email}|A-1|user`],
      ].map(([entity = '', externalId = '']) => ({
        workspaceId,
        source: 'crm',
        entity,
        externalId,
        recordId: id,
        contentHash: Buffer.alloc(1),
      })),
    )
    .execute()
  return { id, accountId }
}

describe('an erased person', () => {
  it('is nowhere in the records store any more, while others and all counts stay', async () => {
    const ctx = await world.workspace({ role: 'leader' })
    const { id, accountId } = await personWithAPast(ctx, 'Dana "DJ" Ruiz-Söder', 'dana@harlow.test')
    const { id: alias } = await createPerson(ctx, { name: 'Dana Aliasova', email: 'alias@harlow.test' })
    await mergePerson(ctx, { id: alias, intoId: id })
    const other = await createPerson(ctx, { name: 'Jo Ruiz', email: 'jo.dana@harlow.test' })
    await erasePerson(ctx, { id: alias })

    const heard: Fact[] = []
    await deliverFacts(ctx, [
      { kinds: ['person.erased'], hear: async (_, fact) => void heard.push(fact) },
      ...peopleConsumers,
    ])
    expect(await forgetDeliveredErasures(ctx)).toBe(0)

    expect(heard[0]?.payload).toMatchObject({
      personIds: expect.arrayContaining([id, alias]),
      emails: expect.arrayContaining(['dana@harlow.test', 'alias@harlow.test']),
    })
    const text = await dump()
    const secret = ['secret', 'chief of', 'old title', 'söder', 'aliasova', 'alias@', 'namesake', '555 0100']
    expect(linesWith(text, secret)).toEqual([])
    expect(
      linesWith(text, ['dana@harlow.test']).filter((line) => !/jo\.dana@harlow\.test/.test(line)),
    ).toEqual([])
    expect(linesWith(text, ['not jo.dana@harlow.test'])[0]).toContain('[erased] <[erased]>')
    expect(linesWith(text, ['Call [erased] back, then wait'])).toHaveLength(1)

    expect(await getPerson(ctx, id)).toMatchObject({
      name: null,
      email: null,
      erasedAt: '2026-11-02T10:00:00.000Z',
    })
    expect((await getPerson(ctx, other.id)).email).toBe('jo.dana@harlow.test')
    expect(await findPeople(ctx, 'P-1', 10)).toEqual([])
    const messages = await ctx.pg
      .selectFrom('message')
      .select('id')
      .where('accountId', '=', accountId)
      .execute()
    expect(messages).toHaveLength(3)
  })

  it('stays erased when an import or anything else writes to it again', async () => {
    const ctx = await world.workspace()
    const { id, accountId } = await personWithAPast(ctx, 'Nils Holm', 'nils@holm.test')
    await erasePerson(ctx, { id })
    await sql`update person set name = 'Nils Holm', email = 'nils@holm.test' where id = ${id}`.execute(ctx.pg)
    await sql`update message set body = 'Nils again' where person_id = ${id}`.execute(ctx.pg)
    await ctx.pg
      .insertInto('ticket')
      .values({
        id: newId(),
        workspaceId: ctx.workspace,
        accountId,
        personId: id,
        subject: 'Nils again',
        state: 'open',
        openedAt: at,
      })
      .execute()
    await deliverFacts(ctx, peopleConsumers)
    await forgetDeliveredErasures(ctx)
    expect(linesWith(await dump(), ['nils'])).toEqual([])
    await expect(updatePerson(ctx, { id, name: 'Nils' })).rejects.toMatchObject({ code: 'erased' })
    await expect(erasePerson(ctx, { id })).rejects.toMatchObject({ code: 'erased' })
  })

  it('is erased again when an older backup brought it back, from the file alone', async () => {
    const ctx = await world.workspace()
    const { id } = await personWithAPast(ctx, 'Vera Blum', 'vera@blum.test')
    const before = await ctx.pg.selectFrom('message').selectAll().where('personId', '=', id).execute()
    await erasePerson(ctx, { id })
    await deliverFacts(ctx, peopleConsumers)

    await sql`delete from erasure where person_id = ${id}`.execute(ctx.pg)
    await sql`update person set name = 'Vera Blum', email = 'vera@blum.test', erased_at = null where id = ${id}`.execute(
      ctx.pg,
    )
    for (const { id: messageId, body, subject } of before)
      await ctx.pg.updateTable('message').set({ body, subject }).where('id', '=', messageId).execute()
    await sql`update task set title = 'Write to vera@blum.test' where workspace_id = ${ctx.workspace}`.execute(
      ctx.pg,
    )
    expect((await getPerson(ctx, id)).name).toBe('Vera Blum')

    expect(await reapplyErasures(world)).toBe(1)
    await deliverFacts(ctx, peopleConsumers)
    await forgetDeliveredErasures(ctx)
    expect(linesWith(await dump(), ['vera', 'blum'])).toEqual([])
    expect(await reapplyErasures(world)).toBe(0)
  })

  it('leaves ids and nothing else in the file that outlives a restore', async () => {
    const ctx = await world.workspace()
    const { id } = await createPerson(ctx, { name: 'Ida Lund', email: 'ida@lund.test' })
    await erasePerson(ctx, { id })
    await deliverFacts(ctx, peopleConsumers)
    const lines = (await readFile(erasuresFile, 'utf8')).split('\n').filter(Boolean)
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
      { workspaceId: ctx.workspace, personId: id, erasedAt: '2026-11-02T10:00:00.000Z' },
    ])
  })

  it('needs a leader, and is never one of another workspace', async () => {
    const [ours, theirs] = [await world.workspace(), await world.workspace({ role: 'csm' })]
    const { id } = await createPerson(theirs, { name: 'Kim Strand', email: 'kim@strand.test' })
    await createPerson(ours, { name: 'Kim Strand', email: 'kim2@strand.test' })
    await expect(erasePerson(theirs, { id })).rejects.toMatchObject({ status: 403 })
    await expect(erasePerson(ours, { id })).rejects.toMatchObject({ status: 404 })
    const leader: Ctx = { ...theirs, actor: { kind: 'user', id: theirs.userId, name: 'L', role: 'leader' } }
    await erasePerson(leader, { id })
    await deliverFacts(theirs, peopleConsumers)
    expect(await findPeople(ours, 'Kim Strand', 10)).toHaveLength(1)
  })
})
