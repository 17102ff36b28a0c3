export const ticketStates = ['new', 'open', 'waiting', 'solved', 'closed'] as const
export type TicketState = (typeof ticketStates)[number]

export const isOpen = (state: TicketState): boolean => state !== 'solved' && state !== 'closed'

const stateWords: readonly (readonly [RegExp, TicketState])[] = [
  [/^(new|created|submitted)\b/, 'new'],
  [/^(awaiting|waiting|pending|on[\s_-]?hold|hold|blocked|suspended)\b/, 'waiting'],
  [/^(resolved|solved|fixed|done|complete|completed)\b/, 'solved'],
  [/^(closed|cancell?ed|rejected|archived)\b/, 'closed'],
  [/^(active|open|opened|in[\s_-]?progress|work in progress|assigned|working|started|reopened)\b/, 'open'],
]

/** The state that a source's label means, or null when the label is not known. */
export function stateOf(label: string): TicketState | null {
  const words = label.trim().toLowerCase()
  return stateWords.find(([pattern]) => pattern.test(words))?.[1] ?? null
}

const priorityWords: readonly (readonly [RegExp, number])[] = [
  [/^(urgent|critical|blocker|emergency|highest)\b/, 1],
  [/^(high|major|important)\b/, 2],
  [/^(medium|moderate|normal|standard)\b/, 3],
  [/^(low|minor)\b/, 4],
  [/^(planning|trivial|lowest)\b/, 5],
]

/** 1 (most severe) to 5 from a label such as "urgent", "P2", "sev-1" or "3 - Moderate"; null when it is not known. */
export function priorityOf(label: string): number | null {
  const words = label.trim().toLowerCase()
  const numbered = /^(?:p|prio|priority|sev|severity)?[\s-]?([1-5])(?!\d)/.exec(words)
  if (numbered) return Number(numbered[1])
  return priorityWords.find(([pattern]) => pattern.test(words))?.[1] ?? null
}

/** What of a ticket has a history. */
export type Tracked = Readonly<{
  state: TicketState
  stateLabel: string | null
  priority: number | null
  assignee: string | null
  assignmentGroup: string | null
  /** Null where the source does not count. */
  reopenCount: number | null
}>

export const eventKinds = ['opened', 'state', 'priority', 'assignment', 'reopened', 'updated'] as const
export type EventKind = (typeof eventKinds)[number]
export type TicketChange = Readonly<{ kind: EventKind; from: string | null; to: string | null }>

const heldBy = ({ assignmentGroup, assignee }: Tracked): string | null =>
  [assignmentGroup, assignee].filter((part) => part !== null).join(' / ') || null
const asText = (value: number | null): string | null => (value === null ? null : String(value))

/** What changed from one state of a ticket to the next, in the order in which it is told; all of it when it is new. */
export function changesOf(before: Tracked | null, after: Tracked): TicketChange[] {
  const stateText = (of: Tracked) => of.stateLabel ?? of.state
  if (before === null) return [{ kind: 'opened', from: null, to: stateText(after) }]
  const again = (after.reopenCount ?? 0) > (before.reopenCount ?? 0)
  const changes: TicketChange[] = [
    {
      kind: 'reopened',
      from: asText(before.reopenCount),
      to: asText(again ? after.reopenCount : before.reopenCount),
    },
    { kind: 'state', from: stateText(before), to: stateText(after) },
    { kind: 'priority', from: asText(before.priority), to: asText(after.priority) },
    { kind: 'assignment', from: heldBy(before), to: heldBy(after) },
  ]
  return changes.filter(({ from, to }) => from !== to)
}

/** Whether work on a ticket begins again after it was solved or closed. */
export const reopens = (from: TicketState, to: TicketState): boolean => !isOpen(from) && isOpen(to)
