import { sql } from 'kysely'
import { z } from 'zod'
import { action, type Tx } from '../../platform/action.ts'
import { json } from '../../platform/db/pg.ts'
import { conflict, invalid, notFound } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { demandVersion } from '../../platform/version.ts'
import { checkCustomValues, wouldRing } from './model.ts'
import { accountVersion, ancestorsOf, customFields, resolveAccount } from './reads.ts'
import { AccountChange, CustomField, NewAccount, UponVersion } from './schema.ts'

type Change = z.output<typeof AccountChange>

async function checkChange(tx: Tx, id: string, change: Change): Promise<void> {
  if (change.custom) {
    const faults = checkCustomValues(change.custom, await customFields(tx))
    if (faults.length > 0) throw invalid('Some custom fields were not accepted.', faults)
  }
  if (change.parentId && wouldRing(id, change.parentId, await ancestorsOf(tx, change.parentId)))
    throw invalid('A customer cannot be its own parent, directly or through others.', [
      { path: 'parentId', message: 'This would close a ring.' },
    ])
  if (change.parentId) await resolveAccount(tx, change.parentId)
  if (change.ownerId) {
    const member = await tx.pg
      .selectFrom('membership')
      .select('userId')
      .where('workspaceId', '=', tx.workspace)
      .where('userId', '=', change.ownerId)
      .executeTakeFirst()
    if (!member)
      throw invalid('The owner must be in the team.', [{ path: 'ownerId', message: 'Not in the team.' }])
  }
}

export const createAccount = action({
  name: 'account.create',
  role: 'csm',
  scope: 'write',
  input: NewAccount,
  async run(tx, input) {
    const id = newId()
    await checkChange(tx, id, input)
    const { custom, ...columns } = input
    await tx.pg
      .insertInto('account')
      .values({ id, workspaceId: tx.workspace, ...columns, ...(custom ? { custom: json(custom) } : {}) })
      .execute()
    await tx.touch([id])
    tx.audit({ kind: 'account', id, changes: input })
    return { id }
  },
})

const selectAccount = (tx: Tx, id: string) =>
  tx.pg
    .selectFrom('account')
    .selectAll()
    .where('workspaceId', '=', tx.workspace)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()

/** The account's row, locked until the transaction ends. */
async function lockAccount(tx: Tx, anyId: string): Promise<Awaited<ReturnType<typeof selectAccount>>> {
  const row = await selectAccount(tx, await resolveAccount(tx, anyId))
  // Merged by somebody else while we waited for the lock.
  return row.rootId === row.id ? row : lockAccount(tx, row.rootId)
}

/** Two accounts, locked in the order of their ids: whoever merges the same two waits instead of making a ring. */
async function lockPair(tx: Tx, oneId: string, otherId: string): Promise<[string, string]> {
  const roots = [await resolveAccount(tx, oneId), await resolveAccount(tx, otherId)]
  for (const root of roots.toSorted()) await selectAccount(tx, root)
  return [(await lockAccount(tx, oneId)).id, (await lockAccount(tx, otherId)).id]
}

/** Changes what is given, and answers with the version that this makes; see `demandVersion` for `version`. */
export const updateAccount = action({
  name: 'account.update',
  role: 'csm',
  scope: 'write',
  input: AccountChange.extend(UponVersion.shape).extend({ id: z.uuid() }),
  async run(tx, { id: anyId, version, ...change }) {
    const before = await lockAccount(tx, anyId)
    const { id, updatedAt } = before
    await demandVersion(tx, version, { id, version: accountVersion(before), updatedAt })
    await checkChange(tx, id, change)
    const { custom, ...columns } = change
    const merged = custom && { ...(before.custom as object), ...custom }
    const after = await tx.pg
      .updateTable('account')
      .set({ ...columns, ...(merged ? { custom: json(merged) } : {}), updatedAt: tx.clock().toISOString() })
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await tx.touch([id])
    const was = before as unknown as Record<string, unknown>
    tx.audit({
      kind: 'account',
      id,
      changes: Object.fromEntries(Object.entries(change).map(([key, to]) => [key, { from: was[key], to }])),
    })
    return { version: accountVersion(after) }
  },
})

/** Points every account below these roots at the end of its chain of merges. */
async function refreshRoots(tx: Tx, roots: readonly string[]): Promise<void> {
  await sql`
    with recursive tree as (
      select id, id as root from account where workspace_id = ${tx.workspace} and id = any(${[...roots]}::uuid[])
      union
      select a.id, t.root from account a join tree t on a.merged_into = t.id)
    update account set root_id = tree.root from tree
    where account.id = tree.id and account.workspace_id = ${tx.workspace}`.execute(tx.pg)
}

/** Makes `id` an alias of `intoId`: reads answer with the other; records keep their own account, so it can be undone. */
export const mergeAccount = action({
  name: 'account.merge',
  role: 'leader',
  scope: 'write',
  input: z.object({ id: z.uuid(), intoId: z.uuid() }),
  async run(tx, input) {
    const [id, intoId] = await lockPair(tx, input.id, input.intoId)
    if (id === intoId) throw conflict('same_account', 'These two are one customer already.')
    await tx.pg
      .updateTable('account')
      .set({ mergedInto: intoId, updatedAt: tx.clock().toISOString() })
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .execute()
    await refreshRoots(tx, [intoId])
    await tx.touch([intoId])
    tx.audit({ kind: 'account', id, changes: { mergedInto: { from: null, to: intoId } } })
    await tx.emit({
      kind: 'account.merged',
      accountId: intoId,
      validAt: tx.clock().toISOString(),
      payload: { id },
    })
  },
})

export const unmergeAccount = action({
  name: 'account.unmerge',
  role: 'leader',
  scope: 'write',
  input: z.object({ id: z.uuid() }),
  async run(tx, { id }) {
    const row = await tx.pg
      .selectFrom('account')
      .select(['mergedInto'])
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (!row) throw notFound('customer')
    if (!row.mergedInto) throw conflict('not_merged', 'This customer is not merged into another.')
    await tx.pg
      .updateTable('account')
      .set({ mergedInto: null, updatedAt: tx.clock().toISOString() })
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .execute()
    await refreshRoots(tx, [id])
    await tx.touch([id, await resolveAccount(tx, row.mergedInto)])
    tx.audit({ kind: 'account', id, changes: { mergedInto: { from: row.mergedInto, to: null } } })
    await tx.emit({
      kind: 'account.merged',
      accountId: row.mergedInto,
      validAt: tx.clock().toISOString(),
      payload: { id },
    })
  },
})

export const saveCustomField = action({
  name: 'custom_field.save',
  role: 'admin',
  scope: 'settings',
  input: CustomField.extend({ entity: z.enum(['account', 'person']).default('account') }),
  async run(tx, { entity, options, ...field }) {
    await tx.pg
      .insertInto('customField')
      .values({ workspaceId: tx.workspace, entity, ...field, options: json(options) })
      .onConflict((on) =>
        on
          .columns(['workspaceId', 'entity', 'key'])
          .doUpdateSet({ label: field.label, options: json(options) }),
      )
      .execute()
    tx.audit({ kind: 'custom_field', id: tx.workspace, changes: { entity, ...field, options } })
  },
})
