import { z } from 'zod'
import { action, type Tx } from '../../../platform/action.ts'
import { json } from '../../../platform/db/pg.ts'
import { conflict, invalid } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { checkCustomValues } from '../../accounts/model.ts'
import { customFields } from '../../accounts/reads.ts'
import { resolvePerson } from '../reads.ts'
import { NewPerson, PersonChange } from '../schema.ts'
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

const selectPerson = (tx: Tx, id: string) =>
  tx.pg
    .selectFrom('person')
    .selectAll()
    .where('workspaceId', '=', tx.workspace)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
type PersonRow = Awaited<ReturnType<typeof selectPerson>>

/** The person's row, locked until the transaction ends. Refuses one that was erased. */
export async function lockPerson(tx: Tx, anyId: string): Promise<PersonRow> {
  const row = await selectPerson(tx, await resolvePerson(tx, anyId))
  // Merged by somebody else while we waited for the lock.
  if (row.rootId !== row.id) return lockPerson(tx, row.rootId)
  if (row.erasedAt) throw conflict('erased', 'This person was erased. Create a new person instead.')
  return row
}

/** Marks the accounts at which these people have a part. */
export async function touchAccountsOf(tx: Tx, personIds: readonly string[]): Promise<void> {
  const rows = await tx.pg
    .selectFrom('personRole')
    .innerJoin('account', 'account.id', 'personRole.accountId')
    .select('account.rootId')
    .distinct()
    .where('personRole.workspaceId', '=', tx.workspace)
    .where('personRole.personId', 'in', [...personIds])
    .execute()
  await tx.touch(rows.map((row) => row.rootId))
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

export const updatePerson = action({
  name: 'person.update',
  role: 'csm',
  scope: 'write',
  input: PersonChange.extend({ id: z.uuid() }),
  async run(tx, { id: anyId, ...change }) {
    const before = await lockPerson(tx, anyId)
    const { id } = before
    await checkChange(tx, id, change)
    const { custom, ...columns } = change
    const merged = custom && { ...(before.custom as object), ...custom }
    await tx.pg
      .updateTable('person')
      .set({ ...columns, ...(merged ? { custom: json(merged) } : {}), updatedAt: tx.clock().toISOString() })
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .execute()
    await touchAccountsOf(tx, [id])
    const was = before as unknown as Record<string, unknown>
    tx.audit({
      kind: 'person',
      id,
      changes: Object.fromEntries(Object.entries(change).map(([key, to]) => [key, { from: was[key], to }])),
    })
  },
})
