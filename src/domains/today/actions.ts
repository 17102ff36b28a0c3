import { z } from 'zod'
import { action } from '../../platform/action.ts'
import { userIdOf } from '../../platform/context.ts'
import { json } from '../../platform/db/pg.ts'
import { invalid, notFound } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { resolveAccount } from '../accounts/reads.ts'
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
    await tx.pg
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
      .execute()
    tx.audit({ kind: 'today_rule', id: tx.workspace, changes: { code, ...change } })
  },
})

/** Records what somebody decided about an item; returns the id by which it can be undone. */
export const decide = action({
  name: 'today.decide',
  role: 'csm',
  scope: 'write',
  input: DecisionInput,
  async run(tx, input) {
    if (input.decision === 'snoozed' && !input.untilOn)
      throw invalid('Say until when.', [{ path: 'untilOn', message: 'Snoozing needs a day.' }])
    if (input.decision === 'reassigned') {
      const member = await tx.pg
        .selectFrom('membership')
        .select('userId')
        .where('workspaceId', '=', tx.workspace)
        .where('userId', '=', input.assigneeId ?? '00000000-0000-0000-0000-000000000000')
        .executeTakeFirst()
      if (!member)
        throw invalid('Choose somebody of the team.', [{ path: 'assigneeId', message: 'Not in the team.' }])
    }
    const id = newId()
    const accountId = await resolveAccount(tx, input.accountId)
    await tx.pg
      .insertInto('todayDecision')
      .values({
        ...input,
        id,
        accountId,
        workspaceId: tx.workspace,
        decidedBy: userIdOf(tx),
        decidedAt: tx.clock().toISOString(),
      })
      .execute()
    tx.audit({ kind: 'account', id: accountId, changes: { rule: input.ruleCode, decision: input.decision } })
    return { id }
  },
})

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
      .returning('accountId')
      .executeTakeFirst()
    if (!undone) throw notFound('decision')
    tx.audit({ kind: 'account', id: undone.accountId })
  },
})
