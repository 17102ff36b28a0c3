import { createHash } from 'node:crypto'
import { z } from 'zod'
import { action } from '../../../platform/action.ts'
import { dayOf } from '../../../platform/clock.ts'
import { userIdOf, type Ctx } from '../../../platform/context.ts'
import { json } from '../../../platform/db/pg.ts'
import { newId } from '../../../platform/ids.ts'
import { workspaceOf } from '../../team/reads.ts'
import { RuleDefinition, type TrialResult } from '../schema.ts'

export const trialJob = 'today.trial'

/** What decides whom a rule raises: two rules that agree in it have one trial. */
const digestOf = ({ source, scope }: RuleDefinition): string =>
  createHash('sha256').update(JSON.stringify({ source, scope })).digest('base64url').slice(0, 22)

/** For so long what was found stands: whoever looks again soon sees it again, and who imports meanwhile tries anew. */
const freshMs = 5 * 60_000

/** Asks for a rule to be tried on the past; while the same rule is being tried, or was just now, that trial is it. */
export const startTrial = action({
  name: 'today.trial',
  role: 'leader',
  scope: 'settings',
  input: z.object({ definition: RuleDefinition }),
  async run(tx, { definition }) {
    const digest = digestOf(definition)
    const onDay = dayOf(tx.clock(), (await workspaceOf(tx)).timeZone)
    const known = await tx.pg
      .selectFrom('todayTrial')
      .select(['id', 'state', 'finishedAt'])
      .where('workspaceId', '=', tx.workspace)
      .where('digest', '=', digest)
      .where('onDay', '=', onDay)
      .forUpdate()
      .executeTakeFirst()
    const justNow = known?.finishedAt && tx.clock().getTime() - Date.parse(known.finishedAt) < freshMs
    if (known && known.state !== 'failed' && (!known.finishedAt || justNow)) return { id: known.id }
    const fresh = {
      definition: json(definition),
      state: 'waiting',
      result: null,
      stepsDone: 0,
      steps: 0,
      createdAt: tx.clock().toISOString(),
      finishedAt: null,
    }
    const { id } = await tx.pg
      .insertInto('todayTrial')
      .values({
        id: newId(),
        workspaceId: tx.workspace,
        digest,
        onDay,
        ...fresh,
        createdBy: userIdOf(tx),
      })
      .onConflict((on) => on.columns(['workspaceId', 'digest', 'onDay']).doUpdateSet(fresh))
      .returning('id')
      .executeTakeFirstOrThrow()
    await tx.enqueue({ job: trialJob, payload: { id }, queue: trialJob, maxAttempts: 3 })
    tx.audit({ kind: 'today_trial', id, changes: { name: definition.name } })
    return { id }
  },
})

const setTrial = (ctx: Ctx, id: string, set: Record<string, unknown>) =>
  ctx.pg
    .updateTable('todayTrial')
    .set(set)
    .where('workspaceId', '=', ctx.workspace)
    .where('id', '=', id)
    .execute()

/** How far a trial is; a derived row, written by its job alone. */
export const trialProgress = (ctx: Ctx, id: string, stepsDone: number, steps: number) =>
  setTrial(ctx, id, { state: 'running', stepsDone, steps })

export const trialDone = (ctx: Ctx, id: string, result: TrialResult) =>
  setTrial(ctx, id, { state: 'done', result: json(result), finishedAt: ctx.clock().toISOString() })

export const trialFailed = (ctx: Ctx, id: string) =>
  setTrial(ctx, id, { state: 'failed', finishedAt: ctx.clock().toISOString() })
