import { sql } from 'kysely'
import type { z } from 'zod'
import type { Role } from '../../platform/auth/roles.ts'
import { hashSecret } from '../../platform/auth/secrets.ts'
import { userIdOf, type Ctx, type Services } from '../../platform/context.ts'
import { Problem } from '../../platform/errors.ts'
import type {
  ApiKey,
  AuditPage,
  Invitation,
  InvitationPreview,
  Member,
  Session,
  Workspace,
} from './schema.ts'

/** True until somebody owns this installation. */
export async function setupNeeded({ pg }: Pick<Services, 'pg'>): Promise<boolean> {
  const owner = await pg
    .selectFrom('membership')
    .select('userId')
    .where('role', '=', 'owner')
    .limit(1)
    .execute()
  return owner.length === 0
}

export async function workspaceOf(ctx: Pick<Ctx, 'pg' | 'workspace'>): Promise<z.output<typeof Workspace>> {
  return (await ctx.pg
    .selectFrom('workspace')
    .select(['id', 'name', 'currency', 'timeZone', 'churnRule'])
    .where('id', '=', ctx.workspace)
    .executeTakeFirstOrThrow()) as z.output<typeof Workspace>
}

export async function currentSession(ctx: Ctx): Promise<z.output<typeof Session>> {
  const userId = userIdOf(ctx)
  if (!userId || ctx.actor.kind !== 'user')
    throw new Problem(
      403,
      'not_a_person',
      'An API key has no session. Use it as a bearer token on each request.',
    )
  const user = await ctx.pg
    .selectFrom('appUser')
    .select(['id', 'name', 'email'])
    .where('id', '=', userId)
    .executeTakeFirstOrThrow()
  const workspaces = await ctx.pg
    .selectFrom('membership')
    .innerJoin('workspace', 'workspace.id', 'membership.workspaceId')
    .select(['workspace.id', 'workspace.name', 'membership.role'])
    .where('membership.userId', '=', userId)
    .orderBy('workspace.name')
    .execute()
  return {
    user,
    role: ctx.actor.role,
    workspace: await workspaceOf(ctx),
    workspaces: workspaces.map((row) => ({ ...row, role: row.role as Role })),
  }
}

export async function listMembers(ctx: Ctx): Promise<z.output<typeof Member>[]> {
  const rows = await ctx.pg
    .selectFrom('membership')
    .innerJoin('appUser', 'appUser.id', 'membership.userId')
    .select([
      'appUser.id',
      'appUser.name',
      'appUser.email',
      'membership.role',
      'membership.createdAt as joinedAt',
    ])
    .select((eb) =>
      eb
        .selectFrom('session')
        .select(({ fn }) => fn.max('session.lastSeenAt').as('lastSeenAt'))
        .whereRef('session.userId', '=', 'appUser.id')
        .where('session.workspaceId', '=', ctx.workspace)
        .as('lastSeenAt'),
    )
    .where('membership.workspaceId', '=', ctx.workspace)
    .orderBy('appUser.name')
    .execute()
  return rows.map((row) => ({ ...row, role: row.role as Role }))
}

export async function listInvitations(ctx: Ctx): Promise<z.output<typeof Invitation>[]> {
  const now = ctx.clock().toISOString()
  const rows = await ctx.pg
    .selectFrom('invitation')
    .leftJoin('appUser', 'appUser.id', 'invitation.invitedBy')
    .select([
      'invitation.id',
      'invitation.email',
      'invitation.role',
      'appUser.name as invitedBy',
      'invitation.createdAt',
      'invitation.expiresAt',
      'invitation.acceptedAt',
      'invitation.revokedAt',
    ])
    .where('invitation.workspaceId', '=', ctx.workspace)
    .orderBy('invitation.createdAt', 'desc')
    .limit(200)
    .execute()
  return rows.map(({ acceptedAt, revokedAt, role, ...row }) => ({
    ...row,
    role: role as Role,
    state: acceptedAt ? 'accepted' : revokedAt ? 'revoked' : row.expiresAt < now ? 'expired' : 'open',
  }))
}

/** What the link of an invitation is about, for the page that accepts it; undefined when it is of no use any more. */
export async function previewInvitation(
  { pg, clock }: Services,
  token: string,
): Promise<z.output<typeof InvitationPreview> | undefined> {
  const row = await pg
    .selectFrom('invitation')
    .innerJoin('workspace', 'workspace.id', 'invitation.workspaceId')
    .leftJoin('appUser', 'appUser.email', 'invitation.email')
    .select(['invitation.email', 'invitation.role', 'workspace.name as workspace', 'appUser.id as userId'])
    .where('invitation.tokenHash', '=', hashSecret(token))
    .where('invitation.acceptedAt', 'is', null)
    .where('invitation.revokedAt', 'is', null)
    .where('invitation.expiresAt', '>', clock().toISOString())
    .executeTakeFirst()
  return (
    row && { email: row.email, role: row.role as Role, workspace: row.workspace, known: row.userId !== null }
  )
}

export async function listApiKeys(ctx: Ctx): Promise<z.output<typeof ApiKey>[]> {
  const rows = await ctx.pg
    .selectFrom('apiKey')
    .leftJoin('appUser', 'appUser.id', 'apiKey.createdBy')
    .select([
      'apiKey.id',
      'apiKey.name',
      'apiKey.prefix',
      'apiKey.role',
      'apiKey.scopes',
      'appUser.name as createdBy',
      'apiKey.createdAt',
      'apiKey.lastUsedAt',
      'apiKey.revokedAt',
    ])
    .where('apiKey.workspaceId', '=', ctx.workspace)
    .orderBy('apiKey.createdAt', 'desc')
    .execute()
  return rows as z.output<typeof ApiKey>[]
}

/** Newest first; `before` is the id of the last row of the page above. */
export async function listAudit(
  ctx: Ctx,
  page: { before?: number; limit: number; subjectId?: string },
): Promise<z.output<typeof AuditPage>> {
  const rows = await ctx.pg
    .selectFrom('audit')
    .select(['id', 'at', 'actorName as actor', 'actorKind', 'action', 'subjectKind', 'subjectId', 'changes'])
    .where('workspaceId', '=', ctx.workspace)
    .$if(page.before !== undefined, (query) => query.where('id', '<', page.before as number))
    .$if(page.subjectId !== undefined, (query) => query.where('subjectId', '=', page.subjectId as string))
    .orderBy('id', 'desc')
    .limit(page.limit + 1)
    .execute()
  const more = rows.length > page.limit
  const shown = rows.slice(0, page.limit) as z.output<typeof AuditPage>['rows']
  return { rows: shown, next: more ? (shown.at(-1)?.id ?? null) : null }
}

/** How many owners the workspace has; the rows are locked, so that two owners cannot leave at once. */
export async function countOwners(ctx: Pick<Ctx, 'pg' | 'workspace'>): Promise<number> {
  const { rows } = await sql`
    select user_id from membership where workspace_id = ${ctx.workspace} and role = 'owner' for update`.execute(
    ctx.pg,
  )
  return rows.length
}
