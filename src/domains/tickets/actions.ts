import { z } from 'zod'
import { action, type Tx } from '../../platform/action.ts'
import { conflict, notFound } from '../../platform/errors.ts'
import { newId } from '../../platform/ids.ts'
import { resolveAccount } from '../accounts/reads.ts'
import { changesOf, isOpen, reopens, type TicketChange as Change, type Tracked } from './model.ts'
import { nextSeq } from './reads.ts'
import { NewTicket, TicketChange } from './schema.ts'

async function tell(tx: Tx, ticketId: string, changes: readonly Change[]): Promise<void> {
  if (changes.length === 0) return
  const [at, first] = [tx.clock().toISOString(), await nextSeq(tx, ticketId)]
  await tx.pg
    .insertInto('ticketEvent')
    .values(
      changes.map(({ kind, from, to }, index) => ({
        id: newId(),
        workspaceId: tx.workspace,
        ticketId,
        at,
        seq: first + index,
        kind,
        fromValue: from,
        toValue: to,
        actor: tx.actor.name,
      })),
    )
    .execute()
}

async function announce(
  tx: Tx,
  kind: 'ticket.opened' | 'ticket.reopened' | 'ticket.solved',
  accountId: string | null,
  ticket: { id: string; priority: number | null },
): Promise<void> {
  const { id, priority } = ticket
  await tx.emit({ kind, accountId, validAt: tx.clock().toISOString(), payload: { ticketId: id, priority } })
}

async function checkPerson(tx: Tx, personId: string | null): Promise<void> {
  if (personId === null) return
  const person = await tx.pg
    .selectFrom('person')
    .select('id')
    .where('workspaceId', '=', tx.workspace)
    .where('id', '=', personId)
    .executeTakeFirst()
  if (!person) throw notFound('person')
}

export const createTicket = action({
  name: 'ticket.create',
  role: 'csm',
  scope: 'write',
  input: NewTicket,
  async run(tx, input) {
    const accountId = input.accountId === null ? null : await resolveAccount(tx, input.accountId)
    await checkPerson(tx, input.personId)
    const id = newId()
    const ticket = { ...input, accountId, state: 'new' as const }
    await tx.pg
      .insertInto('ticket')
      .values({
        ...ticket,
        id,
        workspaceId: tx.workspace,
        openedAt: tx.clock().toISOString(),
        reopenCount: 0,
        reassignmentCount: 0,
      })
      .execute()
    await tell(tx, id, changesOf(null, { ...ticket, stateLabel: null, reopenCount: 0 }))
    await announce(tx, 'ticket.opened', accountId, { id, priority: input.priority })
    if (accountId) await tx.touch([accountId])
    tx.audit({ kind: 'ticket', id, changes: ticket })
    return { id }
  },
})

/** A count after what happened or not: one that nobody told begins with the first time. */
const counted = (before: number | null, happened: boolean): number | null =>
  happened ? (before ?? 0) + 1 : before

async function change(tx: Tx, id: string, input: z.output<typeof TicketChange>): Promise<void> {
  const before = await tx.pg
    .selectFrom('ticket')
    .selectAll()
    .where('workspaceId', '=', tx.workspace)
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirst()
  if (!before) throw notFound('ticket')
  const was = before as typeof before & Tracked
  const now = tx.clock().toISOString()
  const state = input.state ?? was.state
  const again = reopens(was.state, state)
  const moved = state !== was.state
  const relabelled = input.priority !== undefined && input.priority !== was.priority
  const values = {
    ...input,
    reopenCount: counted(was.reopenCount, again),
    // A label of the source says nothing about what people set since.
    ...(moved ? { stateLabel: null } : {}),
    ...(relabelled ? { priorityLabel: null } : {}),
    ...(again ? { solvedAt: null, closedAt: null } : {}),
    ...(isOpen(was.state) && !isOpen(state) ? { solvedAt: now } : {}),
    ...(moved && state === 'closed' ? { closedAt: now } : {}),
  }
  const after = { ...was, ...values }
  const changes = changesOf(was, after)
  const reassigned = changes.some(({ kind }) => kind === 'assignment')
  await tx.pg
    .updateTable('ticket')
    .set({ ...values, reassignmentCount: counted(was.reassignmentCount, reassigned) })
    .where('workspaceId', '=', tx.workspace)
    .where('id', '=', id)
    .execute()
  await tell(tx, id, changes)
  const accountId = was.accountId && (await resolveAccount(tx, was.accountId))
  if (again) await announce(tx, 'ticket.reopened', accountId, after)
  if (isOpen(was.state) && !isOpen(state)) await announce(tx, 'ticket.solved', accountId, after)
  if (accountId) await tx.touch([accountId])
  tx.audit({
    kind: 'ticket',
    id,
    changes: Object.fromEntries(
      Object.entries(input).map(([key, to]) => [key, { from: was[key as keyof typeof was], to }]),
    ),
  })
}

export const changeTicket = action({
  name: 'ticket.change',
  role: 'csm',
  scope: 'write',
  input: TicketChange.extend({ id: z.uuid() }),
  run: (tx, { id, ...input }) => change(tx, id, input),
})

export const reopenTicket = action({
  name: 'ticket.reopen',
  role: 'csm',
  scope: 'write',
  input: z.object({ id: z.uuid() }),
  async run(tx, { id }) {
    const ticket = await tx.pg
      .selectFrom('ticket')
      .select('state')
      .where('workspaceId', '=', tx.workspace)
      .where('id', '=', id)
      .executeTakeFirst()
    if (!ticket) throw notFound('ticket')
    if (isOpen(ticket.state as Tracked['state']))
      throw conflict('ticket_is_open', 'This ticket is open already.')
    await change(tx, id, { state: 'open' })
  },
})
