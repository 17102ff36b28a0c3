import { z } from 'zod'

const Origin = z
  .url()
  .refine(
    (text) => URL.canParse(text) && new URL(text).origin === text.replace(/\/$/, ''),
    'An origin is scheme and host, for example https://app.example.com.',
  )
  .transform((text) => new URL(text).origin)

export const WriteKeyKind = z.enum(['server', 'browser'])

export const WriteKeyInput = z
  .object({
    name: z.string().trim().min(1).max(100),
    kind: WriteKeyKind,
    /** Pages that may use a browser key; none for a server key. */
    origins: z.array(Origin).max(50).default([]),
  })
  .refine(
    ({ kind, origins }) => (kind === 'browser') === origins.length > 0,
    'A browser key needs the origins of the pages that use it; a server key has none.',
  )

export const WriteKeyChange = z.object({
  name: z.string().trim().min(1).max(100).optional(),
  origins: z.array(Origin).min(1).max(50).optional(),
})

/** The key of a server is shown once: only its hash is stored. */
export const NewWriteKey = z.object({ id: z.uuid(), key: z.string() })

export const WriteKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    kind: WriteKeyKind,
    prefix: z.string(),
    /** The whole key, for browsers only: it stands in their pages anyway. */
    publicKey: z.string().nullable(),
    origins: z.array(z.string()),
    createdBy: z.string().nullable(),
    createdAt: z.string(),
    revokedAt: z.string().nullable(),
  })
  .meta({ id: 'WriteKey' })

export const RejectedEvent = z
  .object({
    id: z.uuid(),
    receivedAt: z.string(),
    key: z.string().nullable(),
    reason: z.string(),
    /** What is wrong and what to do about it. */
    says: z.string(),
    /** The event as it came, as JSON text. */
    raw: z.string(),
  })
  .meta({ id: 'RejectedEvent' })

export const RejectedPage = z.object({ rows: z.array(RejectedEvent), next: z.uuid().nullable() })

export const ReplayInput = z.object({
  /** The mended event as JSON text; without it the event is tried again as it came. */
  event: z.string().max(1_000_000).optional(),
})

export const RecentEvent = z
  .object({
    messageId: z.string(),
    type: z.string(),
    name: z.string(),
    at: z.string(),
    receivedAt: z.string(),
    /** Which kind of key sent it. */
    by: WriteKeyKind,
    library: z.string(),
    user: z.object({ kind: z.enum(['user', 'anonymous']), externalId: z.string() }).nullable(),
    groupId: z.string().nullable(),
    properties: z.string(),
  })
  .meta({ id: 'RecentEvent' })
