import type { Ctx } from '../../platform/context.ts'
import {
  booleanOf,
  error,
  field,
  numberOf,
  past,
  required,
  textOf,
  warning,
  type Cell,
  type Draft,
  type Fault,
  type Fold,
  type ImportField,
  type ImportRow,
  type ImportType,
  type Mapped,
  type Reference,
} from '../imports/import-type.ts'
import { changesOf, isOpen, priorityOf, reopens, stateOf, ticketStates, type Tracked } from './model.ts'
import { ticketTotals } from './reads.ts'

/** Fields that a ticket has, however its rows are kept. */
const common: readonly ImportField[] = [
  required(field('id', 'Ticket id', 'text', 'ticket id', 'number', 'incident number', 'case number', 'id')),
  {
    ...field('account', 'Account id', 'text', 'account id', 'customer id', 'account', 'company id', 'org id'),
    help: 'Leave it out when the tickets name no customer.',
  },
  field('person', 'Asked by', 'text', 'caller id', 'requester', 'requester email', 'caller', 'contact'),
  field('subject', 'Subject', 'text', 'subject', 'title', 'short description', 'summary'),
  field('category', 'Category', 'text', 'category', 'type', 'topic'),
  field('state', 'State', 'text', 'incident state', 'state', 'status', 'ticket status'),
  field('priority', 'Priority', 'text', 'priority', 'severity'),
  past(
    required(
      field(
        'opened_at',
        'Opened at',
        'instant',
        'opened at',
        'submitted at',
        'created at',
        'opened',
        'created',
      ),
    ),
  ),
  past(field('solved_at', 'Solved at', 'instant', 'resolved at', 'solved at', 'resolved')),
  past(field('closed_at', 'Closed at', 'instant', 'closed at', 'closed')),
  field('assignment_group', 'Group', 'text', 'assignment group', 'group', 'team', 'queue'),
  field('assignee', 'Assigned to', 'text', 'assigned to', 'assignee', 'agent'),
  field('reopens', 'Times reopened', 'integer', 'reopen count', 'reopens', 'times reopened'),
  field(
    'reassignments',
    'Times reassigned',
    'integer',
    'reassignment count',
    'reassignments',
    'times reassigned',
  ),
  field('sla_met', 'Agreed time met', 'boolean', 'made sla', 'sla met', 'within sla'),
  field('escalated', 'Escalated', 'boolean', 'escalation flag', 'escalated', 'is escalated'),
]

type Read<T> = Readonly<{ value: T; faults: readonly Fault[] }>

const priorityFrom = (label: string | null): Read<number | null> => {
  const value = label === null ? null : priorityOf(label)
  const unclear = label !== null && value === null
  return { value, faults: unclear ? [warning('unknown_priority', 'priority', { value: label })] : [] }
}

/** A label that is not known counts as open and is kept; a negative number is a placeholder of the source, not a state. */
function stateFrom(label: string): Read<Tracked['state'] | null> {
  if (/^-\d+$/.test(label))
    return { value: null, faults: [error('state_is_placeholder', 'state', { value: label })] }
  const value = stateOf(label)
  return value === null
    ? { value: 'open', faults: [warning('unknown_state', 'state', { value: label, known: ticketStates })] }
    : { value, faults: [] }
}

const refsOf = (account: string | null, person: string | null): Record<string, Reference> => ({
  ...(account === null ? {} : { account_id: { entity: 'account', externalId: account } }),
  ...(person === null ? {} : { person_id: { entity: 'person', externalId: person, optional: true } }),
})

const later = (instant: string, minutes: number): string =>
  new Date(Date.parse(instant) + minutes * 60_000).toISOString()

function ticketRow({ cells, others }: ImportRow): Mapped {
  const [id, openedAt, closedAt] = [textOf(cells.id), textOf(cells.opened_at), textOf(cells.closed_at)]
  if (id === null) return { drafts: [], faults: [error('id_missing', 'id')] }
  if (openedAt === null) return { drafts: [], faults: [error('opening_missing', 'opened_at')] }
  const hours = numberOf(cells.resolution_hours)
  const minutes = numberOf(cells.first_response_minutes)
  const solvedAt = textOf(cells.solved_at) ?? (hours === null ? closedAt : later(openedAt, hours * 60))
  const [stateLabel, priorityLabel] = [textOf(cells.state), textOf(cells.priority)]
  const told = closedAt !== null ? 'closed' : solvedAt !== null ? 'solved' : 'open'
  const state: Read<Tracked['state'] | null> =
    stateLabel === null ? { value: told, faults: [] } : stateFrom(stateLabel)
  const priority = priorityFrom(priorityLabel)
  const faults: Fault[] = [...state.faults, ...priority.faults]
  if (state.value === null) return { drafts: [], faults }
  for (const [column, at] of [
    ['solved_at', solvedAt],
    ['closed_at', closedAt],
  ] as const)
    if (at !== null && at < openedAt) faults.push(warning('before_opening', column, { at, openedAt }))
  const draft: Draft = {
    entity: 'ticket',
    externalId: id,
    values: {
      subject: textOf(cells.subject),
      category: textOf(cells.category),
      priority: priority.value,
      priority_label: priorityLabel,
      state: state.value,
      state_label: stateLabel,
      opened_at: openedAt,
      first_response_at:
        textOf(cells.first_response_at) ?? (minutes === null ? null : later(openedAt, minutes)),
      solved_at: solvedAt,
      closed_at: closedAt,
      reopen_count: numberOf(cells.reopens),
      reassignment_count: numberOf(cells.reassignments),
      assignee: textOf(cells.assignee),
      assignment_group: textOf(cells.assignment_group),
      sla_met: booleanOf(cells.sla_met),
      escalated: booleanOf(cells.escalated),
      satisfaction: numberOf(cells.satisfaction),
      custom: others,
    },
    refs: refsOf(textOf(cells.account), textOf(cells.person)),
  }
  return { drafts: [draft], faults }
}

async function totals(ctx: Ctx): Promise<Readonly<Record<string, number>>> {
  const all = await ticketTotals(ctx)
  const priorities = all.byPriority.map(({ priority, tickets }) => [
    `priority_${priority ?? 'none'}`,
    tickets,
  ])
  return {
    tickets: all.tickets,
    open: all.open,
    ...(all.reopened === null ? {} : { reopened: all.reopened }),
    raised: all.raised,
    lowered: all.lowered,
    ...(all.slaMissed === null ? {} : { sla_missed: all.slaMissed }),
    log_rows: all.logRows,
    ...Object.fromEntries(priorities),
  }
}

/** Tickets as they stand now, one row each. */
export const ticketImport: ImportType = {
  kind: 'tickets',
  label: 'Tickets',
  says: 'One row a ticket: when it was opened, how severe it is and how it went.',
  target: 'records',
  asks: ['unknownAccounts', 'timeZone'],
  fields: [
    ...common,
    field('resolution_hours', 'Hours to resolve', 'decimal', 'resolution time hours', 'resolution hours'),
    past(field('first_response_at', 'First answer at', 'instant', 'first response at', 'first reply at')),
    field(
      'first_response_minutes',
      'Minutes to the first answer',
      'decimal',
      'first response time minutes',
      'first response minutes',
      'first reply minutes',
    ),
    field('satisfaction', 'Satisfaction', 'decimal', 'satisfaction score', 'satisfaction', 'csat'),
  ],
  custom: true,
  map: ticketRow,
  totals,
}

/** A ticket as the rows of its log so far tell it. */
type Told = Tracked &
  Readonly<{
    account: string | null
    person: string | null
    subject: string | null
    category: string | null
    priorityLabel: string | null
    openedAt: string
    solvedAt: string | null
    closedAt: string | null
    reassignmentCount: number
    slaMet: boolean | null
    escalated: boolean | null
    custom: Readonly<Record<string, unknown>>
    rows: number
  }>

const eventsPerRow = 10
const instant = (value: unknown): string | null => {
  const given = textOf(value as Cell | undefined)
  return given === null ? null : new Date(given).toISOString()
}

/** The ticket as it is stored (column names), or null when no log told of it yet. */
function restore(stored: Readonly<Record<string, unknown>> | null): Told | null {
  if (stored === null || !stored.log_rows) return null
  const row = stored as Readonly<Record<string, Cell>>
  return {
    state: row.state as Told['state'],
    stateLabel: textOf(row.state_label),
    priority: numberOf(row.priority),
    priorityLabel: textOf(row.priority_label),
    assignee: textOf(row.assignee),
    assignmentGroup: textOf(row.assignment_group),
    reopenCount: numberOf(row.reopen_count) ?? 0,
    reassignmentCount: numberOf(row.reassignment_count) ?? 0,
    account: null,
    person: null,
    subject: textOf(row.subject),
    category: textOf(row.category),
    openedAt: instant(row.opened_at) ?? '',
    solvedAt: instant(row.solved_at),
    closedAt: instant(row.closed_at),
    slaMet: booleanOf(row.sla_met),
    escalated: booleanOf(row.escalated),
    custom: (stored.custom ?? {}) as Told['custom'],
    rows: numberOf(row.log_rows) ?? 0,
  }
}

type LogState = Told | null

/** What the ticket is after a row: the row's own words, and counts that never fall. */
function afterRow(before: LogState, row: ImportRow, openedAt: string, state: Tracked['state']): Told {
  const { cells, others } = row
  const assignee = textOf(cells.assignee)
  const assignmentGroup = textOf(cells.assignment_group)
  const moved =
    before !== null && (before.assignee !== assignee || before.assignmentGroup !== assignmentGroup)
  const again = before !== null && reopens(before.state, state)
  const least = before?.reopenCount ?? 0
  const priorityLabel = textOf(cells.priority)
  return {
    state,
    stateLabel: textOf(cells.state),
    priority: priorityFrom(priorityLabel).value,
    priorityLabel,
    assignee,
    assignmentGroup,
    reopenCount: Math.max(least, numberOf(cells.reopens) ?? least + (again ? 1 : 0)),
    reassignmentCount: Math.max(
      before?.reassignmentCount ?? 0,
      numberOf(cells.reassignments) ?? (before?.reassignmentCount ?? 0) + (moved ? 1 : 0),
    ),
    account: textOf(cells.account),
    person: textOf(cells.person),
    subject: textOf(cells.subject) ?? before?.subject ?? null,
    category: textOf(cells.category) ?? before?.category ?? null,
    openedAt,
    solvedAt: textOf(cells.solved_at) ?? (isOpen(state) ? null : (before?.solvedAt ?? textOf(cells.at))),
    closedAt: textOf(cells.closed_at) ?? (state === 'closed' ? (before?.closedAt ?? textOf(cells.at)) : null),
    slaMet: booleanOf(cells.sla_met),
    escalated: booleanOf(cells.escalated),
    custom: others,
    rows: (before?.rows ?? 0) + 1,
  }
}

function step(before: LogState, row: ImportRow) {
  const { cells } = row
  const openedAt = textOf(cells.opened_at) ?? before?.openedAt ?? textOf(cells.at)
  const label = textOf(cells.state)
  const state: Read<Tracked['state'] | null> =
    label === null ? { value: before?.state ?? 'new', faults: [] } : stateFrom(label)
  if (openedAt === null)
    return { state: before, drafts: [], faults: [...state.faults, error('opening_missing', 'opened_at')] }
  if (state.value === null) return { state: before, drafts: [], faults: state.faults }
  const after = afterRow(before, row, openedAt, state.value)
  const drafts = changesOf(before, after).map(({ kind, from, to }, index): Draft => ({
    entity: 'ticket_event',
    externalId: null,
    values: {
      at: kind === 'opened' ? openedAt : (textOf(cells.at) ?? openedAt),
      seq: (after.rows - 1) * eventsPerRow + index,
      kind,
      from_value: from,
      to_value: to,
      actor: textOf(cells.actor),
    },
  }))
  return { state: after, drafts, faults: [...state.faults, ...priorityFrom(textOf(cells.priority)).faults] }
}

function draft(told: LogState, key: string): Draft {
  if (told === null) throw new Error(`no accepted row tells of ticket ${key}`)
  return {
    entity: 'ticket',
    externalId: key,
    values: {
      subject: told.subject,
      category: told.category,
      priority: told.priority,
      priority_label: told.priorityLabel,
      state: told.state,
      state_label: told.stateLabel,
      opened_at: told.openedAt,
      solved_at: told.solvedAt,
      closed_at: told.closedAt,
      reopen_count: told.reopenCount,
      reassignment_count: told.reassignmentCount,
      assignee: told.assignee,
      assignment_group: told.assignmentGroup,
      sla_met: told.slaMet,
      escalated: told.escalated,
      custom: told.custom,
      log_rows: told.rows,
    },
    refs: refsOf(told.account, told.person),
  }
}

const fold: Fold<LogState> = {
  entity: 'ticket',
  key: ({ cells }) => textOf(cells.id),
  restore,
  step,
  draft,
}

/** The log of changes to tickets: rows of one ticket in the order in which they happened. */
export const ticketLogImport: ImportType = {
  kind: 'ticket_log',
  label: 'Ticket log',
  says: 'One row each change of a ticket; the last row says how it stands.',
  target: 'log',
  asks: ['unknownAccounts', 'timeZone'],
  fields: [
    ...common,
    past(
      required(
        field('at', 'Changed at', 'instant', 'sys updated at', 'updated at', 'changed at', 'timestamp', 'at'),
      ),
    ),
    field('actor', 'Changed by', 'text', 'sys updated by', 'updated by', 'changed by', 'actor'),
  ],
  custom: true,
  fold: fold as Fold<unknown>,
  totals,
}
