import { sql } from 'kysely'
import { z } from 'zod'
import { action, type Tx } from '../../platform/action.ts'
import { atLeast } from '../../platform/auth/roles.ts'
import { userIdOf } from '../../platform/context.ts'
import { json } from '../../platform/db/pg.ts'
import { conflict, forbidden, invalid, notFound } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { resolveAccount } from '../accounts/reads.ts'
import { sortFaults, viewsIn } from './model.ts'
import { readCatalogue } from './reads/catalogue.ts'
import { checkFilter } from './reads/views.ts'
import { Assignment, NewView, ViewChange, type Filter, type Sort } from './schema.ts'

const canShare = (tx: Tx): boolean => tx.actor.kind === 'system' || atLeast(tx.actor.role, 'csm')

function demandSharing(tx: Tx, shared: boolean | undefined): void {
  if (shared && !canShare(tx))
    throw forbidden('Sharing a view needs the role csm. You can keep it for yourself.')
}

async function checkContent(tx: Tx, id: string, content: { filter?: Filter; sort?: Sort[] }): Promise<void> {
  const catalogue = await readCatalogue(tx)
  if (content.filter) await checkFilter(tx, catalogue, content.filter, [id])
  const faults = sortFaults(content.sort ?? [], catalogue)
  if (faults.length > 0) throw invalid('The sort was not accepted.', faults)
}

/** A view that the actor may change: their own, or a shared one for those who may share. Locked until the end. */
async function changeableView(tx: Tx, id: string) {
  const view = await tx.pg
    .selectFrom('savedView')
    .selectAll()
    .where('workspaceId', '=', tx.workspace)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  const mine = view !== undefined && view.ownerId !== null && view.ownerId === userIdOf(tx)
  if (!view || (!mine && !view.shared)) throw notFound('view')
  if (!mine && !canShare(tx))
    throw forbidden('A shared view of somebody else can be changed from the role csm on.')
  return view
}

export const createView = action({
  name: 'view.create',
  role: 'viewer',
  scope: 'write',
  input: NewView,
  async run(tx, input) {
    const ownerId = userIdOf(tx)
    demandSharing(tx, input.shared)
    if (!ownerId && !input.shared)
      throw invalid('A key has no views of its own.', [{ path: 'shared', message: 'Send true.' }])
    const id = newId()
    await checkContent(tx, id, input)
    const { position } = await tx.pg
      .selectFrom('savedView')
      .select((select) => select.fn.coalesce(select.fn.max('position'), sql<number>`0`).as('position'))
      .where('workspaceId', '=', tx.workspace)
      .executeTakeFirstOrThrow()
    await tx.pg
      .insertInto('savedView')
      .values({
        id,
        workspaceId: tx.workspace,
        name: input.name,
        ownerId,
        shared: input.shared,
        filter: json(input.filter),
        sort: json(input.sort),
        columns: json(input.columns),
        position: position + 1,
        createdAt: tx.clock().toISOString(),
      })
      .execute()
    tx.audit({ kind: 'view', id, changes: input })
    return { id }
  },
})

export const updateView = action({
  name: 'view.update',
  role: 'viewer',
  scope: 'write',
  input: ViewChange.extend({ id: z.uuid() }),
  async run(tx, { id, filter, sort, columns, ...plain }) {
    const before = await changeableView(tx, id)
    demandSharing(tx, plain.shared)
    await checkContent(tx, id, { ...(filter && { filter }), ...(sort && { sort }) })
    const change = {
      ...plain,
      ...(filter && { filter: json(filter) }),
      ...(sort && { sort: json(sort) }),
      ...(columns && { columns: json(columns) }),
    }
    if (Object.keys(change).length === 0) return
    await tx.pg
      .updateTable('savedView')
      .set(change)
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .execute()
    tx.audit({
      kind: 'view',
      id,
      changes: {
        from: { name: before.name, filter: before.filter, sort: before.sort, shared: before.shared },
        to: { ...plain, ...(filter && { filter }), ...(sort && { sort }), ...(columns && { columns }) },
      },
    })
  },
})

export const deleteView = action({
  name: 'view.delete',
  role: 'viewer',
  scope: 'write',
  input: z.object({ id: z.uuid() }),
  async run(tx, { id }) {
    const view = await changeableView(tx, id)
    const others = await tx.pg
      .selectFrom('savedView')
      .select(['name', 'filter', 'shared', 'ownerId'])
      .where('workspaceId', '=', tx.workspace)
      .where('id', '<>', id)
      .execute()
    const users = others.filter((other) => viewsIn(other.filter as Filter).includes(id))
    if (users.length > 0) {
      const seen = users
        .filter((other) => other.shared || other.ownerId === userIdOf(tx))
        .map((one) => one.name)
      throw conflict(
        'view_in_use',
        `Other views filter by this one: ${seen.join(', ') || 'views of colleagues'}. Change them first.`,
      )
    }
    await tx.pg.deleteFrom('savedView').where('workspaceId', '=', tx.workspace).where('id', '=', id).execute()
    tx.audit({ kind: 'view', id, changes: { name: view.name, filter: view.filter, sort: view.sort } })
  },
})

/** Puts the views in this order; those that are not named keep their places after them. */
export const orderViews = action({
  name: 'view.order',
  role: 'viewer',
  scope: 'write',
  input: z.object({ ids: z.array(z.uuid()).min(1).max(500) }),
  async run(tx, { ids }) {
    for (const id of ids) await changeableView(tx, id)
    await sql`
      update saved_view v set position = o.place::int - ${ids.length + 1}
      from unnest(${ids}::uuid[]) with ordinality as o(id, place)
      where v.workspace_id = ${tx.workspace} and v.id = o.id`.execute(tx.pg)
    tx.audit({ kind: 'workspace', id: tx.workspace, changes: { views: ids } })
  },
})

function demandUser(tx: Tx): string {
  const id = userIdOf(tx)
  if (!id) throw forbidden('Pins belong to a person. Sign in instead of using a key.')
  return id
}

export const pinAccount = action({
  name: 'pin.add',
  role: 'viewer',
  scope: 'write',
  input: z.object({ id: z.uuid() }),
  async run(tx, input) {
    const userId = demandUser(tx)
    const accountId = await resolveAccount(tx, input.id)
    await tx.pg
      .insertInto('pin')
      .values({ workspaceId: tx.workspace, userId, accountId, pinnedAt: tx.clock().toISOString() })
      .onConflict((clash) => clash.doNothing())
      .execute()
    tx.audit({ kind: 'account', id: accountId })
  },
})

export const unpinAccount = action({
  name: 'pin.remove',
  role: 'viewer',
  scope: 'write',
  input: z.object({ id: z.uuid() }),
  async run(tx, input) {
    const userId = demandUser(tx)
    const rootId = await resolveAccount(tx, input.id)
    await sql`
      delete from pin using account a
      where pin.workspace_id = ${tx.workspace} and pin.user_id = ${userId}
        and a.id = pin.account_id and a.root_id = ${rootId}`.execute(tx.pg)
    tx.audit({ kind: 'account', id: rootId })
  },
})

/** Gives many accounts to one person, or to nobody. Says who had them, so that it can be undone. */
export const assignAccounts = action({
  name: 'account.assign',
  role: 'csm',
  scope: 'write',
  input: Assignment,
  async run(tx, { accountIds, ownerId }) {
    if (ownerId) {
      const member = await tx.pg
        .selectFrom('membership')
        .select('userId')
        .where('workspaceId', '=', tx.workspace)
        .where('userId', '=', ownerId)
        .executeTakeFirst()
      if (!member)
        throw invalid('The owner must be in the team.', [{ path: 'ownerId', message: 'Not in the team.' }])
    }
    const wanted = [...new Set(accountIds)]
    const { rows } = await sql<{ id: string; ownerId: string | null }>`
      select id, owner_id from account
      where workspace_id = ${tx.workspace} and merged_into is null and id = any(${wanted}::uuid[])
      order by id for update`.execute(tx.pg)
    if (rows.length < wanted.length) throw notFound('customer')
    await sql`
      update account set owner_id = ${ownerId}, updated_at = ${tx.clock().toISOString()}
      where workspace_id = ${tx.workspace} and id = any(${wanted}::uuid[])`.execute(tx.pg)
    await tx.touch(wanted)
    const owners = [...new Set(rows.map((row) => row.ownerId))]
    const before = owners.map((owner) => ({
      ownerId: owner,
      accountIds: rows.filter((row) => row.ownerId === owner).map((row) => row.id),
    }))
    tx.audit({ kind: 'workspace', id: tx.workspace, changes: { ownerId: { from: before, to: ownerId } } })
    return { before }
  },
})
