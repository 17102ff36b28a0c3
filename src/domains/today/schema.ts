import { z } from 'zod'

const Share = z.number().min(0).max(1)
/** Text that the records store can hold. */
const Text = z
  .string()
  .refine((text) => !text.includes('\u0000'), 'Take the invisible character out.')
  .trim()

const partPattern = /^(value|low|high|state|detail\.[a-zA-Z]{1,60})$/

/**
 * A test on the latest reading of an account. What is unknown never passes, unless the state itself is asked for; what is
 * stale is found, and held back.
 */
export const Condition = z
  .object({
    reading: z
      .string()
      .max(60)
      .regex(/^[a-z_]+\.[a-z_]+$/),
    /** The value itself, an end of its interval, its state, or a fact of its detail. */
    part: z.string().regex(partPattern).default('value'),
    op: z.enum(['at_least', 'at_most', 'is']),
    value: z.union([z.number(), z.boolean(), Text.max(100)]),
  })
  .refine(
    ({ part, op, value }) =>
      typeof value === 'number' || (op === 'is' && (part === 'state' || part.startsWith('detail.'))),
    { path: ['value'], message: 'Compare with a number.' },
  )
  .refine(({ part, value }) => part !== 'state' || typeof value === 'string', {
    path: ['value'],
    message: 'A state is ok, stale or not_enough_data.',
  })
  .meta({ id: 'TodayCondition' })
export type Condition = z.output<typeof Condition>

const Choices = z.array(Text.min(1).max(200)).min(1).max(200)

/** Whom a rule looks at; what is left out narrows nothing. */
export const RuleScope = z.object({
  segments: Choices.optional(),
  stages: Choices.optional(),
  ownerIds: z.array(z.uuid()).min(1).max(200).optional(),
})
export type RuleScope = z.output<typeof RuleScope>

export const effectBases = ['assumption', 'similar_cases', 'holdout'] as const
export const tones = ['rust', 'ochre', 'petrol'] as const

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
    scope: RuleScope.default({}),
    tone: z.enum(tones),
    minutes: z.int().min(1).max(480),
    /** Minutes for all small customers with this reason together; null: each stands alone. */
    minutesForMany: z.int().min(1).max(480).nullable().default(null),
    /** Share of what is at stake that acting is believed to keep, until outcomes measure it. */
    effect: z.object({
      share: Share,
      /** The same for one act on many small customers, such as a letter to all: a quarter of `share` when absent. */
      shareForMany: Share.optional(),
      basis: z.literal('assumption'),
      /** Whether what outcomes measure takes the place of the assumption once there is enough of it. */
      measured: z.boolean().default(true),
    }),
    /** Share of what it raises that is not shown, by chance, to learn what acting achieves. */
    holdOut: z.number().min(0).max(0.5).default(0),
    /** Stands above what is ranked by money: promises and what is due. */
    floor: z.boolean().default(false),
  })
  .refine(({ floor, source, holdOut }) => holdOut === 0 || (!floor && source.kind === 'readings'), {
    path: ['holdOut'],
    message: 'What is due is never held out.',
  })
  .meta({ id: 'RuleDefinition' })
export type RuleDefinition = z.output<typeof RuleDefinition>

export const whys = ['wrong_time', 'not_true', 'known', 'no_use', 'other'] as const
export const Why = z.enum(whys)
export type Why = z.output<typeof Why>

/** What the team said of a rule's items in the last 90 days. */
export const RuleFeedback = z.object({
  decided: z.int(),
  notUseful: z.int(),
  whys: z.array(z.object({ why: Why.nullable(), count: z.int() })),
  /** The newest words, without who wrote them. */
  comments: z.array(z.string()),
})
export type RuleFeedback = z.output<typeof RuleFeedback>

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
export const RuleWithFeedback = z
  .object({
    ...Rule.shape,
    /** Made by people, so that it can be removed. */
    own: z.boolean(),
    feedback: RuleFeedback,
  })
  .meta({ id: 'TodayRuleWithFeedback' })

const Version = z.int().min(0).optional()
/** `version`: the one that was read; a rule that was changed meanwhile is not overwritten. */
export const RuleChange = z.object({
  version: Version,
  enabled: z.boolean().optional(),
  definition: RuleDefinition.optional(),
})
export const NewRule = z.object({ enabled: z.boolean().default(false), definition: RuleDefinition })

const Evidence = z.object({
  kind: z.string(),
  id: z.string().nullable(),
  at: z.string().nullable(),
  code: z.string(),
  params: z.record(z.string(), z.unknown()),
})
export const Interval = z.object({
  value: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
})
export type Interval = z.output<typeof Interval>

/** What is believed or measured of acting; with how many cases and an interval where it was measured. */
export const Effect = z.object({
  share: Share,
  low: Share.nullable(),
  high: Share.nullable(),
  basis: z.enum(effectBases),
  /** Cases that were compared; null for an assumption. */
  n: z.int().nullable(),
})
export type Effect = z.output<typeof Effect>

/** A reading as it was when somebody snoozed an item, by which a change is told. */
export const Watched = z.object({
  state: z.string(),
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** A fact that stands for it, such as the renewal day. */
  fact: z.string().nullable(),
  evidence: z.array(z.string()),
})
export type Watched = z.output<typeof Watched>

/** What changed since an item was snoozed. */
export const Change = z.object({
  reading: z.string(),
  kind: z.enum(['state', 'value', 'fact', 'evidence']),
  was: z.union([z.number(), z.string()]).nullable(),
  now: z.union([z.number(), z.string()]).nullable(),
  since: z.string(),
})
export type Change = z.output<typeof Change>

export const TodayItem = z
  .object({
    /** Stable while the reason is the same. */
    key: z.string(),
    rank: z.int(),
    rule: z.object({
      code: z.string(),
      name: z.string(),
      action: z.string(),
      tone: z.enum(tones),
      floor: z.boolean(),
    }),
    account: z.object({ id: z.uuid(), name: z.string(), segment: z.string().nullable() }).nullable(),
    /** Small customers with the same reason, as one item; its money is their sum. */
    many: z
      .object({
        count: z.int(),
        /** Of those whose money is most. */
        names: z.array(z.string()),
        smallBelowCents: z.number(),
      })
      .nullable(),
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
    effect: Effect,
    minutes: z.int(),
    /** Why it is back although somebody snoozed it. */
    changed: z.array(Change),
  })
  .meta({ id: 'TodayItem' })
export type TodayItem = z.output<typeof TodayItem>

export const heldCodes = [
  'beyond_list',
  'snoozed',
  'done',
  'not_useful',
  'held_out',
  'rule_off',
  'outdated',
  'customer_left',
] as const
export const HeldCode = z.enum(heldCodes)
export type HeldCode = z.output<typeof HeldCode>

export const TodayList = z
  .object({
    asOf: z.string(),
    /** The day at the workspace. */
    today: z.string(),
    currency: z.string(),
    items: z.array(TodayItem),
    /** All that was found: shown and held back. Each customer of an item of many counts. */
    found: z.int(),
    totals: z.object({
      /** Each customer counts once, however many items it has. */
      atStakeCents: Interval.nullable(),
      /** Acting twice for a customer keeps less than the sum: the second acts on what the first left. */
      keepsCents: Interval.nullable(),
      /** Customers whose money is in the sums. */
      customers: z.int(),
      /** Customers listed whose revenue or risk is not known: they are in no sum. */
      unknown: z.int(),
      minutes: z.int(),
    }),
    heldBack: z.array(z.object({ code: HeldCode, count: z.int() })),
    /** Below so much a year a customer is small; null where no revenue is known. */
    smallBelowCents: z.number().nullable(),
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

export const Whose = z.enum(['mine', 'team']).default('team')

/** The customers of an item of many, those with most at stake first. */
export const ManyList = z
  .object({ items: z.array(TodayItem), total: z.int(), currency: z.string(), today: z.string() })
  .meta({ id: 'TodayMany' })
export type ManyList = z.output<typeof ManyList>

export const decisions = ['done', 'snoozed', 'reassigned', 'not_useful'] as const

/** What was found and is not listed, with why, by whom and until when. */
export const HeldItem = z
  .object({
    key: z.string(),
    code: HeldCode,
    rule: z.object({ code: z.string(), name: z.string(), action: z.string() }),
    account: z.object({ id: z.uuid(), name: z.string(), segment: z.string().nullable() }).nullable(),
    title: z.string().nullable(),
    reason: z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) }),
    /** By which it can be taken back; null where nobody decided it. */
    decisionId: z.uuid().nullable(),
    by: z.string().nullable(),
    at: z.string().nullable(),
    untilOn: z.string().nullable(),
    untilChange: z.boolean(),
    why: Why.nullable(),
    comment: z.string().nullable(),
  })
  .meta({ id: 'TodayHeldItem' })
export type HeldItem = z.output<typeof HeldItem>

export const HeldList = z
  .object({ items: z.array(HeldItem), total: z.int(), today: z.string() })
  .meta({ id: 'TodayHeldList' })
export type HeldList = z.output<typeof HeldList>

const decided = {
  decision: z.enum(decisions),
  /** First day on which a snoozed item may come back; null: not before it happens anew. */
  untilOn: z.iso.date().nullable().optional(),
  /** Snoozed until a reading of the rule moves out of what it is now. */
  untilChange: z.boolean().default(false),
  assigneeId: z.uuid().optional(),
  /** Of `not_useful`. */
  why: Why.optional(),
  comment: Text.max(500).optional(),
}

export const DecisionInput = z.object({
  /** null for a task that belongs to no customer. */
  accountId: z.uuid().nullable(),
  ruleCode: Text.max(60),
  occurrence: Text.max(200),
  ...decided,
})

/** A decision on an item of many: on all of them, or on those that are named. */
export const ManyDecisionInput = z.object({
  whose: Whose,
  accountIds: z.array(z.uuid()).min(1).max(10_000).optional(),
  ...decided,
})

export const TodaySettings = z
  .object({
    /** Below so much a year a customer is small; null: the median customer. */
    smallBelowCents: z.int().min(0).max(1e15).nullable(),
  })
  .meta({ id: 'TodaySettings' })
export const TodaySettingsShown = z
  .object({
    ...TodaySettings.shape,
    /** Yearly revenue of the median customer; null where none is known. */
    medianCents: z.number().nullable(),
    currency: z.string(),
  })
  .meta({ id: 'TodaySettingsShown' })

export const partKinds = ['number', 'count', 'money', 'share', 'days', 'boolean', 'choice'] as const

/** What a condition can be about, with its unit and what it may be compared with. */
export const RulePart = z
  .object({
    reading: z.string(),
    part: z.string(),
    kind: z.enum(partKinds),
    options: z.array(z.string()),
    /** Whether it can be computed as of a day of the past, so that a rule on it can be tried. */
    past: z.boolean(),
  })
  .meta({ id: 'TodayRulePart' })
export type RulePart = z.output<typeof RulePart>

export const RuleChoices = z
  .object({
    parts: z.array(RulePart),
    segments: z.array(z.string()),
    stages: z.array(z.string()),
    owners: z.array(z.object({ id: z.uuid(), name: z.string() })),
    currency: z.string(),
  })
  .meta({ id: 'TodayRuleChoices' })
export type RuleChoices = z.output<typeof RuleChoices>

/** Customers or cases that were followed for 90 days, and how many of them left. */
export const Followed = z.object({
  n: z.int(),
  left: z.int(),
  share: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
})
export type Followed = z.output<typeof Followed>

export const TrialResult = z.object({
  /** Days at whose start the rule was tried, oldest first. */
  origins: z.array(z.iso.date()),
  /** Customers that were looked at: all, or a sample. */
  accounts: z.int(),
  sampled: z.boolean(),
  /** Cases that it would have raised, each occurrence once, and the customers among them. */
  raised: Followed,
  customersRaised: z.int(),
  /** Customers on those days that it would not have raised. Windows overlap, so a third of them counts. */
  others: Followed,
  /** raised - others, with Newcombe's interval; null without enough. */
  difference: Interval.nullable(),
  /** How many customers it would raise now. */
  now: z.int(),
  /** Records behind it that were written down after the day that they speak for. */
  assumed: z.object({ records: z.int(), late: z.int() }),
  /** Why it could not be tried, or what was left out of it. */
  gaps: z.array(z.object({ code: z.string(), params: z.record(z.string(), z.unknown()) })),
  possible: z.boolean(),
})
export type TrialResult = z.output<typeof TrialResult>

export const Trial = z
  .object({
    id: z.uuid(),
    state: z.enum(['waiting', 'running', 'done', 'failed']),
    stepsDone: z.int(),
    steps: z.int(),
    createdAt: z.string(),
    result: TrialResult.nullable(),
  })
  .meta({ id: 'TodayTrial' })
export type Trial = z.output<typeof Trial>

/** Cases of a rule after which so many days have passed. */
export const Arm = z.object({
  n: z.int(),
  kept: z.int(),
  share: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Cases that are followed to the day, and in how many of them the rule no longer held. */
  easedOf: z.int(),
  eased: z.int(),
  /** Yearly revenue of these cases when they were raised. */
  arrCents: z.number(),
})
export type Arm = z.output<typeof Arm>

export const Outcome = z
  .object({
    ruleCode: z.string(),
    days: z.union([z.literal(30), z.literal(60), z.literal(90)]),
    acted: Arm,
    notActed: Arm,
    /** Shown, acted on or not: what chance set against the held out. */
    shown: Arm,
    heldOut: Arm,
    /** Which comparison counts, or why none does yet. */
    verdict: z.enum(['holdout', 'similar_cases', 'too_early']),
    /** More kept, in shares: of the first group minus the second. */
    difference: Interval.nullable(),
    /** The same of the revenue of the first group. */
    keptCents: Interval.nullable(),
    /** Cases that are not so old yet. */
    waiting: z.int(),
  })
  .meta({ id: 'TodayOutcome' })
export type Outcome = z.output<typeof Outcome>

export const Outcomes = z
  .object({
    rules: z.array(
      z.object({ code: z.string(), name: z.string(), effect: Effect, outcomes: z.array(Outcome) }),
    ),
    currency: z.string(),
    /** Since when raised items are recorded; null before the first day. */
    since: z.string().nullable(),
  })
  .meta({ id: 'TodayOutcomes' })
export type Outcomes = z.output<typeof Outcomes>

/** What outcomes measure of each rule, by its code; a versioned snapshot. */
export const MeasuredEffects = z.record(z.string(), Effect)
export type MeasuredEffects = z.output<typeof MeasuredEffects>
