import fc from 'fast-check'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import { newId } from '../../platform/ids.ts'
import { createAccount, mergeAccount, unmergeAccount } from '../accounts/actions.ts'
import { erasePerson } from '../people/actions/erase.ts'
import { mergePerson } from '../people/actions/merge.ts'
import { createPerson } from '../people/actions/person.ts'
import { endRole } from '../people/actions/roles.ts'
import { getPerson } from '../people/reads.ts'
import { timelineOf } from './reads.ts'
import { timelineKinds, TimelineQuery, type TimelineEntry, type TimelineKind } from './schema.ts'

const world = await openTestWorld()
type Ctx = Awaited<ReturnType<typeof world.workspace>>
type Happening = Readonly<{ kind: TimelineKind; accountId: string; at: string; day: string }>

const values = (row: Record<string, unknown>) => ({
  columns: sql.join(Object.keys(row).map((column) => sql.id(column))),
  cells: sql.join(Object.values(row)),
})
async function insert(ctx: Ctx, table: string, row: Record<string, unknown>): Promise<string> {
  const id = newId()
  const full = table === 'revenue_movement' ? row : { id, ...row }
  const { columns, cells } = values({ workspace_id: ctx.workspace, ...full })
  await sql`insert into ${sql.id(table)} (${columns}) values (${cells})`.execute(ctx.pg)
  return id
}

/** Writes the record behind an entry and returns the id under which the entry must appear. */
const writers: Readonly<
  Record<TimelineKind, (ctx: Ctx, what: Happening, surveyId: string, personId: string) => Promise<string>>
> = {
  ticket_opened: (ctx, { accountId, at }) =>
    insert(ctx, 'ticket', { account_id: accountId, state: 'open', opened_at: at }),
  ticket_solved: (ctx, { accountId, at }) =>
    insert(ctx, 'ticket', {
      account_id: accountId,
      state: 'solved',
      opened_at: '2020-01-01T00:00:00Z',
      solved_at: at,
    }),
  ticket_reopened: async (ctx, { accountId, at }) => {
    const ticket = { account_id: accountId, state: 'open', opened_at: '2020-01-01T00:00:00Z' }
    return insert(ctx, 'ticket_event', {
      ticket_id: await insert(ctx, 'ticket', ticket),
      at,
      seq: 1,
      kind: 'reopened',
    })
  },
  message: (ctx, { accountId, at }) =>
    insert(ctx, 'message', { account_id: accountId, channel: 'email', direction: 'in', at, body: 'Hello' }),
  survey_answer: (ctx, { accountId, at }, surveyId) =>
    insert(ctx, 'survey_answer', { account_id: accountId, survey_id: surveyId, answered_at: at, score: 3 }),
  note: (ctx, { accountId, at }) =>
    insert(ctx, 'note', { account_id: accountId, at, updated_at: at, body: 'Seen' }),
  task_done: (ctx, { accountId, at }) =>
    insert(ctx, 'task', { account_id: accountId, title: 'Call', done_at: at, created_at: at }),
  churn_event: (ctx, { accountId, day }) =>
    insert(ctx, 'churn_event', { account_id: accountId, on_day: day, reason: 'price' }),
  revenue_movement: async (ctx, { accountId, day }) => {
    await insert(ctx, 'revenue_movement', {
      account_id: accountId,
      on_day: day,
      kind: 'new',
      delta_cents: 1_000,
      mrr_after_cents: 1_000,
    })
    return accountId
  },
  person_arrived: (ctx, { accountId, day }, _, personId) =>
    insert(ctx, 'person_role', { account_id: accountId, person_id: personId, from_on: day }),
  person_left: (ctx, { accountId, day }, _, personId) =>
    insert(ctx, 'person_role', { account_id: accountId, person_id: personId, to_on: day }),
}

async function readAll(
  ctx: Ctx,
  id: string,
  limit: number,
  kinds?: readonly TimelineKind[],
): Promise<TimelineEntry[]> {
  const all: TimelineEntry[] = []
  for (let after: string | undefined; ;) {
    const page = await timelineOf(ctx, id, { limit, kinds, after })
    expect(page.rows.length).toBeLessThanOrEqual(limit)
    all.push(...page.rows)
    if (page.next === null) return all
    after = page.next
  }
}

/** A movement has no id of its own: its account and day tell it from others. */
const keyOf = ({ kind, recordId, at }: { kind: string; recordId: string; at: string }) =>
  kind === 'revenue_movement' ? `${kind} ${recordId} ${at.slice(0, 10)}` : `${kind} ${recordId}`

describe('the timeline', () => {
  it('does not tell what is only planned', async () => {
    const ctx = await world.workspace()
    const { id } = await createAccount(ctx, { name: 'A' })
    for (const [day, kind] of [
      ['2026-11-02', 'new'],
      ['2027-01-31', 'churn'],
    ])
      await insert(ctx, 'revenue_movement', {
        account_id: id,
        on_day: day,
        kind,
        delta_cents: 1_000,
        mrr_after_cents: 1_000,
      })
    expect((await readAll(ctx, id, 5)).map(({ params }) => params.movement)).toEqual(['new'])
  })

  it('gives every record once, newest first, whatever the page, the kinds and the merges', async () => {
    const happening = fc.record({
      kind: fc.constantFrom(...timelineKinds),
      first: fc.boolean(),
      // Few instants, some at the start of a day and some a microsecond apart, so that many collide.
      day: fc.constantFrom('2026-03-01', '2026-03-02'),
      micros: fc.constantFrom('00.000000', '00.000001', '00.000002'),
    })
    await fc.assert(
      fc.asyncProperty(
        fc.array(happening, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        fc.subarray([...timelineKinds], { minLength: 1 }),
        async (happenings, limit, kinds) => {
          const ctx = await world.workspace()
          const [a, b] = [await createAccount(ctx, { name: 'A' }), await createAccount(ctx, { name: 'B' })]
          const { id: personId } = await createPerson(ctx, { name: 'Dana Ruiz' })
          const surveyId = await insert(ctx, 'survey', {
            name: 'N',
            kind: 'nps',
            scale_min: 0,
            scale_max: 10,
          })
          const expected: { key: string; kind: TimelineKind; at: string }[] = []
          const movements = new Set<string>()
          for (const { kind, first, day, micros } of happenings) {
            const accountId = first ? a.id : b.id
            if (kind === 'revenue_movement' && movements.has(accountId + day)) continue
            if (kind === 'revenue_movement') movements.add(accountId + day)
            const dayOnly = ['churn_event', 'revenue_movement', 'person_arrived', 'person_left'].includes(
              kind,
            )
            const at = `${day}T00:00:${dayOnly ? '00.000000' : micros}Z`
            const recordId = await writers[kind](ctx, { kind, accountId, at, day }, surveyId, personId)
            expected.push({ key: keyOf({ kind, recordId, at }), kind, at })
          }
          await mergeAccount(ctx, { id: a.id, intoId: b.id })
          // A ticket that was solved or reopened was opened too, long before.
          const isOld = (entry: TimelineEntry) => entry.at.startsWith('2020')
          const all = (await readAll(ctx, a.id, limit)).filter((entry) => !isOld(entry))
          expect(all.map(keyOf).sort()).toEqual(expected.map((entry) => entry.key).sort())
          const atOf = new Map(expected.map((entry) => [entry.key, entry.at]))
          const instants = all.map((entry) => atOf.get(keyOf(entry)) ?? '')
          expect(instants).toEqual(instants.toSorted().toReversed())
          const some = (await readAll(ctx, b.id, limit, kinds)).filter((entry) => !isOld(entry))
          expect(some).toEqual(all.filter((entry) => kinds.includes(entry.kind)))
          await unmergeAccount(ctx, { id: a.id })
          const own = [...(await readAll(ctx, a.id, limit)), ...(await readAll(ctx, b.id, limit))]
          expect(
            own
              .filter((entry) => !isOld(entry))
              .map(keyOf)
              .sort(),
          ).toEqual(all.map(keyOf).sort())
        },
      ),
      { numRuns: 15 },
    )
  })

  it('names people by who counts after a merge, and forgets the words of the erased', async () => {
    const ctx = await world.workspace()
    const { id: accountId } = await createAccount(ctx, { name: 'Harlow' })
    const { id } = await createPerson(ctx, { name: 'D. Ruiz', at: { accountId, fromOn: '2026-01-01' } })
    const { id: counts } = await createPerson(ctx, { name: 'Dana Ruiz' })
    const [role] = (await getPerson(ctx, id)).roles
    await endRole(ctx, { id, roleId: role?.id ?? '', toOn: '2026-10-01' })
    await insert(ctx, 'message', {
      account_id: accountId,
      person_id: id,
      user_id: ctx.userId,
      channel: 'email',
      direction: 'in',
      at: '2026-09-01T08:00:00Z',
      body: 'a'.repeat(500),
    })
    await mergePerson(ctx, { id, intoId: counts })
    const before = (await timelineOf(ctx, accountId, { limit: 9 })).rows
    expect(before.map((entry) => [entry.kind, entry.person?.name])).toEqual([
      ['person_left', 'Dana Ruiz'],
      ['message', 'Dana Ruiz'],
      ['person_arrived', 'Dana Ruiz'],
    ])
    expect(before[1]).toMatchObject({
      user: { id: ctx.userId, name: 'Ada Test' },
      params: { text: 'a'.repeat(400), cut: true, direction: 'in' },
    })
    expect(before[0]?.params).toEqual({ day: '2026-10-01', role: null })
    await erasePerson(ctx, { id })
    const [, message] = (await timelineOf(ctx, accountId, { limit: 9 })).rows
    expect(message).toMatchObject({
      person: { id: counts, name: null },
      params: { text: null, subject: null },
    })
  })

  it('of another workspace is not seen, and neither are its rows under an account of ours', async () => {
    const [ours, theirs] = [await world.workspace(), await world.workspace()]
    const { id: accountId } = await createAccount(ours, { name: 'Ours' })
    const { id: other } = await createAccount(theirs, { name: 'Theirs' })
    await insert(theirs, 'note', {
      account_id: accountId,
      at: '2026-01-01T00:00:00Z',
      updated_at: '2026-01-01T00:00:00Z',
      body: 'Theirs',
    })
    expect((await timelineOf(ours, accountId, { limit: 5 })).rows).toEqual([])
    await expect(timelineOf(ours, other, { limit: 5 })).rejects.toMatchObject({ status: 404 })
  })

  it('refuses a place that no page gave out and a kind that does not exist', async () => {
    const ctx = await world.workspace()
    const { id } = await createAccount(ctx, { name: 'Harlow' })
    for (const after of ['x', `2026-01-01T00:00:00.000000Z_${newId()}`])
      await expect(timelineOf(ctx, id, { limit: 5, after })).rejects.toMatchObject({ status: 422 })
    expect(TimelineQuery.safeParse({ kinds: 'message,gossip' }).success).toBe(false)
    expect(TimelineQuery.parse({ kinds: 'message,note' }).kinds).toBe('message,note')
  })
})
