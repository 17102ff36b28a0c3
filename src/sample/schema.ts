import { z } from 'zod'
import { SampleSize } from './size.ts'

export const SampleInput = SampleSize.pick({ accounts: true, months: true, seed: true })
export type SampleInput = z.output<typeof SampleInput>

/** Whether the sample company is here, and how far loading or removing it is. */
export const SampleState = z
  .object({
    state: z.enum(['absent', 'loading', 'loaded', 'removing', 'stopped']),
    /** Customers live at its start, months, seed and last day; null while it is absent. */
    size: SampleSize.nullable(),
    /** Part of the work that is done, 0 to 1; null when nothing is under way or nothing is known yet. */
    progress: z.number().min(0).max(1).nullable(),
    /** Why it stopped, as a sentence. */
    problem: z.string().nullable(),
  })
  .meta({ id: 'SampleState' })
export type SampleState = z.output<typeof SampleState>
