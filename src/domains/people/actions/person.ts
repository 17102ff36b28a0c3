import { z } from 'zod'
import { action, type Tx } from '../../../platform/action.ts'
import { json } from '../../../platform/db/pg.ts'
import { conflict, invalid } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { demandVersion } from '../../../platform/version.ts'
import { checkCustomValues } from '../../accounts/model.ts'
import { customFields } from '../../accounts/reads.ts'
import { UponVersion } from '../../accounts/schema.ts'
import { personVersion } from '../reads.ts'
import { NewPerson, PersonChange } from '../schema.ts'
import { lockPerson, touchAccountsOf } from './lock.ts'
import { addRoleTo } from './roles.ts'

type Change = z.output<typeof PersonChange>

async function checkChange(tx: Tx, id: string, change: Change): Promise<void> {
  if (change.custom) {
    const faults = checkCustomValues(change.custom, await customFields(tx, 'person'))
    if (faults.length > 0) throw invalid('Some custom fields were not accepted.', faults)
  }
  if (!change.email) return
  const other = await tx.pg
    .selectFrom('person')
    .select(['id', 'name'])
    .where('workspaceId', '=', tx.workspace)
    .where((eb) => eb(eb.fn('lower', ['email']), '=', change.email as string))
    .where('rootId', '!=', id)
    .executeTakeFirst()
  if (other)
    throw conflict(
      'email_taken',
      `${other.name ?? 'Another person'} has this e-mail address already. Use that person, or merge the two.`,
    )
}

export const createPerson = action({
  name: 'person.create',
  role: 'csm',
  scope: 'write',
  input: NewPerson,
  async run(tx, { at, ...input }) {
    const id = newId()
    await checkChange(tx, id, input)
    const { custom, ...columns } = input
    await tx.pg
      .insertInto('person')
      .values({ id, workspaceId: tx.workspace, ...columns, ...(custom ? { custom: json(custom) } : {}) })
      .execute()
    if (at) await addRoleTo(tx, id, at)
    tx.audit({ kind: 'person', id, changes: { ...input, ...(at ? { at } : {}) } })
    return { id }
  },
})

/** Changes what is given, and answers with the version that this makes; see `demandVersion` for `version`. */
export const updatePerson = action({
  name: 'person.update',
  role: 'csm',
  scope: 'write',
  input: PersonChange.extend(UponVersion.shape).extend({ id: z.uuid() }),
  async run(tx, { id: anyId, version, ...change }) {
    const before = await lockPerson(tx, anyId)
    const { id, updatedAt } = before
    await demandVersion(tx, version, { id, version: personVersion(before), updatedAt })
    await checkChange(tx, id, change)
    const { custom, ...columns } = change
    const merged = custom && { ...(before.custom as object), ...custom }
    const after = await tx.pg
      .updateTable('person')
      .set({ ...columns, ...(merged ? { custom: json(merged) } : {}), updatedAt: tx.clock().toISOString() })
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .returningAll()
      .executeTakeFirstOrThrow()
    await touchAccountsOf(tx, [id])
    const was = before as unknown as Record<string, unknown>
    tx.audit({
      kind: 'person',
      id,
      changes: Object.fromEntries(Object.entries(change).map(([key, to]) => [key, { from: was[key], to }])),
    })
    return { version: personVersion(after) }
  },
})
