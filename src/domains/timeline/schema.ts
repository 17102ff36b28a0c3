import { z } from 'zod'
import { Cursor } from '../../platform/keyset.ts'

/** What an entry is about; the same words as in the view `timeline_entry`. */
export const timelineKinds = [
  'ticket_opened',
  'ticket_reopened',
  'ticket_solved',
  'message',
  'survey_answer',
  'note',
  'task_done',
  'churn_event',
  'revenue_movement',
  'person_arrived',
  'person_left',
] as const
export const TimelineKind = z.enum(timelineKinds)
export type TimelineKind = z.output<typeof TimelineKind>

export const TimelineEntry = z
  .object({
    at: z.string(),
    kind: TimelineKind,
    /** With kind and at, the key of the entry; the id of its record, except for a revenue movement, which has none. */
    recordId: z.uuid(),
    /** The account that the record came with; it may have been merged into the one that was asked for. */
    accountId: z.uuid(),
    /** Whom of the customer it concerns; the name is null when it is not known, and after an erasure. */
    person: z.object({ id: z.uuid(), name: z.string().nullable() }).nullable(),
    /** Whom of the team it concerns. */
    user: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    /** What is needed to word the entry; see the README. */
    params: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'TimelineEntry' })
export type TimelineEntry = z.output<typeof TimelineEntry>

/** Newest first. */
export const TimelinePage = z.object({ rows: z.array(TimelineEntry), next: z.string().nullable() })
export type TimelinePage = z.output<typeof TimelinePage>

export const TimelineQuery = z.object({
  /** Kinds parted by commas; all of them when absent. */
  kinds: z
    .string()
    .regex(new RegExp(`^(${timelineKinds.join('|')})(,(${timelineKinds.join('|')}))*$`), {
      message: `Use one or more of ${timelineKinds.join(', ')}, parted by commas.`,
    })
    .optional(),
  after: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})
