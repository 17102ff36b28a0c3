import { z } from 'zod'

const Share = z.number().min(0).max(1)
/** Text that the records store can hold. */
const Text = z
  .string()
  .refine((text) => !text.includes('\u0000'), 'Take the invisible character out.')
  .trim()

/** A test on the latest reading of an account. What is unknown never passes; what is stale is found, and held back. */
export const Condition = z
  .object({
    reading: z
      .string()
      .max(60)
      .regex(/^[a-z_]+\.[a-z_]+$/),
    /** The value itself, or a fact of its detail. */
    part: z.union([z.literal('value'), z.string().regex(/^detail\.[a-zA-Z]{1,60}$/)]).default('value'),
    op: z.enum(['at_least', 'at_most', 'is']),
    value: z.union([z.number(), z.boolean(), Text.max(100)]),
  })
  .refine(({ part, op, value }) => typeof value === 'number' || (op === 'is' && part !== 'value'), {
    path: ['value'],
    message: 'Compare with a number.',
  })
  .meta({ id: 'TodayCondition' })
export type Condition = z.output<typeof Condition>

/** What brings an account to Today, what to do then, and what it is believed to be worth. */
export const RuleDefinition = z
  .object({
    name: Text.min(1).max(120),
    /** Begins with a verb and names the thing. */
    action: Text.min(1).max(120),
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
    /** Who is to act: whoever it was given to, else the owner of the task or of the customer. */
    owner: z.object({ id: z.uuid(), name: z.string() }).nullable(),
    /** What is done when the item is: the task. */
    taskId: z.uuid().nullable(),
    /** The title of a task; otherwise the rule's action says what to do. */
    title: z.string().nullable(),
    reason: z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) }),
    evidence: z.array(Evidence),
    /** What tells this time from the next: decisions are about one occurrence. */
    occurrence: z.string(),
    /** The oldest of the readings that it rests on. */
    asOf: z.string(),
    stale: z.boolean(),
    arrCents: z.number().nullable(),
    risk: Interval.nullable(),
    /** Yearly revenue × risk, in minor units of the workspace's currency; null when either is unknown. */
    atStakeCents: Interval.nullable(),
    /** At stake × the share that acting is believed to keep; null also where nothing is believed. */
    keepsCents: Interval.nullable(),
    effect: z.object({ share: Share, basis: z.literal('assumption') }),
    minutes: z.int(),
  })
  .meta({ id: 'TodayItem' })
export type TodayItem = z.output<typeof TodayItem>

export const heldCodes = [
  'beyond_list',
  'snoozed',
  'done',
  'not_useful',
  'rule_off',
  'outdated',
  'customer_left',
] as const

export const TodayList = z
  .object({
    asOf: z.string(),
    /** The day at the workspace. */
    today: z.string(),
    currency: z.string(),
    items: z.array(TodayItem),
    /** All that was found: shown and held back. */
    found: z.int(),
    totals: z.object({
      /** Each customer counts once, however many items it has. */
      atStakeCents: Interval.nullable(),
      /** Acting twice for a customer keeps less than the sum: the second acts on what the first left. */
      keepsCents: Interval.nullable(),
      /** Customers listed whose revenue or risk is not known: they are in no sum. */
      unknown: z.int(),
      minutes: z.int(),
    }),
    heldBack: z.array(z.object({ code: z.enum(heldCodes), count: z.int() })),
    /** What was looked at to find this. */
    scope: z.object({
      /** Customers of the workspace that have not left, and how many of them are this person's. */
      accounts: z.int(),
      own: z.int().nullable(),
      /** Known readings and open tasks that the rules looked at, of these customers and people. */
      signals: z.int(),
    }),
  })
  .meta({ id: 'TodayList' })
export type TodayList = z.output<typeof TodayList>

export const decisions = ['done', 'snoozed', 'reassigned', 'not_useful'] as const

export const DecisionInput = z.object({
  /** null for a task that belongs to no customer. */
  accountId: z.uuid().nullable(),
  ruleCode: Text.max(60),
  occurrence: Text.max(200),
  decision: z.enum(decisions),
  /** First day on which a snoozed item may come back; null: not before it happens anew. */
  untilOn: z.iso.date().nullable().optional(),
  assigneeId: z.uuid().optional(),
  comment: Text.max(500).optional(),
})
