import {
  heldCodes,
  type decisions,
  type Rule,
  type RuleDefinition,
  type TodayItem,
  type TodayList,
} from './schema.ts'

type Interval = NonNullable<TodayItem['risk']>

/** A rule that holds for an account or a task, with what is known about it. */
export type Candidate = Omit<
  TodayItem,
  'rank' | 'key' | 'rule' | 'effect' | 'minutes' | 'atStakeCents' | 'keepsCents'
> &
  Readonly<{
    ruleCode: string
    dueOn: string | null
    customerLeft: boolean
    /** What the rule found was so once; whether it still is, nobody knows. */
    outdated: boolean
  }>

export type Decision = Readonly<{
  accountId: string | null
  ruleCode: string
  occurrence: string
  decision: (typeof decisions)[number]
  /** First day on which it may come back; null: not in this occurrence. */
  untilOn: string | null
  assignee: Readonly<{ id: string; name: string }> | null
}>

export type TodayInput = Readonly<{
  rules: readonly Rule[]
  candidates: readonly Candidate[]
  /** By rule: how many more it found, which rank below its candidates and about which nothing was decided. */
  more: ReadonlyMap<string, number>
  /** Those that were not undone, oldest first. */
  decisions: readonly Decision[]
  /** The day at the workspace, 'YYYY-MM-DD'. */
  today: string
  /** Only what this person owns or was given; null for the whole team. */
  personId: string | null
  limit: number
}>

type Ranked = Omit<TodayItem, 'rank'> & Readonly<{ dueOn: string | null }>
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
    action: 'Agree the next step on the ticket',
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

function toItem(
  { ruleCode, customerLeft: _left, outdated: _outdated, ...rest }: Candidate,
  rule: Rule,
): Ranked {
  const { action, tone, floor, minutes, effect } = rule.definition
  return {
    ...rest,
    key: keyOf({ ruleCode, accountId: rest.account?.id ?? null, occurrence: rest.occurrence }),
    rule: { code: ruleCode, action, tone, floor },
    ...moneyOf(rest, effect.share),
    effect,
    minutes,
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
/** After every day: what has no day is due last of what is due. */
const noDay = '9999-12-31'

/** First what is due, earliest first; then what keeps most per minute; what has no known money comes last. */
export function compareItems(a: Ranked, b: Ranked): number {
  if (a.rule.floor !== b.rule.floor) return a.rule.floor ? -1 : 1
  const perMinute = (item: Ranked) => (item.keepsCents ? item.keepsCents.value / item.minutes : -1)
  return (
    (a.rule.floor ? compareText(a.dueOn ?? noDay, b.dueOn ?? noDay) : 0) ||
    perMinute(b) - perMinute(a) ||
    compareText(a.key, b.key)
  )
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

/** What all items together put at stake and keep, each customer counted once. */
function totalsOf(items: readonly Omit<TodayItem, 'rank'>[]): TodayList['totals'] {
  const customers = new Map<string, { atStakeCents: Interval | null; share: number }>()
  for (const { account, atStakeCents, effect } of items) {
    if (!account) continue
    const share = customers.get(account.id)?.share ?? 0
    // The second action works on what the first did not keep.
    customers.set(account.id, { atStakeCents, share: share + effect.share - share * effect.share })
  }
  const known = [...customers.values()]
  return {
    atStakeCents: sum(known.map(({ atStakeCents }) => atStakeCents)),
    keepsCents: sum(
      known.map(({ atStakeCents, share }) => (atStakeCents && share > 0 ? times(atStakeCents, share) : null)),
    ),
    unknown: known.filter(({ atStakeCents }) => atStakeCents === null).length,
    minutes: items.reduce((total, { minutes }) => total + minutes, 0),
  }
}

/**
 * What was decided about each occurrence: the last word on it, and apart from it to whom it was given. Who has a task
 * and whether it is done is for the task itself to say.
 */
function settle(decisions: readonly Decision[]) {
  const last = new Map<string, Decision>()
  const given = new Map<string, Decision['assignee']>()
  for (const decision of decisions) {
    const ofTask = decision.decision === 'done' || decision.decision === 'reassigned'
    if (ofTask && taskOf(decision.occurrence) !== null) continue
    if (decision.decision === 'reassigned') given.set(keyOf(decision), decision.assignee)
    else last.set(keyOf(decision), decision)
  }
  return { last, given }
}

/** Ranks what the rules found, leaves out what people decided, and says what was held back. */
export function rankToday(input: TodayInput): Pick<TodayList, 'items' | 'found' | 'totals' | 'heldBack'> {
  const rules = new Map(input.rules.map((rule) => [rule.code, rule]))
  const { last, given } = settle(input.decisions)
  const held = new Map<HeldBack, number>()
  const hold = (code: HeldBack, count = 1) => held.set(code, (held.get(code) ?? 0) + count)
  const shown: Ranked[] = []
  for (const candidate of input.candidates) {
    const rule = rules.get(candidate.ruleCode)
    if (!rule) continue
    const key = keyOf({ ...candidate, accountId: candidate.account?.id ?? null })
    const owner = given.get(key) ?? candidate.owner
    if (input.personId !== null && owner?.id !== input.personId) continue
    const reason = candidate.customerLeft
      ? 'customer_left'
      : rule.enabled
        ? (heldBy(last.get(key), input.today) ?? (candidate.outdated ? 'outdated' : null))
        : 'rule_off'
    if (reason) hold(reason)
    else shown.push(toItem({ ...candidate, owner }, rule))
  }
  for (const [ruleCode, count] of input.more)
    if (count > 0) hold(rules.get(ruleCode)?.enabled ? 'beyond_list' : 'rule_off', count)
  shown.sort(compareItems)
  const listed = shown.slice(0, input.limit)
  if (shown.length > listed.length) hold('beyond_list', shown.length - listed.length)
  const heldBack = heldCodes.flatMap((code) => (held.has(code) ? [{ code, count: held.get(code)! }] : []))
  return {
    items: listed.map(({ dueOn: _dueOn, ...item }, index) => ({ ...item, rank: index + 1 })),
    found: listed.length + heldBack.reduce((total, { count }) => total + count, 0),
    totals: totalsOf(listed),
    heldBack,
  }
}

/** Monday of the week of a day. */
function weekOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`)
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7))
  return date.toISOString().slice(0, 10)
}

export const taskOccurrence = (id: string): string => `task ${id}`
/** The id of the task that an occurrence is, or null when it is something else. */
export const taskOf = (occurrence: string): string | null =>
  /^task ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i.exec(occurrence)?.[1] ?? null

/** What tells this occurrence of a reason from the next one: a renewal day, a ticket, else a week. */
export function occurrenceOf(
  reading: Readonly<{
    code: string
    asOf: string
    detail: Record<string, unknown>
    evidence: TodayItem['evidence']
  }>,
): string {
  if (reading.code === 'revenue.renewal' && typeof reading.detail.renewsOn === 'string')
    return `renewal ${reading.detail.renewsOn}`
  // A ticket that is opened later is news, one that was there before is not.
  const newest = reading.evidence
    .filter(({ kind, id }) => kind === 'ticket' && id !== null)
    .toSorted((a, b) => compareText(b.at ?? '', a.at ?? '') || compareText(b.id!, a.id!))[0]
  if (newest) return `ticket ${newest.id}`
  // What was done about a drop need not be said again each day.
  return `week ${weekOf(reading.asOf.slice(0, 10))}`
}
