import { z } from 'zod'
import { action } from '../../../platform/action.ts'
import { demandPerson, revokeKey } from '../../../platform/auth/key-rules.ts'
import { hashSecret } from '../../../platform/auth/secrets.ts'
import { newWriteKey } from '../../../platform/auth/write-key.ts'
import { userIdOf } from '../../../platform/context.ts'
import { invalid, notFound } from '../../../platform/errors.ts'
import { newId } from '../../../platform/ids.ts'
import { WriteKeyChange, WriteKeyInput } from '../schema.ts'

export const createWriteKey = action({
  name: 'write_key.create',
  role: 'admin',
  scope: 'settings',
  input: WriteKeyInput,
  async run(tx, { name, kind, origins }) {
    demandPerson(tx)
    const id = newId()
    const key = newWriteKey(kind)
    await tx.pg
      .insertInto('writeKey')
      .values({
        id,
        workspaceId: tx.workspace,
        name,
        kind,
        prefix: key.slice(0, 8),
        secretHash: hashSecret(key),
        publicKey: kind === 'browser' ? key : null,
        origins,
        createdBy: userIdOf(tx),
        createdAt: tx.clock().toISOString(),
      })
      .execute()
    tx.audit({ kind: 'write_key', id, changes: { name, kind, origins } })
    return { id, key }
  },
})

export const revokeWriteKey = action({
  name: 'write_key.revoke',
  role: 'admin',
  scope: 'settings',
  input: z.object({ id: z.uuid() }),
  async run(tx, { id }) {
    await revokeKey(tx, 'writeKey', id)
  },
})

export const changeWriteKey = action({
  name: 'write_key.change',
  role: 'admin',
  scope: 'settings',
  input: WriteKeyChange.extend({ id: z.uuid() }),
  async run(tx, { id, ...change }) {
    const key = await tx.pg
      .selectFrom('writeKey')
      .select(['name', 'kind', 'origins'])
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .where('revokedAt', 'is', null)
      .forUpdate()
      .executeTakeFirst()
    if (!key) throw notFound('write key')
    if (change.origins && key.kind !== 'browser')
      throw invalid('Only a browser key has origins.', [
        { path: 'origins', message: 'Only a browser key has origins.' },
      ])
    const { name = key.name, origins = key.origins } = change
    await tx.pg.updateTable('writeKey').set({ name, origins }).where('id', '=', id).execute()
    tx.audit({ kind: 'write_key', id, changes: { name, origins } })
  },
})
