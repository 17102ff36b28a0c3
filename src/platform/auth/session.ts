import { sql, type Kysely, type Transaction } from 'kysely'
import type { Actor, Services } from '../context.ts'
import type { Tables } from '../db/tables.ts'
import { hashSecret, newSecret } from './secrets.ts'
import type { Role, Scope } from './roles.ts'
import { mintWorkspaceId, type WorkspaceId } from './workspace-id.ts'

export const sessionCookie = 'mainstay_session'
export const sessionDays = 30
const idleDays = 14
const keyPrefix = 'mk_'
const dayMs = 86_400_000

/** Who is asking, proved by a session cookie or an API key. */
export type Principal = Readonly<{ actor: Exclude<Actor, { kind: 'system' }>; workspace: WorkspaceId }>

export const newApiKey = (): string => keyPrefix + newSecret()

/** Opens a session and returns the secret for its cookie. */
export async function openSession(
  pg: Kysely<Tables> | Transaction<Tables>,
  now: Date,
  session: { userId: string; workspaceId: string; ip: string | null; userAgent: string | null },
): Promise<string> {
  const token = newSecret()
  await pg
    .insertInto('session')
    .values({
      tokenHash: hashSecret(token),
      userId: session.userId,
      workspaceId: session.workspaceId,
      createdAt: now.toISOString(),
      lastSeenAt: now.toISOString(),
      expiresAt: new Date(now.getTime() + sessionDays * dayMs).toISOString(),
      ip: session.ip,
      userAgent: session.userAgent?.slice(0, 300) ?? null,
    })
    .execute()
  return token
}

/** Channel on which PostgreSQL tells (NOTIFY) that somebody signed out; `sessionName` of their token says who. */
export const sessionClosed = 'session_closed'
export const sessionName = (token: string): string => hashSecret(token).toString('hex')

export async function closeSession(pg: Kysely<Tables>, token: string): Promise<void> {
  await sql`
    with closed as (delete from session where token_hash = ${hashSecret(token)})
    select pg_notify(${sessionClosed}, ${sessionName(token)})`.execute(pg)
}

async function principalOfSession(
  { pg, clock }: Services,
  token: string,
  sighting: boolean,
): Promise<Principal | undefined> {
  const tokenHash = hashSecret(token)
  const now = clock()
  const row = await pg
    .selectFrom('session')
    .innerJoin('appUser', 'appUser.id', 'session.userId')
    .innerJoin('membership', (join) =>
      join
        .onRef('membership.userId', '=', 'session.userId')
        .onRef('membership.workspaceId', '=', 'session.workspaceId'),
    )
    .select(['appUser.id', 'appUser.name', 'membership.role', 'session.workspaceId', 'session.lastSeenAt'])
    .where('session.tokenHash', '=', tokenHash)
    .where('session.expiresAt', '>', now.toISOString())
    .where('session.lastSeenAt', '>', new Date(now.getTime() - idleDays * dayMs).toISOString())
    .executeTakeFirst()
  if (!row) return undefined
  if (sighting && now.getTime() - Date.parse(row.lastSeenAt) > 60_000)
    await pg
      .updateTable('session')
      .set({ lastSeenAt: now.toISOString() })
      .where('tokenHash', '=', tokenHash)
      .execute()
  return {
    actor: { kind: 'user', id: row.id, name: row.name, role: row.role as Role },
    workspace: mintWorkspaceId(row.workspaceId),
  }
}

async function principalOfKey(
  { pg, clock }: Services,
  key: string,
  sighting: boolean,
): Promise<Principal | undefined> {
  const row = await pg
    .selectFrom('apiKey')
    .select(['id', 'name', 'role', 'scopes', 'workspaceId', 'lastUsedAt'])
    .where('secretHash', '=', hashSecret(key))
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
  if (!row) return undefined
  const now = clock()
  if (sighting && (!row.lastUsedAt || now.getTime() - Date.parse(row.lastUsedAt) > 60_000))
    await pg.updateTable('apiKey').set({ lastUsedAt: now.toISOString() }).where('id', '=', row.id).execute()
  return {
    actor: { kind: 'key', id: row.id, name: row.name, role: row.role as Role, scopes: row.scopes as Scope[] },
    workspace: mintWorkspaceId(row.workspaceId),
  }
}

/**
 * Resolves the credentials of a request; undefined when there are none or they are not valid any more. Without
 * `sighting` it is no sign that somebody is there, and keeps no idle session alive.
 */
export async function authenticate(
  services: Services,
  credentials: Readonly<{ authorization: string | undefined; session: string | undefined }>,
  { sighting } = { sighting: true },
): Promise<Principal | undefined> {
  const bearer = credentials.authorization?.match(/^Bearer (\S+)$/)?.[1]
  if (bearer) return bearer.startsWith(keyPrefix) ? principalOfKey(services, bearer, sighting) : undefined
  return credentials.session ? principalOfSession(services, credentials.session, sighting) : undefined
}
