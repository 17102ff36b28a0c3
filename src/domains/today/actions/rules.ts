import { z } from 'zod'
import { action, type Tx } from '../../../platform/action.ts'
import { userIdOf } from '../../../platform/context.ts'
import { json } from '../../../platform/db/pg.ts'
import { conflict, notFound, Problem } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { isBuiltIn } from '../model/built-in.ts'
import { listRules, savedRules } from '../reads/rules.ts'
import { NewRule, RuleChange, TodaySettings, type Rule } from '../schema.ts'

const code = z.string().max(60)

async function saveVersion(
  tx: Tx,
  rule: Pick<Rule, 'code' | 'version' | 'enabled' | 'definition'>,
  removed = false,
): Promise<void> {
  const saved = await tx.pg
    .insertInto('todayRule')
    .values({
      id: newId(),
      workspaceId: tx.workspace,
      code: rule.code,
      version: rule.version,
      enabled: rule.enabled,
      definition: json(rule.definition),
      removed,
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
}

/** A rule by its code, one that was removed too: changing it brings it back. */
async function anyRule(tx: Tx, wanted: string): Promise<Rule> {
  const rule =
    (await listRules(tx)).find((known) => known.code === wanted) ??
    (await savedRules(tx)).find((known) => known.code === wanted)
  if (!rule) throw notFound('rule')
  return rule
}

/** Refuses a change that was made upon an older version. */
function demandRuleVersion(rule: Rule, sent: number | undefined): void {
  if (sent === undefined || sent === rule.version) return
  const who = rule.changedBy ?? 'Somebody'
  throw new Problem(
    409,
    'changed_meanwhile',
    `${who} changed this rule after you had read it. Nothing was stored. Look at it as it is now, then change it.`,
    { changed: { by: rule.changedBy, at: rule.changedAt } },
  )
}

/** Saves a new version of a rule; older versions stay, so that a past list can be explained. */
export const changeRule = action({
  name: 'today_rule.change',
  role: 'leader',
  scope: 'settings',
  input: RuleChange.extend({ code }),
  async run(tx, { code: wanted, version, ...change }) {
    const rule = await anyRule(tx, wanted)
    demandRuleVersion(rule, version)
    await saveVersion(tx, {
      code: rule.code,
      version: rule.version + 1,
      enabled: change.enabled ?? rule.enabled,
      definition: change.definition ?? rule.definition,
    })
    tx.audit({ kind: 'today_rule', id: tx.workspace, changes: { code: rule.code, ...change } })
  },
})

/** Adds a rule of the workspace's own; off unless told, so that it can be tried on the past first. */
export const addRule = action({
  name: 'today_rule.create',
  role: 'leader',
  scope: 'settings',
  input: NewRule,
  async run(tx, { enabled, definition }) {
    const made = `own_${newId().replaceAll('-', '').slice(-20)}`
    await saveVersion(tx, { code: made, version: 1, enabled, definition })
    tx.audit({
      kind: 'today_rule',
      id: tx.workspace,
      changes: { code: made, name: definition.name, enabled, definition },
    })
    return { code: made }
  },
})

/** Takes a rule of the workspace's own away; what was decided about its items stays. */
export const removeRule = action({
  name: 'today_rule.remove',
  role: 'leader',
  scope: 'settings',
  input: z.object({ code }),
  async run(tx, { code: wanted }) {
    const rule = (await listRules(tx)).find((known) => known.code === wanted)
    if (!rule) throw notFound('rule')
    if (isBuiltIn(wanted))
      throw conflict('built_in', 'A rule that Mainstay comes with cannot be removed. Switch it off instead.')
    await saveVersion(tx, { ...rule, version: rule.version + 1, enabled: false }, true)
    tx.audit({
      kind: 'today_rule',
      id: tx.workspace,
      changes: { code: wanted, name: rule.definition.name },
    })
  },
})

export const changeSettings = action({
  name: 'today.settings',
  role: 'leader',
  scope: 'settings',
  input: TodaySettings,
  async run(tx, { smallBelowCents }) {
    await tx.pg
      .insertInto('todaySetting')
      .values({ workspaceId: tx.workspace, smallBelowCents })
      .onConflict((on) => on.column('workspaceId').doUpdateSet({ smallBelowCents }))
      .execute()
    tx.audit({ kind: 'workspace', id: tx.workspace, changes: { smallBelowCents } })
  },
})
