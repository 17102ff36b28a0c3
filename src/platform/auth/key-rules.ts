import type { Tx } from '../action.ts'
import { forbidden, notFound } from '../errors.ts'

const named = {
  apiKey: { kind: 'api_key', word: 'API key' },
  writeKey: { kind: 'write_key', word: 'write key' },
} as const

/** Refuses (403) to make a key on behalf of a key: a revoked key could live on in the ones it made. */
export function demandPerson({ actor }: Pick<Tx, 'actor'>): void {
  if (actor.kind === 'key') throw forbidden('Only a person can make a key. Sign in to do it.')
}

/** Ends a key of the workspace for good; 404 when it has none such, or it was revoked before. */
export async function revokeKey(tx: Tx, table: keyof typeof named, id: string): Promise<void> {
  const { kind, word } = named[table]
  const revoked = await tx.pg
    .updateTable(table)
    .set({ revokedAt: tx.clock().toISOString() })
    .where('id', '=', id)
    .where('workspaceId', '=', tx.workspace)
    .where('revokedAt', 'is', null)
    .returning('id')
    .executeTakeFirst()
  if (!revoked) throw notFound(word)
  tx.audit({ kind, id })
}
