import { atLeast } from '../../platform/auth/roles.ts'
import type { Actor } from '../../platform/context.ts'

type Written = Readonly<{ authorId: string | null }>

/** A note says what its author says: only the author changes it. */
export const mayEditNote = (actor: Actor, note: Written): boolean =>
  actor.kind === 'user' && actor.id === note.authorId

/** The author may take a note away, and so may a leader. */
export const mayDeleteNote = (actor: Actor, note: Written): boolean =>
  actor.kind === 'system' || atLeast(actor.role, 'leader') || mayEditNote(actor, note)
