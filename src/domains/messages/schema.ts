import { z } from 'zod'
import { Cursor } from '../../platform/keyset.ts'

export const channels = ['email', 'call', 'chat', 'meeting', 'other'] as const
export const Channel = z.enum(channels)
export type Channel = z.output<typeof Channel>
/** in: the customer to us; out: we to the customer. */
export const Direction = z.enum(['in', 'out'])
export type Direction = z.output<typeof Direction>

export const NewMessage = z
  .object({
    accountId: z.uuid(),
    personId: z.uuid().nullable().default(null),
    channel: Channel,
    direction: Direction,
    /** When it took place; now, unless said. */
    at: z.iso.datetime({ offset: true }).optional(),
    subject: z.string().trim().min(1).max(500).nullable().default(null),
    body: z.string().trim().min(1).max(100_000).nullable().default(null),
    durationSeconds: z.int().min(0).max(86_400).nullable().default(null),
  })
  .refine(
    (message) =>
      message.channel === 'call' ||
      message.channel === 'meeting' ||
      message.subject !== null ||
      message.body !== null,
    { path: ['body'], message: 'Write what was said, or a subject.' },
  )

export const Message = z
  .object({
    id: z.uuid(),
    /** The account that the message came with; it may have been merged into the one that was asked for. */
    accountId: z.uuid().nullable(),
    person: z.object({ id: z.uuid(), name: z.string().nullable() }).nullable(),
    /** Who of the team, when a person of the team logged it. */
    user: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    channel: Channel,
    direction: Direction,
    at: z.string(),
    /** null when there is none, and when its person was erased. */
    subject: z.string().nullable(),
    body: z.string().nullable(),
    durationSeconds: z.int().nullable(),
  })
  .meta({ id: 'Message' })
export type Message = z.output<typeof Message>
export const MessagePage = z.object({ rows: z.array(Message), next: z.string().nullable() })
export const MessageQuery = z.object({
  direction: Direction.optional(),
  after: Cursor.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
})

/** Fact: a message was logged. Payload: messageId, personId, channel, direction. */
export const messageLogged = 'message.logged'
