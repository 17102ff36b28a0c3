import { z } from 'zod'
import { SampleSize } from './size.ts'

export const SampleInput = SampleSize.pick({ accounts: true, months: true, seed: true }).extend({
  /** Load it although the workspace has customers of its own. */
  mix: z.boolean().default(false),
})
export type SampleInput = z.output<typeof SampleInput>

/** What the company consists of, in the order in which it is loaded. */
export const kinds = [
  'accounts',
  'people',
  'subscriptions',
  'churn_events',
  'tickets',
  'surveys',
  'messages',
  'usage',
] as const

/** Whether the sample company is here, and how far loading or removing it is. */
export const SampleState = z
  .object({
    state: z.enum(['absent', 'loading', 'loaded', 'removing', 'stopped']),
    /** Customers live at its start, months, seed and last day; null while it is absent. */
    size: SampleSize.nullable(),
    /** Part of the work that is done, 0 to 1; null when nothing is under way or nothing is known yet. */
    progress: z.number().min(0).max(1).nullable(),
    /** Rows that are in, by what they are; only what has begun. */
    rows: z.partialRecord(z.enum(kinds), z.int().min(0)),
    /** It is loaded, and its readings are not all there yet. */
    settling: z.boolean(),
    /** Customers whose readings are to be computed. */
    readingsDue: z.int().min(0),
    /** Which of the two was under way when it stopped; null where nothing stopped. */
    stopped: z.enum(['loading', 'removing']).nullable(),
    /** Why it stopped, as a sentence. */
    problem: z.string().nullable(),
    /** The workspace has customers that are not of the sample. */
    hasOthers: z.boolean(),
  })
  .meta({ id: 'SampleState' })
export type SampleState = z.output<typeof SampleState>
