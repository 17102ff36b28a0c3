import { sql } from 'kysely'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import { newId } from '../../platform/ids.ts'
import { createAccount, mergeAccount } from '../accounts/actions.ts'
import { createPerson } from '../people/actions/person.ts'
import { logMessage } from './actions.ts'
import { messagesOfAccount } from './reads.ts'
import type { Message } from './schema.ts'

const world = await openTestWorld()

async function readAll(...[ctx, id, { limit }]: Parameters<typeof messagesOfAccount>): Promise<Message[]> {
  const all: Message[] = []
  for (let after: string | undefined; ;) {
    const page = await messagesOfAccount(ctx, id, { limit, after })
    expect(page.rows.length).toBeLessThanOrEqual(limit)
    all.push(...page.rows)
    if (page.next === null) return all
    after = page.next
  }
}

describe('messages', () => {
  it('are logged with who spoke, announced, and left out of the audit log', async () => {
    const ctx = await world.workspace({ role: 'csm' })
    const { id: accountId } = await createAccount(ctx, { name: 'Harlow' })
    const { id: personId } = await createPerson(ctx, { name: 'Dana Ruiz' })
    const { id } = await logMessage(ctx, {
      accountId,
      personId,
      channel: 'call',
      direction: 'out',
      body: 'They print screenshots now',
      durationSeconds: 600,
    })
    expect((await messagesOfAccount(ctx, accountId, { limit: 5 })).rows).toEqual([
      {
        id,
        accountId,
        person: { id: personId, name: 'Dana Ruiz' },
        user: { id: ctx.userId, name: 'Ada Test' },
        channel: 'call',
        direction: 'out',
        at: '2026-11-02T10:00:00.000Z',
        subject: null,
        body: 'They print screenshots now',
        durationSeconds: 600,
      },
    ])
    const [fact] = await ctx.pg
      .selectFrom('fact')
      .selectAll()
      .where('workspaceId', '=', ctx.workspace)
      .execute()
    expect(fact).toMatchObject({ kind: 'message.logged', accountId, payload: { messageId: id, personId } })
    const audit = await ctx.pg.selectFrom('audit').selectAll().where('subjectId', '=', id).execute()
    expect(JSON.stringify(audit)).not.toContain('screenshots')
  })

  it('are read page by page without a gap or a repeat, however many share an instant', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.boolean()), { minLength: 1, maxLength: 25 }),
        fc.integer({ min: 1, max: 7 }),
        async (messages, limit) => {
          const ctx = await world.workspace()
          const [a, b] = [await createAccount(ctx, { name: 'A' }), await createAccount(ctx, { name: 'B' })]
          // Instants a microsecond apart: what JavaScript dates cannot tell from each other.
          for (const [micros, first] of messages)
            await sql`
              insert into message (id, workspace_id, account_id, channel, direction, at)
              values (${newId()}, ${ctx.workspace}, ${first ? a.id : b.id}, 'email', 'in',
                timestamptz '2026-10-01T00:00:00Z' + ${micros} * interval '1 microsecond')`.execute(ctx.pg)
          await mergeAccount(ctx, { id: a.id, intoId: b.id })
          const paged = await readAll(ctx, b.id, { limit })
          const whole = await messagesOfAccount(ctx, b.id, { limit: 200 })
          expect(paged).toEqual(whole.rows)
          expect(new Set(paged.map((row) => row.id)).size).toBe(messages.length)
        },
      ),
      { numRuns: 12 },
    )
  })

  it('refuse what has not taken place, says nothing, or nobody may log', async () => {
    const ctx = await world.workspace()
    const { id: accountId } = await createAccount(ctx, { name: 'Harlow' })
    const call = { accountId, channel: 'call', direction: 'in' } as const
    const refused = (path: string) => ({ status: 422, more: { errors: [{ path }] } })
    await expect(logMessage(ctx, { ...call, at: '2026-11-02T10:00:01Z' })).rejects.toMatchObject(
      refused('at'),
    )
    await expect(logMessage(ctx, { ...call, channel: 'email' })).rejects.toMatchObject(refused('body'))
    await expect(logMessage(ctx, { ...call, durationSeconds: -1 })).rejects.toMatchObject(
      refused('durationSeconds'),
    )
    const viewer = await world.workspace({ role: 'viewer' })
    await expect(logMessage(viewer, call)).rejects.toMatchObject({ status: 403 })
    expect((await messagesOfAccount(ctx, accountId, { limit: 5 })).rows).toEqual([])
  })

  it('of another workspace are neither seen nor added to', async () => {
    const [ours, theirs] = [await world.workspace(), await world.workspace()]
    const { id: accountId } = await createAccount(theirs, { name: 'Theirs' })
    const { id: mine } = await createAccount(ours, { name: 'Ours' })
    const { id: personId } = await createPerson(theirs, { name: 'Theirs' })
    const call = { channel: 'call', direction: 'in' } as const
    const missing = { status: 404 }
    await expect(logMessage(ours, { ...call, accountId })).rejects.toMatchObject(missing)
    await expect(logMessage(ours, { ...call, accountId: mine, personId })).rejects.toMatchObject(missing)
    await logMessage(theirs, { ...call, accountId })
    await expect(messagesOfAccount(ours, accountId, { limit: 5 })).rejects.toMatchObject(missing)
  })
})
