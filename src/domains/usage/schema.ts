import { z } from 'zod'
import { Version } from '../accounts/schema.ts'

const Day = z.iso.date()

/** What the workspace's usage sources cover: which days, which features, and whether they name users. */
export const Coverage = z.object({
  firstDay: Day,
  /** Last day with rows. */
  lastDay: Day,
  /** The last day that live events told of, and that files did; null where none ever did. */
  liveDay: Day.nullable().default(null),
  filedDay: Day.nullable().default(null),
  /** Live events come: use is known until now. */
  live: z.boolean().default(false),
  features: z.array(z.object({ name: z.string(), firstDay: Day })),
  countsUsers: z.boolean(),
})
export type Coverage = z.output<typeof Coverage>

const PowerLine = { users: z.int(), slope: z.number(), cut: z.number() }
/** From where on a user is a power user: see model/power.ts. */
export const PowerScale = z.object({
  users: z.int(),
  all: z.object(PowerLine).nullable(),
  segments: z.array(z.object({ segment: z.string(), ...PowerLine })).readonly(),
})

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
    /** The week under way so far; null where it has no use, or nothing is known of it. */
    thisWeek: UsageWeek.nullable(),
    /** Usual range of the events of one week, from the account's own weeks before the last four. */
    usual: z.tuple([z.number(), z.number()]).nullable(),
    features: z.array(UsedFeature),
    /** Days with use inside the weeks shown and the one under way. */
    days: z.array(UsageDay),
  })
  .meta({ id: 'AccountUsage' })
export type AccountUsage = z.output<typeof AccountUsage>

/** A stored reading of use with what it is made of and what it rests on; codes say which words they need. */
export const UsageReading = z
  .object({
    code: z.string(),
    state: z.enum(['ok', 'not_enough_data', 'stale']),
    asOf: z.string(),
    value: z.number().nullable(),
    low: z.number().nullable(),
    high: z.number().nullable(),
    n: z.int().nullable(),
    contributions: z.array(
      z.object({ code: z.string(), params: z.record(z.string(), z.unknown()), amount: z.number() }),
    ),
    evidence: z.array(z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) })),
    detail: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'UsageReading' })
export type UsageReading = z.output<typeof UsageReading>

const Share = {
  /** Share of the accounts that used anything in the window, with Wilson's interval; null where none did. */
  share: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
}
const Reached = {
  /** Accounts that used it in the window, and ever. */
  accounts: z.int(),
  accountsEver: z.int(),
  ...Share,
}

export const FeatureReach = z
  .object({
    feature: z.string(),
    firstDay: Day,
    lastDay: Day,
    ...Reached,
    /** The same among the accounts of the segments asked for; null when none were. */
    inSegments: z.object(Reached).nullable(),
  })
  .meta({ id: 'FeatureReach' })
export type FeatureReach = z.output<typeof FeatureReach>

export const UsageFeatures = z
  .object({
    asOf: z.string().nullable(),
    /** The window (`to` is not in it); null when nothing is known. */
    from: Day.nullable(),
    to: Day.nullable(),
    /** Accounts that used anything in the window. */
    accounts: z.int(),
    segments: z.object({ names: z.array(z.string()), accounts: z.int() }).nullable(),
    features: z.array(FeatureReach),
  })
  .meta({ id: 'UsageFeatures' })
export type UsageFeatures = z.output<typeof UsageFeatures>

const distinct = (list: readonly string[]): string[] => [...new Set(list)]
const Content = {
  name: z.string().trim().min(1).max(120),
  /** Its customers, by segment; null: all customers of no other use case. */
  segments: z.array(z.string().min(1).max(200)).min(1).max(200).transform(distinct).nullable(),
  /** Features that matter, as the source names them. */
  features: z.array(z.string().min(1).max(512)).min(1).max(500).transform(distinct),
}
export const NewUseCase = z.object(Content)
export const UseCaseChange = NewUseCase.partial()

export const UseCase = z
  .object({
    id: z.uuid(),
    ...Content,
    segments: z.array(z.string()).nullable(),
    features: z.array(z.string()),
    /** How many customers it is for. */
    accounts: z.int(),
    updatedAt: z.string(),
    version: Version,
  })
  .meta({ id: 'UseCase' })
export type UseCase = z.output<typeof UseCase>

const PersonOfUser = z.object({ id: z.uuid(), name: z.string().nullable() }).nullable()

/** What one day of an account is made of. `user` is a surrogate that names nobody. */
export const UsageOfDay = z
  .object({
    day: Day,
    /** Live events themselves, the newest first. */
    events: z.array(
      z.object({
        messageId: z.string(),
        at: z.string(),
        feature: z.string(),
        user: z.string(),
        person: PersonOfUser,
        groupId: z.string().nullable(),
        library: z.string(),
      }),
    ),
    /** Rows of files, by the id that the source gives them or their number in the file. */
    rows: z.array(
      z.object({
        feature: z.string(),
        count: z.number(),
        errors: z.number(),
        seconds: z.number(),
        user: z.string().nullable(),
        person: PersonOfUser,
        importId: z.uuid(),
        file: z.string().nullable(),
        rowId: z.string().nullable(),
        row: z.int().nullable(),
      }),
    ),
  })
  .meta({ id: 'UsageOfDay' })
export type UsageOfDay = z.output<typeof UsageOfDay>

export const PowerUsers = z
  .object({
    asOf: z.string().nullable(),
    state: z.enum(['ok', 'not_enough_data', 'stale']),
    /** As in the reading `usage.power_users`: from how many events on, among whom; or what is missing. */
    detail: z.record(z.string(), z.unknown()),
    users: z.array(
      z.object({
        /** A surrogate that names nobody. */
        user: z.string(),
        person: PersonOfUser,
        /** In the last 28 days. */
        events: z.number(),
        /** Errors that they met, by feature, the earliest first. */
        errors: z.array(
          z.object({
            feature: z.string(),
            firstOn: Day,
            days: z.int(),
            errors: z.number(),
            /** Nobody in the workspace met an error there on an earlier day. */
            metFirst: z.boolean(),
            /** Accounts that met errors there, this one among them. */
            accounts: z.int(),
          }),
        ),
        tickets: z.array(
          z.object({
            id: z.uuid(),
            subject: z.string().nullable(),
            category: z.string().nullable(),
            priority: z.int().nullable(),
            state: z.string(),
            openedAt: z.string(),
            /** Its category names a feature, an idea or a wish. */
            asksForFeature: z.boolean(),
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'PowerUsers' })
export type PowerUsers = z.output<typeof PowerUsers>

const AdoptionGroup = z.object({
  accounts: z.int(),
  left: z.int(),
  share: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  yearlyCents: z.int(),
  withoutRevenue: z.int(),
})

export const AdoptionStudy = z
  .object({
    asOf: z.string(),
    /** Last day that the sources of revenue speak for. */
    through: Day.nullable(),
    /** Weeks with use that were to be reached, of the first 26, and the months after those in which who left counts. */
    weeks: z.int(),
    of: z.int(),
    months: z.int(),
    currency: z.string(),
    reached: AdoptionGroup,
    others: AdoptionGroup,
    /** Share that left of the others minus that of those who reached it, with Newcombe's interval. */
    difference: z.object({ value: z.number(), low: z.number(), high: z.number() }).nullable(),
    /** Yearly revenue of the others that the difference stands for, in minor units. */
    worth: z.object({ cents: z.int(), lowCents: z.int(), highCents: z.int() }).nullable(),
    /** Accounts that are not compared, and why. */
    leftOut: z.object({
      notKnown: z.int(),
      /** Their follow-up is not over. */
      young: z.int(),
      /** Usage was not observed in all of the 26 weeks. */
      notObserved: z.int(),
      leftBefore: z.int(),
      dayNotKnown: z.int(),
    }),
    /** Nobody drew lots over who uses the product: the difference is no effect of using it. */
    randomised: z.literal(false),
  })
  .meta({ id: 'AdoptionStudy' })
export type AdoptionStudy = z.output<typeof AdoptionStudy>
