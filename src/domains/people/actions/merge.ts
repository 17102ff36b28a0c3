import { sql } from 'kysely'
import { z } from 'zod'
import { action, type Tx } from '../../../platform/action.ts'
import { conflict, notFound } from '../../../platform/errors.ts'
import { aliasesOf } from '../reads.ts'
import { personMerged } from '../schema.ts'
import { lockPair, touchAccountsOf } from './lock.ts'

async function setMerged(tx: Tx, id: string, mergedInto: string | null): Promise<void> {
  await tx.pg
    .updateTable('person')
    .set({ mergedInto, updatedAt: tx.clock().toISOString() })
    .where('workspaceId', '=', tx.workspace)
    .where('id', '=', id)
    .execute()
}

/** Points everybody below this person at the end of the chain of merges. */
async function refreshRoots(tx: Tx, root: string): Promise<void> {
  await sql`
    with recursive tree as (
      select id from person where workspace_id = ${tx.workspace} and id = ${root}
      union
      select p.id from person p join tree t on p.merged_into = t.id)
    update person set root_id = ${root}::uuid from tree
    where person.id = tree.id and person.workspace_id = ${tx.workspace}`.execute(tx.pg)
}

const announce = (tx: Tx, id: string, into: string): Promise<void> =>
  tx.emit({
    kind: personMerged,
    accountId: null,
    validAt: tx.clock().toISOString(),
    payload: { id, into },
  })

/** Makes `id` an alias of `intoId`: reads answer with the other; records keep their own person, so it can be undone. */
export const mergePerson = action({
  name: 'person.merge',
  role: 'csm',
  scope: 'write',
  input: z.object({ id: z.uuid(), intoId: z.uuid() }),
  async run(tx, input) {
    const [id, intoId] = await lockPair(tx, input.id, input.intoId)
    if (id === intoId) throw conflict('same_person', 'These two are one person already.')
    await setMerged(tx, id, intoId)
    await refreshRoots(tx, intoId)
    await touchAccountsOf(tx, [...(await aliasesOf(tx, [intoId])).keys()])
    tx.audit({ kind: 'person', id, changes: { mergedInto: { from: null, to: intoId } } })
    await announce(tx, id, intoId)
  },
})

/** Takes a merge back: the person, with those merged into it before, stands alone again. */
export const unmergePerson = action({
  name: 'person.unmerge',
  role: 'csm',
  scope: 'write',
  input: z.object({ id: z.uuid() }),
  async run(tx, { id }) {
    const row = await tx.pg
      .selectFrom('person')
      .select(['mergedInto', 'rootId'])
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (!row) throw notFound('person')
    if (!row.mergedInto) throw conflict('not_merged', 'This person is not merged into another.')
    await setMerged(tx, id, null)
    await refreshRoots(tx, id)
    await touchAccountsOf(tx, [...(await aliasesOf(tx, [id, row.rootId])).keys()])
    tx.audit({ kind: 'person', id, changes: { mergedInto: { from: row.mergedInto, to: null } } })
    await announce(tx, id, row.mergedInto)
  },
})
