import { z } from 'zod'
import { action, type Tx } from '../../../platform/action.ts'
import { conflict, invalid, notFound } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { resolveAccount } from '../../accounts/reads.ts'
import { presenceOn } from '../model.ts'
import { todayOf } from '../reads.ts'
import { NewRole, personArrived, personLeft, RoleEnd, type PersonRole } from '../schema.ts'
import { lockPerson } from './lock.ts'

/** Roles of a person and of those merged into the person, at one account. */
async function rolesAt(tx: Tx, personId: string, accountId: string) {
  const rows = await tx.pg
    .selectFrom('personRole')
    .innerJoin('person', 'person.id', 'personRole.personId')
    .innerJoin('account', 'account.id', 'personRole.accountId')
    .select(['personRole.id', 'personRole.role', 'personRole.fromOn', 'personRole.toOn'])
    .where('personRole.workspaceId', '=', tx.workspace)
    .where('person.rootId', '=', personId)
    .where('account.rootId', '=', accountId)
    .execute()
  return rows as { id: string; role: PersonRole | null; fromOn: string | null; toOn: string | null }[]
}

const dayStart = (day: string): string => `${day}T00:00:00.000Z`

/** Gives the person a part at an account and announces it. A part that is current already is refused. */
export async function addRoleTo(tx: Tx, personId: string, input: z.output<typeof NewRole>): Promise<string> {
  const accountId = await resolveAccount(tx, input.accountId)
  const today = await todayOf(tx)
  const roles = await rolesAt(tx, personId, accountId)
  const others = roles.filter((role) => presenceOn(role, today) === 'current')
  if (roles.some((role) => role.role === input.role && presenceOn(role, today) !== 'gone'))
    throw conflict('role_held', 'This person has that role here already. End it first to begin it anew.')
  const id = newId()
  await tx.pg
    .insertInto('personRole')
    .values({ id, workspaceId: tx.workspace, personId, accountId, role: input.role, fromOn: input.fromOn })
    .execute()
  await tx.touch([accountId])
  await tx.emit({
    kind: personArrived,
    accountId,
    validAt: input.fromOn ? dayStart(input.fromOn) : tx.clock().toISOString(),
    recordedFrom: input.fromOn ? 'observed' : 'assumed',
    payload: { personId, roleId: id, role: input.role, otherRoles: others.map((role) => role.role) },
  })
  return id
}

export const addRole = action({
  name: 'person.add_role',
  role: 'csm',
  scope: 'write',
  input: NewRole.extend({ id: z.uuid() }),
  async run(tx, { id: anyId, ...input }) {
    const { id } = await lockPerson(tx, anyId)
    const roleId = await addRoleTo(tx, id, input)
    tx.audit({ kind: 'person', id, changes: { addedRole: { roleId, ...input } } })
    return { id: roleId }
  },
})

/** Ends a role on a day, moves its end, or with null takes the end back. */
export const endRole = action({
  name: 'person.end_role',
  role: 'csm',
  scope: 'write',
  input: RoleEnd.extend({ id: z.uuid(), roleId: z.uuid() }),
  async run(tx, { id: anyId, roleId, toOn }) {
    const { id } = await lockPerson(tx, anyId)
    const found = await tx.pg
      .selectFrom('personRole')
      .innerJoin('person', 'person.id', 'personRole.personId')
      .innerJoin('account', 'account.id', 'personRole.accountId')
      .select(['personRole.role', 'personRole.fromOn', 'personRole.toOn', 'account.rootId as accountId'])
      .where('personRole.workspaceId', '=', tx.workspace)
      .where('personRole.id', '=', roleId)
      .where('person.rootId', '=', id)
      .executeTakeFirst()
    if (!found) throw notFound('role')
    if (toOn && found.fromOn && toOn < found.fromOn)
      throw invalid('A role cannot end before it began.', [
        { path: 'toOn', message: `It began on ${found.fromOn}.` },
      ])
    await tx.pg
      .updateTable('personRole')
      .set({ toOn })
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', roleId)
      .execute()
    await tx.touch([found.accountId])
    tx.audit({ kind: 'person', id, changes: { roleId, toOn: { from: found.toOn, to: toOn } } })
    const today = await todayOf(tx)
    const others = (await rolesAt(tx, id, found.accountId)).filter(
      (role) => role.id !== roleId && presenceOn(role, today) === 'current',
    )
    await tx.emit({
      kind: toOn ? personLeft : personArrived,
      accountId: found.accountId,
      validAt: dayStart(toOn ?? found.fromOn ?? today),
      payload: { personId: id, roleId, role: found.role, otherRoles: others.map((role) => role.role) },
    })
  },
})
