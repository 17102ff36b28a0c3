import { z } from 'zod'
import { TimeZone } from '../team/schema.ts'

export const stages = [
  'evaluating',
  'onboarding',
  'adopting',
  'renewing',
  'expanding',
  'in_crisis',
  'left',
] as const
export const Stage = z.enum(stages)
const Day = z.iso.date()
const Text = z.string().trim().max(200)

export const customTypes = ['text', 'number', 'boolean', 'date', 'choice'] as const
export const CustomField = z
  .object({
    key: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,62}$/, 'Use lower-case letters, digits and _, beginning with a letter.'),
    label: z.string().trim().min(1).max(120),
    type: z.enum(customTypes),
    /** Allowed values of a choice. */
    options: z.array(z.string().min(1).max(120)).max(200).default([]),
  })
  .meta({ id: 'CustomField' })
export type CustomField = z.output<typeof CustomField>

export const CustomValues = z.record(
  z.string(),
  z.union([z.string().max(2_000), z.number(), z.boolean(), z.null()]),
)
export type CustomValues = z.output<typeof CustomValues>

/** Names the content that a change was made upon: sent back, it refuses to overwrite a newer one. */
export const Version = z.string().max(64)
export const Versioned = z.object({ version: Version })
/** What a change may carry besides its values. */
export const UponVersion = Versioned.partial()

const Named = z.object({ id: z.uuid(), name: z.string() })

export const Account = z
  .object({
    id: z.uuid(),
    name: z.string(),
    domain: z.string().nullable(),
    parent: Named.nullable(),
    children: z.array(Named),
    /** null where nobody told it. */
    stage: Stage.nullable(),
    owner: Named.nullable(),
    segment: z.string().nullable(),
    region: z.string().nullable(),
    plan: z.string().nullable(),
    seats: z.int().nullable(),
    timeZone: z.string().nullable(),
    startedOn: z.string().nullable(),
    renewsOn: z.string().nullable(),
    churnFlag: z.boolean().nullable(),
    custom: CustomValues,
    /** What the sources call this account. */
    externalIds: z.array(z.object({ source: z.string(), externalId: z.string() })),
    /** Accounts that were merged into this one; each merge can be taken back. */
    merged: z.array(Named),
    createdAt: z.string(),
    updatedAt: z.string(),
    version: Version,
  })
  .meta({ id: 'Account' })
export type Account = z.output<typeof Account>

export const AccountChange = z.object({
  name: Text.min(1).optional(),
  domain: Text.nullable().optional(),
  parentId: z.uuid().nullable().optional(),
  stage: Stage.nullable().optional(),
  ownerId: z.uuid().nullable().optional(),
  segment: Text.nullable().optional(),
  region: Text.nullable().optional(),
  plan: Text.nullable().optional(),
  seats: z.int().min(0).max(10_000_000).nullable().optional(),
  timeZone: TimeZone.nullable().optional(),
  startedOn: Day.nullable().optional(),
  renewsOn: Day.nullable().optional(),
  custom: CustomValues.optional(),
})
export const NewAccount = AccountChange.extend({ name: Text.min(1) })

export const AccountHit = z
  .object({ id: z.uuid(), name: z.string(), segment: z.string().nullable(), stage: Stage.nullable() })
  .meta({ id: 'AccountHit' })
