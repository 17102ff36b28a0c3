import { z } from 'zod'

const Day = z.iso.date()

/** What the workspace's usage source covers: which days, which features, and whether it names users. */
export const Coverage = z.object({
  firstDay: Day,
  /** Last day with rows. */
  lastDay: Day,
  features: z.array(z.object({ name: z.string(), firstDay: Day })),
  countsUsers: z.boolean(),
})
export type Coverage = z.output<typeof Coverage>

export const UsageWeek = z
  .object({
    /** Monday. */
    start: Day,
    /** null before the first use: not known, which is not zero. */
    events: z.number().nullable(),
    days: z.int().nullable(),
    users: z.int().nullable(),
  })
  .meta({ id: 'UsageWeek' })
export type UsageWeek = z.output<typeof UsageWeek>

export const UsedFeature = z
  .object({
    feature: z.string(),
    events: z.number(),
    days: z.int(),
    lastDay: Day,
    errors: z.number(),
  })
  .meta({ id: 'UsedFeature' })

export const UsageDay = z
  .object({
    day: Day,
    events: z.number(),
    features: z.array(z.string()),
    users: z.int().nullable(),
    seconds: z.number(),
    errors: z.number(),
  })
  .meta({ id: 'UsageDay' })

export const AccountUsage = z
  .object({
    state: z.enum(['ok', 'not_enough_data', 'stale']),
    /** Until when use is known; null when the workspace has no usage data. */
    asOf: z.string().nullable(),
    weeks: z.array(UsageWeek),
    /** Usual range of the events of one week, from the account's own weeks before the last four. */
    usual: z.tuple([z.number(), z.number()]).nullable(),
    features: z.array(UsedFeature),
    /** Days with use inside the weeks shown. */
    days: z.array(UsageDay),
  })
  .meta({ id: 'AccountUsage' })
export type AccountUsage = z.output<typeof AccountUsage>

export const FeatureReach = z
  .object({
    feature: z.string(),
    firstDay: Day,
    lastDay: Day,
    /** Accounts that used it in the last 8 complete weeks, and ever. */
    accounts: z.int(),
    accountsEver: z.int(),
    /** Share of the accounts that used anything in these weeks, with Wilson's interval; null where none did. */
    share: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
  })
  .meta({ id: 'FeatureReach' })

export const UsageFeatures = z
  .object({
    asOf: z.string().nullable(),
    /** Accounts that used anything in the last 8 complete weeks. */
    accounts: z.int(),
    features: z.array(FeatureReach),
  })
  .meta({ id: 'UsageFeatures' })
export type UsageFeatures = z.output<typeof UsageFeatures>
