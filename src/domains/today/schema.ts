import { z } from 'zod'

const Share = z.number().min(0).max(1)

/** A test on the latest reading of an account. Unknown and stale values never pass. */
export const Condition = z.object({
  reading: z.string().regex(/^[a-z_]+\.[a-z_]+$/),
  /** The value itself, or a fact of its detail. */
  part: z.union([z.literal('value'), z.string().regex(/^detail\.[a-zA-Z]+$/)]).default('value'),
  op: z.enum(['at_least', 'at_most', 'is']),
  value: z.union([z.number(), z.boolean(), z.string().max(100)]),
})
export type Condition = z.output<typeof Condition>

/** What brings an account to Today, what to do then, and what it is believed to be worth. */
export const RuleDefinition = z
  .object({
    name: z.string().trim().min(1).max(120),
    /** Begins with a verb and names the thing. */
    action: z.string().trim().min(1).max(120),
    source: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('readings'), all: z.array(Condition).min(1).max(6) }),
      z.object({ kind: z.literal('tasks'), dueWithinDays: z.int().min(0).max(90) }),
    ]),
    tone: z.enum(['rust', 'ochre', 'petrol']),
    minutes: z.int().min(1).max(480),
    /** Share of what is at stake that acting is believed to keep, and where that comes from. */
    effect: z.object({ share: Share, basis: z.literal('assumption') }),
    /** Stands above what is ranked by money: promises and what is due. */
    floor: z.boolean().default(false),
  })
  .meta({ id: 'RuleDefinition' })
export type RuleDefinition = z.output<typeof RuleDefinition>

export const Rule = z
  .object({
    code: z.string(),
    version: z.int(),
    enabled: z.boolean(),
    definition: RuleDefinition,
    /** null while it is the one that Mainstay came with. */
    changedAt: z.string().nullable(),
    changedBy: z.string().nullable(),
  })
  .meta({ id: 'TodayRule' })
export type Rule = z.output<typeof Rule>
export const RuleChange = z.object({ enabled: z.boolean().optional(), definition: RuleDefinition.optional() })

const Evidence = z.object({
  kind: z.string(),
  id: z.string().nullable(),
  at: z.string().nullable(),
  code: z.string(),
  params: z.record(z.string(), z.unknown()),
})
const Interval = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() })

export const TodayItem = z
  .object({
    /** Stable while the reason is the same. */
    key: z.string(),
    rank: z.int(),
    rule: z.object({
      code: z.string(),
      action: z.string(),
      tone: z.enum(['rust', 'ochre', 'petrol']),
      floor: z.boolean(),
    }),
    account: z.object({ id: z.uuid(), name: z.string(), segment: z.string().nullable() }).nullable(),
    owner: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    /** The title of a task; otherwise the rule's action says what to do. */
    title: z.string().nullable(),
    reason: z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) }),
    evidence: z.array(Evidence),
    occurrence: z.string(),
    asOf: z.string(),
    stale: z.boolean(),
    arrCents: z.number().nullable(),
    risk: Interval.nullable(),
    /** Yearly revenue × risk, in cents of the workspace's currency; null when either is unknown. */
    atStakeCents: Interval.nullable(),
    /** At stake × the share that acting is believed to keep. */
    keepsCents: Interval.nullable(),
    effect: z.object({ share: Share, basis: z.literal('assumption') }),
    minutes: z.int(),
  })
  .meta({ id: 'TodayItem' })
export type TodayItem = z.output<typeof TodayItem>

export const TodayList = z
  .object({
    asOf: z.string(),
    currency: z.string(),
    items: z.array(TodayItem),
    /** All that was found, ranked or not. */
    found: z.int(),
    totals: z.object({
      atStakeCents: Interval.nullable(),
      keepsCents: Interval.nullable(),
      /** Items whose money is not known and so is in no sum. */
      unknown: z.int(),
      minutes: z.int(),
    }),
    heldBack: z.array(
      z.object({
        code: z.enum(['beyond_list', 'snoozed', 'done', 'not_useful', 'rule_off']),
        count: z.int(),
      }),
    ),
  })
  .meta({ id: 'TodayList' })
export type TodayList = z.output<typeof TodayList>

export const DecisionInput = z.object({
  accountId: z.uuid(),
  ruleCode: z.string().max(60),
  occurrence: z.string().max(200),
  decision: z.enum(['done', 'snoozed', 'reassigned', 'not_useful']),
  /** First day on which a snoozed item may come back. */
  untilOn: z.iso.date().optional(),
  assigneeId: z.uuid().optional(),
  comment: z.string().trim().max(500).optional(),
})
