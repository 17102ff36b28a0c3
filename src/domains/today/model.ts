import type { Rule, RuleDefinition, TodayItem, TodayList } from './schema.ts'

type Interval = NonNullable<TodayItem['risk']>

/** A rule that holds for an account, with what is known about it. */
export type Candidate = Omit<
  TodayItem,
  'rank' | 'key' | 'rule' | 'effect' | 'minutes' | 'atStakeCents' | 'keepsCents'
> &
  Readonly<{ ruleCode: string; dueOn: string | null }>

export type Decision = Readonly<{
  accountId: string | null
  ruleCode: string
  occurrence: string
  decision: 'done' | 'snoozed' | 'reassigned' | 'not_useful'
  untilOn: string | null
  assigneeId: string | null
}>

export type TodayInput = Readonly<{
  rules: readonly Rule[]
  candidates: readonly Candidate[]
  /** Those that were not undone; a later one of the same item counts. */
  decisions: readonly Decision[]
  /** The day at the workspace, 'YYYY-MM-DD'. */
  today: string
  /** Only what this person owns or was given; null for the whole team. */
  personId: string | null
  limit: number
}>

type Ranked = Omit<TodayItem, 'rank'> & { dueOn: string | null }
type HeldBack = TodayList['heldBack'][number]['code']

/** The rules that Mainstay comes with. Their effects are assumptions, and say so wherever they are shown. */
export const builtInRules: Readonly<Record<string, RuleDefinition>> = {
  renewal_near: {
    name: 'Renewal is near',
    action: 'Prepare the renewal',
    source: {
      kind: 'readings',
      all: [
        { reading: 'revenue.renewal', part: 'value', op: 'at_most', value: 60 },
        { reading: 'revenue.renewal', part: 'value', op: 'at_least', value: 0 },
      ],
    },
    tone: 'ochre',
    minutes: 30,
    effect: { share: 0.1, basis: 'assumption' },
    floor: false,
  },
  usage_out_of_band: {
    name: 'Usage fell out of its band',
    action: 'Ask what changed',
    source: {
      kind: 'readings',
      all: [
        { reading: 'usage.trend', part: 'detail.outOfBand', op: 'is', value: true },
        { reading: 'usage.trend', part: 'detail.direction', op: 'is', value: 'down' },
      ],
    },
    tone: 'rust',
    minutes: 25,
    effect: { share: 0.15, basis: 'assumption' },
    floor: false,
  },
  severe_ticket_open: {
    name: 'A severity-one ticket is open',
    action: 'Agree the next step on the open severity-one ticket',
    source: {
      kind: 'readings',
      all: [{ reading: 'tickets.open_severe', part: 'value', op: 'at_least', value: 1 }],
    },
    tone: 'rust',
    minutes: 20,
    effect: { share: 0.1, basis: 'assumption' },
    floor: false,
  },
  task_due: {
    name: 'A task is due',
    action: 'Do the task',
    source: { kind: 'tasks', dueWithinDays: 0 },
    tone: 'petrol',
    minutes: 15,
    effect: { share: 0, basis: 'assumption' },
    floor: true,
  },
}

/** Built-in rules, each replaced by the newest version that people saved. */
export function effectiveRules(saved: readonly Rule[]): Rule[] {
  const own = new Map(saved.map((rule) => [rule.code, rule]))
  const builtIn = Object.entries(builtInRules).map(
    ([code, definition]): Rule =>
      own.get(code) ?? { code, version: 0, enabled: true, definition, changedAt: null, changedBy: null },
  )
  return [...builtIn, ...saved.filter((rule) => !(rule.code in builtInRules))]
}

const times = (interval: Interval, factor: number): Interval => ({
  value: Math.round(interval.value * factor),
  low: interval.low === null ? null : Math.round(interval.low * factor),
  high: interval.high === null ? null : Math.round(interval.high * factor),
})

/** What is at stake and what acting is believed to keep; null where revenue or risk is not known. */
export function moneyOf(candidate: Pick<Candidate, 'arrCents' | 'risk'>, share: number) {
  const known = candidate.arrCents !== null && candidate.risk !== null
  const atStakeCents = known ? times(candidate.risk as Interval, candidate.arrCents as number) : null
  return { atStakeCents, keepsCents: atStakeCents && share > 0 ? times(atStakeCents, share) : null }
}

export const keyOf = (
  item: Readonly<{ ruleCode: string; accountId: string | null; occurrence: string }>,
): string => [item.ruleCode, item.accountId ?? '-', item.occurrence].join('|')

function toItem(candidate: Candidate, rule: Rule): Ranked {
  const { ruleCode, ...rest } = candidate
  const { action, tone, floor, minutes, effect } = rule.definition
  return {
    ...rest,
    key: keyOf({ ruleCode, accountId: candidate.account?.id ?? null, occurrence: candidate.occurrence }),
    rule: { code: ruleCode, action, tone, floor },
    ...moneyOf(candidate, effect.share),
    effect,
    minutes,
  }
}

/** First what is due, earliest first; then what keeps most per minute; what has no known money comes last. */
export function compareItems(a: Ranked, b: Ranked): number {
  if (a.rule.floor !== b.rule.floor) return a.rule.floor ? -1 : 1
  if (a.rule.floor) return (a.dueOn ?? '').localeCompare(b.dueOn ?? '') || a.key.localeCompare(b.key)
  const perMinute = (item: Ranked) => (item.keepsCents ? item.keepsCents.value / item.minutes : -1)
  return perMinute(b) - perMinute(a) || a.key.localeCompare(b.key)
}

/** Why an item is not shown, by what somebody decided about it; null when it is shown. */
function heldBy(decision: Decision | undefined, today: string): HeldBack | null {
  if (!decision || decision.decision === 'reassigned') return null
  if (decision.decision === 'snoozed')
    return decision.untilOn !== null && decision.untilOn <= today ? null : 'snoozed'
  return decision.decision
}

/** Sums add up ends with ends: wider than chance would make them, and never too narrow. */
function sum(parts: readonly (Interval | null)[]): Interval | null {
  const known = parts.filter((part) => part !== null)
  if (known.length === 0) return null
  const add = (pick: (part: Interval) => number | null) =>
    known.reduce<number | null>((total, part) => {
      const next = pick(part)
      return total === null || next === null ? null : total + next
    }, 0)
  return {
    value: add((part) => part.value) as number,
    low: add((part) => part.low),
    high: add((part) => part.high),
  }
}

/** Ranks what the rules found, leaves out what people decided, and says what was held back. */
export function rankToday(input: TodayInput): Pick<TodayList, 'items' | 'found' | 'totals' | 'heldBack'> {
  const rules = new Map(input.rules.map((rule) => [rule.code, rule]))
  const decisions = new Map(input.decisions.map((decision) => [keyOf(decision), decision]))
  const held = new Map<HeldBack, number>()
  const hold = (code: HeldBack, count = 1) => count > 0 && held.set(code, (held.get(code) ?? 0) + count)
  const shown: Ranked[] = []
  for (const candidate of input.candidates) {
    const rule = rules.get(candidate.ruleCode)
    if (!rule) continue
    const decision = decisions.get(keyOf({ ...candidate, accountId: candidate.account?.id ?? null }))
    const responsible = (decision?.decision === 'reassigned' && decision.assigneeId) || candidate.owner?.id
    if (input.personId !== null && responsible !== input.personId) continue
    const reason = rule.enabled ? heldBy(decision, input.today) : 'rule_off'
    if (reason) hold(reason)
    else shown.push(toItem(candidate, rule))
  }
  shown.sort(compareItems)
  const listed = shown.slice(0, input.limit)
  hold('beyond_list', shown.length - listed.length)
  return {
    items: listed.map(({ dueOn: _, ...item }, index) => ({ ...item, rank: index + 1 })),
    found:
      shown.length +
      [...held.entries()].reduce((total, [code, n]) => (code === 'beyond_list' ? total : total + n), 0),
    totals: {
      atStakeCents: sum(listed.map((item) => item.atStakeCents)),
      keepsCents: sum(listed.map((item) => item.keepsCents)),
      unknown: listed.filter((item) => item.atStakeCents === null).length,
      minutes: listed.reduce((total, item) => total + item.minutes, 0),
    },
    heldBack: [...held.entries()].map(([code, count]) => ({ code, count })),
  }
}
