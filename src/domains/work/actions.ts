import { z } from 'zod'
import { action, type Tx } from '../../platform/action.ts'
import { userIdOf } from '../../platform/context.ts'
import { conflict, forbidden, invalid, notFound } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { resolveAccount } from '../accounts/reads.ts'
import { mayDeleteNote, mayEditNote } from './model.ts'
import { isMember } from './reads.ts'
import { NewNote, NewTask, NoteChange, taskDone, TaskChange } from './schema.ts'

const byId = z.object({ id: z.uuid() })

export const createNote = action({
  name: 'note.create',
  role: 'csm',
  scope: 'write',
  input: NewNote,
  async run(tx, input) {
    const accountId = await resolveAccount(tx, input.accountId)
    const id = newId()
    const at = tx.clock().toISOString()
    await tx.pg
      .insertInto('note')
      .values({
        id,
        workspaceId: tx.workspace,
        accountId,
        authorId: userIdOf(tx),
        at,
        body: input.body,
        updatedAt: at,
      })
      .execute()
    tx.audit({ kind: 'note', id, changes: { accountId } })
    return { id }
  },
})

async function lockNote(tx: Tx, id: string) {
  const note = await tx.pg
    .selectFrom('note')
    .select(['accountId', 'authorId'])
    .where('workspaceId', '=', tx.workspace)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!note) throw notFound('note')
  return note
}

export const editNote = action({
  name: 'note.edit',
  role: 'csm',
  scope: 'write',
  input: NoteChange.extend({ id: z.uuid() }),
  async run(tx, { id, body }) {
    const note = await lockNote(tx, id)
    if (!mayEditNote(tx.actor, note))
      throw forbidden('Only its author can edit a note. Write one of your own beside it.')
    await tx.pg
      .updateTable('note')
      .set({ body, updatedAt: tx.clock().toISOString() })
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .execute()
    tx.audit({ kind: 'note', id, changes: { accountId: note.accountId } })
  },
})

export const deleteNote = action({
  name: 'note.delete',
  role: 'csm',
  scope: 'write',
  input: byId,
  async run(tx, { id }) {
    const note = await lockNote(tx, id)
    if (!mayDeleteNote(tx.actor, note)) throw forbidden('Only its author or a leader can delete a note.')
    await tx.pg.deleteFrom('note').where('workspaceId', '=', tx.workspace).where('id', '=', id).execute()
    tx.audit({ kind: 'note', id, changes: { accountId: note.accountId } })
  },
})

/** The accounts and members that a task names must be ours; the account is stored as the one that counts. */
async function checkTask(tx: Tx, { accountId, ownerId }: z.output<typeof TaskChange>) {
  if (ownerId && !(await isMember(tx, ownerId)))
    throw invalid('Whoever does a task must be in the team.', [
      { path: 'ownerId', message: 'Not in the team.' },
    ])
  return accountId ? { accountId: await resolveAccount(tx, accountId) } : {}
}

export const createTask = action({
  name: 'task.create',
  role: 'csm',
  scope: 'write',
  input: NewTask,
  async run(tx, input) {
    const id = newId()
    const by = userIdOf(tx)
    const values = { ownerId: by, ...input, ...(await checkTask(tx, input)) }
    await tx.pg
      .insertInto('task')
      .values({
        id,
        workspaceId: tx.workspace,
        ...values,
        createdBy: by,
        createdAt: tx.clock().toISOString(),
      })
      .execute()
    if (values.accountId) await tx.touch([values.accountId])
    const { body: _, ...named } = values
    tx.audit({ kind: 'task', id, changes: named })
    return { id }
  },
})

async function lockTask(tx: Tx, id: string) {
  const task = await tx.pg
    .selectFrom('task')
    .leftJoin('account', 'account.id', 'task.accountId')
    .select(['task.title', 'task.ownerId', 'task.dueOn', 'task.doneAt', 'account.rootId as accountId'])
    .where('task.workspaceId', '=', tx.workspace)
    .where('task.id', '=', id)
    .forUpdate('task')
    .executeTakeFirst()
  if (!task) throw notFound('task')
  return task
}

const setTask = (tx: Tx, id: string, set: z.output<typeof TaskChange> & { doneAt?: string | null }) =>
  tx.pg.updateTable('task').set(set).where('workspaceId', '=', tx.workspace).where('id', '=', id).execute()

const touchBoth = (tx: Tx, ...ids: readonly (string | null | undefined)[]) =>
  tx.touch(ids.filter((id) => typeof id === 'string'))

export const updateTask = action({
  name: 'task.update',
  role: 'csm',
  scope: 'write',
  input: TaskChange.extend({ id: z.uuid() }),
  async run(tx, { id, ...change }) {
    const before = await lockTask(tx, id)
    const set = { ...change, ...(await checkTask(tx, change)) }
    if (Object.keys(set).length > 0) await setTask(tx, id, set)
    await touchBoth(tx, before.accountId, set.accountId)
    const was = before as Record<string, unknown>
    const { body: _, ...named } = set
    tx.audit({
      kind: 'task',
      id,
      changes: Object.fromEntries(Object.entries(named).map(([key, to]) => [key, { from: was[key], to }])),
    })
  },
})

export const completeTask = action({
  name: 'task.done',
  role: 'csm',
  scope: 'write',
  input: byId,
  async run(tx, { id }) {
    const task = await lockTask(tx, id)
    if (task.doneAt) throw conflict('done', 'This task is done already.')
    const doneAt = tx.clock().toISOString()
    await setTask(tx, id, { doneAt })
    await touchBoth(tx, task.accountId)
    tx.audit({ kind: 'task', id, changes: { doneAt: { from: null, to: doneAt } } })
    await tx.emit({
      kind: taskDone,
      accountId: task.accountId,
      validAt: doneAt,
      payload: { taskId: id, ownerId: task.ownerId, dueOn: task.dueOn },
    })
  },
})

export const reopenTask = action({
  name: 'task.reopen',
  role: 'csm',
  scope: 'write',
  input: byId,
  async run(tx, { id }) {
    const task = await lockTask(tx, id)
    if (!task.doneAt) throw conflict('open', 'This task is open already.')
    await setTask(tx, id, { doneAt: null })
    await touchBoth(tx, task.accountId)
    tx.audit({ kind: 'task', id, changes: { doneAt: { from: task.doneAt, to: null } } })
  },
})
