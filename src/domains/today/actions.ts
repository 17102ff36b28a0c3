import { z } from 'zod'
import { action, type Tx } from '../../platform/action.ts'
import { userIdOf } from '../../platform/context.ts'
import { json } from '../../platform/db/pg.ts'
import { dayOf } from '../../platform/clock.ts'
import { conflict, invalid, notFound } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { resolveAccount } from '../accounts/reads.ts'
import { workspaceOf } from '../team/reads.ts'
import { completeTask, reopenTask, updateTask } from '../work/actions.ts'
import { getTask, isMember } from '../work/reads.ts'
import { taskOf } from './model.ts'
import { listRules } from './reads.ts'
import { DecisionInput, RuleChange } from './schema.ts'

/** Saves a new version of a rule; older versions stay, so that a past list can be explained. */
export const changeRule = action({
  name: 'today_rule.change',
  role: 'leader',
  scope: 'settings',
  input: RuleChange.extend({ code: z.string().max(60) }),
  async run(tx, { code, ...change }) {
    const rule = (await listRules(tx)).find((known) => known.code === code)
    if (!rule) throw notFound('rule')
    const saved = await tx.pg
      .insertInto('todayRule')
      .values({
        id: newId(),
        workspaceId: tx.workspace,
        code,
        version: rule.version + 1,
        enabled: change.enabled ?? rule.enabled,
        definition: json(change.definition ?? rule.definition),
        createdBy: userIdOf(tx),
        createdAt: tx.clock().toISOString(),
      })
      .onConflict((on) => on.columns(['workspaceId', 'code', 'version']).doNothing())
      .executeTakeFirst()
    if (Number(saved.numInsertedOrUpdatedRows) === 0)
      throw conflict(
        'rule_changed',
        'Somebody changed this rule at the same moment. Look at it again, then save.',
      )
    tx.audit({ kind: 'today_rule', id: tx.workspace, changes: { code, ...change } })
  },
})

type Decision = z.output<typeof DecisionInput>

async function checkDecision(tx: Tx, { ruleCode, decision, untilOn, assigneeId }: Decision): Promise<void> {
  if (!(await listRules(tx)).some(({ code }) => code === ruleCode)) throw notFound('rule')
  if (decision === 'snoozed') {
    if (untilOn === undefined)
      throw invalid('Say until when.', [{ path: 'untilOn', message: 'Snoozing needs a day, or null.' }])
    const today = dayOf(tx.clock(), (await workspaceOf(tx)).timeZone)
    if (untilOn !== null && untilOn <= today)
      throw invalid('Choose a day after today.', [{ path: 'untilOn', message: 'This day has come already.' }])
  }
  if (decision === 'reassigned' && !(assigneeId && (await isMember(tx, assigneeId))))
    throw invalid('Choose somebody of the team.', [{ path: 'assigneeId', message: 'Not in the team.' }])
}

/** A task that is done is completed, and one that is reassigned changes its owner; returns who had it before. */
async function carryOut(tx: Tx, taskId: string, { decision, assigneeId }: Decision): Promise<string | null> {
  const task = await getTask(tx, taskId)
  if (decision === 'done') await completeTask.definition.run(tx, { id: taskId })
  if (decision === 'reassigned') await updateTask.definition.run(tx, { id: taskId, ownerId: assigneeId })
  return task.owner?.id ?? null
}

/** Records what somebody decided about an item; returns the id by which it can be undone. */
export const decide = action({
  name: 'today.decide',
  role: 'csm',
  scope: 'write',
  input: DecisionInput,
  async run(tx, input) {
    await checkDecision(tx, input)
    const { ruleCode, occurrence, decision } = input
    const accountId = input.accountId && (await resolveAccount(tx, input.accountId))
    const taskId = taskOf(occurrence)
    if (!accountId && !taskId)
      throw invalid('Say which customer this is about.', [
        { path: 'accountId', message: 'Only a task may have none.' },
      ])
    const wasOwnerId = taskId ? await carryOut(tx, taskId, input) : null
    const id = newId()
    await tx.pg
      .insertInto('todayDecision')
      .values({
        id,
        workspaceId: tx.workspace,
        accountId,
        ruleCode,
        occurrence,
        decision,
        untilOn: decision === 'snoozed' ? (input.untilOn ?? null) : null,
        assigneeId: decision === 'reassigned' ? (input.assigneeId ?? null) : null,
        wasOwnerId: decision === 'reassigned' ? wasOwnerId : null,
        comment: input.comment ?? null,
        decidedBy: userIdOf(tx),
        decidedAt: tx.clock().toISOString(),
      })
      .execute()
    const subject = accountId ? { kind: 'account', id: accountId } : { kind: 'task', id: taskId! }
    tx.audit({ ...subject, changes: { ruleCode, occurrence, decision } })
    return { id }
  },
})

/** Brings a task back to how it was before a decision, unless somebody changed it since. */
async function bringBack(
  tx: Tx,
  taskId: string,
  {
    decision,
    assigneeId,
    wasOwnerId,
  }: Readonly<{
    decision: string
    assigneeId: string | null
    wasOwnerId: string | null
  }>,
): Promise<void> {
  const task = await getTask(tx, taskId)
  if (decision === 'done' && task.doneAt) await reopenTask.definition.run(tx, { id: taskId })
  if (decision === 'reassigned' && task.owner?.id === assigneeId)
    await updateTask.definition.run(tx, { id: taskId, ownerId: wasOwnerId })
}

/** Takes a decision back, with what it did to a task. */
export const undoDecision = action({
  name: 'today.undo',
  role: 'csm',
  scope: 'write',
  input: z.object({ id: z.uuid() }),
  async run(tx, { id }) {
    const undone = await tx.pg
      .updateTable('todayDecision')
      .set({ undoneAt: tx.clock().toISOString() })
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .where('undoneAt', 'is', null)
      .returning(['accountId', 'occurrence', 'decision', 'assigneeId', 'wasOwnerId'])
      .executeTakeFirst()
    if (!undone) throw notFound('decision')
    const taskId = taskOf(undone.occurrence)
    if (taskId) await bringBack(tx, taskId, undone)
    tx.audit({
      ...(undone.accountId ? { kind: 'account', id: undone.accountId } : { kind: 'task', id: taskId ?? id }),
      changes: { decision: { from: undone.decision, to: null } },
    })
  },
})
