import type { Tx } from '../../../platform/action.ts'
import { conflict } from '../../../platform/errors.ts'
import { resolvePerson } from '../reads.ts'

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

/** Two people, locked in the order of their ids: whoever merges the same two waits instead of making a ring. */
export async function lockPair(tx: Tx, oneId: string, otherId: string): Promise<[string, string]> {
  const roots = [await resolvePerson(tx, oneId), await resolvePerson(tx, otherId)]
  for (const root of roots.toSorted()) await selectPerson(tx, root)
  return [(await lockPerson(tx, oneId)).id, (await lockPerson(tx, otherId)).id]
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
