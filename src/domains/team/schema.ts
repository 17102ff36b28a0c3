import { z } from 'zod'
import { roles, scopes } from '../../platform/auth/roles.ts'
import { currencies } from '../../platform/money.ts'
import { isTimeZone } from './model.ts'

export const Role = z.enum(roles).meta({ id: 'Role' })
export const Email = z.email('Write an e-mail address such as ada@example.com.').max(254).toLowerCase()
export const Password = z
  .string()
  .min(12, 'Use at least 12 characters. A sentence is easy to remember.')
  .max(200, 'Use at most 200 characters.')
const currencyHelp = 'Use the three-letter code of a currency, such as USD or EUR.'
export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/, currencyHelp)
  .refine((code) => currencies.has(code), currencyHelp)
export const TimeZone = z
  .string()
  .max(80)
  .refine(isTimeZone, 'Use a time zone of the IANA list, such as Europe/Berlin or America/New_York.')
const Name = z.string().trim().min(1, 'Write a name.').max(120, 'Use at most 120 characters.')

export const SetupState = z.object({ needed: z.boolean() })
export const SetupInput = z.object({
  token: z.string().min(1),
  email: Email,
  name: Name,
  password: Password,
  workspace: Name,
  currency: Currency.default('USD'),
  timeZone: TimeZone.default('UTC'),
})

export const SignInInput = z.object({
  email: Email,
  password: z.string().min(1, 'Write your password.').max(200),
})

export const Workspace = z
  .object({
    id: z.uuid(),
    name: z.string(),
    currency: z.string(),
    timeZone: z.string(),
    churnRule: z.enum(['subscriptions', 'churn_events', 'flag']),
  })
  .meta({ id: 'Workspace' })

export const Session = z
  .object({
    user: z.object({ id: z.uuid(), name: z.string(), email: z.string() }),
    role: Role,
    workspace: Workspace,
    workspaces: z.array(z.object({ id: z.uuid(), name: z.string(), role: Role })),
  })
  .meta({ id: 'Session' })

export const WorkspaceChange = z.object({
  name: Name.optional(),
  currency: Currency.optional(),
  timeZone: TimeZone.optional(),
  churnRule: z.enum(['subscriptions', 'churn_events', 'flag']).optional(),
})
export const NewWorkspace = z.object({
  name: Name,
  currency: Currency.default('USD'),
  timeZone: TimeZone.default('UTC'),
})

export const Member = z
  .object({
    id: z.uuid(),
    name: z.string(),
    email: z.string(),
    role: Role,
    joinedAt: z.string(),
    lastSeenAt: z.string().nullable(),
  })
  .meta({ id: 'Member' })

export const Invitation = z
  .object({
    id: z.uuid(),
    email: z.string(),
    role: Role,
    invitedBy: z.string().nullable(),
    createdAt: z.string(),
    expiresAt: z.string(),
    state: z.enum(['open', 'accepted', 'revoked', 'expired']),
  })
  .meta({ id: 'Invitation' })
export const InvitationInput = z.object({ email: Email, role: Role })
/** The link is shown once: only its hash is stored. */
export const InvitationLink = z.object({ id: z.uuid(), url: z.string(), expiresAt: z.string() })
export const InvitationPreview = z.object({
  email: z.string(),
  role: Role,
  workspace: z.string(),
  /** The address has an account already: the password that it has is asked, not a new one. */
  known: z.boolean(),
})
export const AcceptInput = z.object({
  token: z.string().min(1),
  name: Name.optional(),
  password: Password,
})

export const Scope = z.enum(scopes)
export const ApiKey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    prefix: z.string(),
    role: Role,
    scopes: z.array(Scope),
    createdBy: z.string().nullable(),
    createdAt: z.string(),
    lastUsedAt: z.string().nullable(),
    revokedAt: z.string().nullable(),
  })
  .meta({ id: 'ApiKey' })
export const ApiKeyInput = z.object({
  name: Name,
  role: z.enum(['admin', 'leader', 'csm', 'viewer']).default('csm'),
  scopes: z.array(Scope).min(1, 'Choose at least one.'),
})
export const NewApiKey = z.object({ id: z.uuid(), key: z.string() })

export const AuditEntry = z
  .object({
    id: z.int(),
    at: z.string(),
    actor: z.string(),
    actorKind: z.string(),
    action: z.string(),
    subjectKind: z.string().nullable(),
    subjectId: z.string().nullable(),
    changes: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'AuditEntry' })
export const AuditPage = z.object({ rows: z.array(AuditEntry), next: z.int().nullable() })

export const PasswordChange = z.object({
  current: z.string().min(1, 'Write your current password.').max(200),
  next: Password,
})
