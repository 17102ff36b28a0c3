import { describe, expect, it } from 'vitest'
import { openTestWorld } from '../../../test/harness/stores.ts'
import type { Role } from '../../platform/auth/roles.ts'
import { newId } from '../../platform/ids.ts'
import { createAccount, mergeAccount } from '../accounts/actions.ts'
import {
  completeTask,
  createNote,
  createTask,
  deleteNote,
  editNote,
  reopenTask,
  updateTask,
} from './actions.ts'
import { dueTasks, getTask, listTasks, notesOfAccount } from './reads.ts'
import { TaskQuery } from './schema.ts'

const world = await openTestWorld()
type Ctx = Awaited<ReturnType<typeof world.workspace>>

/** Another person in the same workspace. */
async function colleague(ctx: Ctx, role: Role): Promise<Ctx> {
  const id = newId()
  await ctx.pg
    .insertInto('appUser')
    .values({ id, email: `${id}@example.test`, name: 'Bo Test', passwordHash: '' })
    .execute()
  await ctx.pg.insertInto('membership').values({ workspaceId: ctx.workspace, userId: id, role }).execute()
  return { ...ctx, userId: id, actor: { kind: 'user', id, name: 'Bo Test', role } }
}

const list = (ctx: Ctx, query: Record<string, unknown>) => listTasks(ctx, TaskQuery.parse(query))
const refused = (path: string) => ({ status: 422, more: { errors: [{ path }] } })

describe('notes', () => {
  it('are edited by their author alone and deleted by the author or a leader', async () => {
    const ctx = await world.workspace({ role: 'csm' })
    const { id: accountId } = await createAccount(ctx, { name: 'Harlow' })
    const { id } = await createNote(ctx, { accountId, body: 'They print screenshots' })
    const { id: second } = await createNote(ctx, { accountId, body: 'Second' })
    const [peer, leader] = [await colleague(ctx, 'csm'), await colleague(ctx, 'leader')]
    await expect(editNote(peer, { id, body: 'No' })).rejects.toMatchObject({ status: 403 })
    await expect(editNote(leader, { id, body: 'No' })).rejects.toMatchObject({ status: 403 })
    await expect(deleteNote(peer, { id })).rejects.toMatchObject({ status: 403 })
    world.setNow(new Date('2026-11-03T10:00:00Z'))
    await editNote(ctx, { id, body: 'They print photos' })
    world.setNow(new Date('2026-11-02T10:00:00Z'))
    expect((await notesOfAccount(peer, accountId, { limit: 5 })).rows[1]).toEqual({
      id,
      accountId,
      author: { id: ctx.userId, name: 'Ada Test' },
      body: 'They print photos',
      at: '2026-11-02T10:00:00.000Z',
      updatedAt: '2026-11-03T10:00:00.000Z',
    })
    await deleteNote(leader, { id })
    await deleteNote(ctx, { id: second })
    await expect(editNote(ctx, { id, body: 'Again' })).rejects.toMatchObject({ status: 404 })
    const audit = await ctx.pg
      .selectFrom('audit')
      .selectAll()
      .where('workspaceId', '=', ctx.workspace)
      .execute()
    expect(JSON.stringify(audit)).not.toContain('print')
  })

  it('follow a merged account and are read page by page', async () => {
    const ctx = await world.workspace()
    const [a, b] = [await createAccount(ctx, { name: 'A' }), await createAccount(ctx, { name: 'B' })]
    for (const [accountId, body] of [
      [a.id, '1'],
      [b.id, '2'],
      [a.id, '3'],
    ] as const)
      await createNote(ctx, { accountId, body })
    await mergeAccount(ctx, { id: a.id, intoId: b.id })
    const first = await notesOfAccount(ctx, a.id, { limit: 2 })
    const second = await notesOfAccount(ctx, a.id, { limit: 2, after: first.next ?? '' })
    expect([...first.rows, ...second.rows].map((note) => note.body)).toEqual(['3', '2', '1'])
    expect(second.next).toBeNull()
  })
})

describe('tasks', () => {
  it('belong to whoever made them unless assigned, are done, announced, and opened again', async () => {
    const ctx = await world.workspace({ role: 'csm' })
    const peer = await colleague(ctx, 'csm')
    const { id: accountId } = await createAccount(ctx, { name: 'Harlow' })
    const { id } = await createTask(ctx, { title: 'Call Tom', accountId, dueOn: '2026-11-05' })
    expect((await list(ctx, { owner: 'me' })).rows).toMatchObject([
      { id, account: { id: accountId, name: 'Harlow' }, owner: { id: ctx.userId } },
    ])
    await updateTask(peer, { id, ownerId: peer.userId })
    expect((await list(ctx, { owner: 'me' })).rows).toEqual([])
    await completeTask(peer, { id })
    expect((await getTask(ctx, id)).doneAt).toBe('2026-11-02T10:00:00.000Z')
    await expect(completeTask(peer, { id })).rejects.toMatchObject({ status: 409 })
    expect((await list(ctx, { account: accountId })).total).toBe(0)
    expect((await list(ctx, { account: accountId, state: 'done' })).total).toBe(1)
    const facts = await ctx.pg
      .selectFrom('fact')
      .selectAll()
      .where('workspaceId', '=', ctx.workspace)
      .execute()
    expect(facts).toMatchObject([
      { kind: 'task.done', accountId, payload: { taskId: id, ownerId: peer.userId, dueOn: '2026-11-05' } },
    ])
    await reopenTask(ctx, { id })
    expect((await getTask(ctx, id)).doneAt).toBeNull()
    await expect(reopenTask(ctx, { id })).rejects.toMatchObject({ status: 409 })
  })

  it('that are due are given with the account that counts, the longest due first', async () => {
    const ctx = await world.workspace()
    const peer = await colleague(ctx, 'csm')
    const [a, b] = [await createAccount(ctx, { name: 'A' }), await createAccount(ctx, { name: 'B' })]
    const make = (title: string, dueOn: string | null, ownerId = ctx.userId) =>
      createTask(ctx, { title, dueOn, ownerId, accountId: a.id })
    await make('today', '2026-11-02')
    await make('late', '2026-10-01', peer.userId)
    await make('tomorrow', '2026-11-03')
    await make('some day', null)
    const { id } = await make('done', '2026-10-01')
    await completeTask(ctx, { id })
    await mergeAccount(ctx, { id: a.id, intoId: b.id })
    const due = (more: object = {}) => dueTasks(ctx, { until: '2026-11-02', limit: 10, ...more })
    expect((await due()).tasks.map((task) => [task.title, task.accountId])).toEqual([
      ['late', b.id],
      ['today', b.id],
    ])
    expect(await due({ limit: 1 })).toMatchObject({ tasks: [{ title: 'late' }], total: 2 })
    expect(await due({ personId: peer.userId })).toMatchObject({ tasks: [{ title: 'late' }], total: 1 })
    expect((await list(ctx, { dueUntil: '2026-11-02', limit: '1' })).total).toBe(2)
    expect((await list(ctx, { account: b.id })).rows.map((task) => task.title)).toEqual([
      'late',
      'today',
      'tomorrow',
      'some day',
    ])
  })

  it('refuse what does not fit, and viewers', async () => {
    const ctx = await world.workspace()
    await expect(createTask(ctx, { title: ' ' })).rejects.toMatchObject(refused('title'))
    await expect(createTask(ctx, { title: 'X', dueOn: '2026-02-30' })).rejects.toMatchObject(refused('dueOn'))
    await expect(createTask(ctx, { title: 'X', ownerId: newId() })).rejects.toMatchObject(refused('ownerId'))
    const viewer = await world.workspace({ role: 'viewer' })
    await expect(createTask(viewer, { title: 'X' })).rejects.toMatchObject({ status: 403 })
    const key: Ctx = {
      ...ctx,
      actor: { kind: 'key', id: newId(), name: 'K', role: 'csm', scopes: ['read', 'write'] },
    }
    await expect(list(key, { owner: 'me' })).rejects.toMatchObject({ status: 403 })
    const { id } = await createTask(key, { title: 'From a machine' })
    expect(await getTask(ctx, id)).toMatchObject({ owner: null, createdBy: null })
  })
})

describe('work of another workspace', () => {
  it('is neither seen nor changed', async () => {
    const [ours, theirs] = [await world.workspace(), await world.workspace()]
    const { id: accountId } = await createAccount(theirs, { name: 'Theirs' })
    const { id: note } = await createNote(theirs, { accountId, body: 'Theirs' })
    const { id: task } = await createTask(theirs, { title: 'Theirs', accountId, dueOn: '2026-10-01' })
    const missing = { status: 404 }
    await expect(createNote(ours, { accountId, body: 'X' })).rejects.toMatchObject(missing)
    await expect(editNote(ours, { id: note, body: 'X' })).rejects.toMatchObject(missing)
    await expect(deleteNote(ours, { id: note })).rejects.toMatchObject(missing)
    await expect(notesOfAccount(ours, accountId, { limit: 5 })).rejects.toMatchObject(missing)
    await expect(createTask(ours, { title: 'X', accountId })).rejects.toMatchObject(missing)
    await expect(createTask(ours, { title: 'X', ownerId: theirs.userId })).rejects.toMatchObject(
      refused('ownerId'),
    )
    await expect(updateTask(ours, { id: task, title: 'X' })).rejects.toMatchObject(missing)
    await expect(completeTask(ours, { id: task })).rejects.toMatchObject(missing)
    await expect(reopenTask(ours, { id: task })).rejects.toMatchObject(missing)
    await expect(getTask(ours, task)).rejects.toMatchObject(missing)
    expect(await dueTasks(ours, { until: '2026-12-31', limit: 10 })).toEqual({ tasks: [], total: 0 })
    expect((await list(ours, {})).total).toBe(0)
    expect((await getTask(theirs, task)).title).toBe('Theirs')
  })
})
