import type { Services } from '../context.ts'
import { hashSecret, newSecret } from './secrets.ts'
import { mintWorkspaceId, type WorkspaceId } from './workspace-id.ts'

export type WriteKeyKind = 'server' | 'browser'

/** A product that sends events, proved by its key. */
export type Sender = Readonly<{
  keyId: string
  kind: WriteKeyKind
  origins: readonly string[]
  workspace: WorkspaceId
}>

/** `ws_` for secret keys of servers, `wb_` for public keys of browsers. */
export const newWriteKey = (kind: WriteKeyKind): string => (kind === 'server' ? 'ws_' : 'wb_') + newSecret()

/** The sender whose key this is; undefined when there is none, or it was revoked. */
export async function senderOf({ pg }: Pick<Services, 'pg'>, key: string): Promise<Sender | undefined> {
  const row = await pg
    .selectFrom('writeKey')
    .select(['id', 'kind', 'origins', 'workspaceId'])
    .where('secretHash', '=', hashSecret(key))
    .where('revokedAt', 'is', null)
    .executeTakeFirst()
  return (
    row && {
      keyId: row.id,
      kind: row.kind as WriteKeyKind,
      origins: row.origins,
      workspace: mintWorkspaceId(row.workspaceId),
    }
  )
}
