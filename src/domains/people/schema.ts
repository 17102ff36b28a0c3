import { z } from 'zod'
import { CustomValues, Version } from '../accounts/schema.ts'
import { TimeZone } from '../team/schema.ts'

/** What a person is to us at an account. */
export const personRoles = ['buyer', 'champion', 'admin', 'user'] as const
export const PersonRole = z.enum(personRoles)
export type PersonRole = z.output<typeof PersonRole>

const Day = z.iso.date()
const Text = z.string().trim().min(1).max(200)
const Email = z.email().max(254).toLowerCase()

/** Whether a part at an account has begun and not ended. */
export const Presence = z.enum(['current', 'coming', 'gone'])
export type Presence = z.output<typeof Presence>

export const RoleAtAccount = z
  .object({
    id: z.uuid(),
    account: z.object({ id: z.uuid(), name: z.string() }),
    /** null while nobody has said what the person's part is. */
    role: PersonRole.nullable(),
    fromOn: z.string().nullable(),
    /** First day on which the person no longer has the role. */
    toOn: z.string().nullable(),
    presence: Presence,
  })
  .meta({ id: 'RoleAtAccount' })

export const Person = z
  .object({
    id: z.uuid(),
    /** null when it is not known, and after an erasure. */
    name: z.string().nullable(),
    email: z.string().nullable(),
    title: z.string().nullable(),
    timeZone: z.string().nullable(),
    custom: CustomValues,
    roles: z.array(RoleAtAccount),
    /** What the sources call this person. */
    externalIds: z.array(z.object({ source: z.string(), externalId: z.string() })),
    /** People that were merged into this one; each merge can be taken back. */
    merged: z.array(z.object({ id: z.uuid(), name: z.string().nullable() })),
    erasedAt: z.string().nullable(),
    createdAt: z.string(),
    updatedAt: z.string(),
    version: Version,
  })
  .meta({ id: 'Person' })
export type Person = z.output<typeof Person>

export const PersonHit = z
  .object({
    id: z.uuid(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    title: z.string().nullable(),
    accounts: z.array(z.object({ id: z.uuid(), name: z.string() })),
  })
  .meta({ id: 'PersonHit' })
export type PersonHit = z.output<typeof PersonHit>

export const AccountPerson = z
  .object({
    id: z.uuid(),
    name: z.string().nullable(),
    email: z.string().nullable(),
    title: z.string().nullable(),
    timeZone: z.string().nullable(),
    erasedAt: z.string().nullable(),
    presence: Presence,
    roles: z.array(RoleAtAccount.omit({ account: true })),
    /** When the person last wrote, spoke or answered; null when nothing of theirs is on record. */
    lastWordAt: z.string().nullable(),
    version: Version,
  })
  .meta({ id: 'AccountPerson' })
export type AccountPerson = z.output<typeof AccountPerson>
export const AccountPeople = z.object({ rows: z.array(AccountPerson), total: z.int() })

export const PersonChange = z.object({
  name: Text.nullable().optional(),
  email: Email.nullable().optional(),
  title: Text.nullable().optional(),
  timeZone: TimeZone.nullable().optional(),
  custom: CustomValues.optional(),
})
export const NewRole = z.object({
  accountId: z.uuid(),
  role: PersonRole.nullable().default(null),
  /** null when the day is not known. */
  fromOn: Day.nullable().default(null),
})
export const NewPerson = PersonChange.extend({ at: NewRole.optional() }).refine(
  (person) => person.name || person.email,
  { path: ['name'], message: 'Give a name or an e-mail address.' },
)
/** The day on which the role ended; null takes the end back. */
export const RoleEnd = z.object({ toOn: Day.nullable() })

/** Facts that this domain announces. */
export const personArrived = 'person.arrived'
export const personLeft = 'person.left'
export const personMerged = 'person.merged'
export const personErased = 'person.erased'

/** Payload of `person.arrived` and `person.left`; the other roles are those current at the account besides this one. */
export const PersonMoved = z.object({
  personId: z.uuid(),
  roleId: z.uuid(),
  role: PersonRole.nullable(),
  otherRoles: z.array(PersonRole.nullable()),
})

/**
 * Payload of `person.erased`: what other domains need to find what they keep outside the records store (uploads,
 * events). It is taken away from the fact when the last consumer has returned.
 */
export const PersonErased = z.object({
  personIds: z.array(z.uuid()),
  emails: z.array(z.string()),
  names: z.array(z.string()),
  externalIds: z.array(z.object({ source: z.string(), externalId: z.string() })),
})
export type PersonErased = z.output<typeof PersonErased>
