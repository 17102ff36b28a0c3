import { z } from 'zod'
import { UponVersion, Version } from '../accounts/schema.ts'
import { Currency } from '../team/schema.ts'
import { churnSources } from './model.ts'

const Day = z.iso.date()
const Cents = z.int()
export const ChurnSource = z.enum(churnSources)
export const movementKinds = ['new', 'expansion', 'contraction', 'churn', 'reactivation'] as const
export const MovementKind = z.enum(movementKinds)

export const Subscription = z
  .object({
    id: z.uuid(),
    plan: z.string().nullable(),
    seats: z.int().nullable(),
    /** A month, in minor units of `currency`, rounded from what was stated. */
    mrrCents: Cents,
    /** The price as it was stated, for `statedMonths` months; null where it was stated for a month. */
    statedCents: Cents.nullable(),
    statedMonths: z.int().nullable(),
    currency: z.string(),
    termMonths: z.int().nullable(),
    isTrial: z.boolean(),
    autoRenew: z.boolean().nullable(),
    startsOn: Day,
    /** First day without service; null while it runs. */
    endsOn: Day.nullable(),
    version: Version,
  })
  .meta({ id: 'Subscription' })
export type Subscription = z.output<typeof Subscription>

export const Invoice = z
  .object({
    id: z.uuid(),
    number: z.string().nullable(),
    amountCents: Cents,
    currency: z.string(),
    issuedOn: Day,
    /** Service period, half-open; null for a one-off charge. */
    periodFrom: Day.nullable(),
    periodTo: Day.nullable(),
  })
  .meta({ id: 'Invoice' })
export type Invoice = z.output<typeof Invoice>

export const ChurnEvent = z
  .object({
    id: z.uuid(),
    onDay: Day,
    reason: z.string().nullable(),
    comment: z.string().nullable(),
    /** The customer had left and come back before, and left again. */
    isReactivation: z.boolean(),
    refundCents: Cents.nullable(),
    currency: z.string().nullable(),
  })
  .meta({ id: 'ChurnEvent' })
export type ChurnEvent = z.output<typeof ChurnEvent>

/** Recurring revenue that no exchange rate covers: left out of the sums, in its own currency. */
export const LeftOut = z.object({ currency: z.string(), mrrCents: Cents, subscriptions: z.int() })
export type LeftOut = z.output<typeof LeftOut>

export const Step = z.object({ on: Day, kind: MovementKind, deltaCents: Cents, mrrCents: Cents })
export type Step = z.output<typeof Step>

/** The last day that the sources of the workspace speak for; null where nothing speaks. */
export const Observed = z.object({ through: Day.nullable() })

export const AccountRevenue = z
  .object({
    asOf: Day,
    /** The last day that the sources speak for, and whether that is too long ago to stand for today. */
    observedThrough: Day.nullable(),
    stale: z.boolean(),
    /** The workspace's currency: every amount here is in its minor units. */
    currency: z.string(),
    /** null when nothing is known about what this customer pays. */
    mrrCents: Cents.nullable(),
    arrCents: Cents.nullable(),
    leftOut: z.array(LeftOut),
    steps: z.array(Step),
    firstPaidOn: Day.nullable(),
    renewal: z
      .object({
        renewsOn: Day,
        days: z.int(),
        from: z.enum(['source', 'term', 'assumed_term', 'end']),
        decidedBy: z.object({ id: z.uuid(), kind: z.enum(['subscription', 'invoice']) }).nullable(),
        termMonths: z.int().nullable(),
      })
      .nullable(),
    churn: z.object({
      left: z.boolean().nullable(),
      on: Day.nullable(),
      decidedBy: ChurnSource.nullable(),
      rule: ChurnSource,
    }),
    subscriptions: z.array(Subscription),
    invoices: z.array(Invoice),
    churnEvents: z.array(ChurnEvent),
  })
  .meta({ id: 'AccountRevenue' })
export type AccountRevenue = z.output<typeof AccountRevenue>

export const RevenueTotals = z
  .object({
    day: Day,
    currency: z.string(),
    mrrCents: Cents,
    arrCents: Cents,
    /** Accounts with recurring revenue. */
    accounts: z.int(),
    leftOut: z.array(LeftOut),
    /** Accounts that have left by the rule of the workspace, yet something of theirs runs: in none of the above. */
    leftButRunning: z.object({
      accounts: z.int(),
      mrrCents: Cents,
      arrCents: Cents,
      leftOut: z.array(LeftOut),
    }),
  })
  .meta({ id: 'RevenueTotals' })
export type RevenueTotals = z.output<typeof RevenueTotals>

/** These answers follow payments (subscriptions, else invoices) under every rule for who has left. */
const ByPayments = z.literal('payments').meta({
  description: 'What was paid decides, whatever the rule of the workspace for who has left.',
})

const MovementSum = z.object({ accounts: z.int(), cents: Cents })
export const RevenueMonth = z
  .object({
    month: z.string().regex(/^\d{4}-\d{2}$/),
    by: ByPayments,
    mrrCents: Cents,
    accounts: z.int(),
    movements: z.object({
      new: MovementSum,
      expansion: MovementSum,
      contraction: MovementSum,
      churn: MovementSum,
      reactivation: MovementSum,
    }),
  })
  .meta({ id: 'RevenueMonth' })
export type RevenueMonth = z.output<typeof RevenueMonth>

export const Retention = z
  .object({
    from: Day,
    to: Day,
    by: ByPayments,
    currency: z.string(),
    accounts: z.int(),
    startCents: Cents,
    endCents: Cents,
    nrr: z.number().nullable(),
    grr: z.number().nullable(),
    logo: z.number().nullable(),
  })
  .meta({ id: 'Retention' })

export const ChurnReason = z
  .object({ reason: z.string().nullable(), events: z.int(), accounts: z.int() })
  .meta({ id: 'ChurnReason' })
export type ChurnReason = z.output<typeof ChurnReason>

export const Verdict = z
  .object({
    accountId: z.uuid(),
    left: z.boolean().nullable(),
    on: Day.nullable(),
    decidedBy: ChurnSource.nullable(),
  })
  .meta({ id: 'ChurnVerdict' })
export type Verdict = z.output<typeof Verdict>

const bySource = <S extends z.ZodType>(schema: S) =>
  z.object({ subscriptions: schema, churn_events: schema, flag: schema })
const Says = z.object({ left: z.boolean(), on: Day.nullable() }).nullable()
const SourceCount = z.object({ left: z.int(), stays: z.int(), silent: z.int() })
export const ChurnDisagreements = z
  .object({
    asOf: Day,
    rule: ChurnSource,
    accounts: z.int(),
    disagreeing: z.int(),
    /** How many accounts each source calls left or staying, and about how many it says nothing. */
    sources: bySource(SourceCount),
    /** How many accounts each source decides, and how many have left by it. */
    decided: bySource(z.object({ accounts: z.int(), left: z.int() })),
    undecided: z.int(),
    rows: z.array(
      z.object({
        accountId: z.uuid(),
        name: z.string(),
        says: bySource(Says),
        left: z.boolean().nullable(),
        decidedBy: ChurnSource.nullable(),
      }),
    ),
    /** Pass as `after` for the next page. */
    next: z.uuid().nullable(),
  })
  .meta({ id: 'ChurnDisagreements' })
export type ChurnDisagreements = z.output<typeof ChurnDisagreements>

const Plan = z.string().trim().max(200)
const Months = z.int().min(1).max(120)
const Amount = z.int().min(0).max(Number.MAX_SAFE_INTEGER)

/** The price as it is stated, for so many months. */
const StatedPrice = z.object({ cents: Amount, months: Months })

export const SubscriptionChange = z.object({
  plan: Plan.nullable().optional(),
  seats: z.int().min(0).max(10_000_000).nullable().optional(),
  /** The price of a month; or `price`, where it was stated for longer. */
  mrrCents: Amount.optional(),
  price: StatedPrice.optional(),
  currency: Currency.optional(),
  termMonths: Months.nullable().optional(),
  isTrial: z.boolean().optional(),
  autoRenew: z.boolean().nullable().optional(),
  startsOn: Day.optional(),
  endsOn: Day.nullable().optional(),
})
/** One of `mrrCents` and `price` is needed. */
export const NewSubscription = SubscriptionChange.extend({
  /** The workspace's currency when absent. */
  currency: Currency.optional(),
  startsOn: Day,
})
export const SubscriptionEnd = z.object({ endsOn: Day }).extend(UponVersion.shape)
export const NewChurnEvent = z.object({
  onDay: Day,
  reason: z.string().trim().min(1).max(200).nullable().default(null),
  comment: z.string().trim().max(10_000).nullable().default(null),
})
export const ExchangeRate = z
  .object({
    currency: Currency,
    fromOn: Day,
    /** Units of the workspace's currency for one unit of `currency`. */
    rate: z.number().positive(),
  })
  .meta({ id: 'ExchangeRate' })
export type ExchangeRate = z.output<typeof ExchangeRate>
