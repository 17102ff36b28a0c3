import { z } from 'zod'
import { eventKinds, ticketStates } from './model.ts'

export const TicketState = z.enum(ticketStates)
const Priority = z.int().min(1).max(5)
const Text = z.string().trim().min(1).max(500)

export const Ticket = z
  .object({
    id: z.uuid(),
    accountId: z.uuid().nullable(),
    accountName: z.string().nullable(),
    personId: z.uuid().nullable(),
    subject: z.string().nullable(),
    category: z.string().nullable(),
    /** 1 is the most severe. */
    priority: Priority.nullable(),
    priorityLabel: z.string().nullable(),
    state: TicketState,
    stateLabel: z.string().nullable(),
    openedAt: z.string(),
    firstResponseAt: z.string().nullable(),
    solvedAt: z.string().nullable(),
    closedAt: z.string().nullable(),
    /** Null where the source does not count. */
    reopenCount: z.int().nullable(),
    reassignmentCount: z.int().nullable(),
    assignee: z.string().nullable(),
    assignmentGroup: z.string().nullable(),
    slaMet: z.boolean().nullable(),
    escalated: z.boolean().nullable(),
    satisfaction: z.number().nullable(),
  })
  .meta({ id: 'Ticket' })
export type Ticket = z.output<typeof Ticket>

export const TicketEvent = z
  .object({
    id: z.uuid(),
    at: z.string(),
    kind: z.enum(eventKinds),
    from: z.string().nullable(),
    to: z.string().nullable(),
    actor: z.string().nullable(),
  })
  .meta({ id: 'TicketEvent' })
export type TicketEvent = z.output<typeof TicketEvent>

export const TicketWithHistory = Ticket.extend({
  custom: z.record(z.string(), z.unknown()),
  history: z.array(TicketEvent),
}).meta({ id: 'TicketWithHistory' })
export type TicketWithHistory = z.output<typeof TicketWithHistory>

export const TicketPage = z
  .object({
    rows: z.array(Ticket),
    /** Pass as `after` for the next page. */
    next: z.uuid().nullable(),
  })
  .meta({ id: 'TicketPage' })
export type TicketPage = z.output<typeof TicketPage>

export const PriorityCount = z.object({ priority: Priority.nullable(), tickets: z.int() })
export type PriorityCount = z.output<typeof PriorityCount>

/** Hours or minutes over `n` tickets; null where there are none. */
const Spread = z.object({
  n: z.int(),
  mean: z.number().nullable(),
  median: z.number().nullable(),
  p90: z.number().nullable(),
})

export const TicketTotals = z
  .object({
    tickets: z.int(),
    open: z.int(),
    /** Tickets that were reopened at least once, of `reopenedOf` that say so; null where none does. */
    reopened: z.int().nullable(),
    reopenedOf: z.int(),
    /** Last priority more severe than the first, or less. */
    raised: z.int(),
    lowered: z.int(),
    /** Of the tickets that say so; null where none does. */
    slaMet: z.int().nullable(),
    slaMissed: z.int().nullable(),
    logRows: z.int(),
    byPriority: z.array(
      PriorityCount.extend({ open: z.int(), resolutionHours: Spread, firstResponseMinutes: Spread }),
    ),
    reassignments: Spread.extend({ threeOrMore: z.int().nullable() }),
    firstResponseMinutes: Spread,
  })
  .meta({ id: 'TicketTotals' })
export type TicketTotals = z.output<typeof TicketTotals>

export const TicketChange = z.object({
  state: TicketState.optional(),
  priority: Priority.nullable().optional(),
  assignee: Text.nullable().optional(),
  assignmentGroup: Text.nullable().optional(),
  subject: Text.nullable().optional(),
  category: Text.nullable().optional(),
})
export const NewTicket = z.object({
  accountId: z.uuid().nullable().default(null),
  personId: z.uuid().nullable().default(null),
  subject: Text,
  category: Text.nullable().default(null),
  priority: Priority.nullable().default(null),
  assignee: Text.nullable().default(null),
  assignmentGroup: Text.nullable().default(null),
})
