import type { z } from 'zod'
import type { Session as SessionSchema } from '../schema.ts'

/** Who is signed in, where, with which role. */
export type Session = z.output<typeof SessionSchema>
