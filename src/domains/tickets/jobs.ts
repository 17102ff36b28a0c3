import type { FactConsumer } from '../../platform/facts.ts'
import { markAllDue, type Evidence, type Reader, type Reading } from '../../platform/readings.ts'
import { importFinished } from '../imports/import-type.ts'
import { readingsDisagree, ticketLoad, ticketsKnown, type OpenTicket } from './reads.ts'

/** Enough to see what it is about; the list of tickets shows all. */
const mostEvidence = 20
const dayMs = 86_400_000

const evidenceOf = ({ id, priority, subject, openedAt }: OpenTicket): Evidence => ({
  kind: 'ticket',
  id,
  at: openedAt,
  code: 'tickets.open_ticket',
  params: { priority, subject },
})

const ageDays = (tickets: readonly OpenTicket[], asOf: Date): number | null =>
  tickets.length === 0
    ? null
    : Math.max(...tickets.map(({ openedAt }) => Math.max(0, (asOf.getTime() - Date.parse(openedAt)) / dayMs)))

/** The instant since which the oldest is open, for who counts in days of a calendar. */
const oldestAt = (tickets: readonly OpenTicket[]): string | null =>
  tickets.map(({ openedAt }) => openedAt).toSorted((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null

function openReading(base: Reading, opened: readonly OpenTicket[], asOf: Date): Reading {
  const counts = new Map<number | null, number>()
  for (const { priority } of opened) counts.set(priority, (counts.get(priority) ?? 0) + 1)
  return {
    ...base,
    code: 'tickets.open',
    value: opened.length,
    contributions: [...counts].map(([priority, amount]) => ({
      code: 'tickets.priority',
      params: { priority },
      amount,
    })),
    evidence: opened.slice(0, mostEvidence).map(evidenceOf),
    detail: { oldestDays: ageDays(opened, asOf), oldestAt: oldestAt(opened) },
  }
}

function severeReading(base: Reading, opened: readonly OpenTicket[], asOf: Date): Reading {
  const severe = opened.filter(({ priority }) => priority === 1)
  return {
    ...base,
    code: 'tickets.open_severe',
    value: severe.length,
    contributions: severe.map(({ id, subject }) => ({
      code: 'tickets.open_ticket',
      params: { id, subject },
      amount: 1,
    })),
    evidence: severe.map(evidenceOf),
    detail: {
      oldestDays: ageDays(severe, asOf),
      oldestAt: oldestAt(severe),
      withoutPriority: opened.filter(({ priority }) => priority === null).length,
    },
  }
}

const unknown = (base: Reading, code: string): Reading => ({
  ...base,
  code,
  state: 'not_enough_data',
  detail: { missing: ['tickets'] },
})

/** Where tickets of customers are kept at all, an account without one has none: that is known. */
const ticketReader: Reader = {
  codes: ['tickets.open', 'tickets.open_severe'],
  async compute(ctx, accountIds, asOf) {
    const { accounts, opened, known } = await ticketLoad(ctx, accountIds, asOf)
    const byAccount = new Map<string, OpenTicket[]>(accounts.map(({ accountId }) => [accountId, []]))
    for (const ticket of opened) byAccount.get(ticket.accountId)?.push(ticket)
    return accounts.flatMap(({ accountId, ever }) => {
      const mine = byAccount.get(accountId) ?? []
      const base: Reading = {
        accountId,
        code: '',
        state: 'ok',
        value: null,
        low: null,
        high: null,
        n: ever,
        asOf: asOf.toISOString(),
        snapshotId: null,
        contributions: [],
        evidence: [],
        detail: {},
      }
      return known
        ? [openReading(base, mine, asOf), severeReading(base, mine, asOf)]
        : [unknown(base, 'tickets.open'), unknown(base, 'tickets.open_severe')]
    })
  },
}

export const ticketReaders: readonly Reader[] = [ticketReader]

/** The first ticket of a customer, or taking back the last, changes what is known of every customer. */
const ticketsBegan: FactConsumer = {
  kinds: [importFinished, 'ticket.opened'],
  async hear(ctx) {
    if (await readingsDisagree(ctx, await ticketsKnown(ctx))) await markAllDue(ctx.pg, ctx.workspace)
  },
}

export const ticketConsumers: readonly FactConsumer[] = [ticketsBegan]
