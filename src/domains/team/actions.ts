import { z } from 'zod'
import { action, parseInput } from '../../platform/action.ts'
import { demandPerson, revokeKey } from '../../platform/auth/key-rules.ts'
import { atLeast, type Role } from '../../platform/auth/roles.ts'
import {
  hashPassword,
  hashSecret,
  newSecret,
  verifyPassword,
  wasteVerification,
} from '../../platform/auth/secrets.ts'
import { newApiKey, openSession } from '../../platform/auth/session.ts'
import { userIdOf, type Services } from '../../platform/context.ts'
import { conflict, forbidden, notFound, Problem } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { mayGrant, refuseRoleChange } from './model.ts'
import { countOwners, setupNeeded } from './reads.ts'
import {
  AcceptInput,
  ApiKeyInput,
  InvitationInput,
  NewWorkspace,
  PasswordChange,
  Role as RoleSchema,
  SetupInput,
  SignInInput,
  WorkspaceChange,
} from './schema.ts'

const invitationDays = 7
type Client = Readonly<{ ip: string | null; userAgent: string | null }>

/** Makes the one-time token of the set-up link; an older one is void. Returns null once there is an owner. */
export async function issueSetupToken(services: Services): Promise<string | null> {
  if (!(await setupNeeded(services))) return null
  const token = newSecret()
  await services.pg
    .insertInto('setupToken')
    .values({ tokenHash: hashSecret(token) })
    .onConflict((on) => on.column('onlyOne').doUpdateSet({ tokenHash: hashSecret(token) }))
    .execute()
  return token
}

/** First run: whoever holds the token becomes the owner of the first workspace. The token works once. */
export async function createOwner(services: Services, raw: unknown, client: Client): Promise<string> {
  const input = parseInput(SetupInput, raw)
  const passwordHash = await hashPassword(input.password)
  return services.pg.transaction().execute(async (pg) => {
    const used = await pg
      .deleteFrom('setupToken')
      .where('tokenHash', '=', hashSecret(input.token))
      .returning('onlyOne')
      .executeTakeFirst()
    if (!used || !(await setupNeeded({ pg })))
      throw new Problem(
        403,
        'setup_token',
        'This set-up link is not valid any more. Restart Mainstay for a new one.',
      )
    const now = services.clock()
    const workspaceId = newId()
    const userId = newId()
    await pg
      .insertInto('workspace')
      .values({ id: workspaceId, name: input.workspace, currency: input.currency, timeZone: input.timeZone })
      .execute()
    await pg
      .insertInto('appUser')
      .values({ id: userId, email: input.email, name: input.name, passwordHash })
      .execute()
    await pg.insertInto('membership').values({ workspaceId, userId, role: 'owner' }).execute()
    await pg
      .insertInto('audit')
      .values({
        workspaceId,
        at: now.toISOString(),
        actorKind: 'user',
        actorId: userId,
        actorName: input.name,
        action: 'workspace.create',
        subjectKind: 'workspace',
        subjectId: workspaceId,
        requestId: newId(),
      })
      .execute()
    return openSession(pg, now, { userId, workspaceId, ...client })
  })
}

/** Checks e-mail and password and opens a session in the workspace used last. The answer never tells which was wrong. */
export async function signIn(services: Services, raw: unknown, client: Client): Promise<string> {
  const { email, password } = parseInput(SignInInput, raw)
  const user = await services.pg
    .selectFrom('appUser')
    .select(['id', 'passwordHash'])
    .where('email', '=', email)
    .executeTakeFirst()
  const valid = user ? await verifyPassword(password, user.passwordHash) : await wasteVerification(password)
  const membership =
    user &&
    (await services.pg
      .selectFrom('membership')
      .leftJoin('session', (join) =>
        join
          .onRef('session.userId', '=', 'membership.userId')
          .onRef('session.workspaceId', '=', 'membership.workspaceId'),
      )
      .select('membership.workspaceId')
      .where('membership.userId', '=', user.id)
      .orderBy('session.lastSeenAt', (order) => order.desc().nullsLast())
      .orderBy('membership.createdAt')
      .limit(1)
      .executeTakeFirst())
  if (!user || !valid || !membership)
    throw new Problem(
      401,
      'sign_in',
      'E-mail address or password is not right. After too many tries there is a pause.',
    )
  return openSession(services.pg, services.clock(), {
    userId: user.id,
    workspaceId: membership.workspaceId,
    ...client,
  })
}

export const updateWorkspace = action({
  name: 'workspace.update',
  role: 'admin',
  scope: 'settings',
  input: WorkspaceChange,
  async run(tx, input) {
    if (Object.keys(input).length > 0)
      await tx.pg.updateTable('workspace').set(input).where('id', '=', tx.workspace).execute()
    tx.audit({ kind: 'workspace', id: tx.workspace, changes: input })
    await tx.emit({
      kind: 'workspace.changed',
      accountId: null,
      validAt: tx.clock().toISOString(),
      payload: { fields: Object.keys(input) },
    })
  },
})

/** Another workspace, with the person who asks as its owner. */
export const createWorkspace = action({
  name: 'workspace.create',
  role: 'owner',
  scope: 'settings',
  input: NewWorkspace,
  async run(tx, input) {
    const userId = userIdOf(tx)
    if (!userId) throw forbidden('Only a person can own a workspace. Sign in to create one.')
    const id = newId()
    await tx.pg
      .insertInto('workspace')
      .values({ id, ...input })
      .execute()
    await tx.pg.insertInto('membership').values({ workspaceId: id, userId, role: 'owner' }).execute()
    tx.audit({ kind: 'workspace', id })
    return { id }
  },
})

export const switchWorkspace = action({
  name: 'session.switch',
  role: 'viewer',
  scope: 'settings',
  input: z.object({ workspaceId: z.uuid(), token: z.string() }),
  async run(tx, { workspaceId, token }) {
    const member = await tx.pg
      .selectFrom('membership')
      .select('userId')
      .where('workspaceId', '=', workspaceId)
      .where('userId', '=', userIdOf(tx))
      .executeTakeFirst()
    if (!member) throw notFound('workspace')
    await tx.pg
      .updateTable('session')
      .set({ workspaceId })
      .where('tokenHash', '=', hashSecret(token))
      .execute()
  },
})

export const changePassword = action({
  name: 'user.change_password',
  role: 'viewer',
  scope: 'settings',
  input: PasswordChange.extend({ token: z.string() }),
  async run(tx, input) {
    const userId = userIdOf(tx)
    if (!userId) throw forbidden('An API key has no password.')
    const user = await tx.pg
      .selectFrom('appUser')
      .select('passwordHash')
      .where('id', '=', userId)
      .executeTakeFirstOrThrow()
    if (!(await verifyPassword(input.current, user.passwordHash)))
      throw new Problem(403, 'wrong_password', 'The current password is not right.')
    await tx.pg
      .updateTable('appUser')
      .set({ passwordHash: await hashPassword(input.next), passwordChangedAt: tx.clock().toISOString() })
      .where('id', '=', userId)
      .execute()
    // Whoever else is signed in with the old password is signed out.
    await tx.pg
      .deleteFrom('session')
      .where('userId', '=', userId)
      .where('tokenHash', '!=', hashSecret(input.token))
      .execute()
    tx.audit({ kind: 'user', id: userId })
  },
})

const memberChange = z.object({ userId: z.uuid(), role: RoleSchema.nullable() })

/** Gives a member another role, or with null takes the membership away. */
export const changeMember = action({
  name: 'member.change',
  role: 'viewer',
  scope: 'settings',
  input: memberChange,
  async run(tx, { userId, role }) {
    if (tx.actor.kind === 'system') throw forbidden('Only a person changes the team.')
    const member = await tx.pg
      .selectFrom('membership')
      .select('role')
      .where('workspaceId', '=', tx.workspace)
      .where('userId', '=', userId)
      .executeTakeFirst()
    if (!member) throw notFound('member')
    const refusal = refuseRoleChange({
      actor: tx.actor,
      member: { id: userId, role: member.role as Role },
      to: role,
      owners: await countOwners(tx),
    })
    if (refusal) throw forbidden(refusal)
    const chosen = { workspaceId: tx.workspace, userId }
    if (role) {
      await tx.pg
        .updateTable('membership')
        .set({ role })
        .where('workspaceId', '=', chosen.workspaceId)
        .where('userId', '=', userId)
        .execute()
    } else {
      await tx.pg
        .deleteFrom('membership')
        .where('workspaceId', '=', chosen.workspaceId)
        .where('userId', '=', userId)
        .execute()
      await tx.pg
        .deleteFrom('session')
        .where('workspaceId', '=', chosen.workspaceId)
        .where('userId', '=', userId)
        .execute()
    }
    tx.audit({ kind: 'user', id: userId, changes: { role: { from: member.role, to: role } } })
  },
})

export const invite = action({
  name: 'invitation.create',
  role: 'admin',
  scope: 'settings',
  input: InvitationInput,
  async run(tx, input) {
    if (tx.actor.kind === 'key') throw forbidden('Only a person can invite. Sign in to do it.')
    if (tx.actor.kind !== 'system' && !mayGrant(tx.actor.role, input.role))
      throw forbidden('Nobody can invite to a role above their own.')
    const already = await tx.pg
      .selectFrom('membership')
      .innerJoin('appUser', 'appUser.id', 'membership.userId')
      .select('appUser.id')
      .where('membership.workspaceId', '=', tx.workspace)
      .where('appUser.email', '=', input.email)
      .executeTakeFirst()
    if (already) throw conflict('already_member', `${input.email} is in the team already.`)
    const id = newId()
    const token = newSecret()
    const now = tx.clock()
    const expiresAt = new Date(now.getTime() + invitationDays * 86_400_000).toISOString()
    await tx.pg
      .insertInto('invitation')
      .values({
        id,
        workspaceId: tx.workspace,
        email: input.email,
        role: input.role,
        tokenHash: hashSecret(token),
        invitedBy: userIdOf(tx),
        createdAt: now.toISOString(),
        expiresAt,
      })
      .execute()
    tx.audit({ kind: 'invitation', id, changes: { role: input.role } })
    return { id, token, expiresAt }
  },
})

export const revokeInvitation = action({
  name: 'invitation.revoke',
  role: 'admin',
  scope: 'settings',
  input: z.object({ id: z.uuid() }),
  async run(tx, { id }) {
    const revoked = await tx.pg
      .updateTable('invitation')
      .set({ revokedAt: tx.clock().toISOString() })
      .where('id', '=', id)
      .where('workspaceId', '=', tx.workspace)
      .where('acceptedAt', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (!revoked) throw notFound('invitation')
    tx.audit({ kind: 'invitation', id })
  },
})

/** Joins the workspace of the invitation, with a new account or the one that the address has. */
export async function acceptInvitation(services: Services, raw: unknown, client: Client): Promise<string> {
  const input = parseInput(AcceptInput, raw)
  const now = services.clock()
  const open = await services.pg
    .selectFrom('invitation')
    .select(['id', 'workspaceId', 'email', 'role'])
    .where('tokenHash', '=', hashSecret(input.token))
    .where('acceptedAt', 'is', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', now.toISOString())
    .executeTakeFirst()
  if (!open) throw new Problem(403, 'invitation', 'This invitation is not valid any more. Ask for a new one.')
  const user = await services.pg
    .selectFrom('appUser')
    .select(['id', 'name', 'passwordHash'])
    .where('email', '=', open.email)
    .executeTakeFirst()
  if (user && !(await verifyPassword(input.password, user.passwordHash)))
    throw new Problem(401, 'sign_in', 'This address has an account already. Use its password.')
  if (!user && !input.name)
    throw new Problem(422, 'invalid_input', 'Tell your name, so that others know who you are.')
  const passwordHash = user ? '' : await hashPassword(input.password)
  return services.pg.transaction().execute(async (pg) => {
    const taken = await pg
      .updateTable('invitation')
      .set({ acceptedAt: now.toISOString() })
      .where('id', '=', open.id)
      .where('acceptedAt', 'is', null)
      .returning('id')
      .executeTakeFirst()
    if (!taken) throw new Problem(403, 'invitation', 'This invitation was used just now. Ask for a new one.')
    const userId = user?.id ?? newId()
    const name = user?.name ?? (input.name as string)
    if (!user)
      await pg.insertInto('appUser').values({ id: userId, email: open.email, name, passwordHash }).execute()
    await pg
      .insertInto('membership')
      .values({ workspaceId: open.workspaceId, userId, role: open.role })
      .onConflict((on) => on.doNothing())
      .execute()
    await pg
      .insertInto('audit')
      .values({
        workspaceId: open.workspaceId,
        at: now.toISOString(),
        actorKind: 'user',
        actorId: userId,
        actorName: name,
        action: 'invitation.accept',
        subjectKind: 'invitation',
        subjectId: open.id,
        requestId: newId(),
      })
      .execute()
    return openSession(pg, now, { userId, workspaceId: open.workspaceId, ...client })
  })
}

export const createApiKey = action({
  name: 'api_key.create',
  role: 'admin',
  scope: 'settings',
  input: ApiKeyInput,
  async run(tx, input) {
    demandPerson(tx)
    if (tx.actor.kind !== 'system' && !atLeast(tx.actor.role, input.role))
      throw forbidden('A key cannot have a role above yours.')
    const id = newId()
    const key = newApiKey()
    await tx.pg
      .insertInto('apiKey')
      .values({
        id,
        workspaceId: tx.workspace,
        name: input.name,
        prefix: key.slice(0, 8),
        secretHash: hashSecret(key),
        role: input.role,
        scopes: input.scopes,
        createdBy: userIdOf(tx),
      })
      .execute()
    tx.audit({ kind: 'api_key', id, changes: { name: input.name, role: input.role, scopes: input.scopes } })
    return { id, key }
  },
})

export const revokeApiKey = action({
  name: 'api_key.revoke',
  role: 'admin',
  scope: 'settings',
  input: z.object({ id: z.uuid() }),
  async run(tx, { id }) {
    await revokeKey(tx, 'apiKey', id)
  },
})
