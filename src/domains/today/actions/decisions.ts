import { z } from 'zod'
import { action, type Tx } from '../../../platform/action.ts'
import { userIdOf } from '../../../platform/context.ts'
import { json } from '../../../platform/db/pg.ts'
import { dayOf } from '../../../platform/clock.ts'
import { invalid, notFound } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { resolveAccount } from '../../accounts/reads.ts'
import { workspaceOf } from '../../team/reads.ts'
import { completeTask, reopenTask, updateTask } from '../../work/actions.ts'
import { getTask, isMember } from '../../work/reads.ts'
import { taskOf } from '../model/occurrence.ts'
import { listRules } from '../reads/rules.ts'
import { allOfMany, watchedOf } from '../reads/today.ts'
import { recordDecided } from './raised.ts'
import { DecisionInput, ManyDecisionInput, type Rule, type Watched } from '../schema.ts'

type Decided = Pick<
  z.output<typeof DecisionInput>,
  'decision' | 'untilOn' | 'untilChange' | 'assigneeId' | 'why' | 'comment'
>

/** Refuses a decision that does not say enough; returns the rule that it is about. */
async function checkDecision(tx: Tx, ruleCode: string, decided: Decided): Promise<Rule> {
  const { decision, untilOn, untilChange, assigneeId } = decided
  const rule = (await listRules(tx)).find(({ code }) => code === ruleCode)
  if (!rule) throw notFound('rule')
  if (decision === 'snoozed' && !untilChange) {
    if (untilOn === undefined)
      throw invalid('Say until when.', [{ path: 'untilOn', message: 'Snoozing needs a day, or null.' }])
    const today = dayOf(tx.clock(), (await workspaceOf(tx)).timeZone)
    if (untilOn !== null && untilOn <= today)
      throw invalid('Choose a day after today.', [{ path: 'untilOn', message: 'This day has come already.' }])
  }
  if (decision === 'reassigned' && !(assigneeId && (await isMember(tx, assigneeId))))
    throw invalid('Choose somebody of the team.', [{ path: 'assigneeId', message: 'Not in the team.' }])
  return rule
}

/** A task that is done is completed, and one that is reassigned changes its owner; returns who had it before. */
async function carryOut(tx: Tx, taskId: string, { decision, assigneeId }: Decided): Promise<string | null> {
  const task = await getTask(tx, taskId)
  if (decision === 'done') await completeTask.definition.run(tx, { id: taskId })
  if (decision === 'reassigned') await updateTask.definition.run(tx, { id: taskId, ownerId: assigneeId })
  return task.owner?.id ?? null
}

const codesOf = ({ definition: { source } }: Rule): string[] =>
  source.kind === 'readings' ? [...new Set(source.all.map(({ reading }) => reading))] : []

type Watching = ReadonlyMap<string, ReadonlyMap<string, Watched>>

/** The readings of the rule as they are now, for snoozes that wait until one of them changes. */
async function watchFor(
  tx: Tx,
  rule: Rule,
  accountIds: readonly string[],
  { decision, untilChange }: Decided,
): Promise<Watching> {
  if (decision !== 'snoozed' || !untilChange) return new Map()
  const watching = await watchedOf(tx, accountIds, codesOf(rule))
  if (watching.size === 0)
    throw invalid('Nothing is read here that could change. Choose a day.', [
      { path: 'untilChange', message: 'Only what rests on readings can wait for a change.' },
    ])
  return watching
}

type About = Readonly<{ accountId: string | null; ruleCode: string; occurrence: string }>

/** A decision as a row of its table. */
function rowOf(
  tx: Tx,
  about: About,
  { decision, untilOn, untilChange, assigneeId, why, comment }: Decided,
  more: Readonly<{ batchId: string | null; wasOwnerId: string | null; watching: Watching }>,
) {
  const readings = more.watching.get(about.accountId ?? '')
  return {
    id: newId(),
    workspaceId: tx.workspace,
    ...about,
    decision,
    untilOn: decision === 'snoozed' && !untilChange ? (untilOn ?? null) : null,
    watch: readings ? json(Object.fromEntries(readings)) : null,
    assigneeId: decision === 'reassigned' ? (assigneeId ?? null) : null,
    wasOwnerId: decision === 'reassigned' ? more.wasOwnerId : null,
    why: decision === 'not_useful' ? (why ?? null) : null,
    comment: comment ?? null,
    decidedBy: userIdOf(tx),
    decidedAt: tx.clock().toISOString(),
    batchId: more.batchId,
  }
}

/** Records what somebody decided about an item; returns the id by which it can be undone. */
export const decide = action({
  name: 'today.decide',
  role: 'csm',
  scope: 'write',
  input: DecisionInput,
  async run(tx, input) {
    const { ruleCode, occurrence, decision } = input
    const rule = await checkDecision(tx, ruleCode, input)
    const accountId = input.accountId && (await resolveAccount(tx, input.accountId))
    const taskId = taskOf(occurrence)
    if (!accountId && !taskId)
      throw invalid('Say which customer this is about.', [
        { path: 'accountId', message: 'Only a task may have none.' },
      ])
    const watching = await watchFor(tx, rule, accountId ? [accountId] : [], input)
    const wasOwnerId = taskId ? await carryOut(tx, taskId, input) : null
    const row = rowOf(tx, { accountId, ruleCode, occurrence }, input, { batchId: null, wasOwnerId, watching })
    await tx.pg.insertInto('todayDecision').values(row).execute()
    if (accountId) await recordDecided(tx, rule, [accountId], new Map([[accountId, occurrence]]))
    const subject = accountId ? { kind: 'account', id: accountId } : { kind: 'task', id: taskId! }
    tx.audit({ ...subject, changes: { ruleCode, occurrence, decision } })
    return { id: row.id }
  },
})

const rowsAtOnce = 1_000

/** One decision on all small customers of an item, or on those that are named; returns the id that undoes all of it. */
export const decideMany = action({
  name: 'today.decide_many',
  role: 'csm',
  scope: 'write',
  input: ManyDecisionInput.extend({ ruleCode: z.string().max(60) }),
  async run(tx, { ruleCode, whose, accountIds, ...decided }) {
    const rule = await checkDecision(tx, ruleCode, decided)
    const personId = whose === 'mine' ? userIdOf(tx) : null
    if (whose === 'mine' && personId === null)
      throw invalid('An API key has no list of its own. Ask for whose=team.')
    const named = accountIds && new Set(accountIds)
    const items = (await allOfMany(tx, personId, ruleCode)).filter(
      ({ account }) => !named || named.has(account!.id),
    )
    if (items.length === 0)
      throw invalid('None of these customers is on the list any more. Read it again, then decide.')
    const watching = await watchFor(
      tx,
      rule,
      items.map(({ account }) => account!.id),
      decided,
    )
    const batchId = newId()
    const rows = items.map(({ account, occurrence }) =>
      rowOf(tx, { accountId: account!.id, ruleCode, occurrence }, decided, {
        batchId,
        wasOwnerId: null,
        watching,
      }),
    )
    for (let at = 0; at < rows.length; at += rowsAtOnce)
      await tx.pg
        .insertInto('todayDecision')
        .values(rows.slice(at, at + rowsAtOnce))
        .execute()
    await recordDecided(
      tx,
      rule,
      items.map(({ account }) => account!.id),
      new Map(items.map(({ account, occurrence }) => [account!.id, occurrence])),
    )
    tx.audit({
      kind: 'today_batch',
      id: batchId,
      changes: { ruleCode, decision: decided.decision, customers: rows.length },
    })
    return { id: batchId, customers: rows.length }
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

/** Takes a decision back, with what it did to a task; a decision on many with all of it. */
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
      .where((is) => is.or([is('id', '=', id), is('batchId', '=', id)]))
      .where('undoneAt', 'is', null)
      .returning(['accountId', 'occurrence', 'decision', 'assigneeId', 'wasOwnerId', 'batchId'])
      .execute()
    const [first] = undone
    if (!first) throw notFound('decision')
    for (const decision of undone) {
      const taskId = taskOf(decision.occurrence)
      if (taskId) await bringBack(tx, taskId, decision)
    }
    const subject =
      first.batchId === id
        ? { kind: 'today_batch', id }
        : first.accountId
          ? { kind: 'account', id: first.accountId }
          : { kind: 'task', id: taskOf(first.occurrence) ?? id }
    tx.audit({ ...subject, changes: { decision: { from: first.decision, to: null } } })
  },
})
