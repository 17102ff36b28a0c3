import { z } from 'zod'
import { action } from '../../../platform/action.ts'
import type { WriteKeyKind } from '../../../platform/auth/write-key.ts'
import type { Ctx } from '../../../platform/context.ts'
import { invalid, notFound } from '../../../platform/errors.ts'
import { readEvent, reasonWords } from '../model.ts'
import { ReplayInput } from '../schema.ts'
import { keepDeliveries } from './keep.ts'

const settleReject = action({
  name: 'event_reject.settle',
  role: 'admin',
  scope: 'write',
  input: z.object({ id: z.uuid(), state: z.enum(['replayed', 'dismissed']) }),
  async run(tx, { id, state }) {
    const settled = await tx.pg
      .updateTable('eventReject')
      .set({ state, settledAt: tx.clock().toISOString() })
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .where('state', '=', 'open')
      .returning('id')
      .executeTakeFirst()
    if (!settled) throw notFound('rejected event')
    tx.audit({ kind: 'event_reject', id, changes: { decision: state } })
  },
})

export const dismissReject = (ctx: Ctx, id: string): Promise<void> =>
  settleReject(ctx, { id, state: 'dismissed' })

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw invalid('The mended event is not valid JSON. Check quotes and commas.')
  }
}

/** Tries a rejected event again, mended or as it came. It keeps the time at which it first came. */
export const replayReject = Object.assign(
  async (ctx: Ctx, { id, ...raw }: { id: string } & z.input<typeof ReplayInput>): Promise<void> => {
    const { event } = ReplayInput.parse(raw)
    const row = await ctx.pg
      .selectFrom('eventReject')
      .leftJoin('writeKey', 'writeKey.id', 'eventReject.writeKeyId')
      .select(['eventReject.raw', 'receivedAt', 'skewMs', 'writeKeyId', 'writeKey.kind'])
      .where('eventReject.workspaceId', '=', ctx.workspace)
      .where('eventReject.id', '=', id)
      .where('state', '=', 'open')
      .executeTakeFirst()
    if (!row) throw notFound('rejected event')
    const receivedAt = new Date(row.receivedAt)
    // Without an id of its own the event takes that of its entry, so that a second try does not count twice.
    const read = readEvent(parsed(event ?? row.raw), { receivedAt, skewMs: row.skewMs, newId: () => id })
    if ('reason' in read)
      throw invalid(reasonWords[read.reason], [{ path: 'event', message: reasonWords[read.reason] }])
    await keepDeliveries(ctx, [
      {
        workspace: ctx.workspace,
        keyId: row.writeKeyId,
        by: (row.kind ?? 'browser') as WriteKeyKind,
        receivedAt,
        skewMs: row.skewMs,
        events: [read.event],
        rejects: [],
      },
    ])
    await settleReject(ctx, { id, state: 'replayed' })
  },
  { definition: settleReject.definition },
)
