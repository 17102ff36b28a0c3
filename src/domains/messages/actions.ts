import { action } from '../../platform/action.ts'
import { userIdOf } from '../../platform/context.ts'
import { invalid } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { resolveAccount } from '../accounts/reads.ts'
import { resolvePerson } from '../people/reads.ts'
import { messageLogged, NewMessage } from './schema.ts'

/** Logs a call, a meeting or what was written, after it took place. */
export const logMessage = action({
  name: 'message.log',
  role: 'csm',
  scope: 'write',
  input: NewMessage,
  async run(tx, { at: given, ...input }) {
    const now = tx.clock().toISOString()
    const at = new Date(given ?? now).toISOString()
    if (at > now)
      throw invalid('What has not taken place yet cannot be logged. Make a task of it.', [
        { path: 'at', message: `It is ${now}.` },
      ])
    const accountId = await resolveAccount(tx, input.accountId)
    const personId = input.personId && (await resolvePerson(tx, input.personId))
    const id = newId()
    await tx.pg
      .insertInto('message')
      .values({ ...input, id, workspaceId: tx.workspace, accountId, personId, userId: userIdOf(tx), at })
      .execute()
    await tx.touch([accountId])
    const { channel, direction } = input
    // What was said stays out of the audit log: it would have to be erased from there too.
    tx.audit({ kind: 'message', id, changes: { accountId, personId, channel, direction, at } })
    await tx.emit({
      kind: messageLogged,
      accountId,
      validAt: at,
      payload: { messageId: id, personId, channel, direction },
    })
    return { id }
  },
})
