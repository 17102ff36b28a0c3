import {
  heldCodes,
  type decisions,
  type Effect,
  type HeldCode,
  type Interval,
  type MeasuredEffects,
  type Rule,
  type TodayItem,
  type TodayList,
  type Watched,
  type Why,
} from '../schema.ts'
import { lastingOccurrence, taskOf } from './occurrence.ts'
import { shareForMany } from './share-for-many.ts'
import { changesOf } from './snooze.ts'

/** A rule that holds for an account or a task, with what is known about it. */
export type Candidate = Omit<
  TodayItem,
  'rank' | 'key' | 'rule' | 'many' | 'effect' | 'minutes' | 'atStakeCents' | 'keepsCents' | 'changed'
> &
  Readonly<{
    ruleCode: string
    dueOn: string | null
    customerLeft: boolean
    /** What the rule found was so once; whether it still is, nobody knows. */
    outdated: boolean
    /** Drawn to be left alone, to learn what acting achieves. */
    heldOut: boolean
  }>

export type Decision = Readonly<{
  id: string
  accountId: string | null
  ruleCode: string
  occurrence: string
  decision: (typeof decisions)[number]
  /** First day on which it may come back; null: not in this occurrence, or not until something changes. */
  untilOn: string | null
  /** What it waits for to change, by code; null where it does not wait for that. */
  watch: Readonly<Record<string, Watched>> | null
  assignee: Readonly<{ id: string; name: string }> | null
  why: Why | null
  comment: string | null
  by: string | null
  at: string
}>

/** A small customer that is known by its money alone. */
export type Small = Readonly<{ accountId: string; atStakeCents: Interval }>

/** What a rule found beyond its candidates, about which nothing was decided and which ranks below them. */
export type Beyond = Readonly<{
  small: readonly Small[]
  others: number
  heldOut: number
  outdated: number
}>

export type TodayInput = Readonly<{
  rules: readonly Rule[]
  candidates: readonly Candidate[]
  /** By rule. */
  beyond: ReadonlyMap<string, Beyond>
  /** Those that were not undone, oldest first. */
  decisions: readonly Decision[]
  /** Of accounts with a snooze that waits for a change: their readings now, by code. */
  watched: ReadonlyMap<string, ReadonlyMap<string, Watched>>
  /** What outcomes measure, by rule. */
  effects: MeasuredEffects
  /** Below so much a year a customer is small. */
  smallBelowCents: number | null
  /** The day at the workspace, 'YYYY-MM-DD'. */
  today: string
  /** Only what this person owns or was given; null for the whole team. */
  personId: string | null
  limit: number
}>

type Ranked = Omit<TodayItem, 'rank'> & Readonly<{ dueOn: string | null; members: readonly Small[] }>

/** Something that was found and is not shown. `decision` is what holds it back, where somebody decided it. */
export type Held = Readonly<{ code: HeldCode; candidate: Candidate; decision: Decision | null }>

/** So many small customers with one reason are one item; fewer are told one by one. */
export const leastMany = 5
const namesOfMany = 3

export const assumedEffect = ({ definition }: Rule): Effect => ({
  share: definition.effect.share,
  low: null,
  high: null,
  basis: 'assumption',
  n: null,
})

/** What one act on many small customers keeps. What is measured is measured on acts for one, so this stays assumed. */
const effectForMany = (rule: Rule): Effect => ({
  ...assumedEffect(rule),
  share: shareForMany(rule.definition),
})

/** What acting on items of a rule keeps: measured where there is enough of it and the rule says so. */
export function effectOf(rule: Rule, measured: MeasuredEffects): Effect {
  const { effect, floor } = rule.definition
  return (!floor && effect.measured ? measured[rule.code] : undefined) ?? assumedEffect(rule)
}

type Shares = Pick<Effect, 'share' | 'low' | 'high'>

/** Ends times ends: wider than independent chances would make it. */
function times(interval: Interval, { share, low, high }: Shares): Interval {
  return {
    value: Math.round(interval.value * share),
    low: interval.low === null ? null : Math.round(interval.low * (low ?? share)),
    high: interval.high === null ? null : Math.round(interval.high * (high ?? share)),
  }
}

const scaled = (interval: Interval, factor: number): Interval =>
  times(interval, { share: factor, low: null, high: null })

/** Nothing is claimed where nothing is assumed; a measured nothing is a nothing that is known. */
const claims = ({ share, basis }: Effect): boolean => share > 0 || basis !== 'assumption'

/** What is at stake and what acting is believed to keep; null where revenue or risk is not known. */
export function moneyOf(candidate: Pick<Candidate, 'arrCents' | 'risk'>, effect: Effect) {
  const known = candidate.arrCents !== null && candidate.risk !== null
  const atStakeCents = known ? scaled(candidate.risk as Interval, candidate.arrCents as number) : null
  return { atStakeCents, keepsCents: atStakeCents && claims(effect) ? times(atStakeCents, effect) : null }
}

export const keyOf = (
  item: Readonly<{ ruleCode: string; accountId: string | null; occurrence: string }>,
): string => [item.ruleCode, item.accountId ?? '-', item.occurrence].join('|')

const keyOfCandidate = (candidate: Candidate): string =>
  keyOf({ ...candidate, accountId: candidate.account?.id ?? null })

const ruleOfItem = ({ code, definition: { name, action, tone, floor } }: Rule): TodayItem['rule'] => ({
  code,
  name,
  action,
  tone,
  floor,
})

export function toItem(
  candidate: Candidate,
  rule: Rule,
  effects: MeasuredEffects,
  changed: TodayItem['changed'] = [],
): Ranked {
  const { ruleCode: _code, customerLeft: _left, outdated: _outdated, heldOut: _held, ...rest } = candidate
  const effect = effectOf(rule, effects)
  return {
    ...rest,
    key: keyOfCandidate(candidate),
    rule: ruleOfItem(rule),
    many: null,
    ...moneyOf(rest, effect),
    effect,
    minutes: rule.definition.minutes,
    changed: [...changed],
    members: [],
  }
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
/** After every day: what has no day is due last of what is due. */
const noDay = '9999-12-31'

type Comparable = Pick<Ranked, 'rule' | 'keepsCents' | 'minutes' | 'dueOn' | 'key'>

/** First what is due, earliest first; then what keeps most per minute; what has no known money comes last. */
export function compareItems(a: Comparable, b: Comparable): number {
  if (a.rule.floor !== b.rule.floor) return a.rule.floor ? -1 : 1
  const perMinute = (item: Comparable) => (item.keepsCents ? item.keepsCents.value / item.minutes : -1)
  return (
    (a.rule.floor ? compareText(a.dueOn ?? noDay, b.dueOn ?? noDay) : 0) ||
    perMinute(b) - perMinute(a) ||
    compareText(a.key, b.key)
  )
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

/** The second action works on what the first did not keep. */
function both(a: Shares | null, b: Shares): Shares {
  if (a === null) return b
  const join = (x: number, y: number) => x + y - x * y
  return {
    share: join(a.share, b.share),
    low: join(a.low ?? a.share, b.low ?? b.share),
    high: join(a.high ?? a.share, b.high ?? b.share),
  }
}

/** What all items together put at stake and keep, each customer counted once. */
function totalsOf(items: readonly Ranked[]): TodayList['totals'] {
  const customers = new Map<string, { atStakeCents: Interval | null; shares: Shares | null }>()
  for (const { account, members, atStakeCents, effect } of items) {
    const those = account ? [{ accountId: account.id, atStakeCents }] : members
    for (const one of those) {
      const before = customers.get(one.accountId)?.shares ?? null
      const shares = claims(effect) ? both(before, effect) : before
      customers.set(one.accountId, { atStakeCents: one.atStakeCents, shares })
    }
  }
  const all = [...customers.values()]
  const known = all.filter(({ atStakeCents }) => atStakeCents !== null)
  return {
    atStakeCents: sum(known.map(({ atStakeCents }) => atStakeCents)),
    keepsCents: sum(
      known.map(({ atStakeCents, shares }) => (atStakeCents && shares ? times(atStakeCents, shares) : null)),
    ),
    customers: known.length,
    unknown: all.length - known.length,
    minutes: items.reduce((total, { minutes }) => total + minutes, 0),
  }
}

/** Snoozes last from week to week; everything else is about one occurrence. */
const decisionKey = (decision: Decision): string =>
  decision.watch
    ? keyOf({ ...decision, occurrence: '*' })
    : decision.decision === 'snoozed' && decision.untilOn !== null
      ? keyOf({ ...decision, occurrence: lastingOccurrence(decision.occurrence) })
      : keyOf(decision)

/**
 * What was decided about each occurrence: the last word on it, and apart from it to whom it was given. Who has a task
 * and whether it is done is for the task itself to say.
 */
function settle(decisions: readonly Decision[]) {
  const last = new Map<string, Decision & { place: number }>()
  const given = new Map<string, Decision['assignee']>()
  for (const [place, decision] of decisions.entries()) {
    const ofTask = decision.decision === 'done' || decision.decision === 'reassigned'
    if (ofTask && taskOf(decision.occurrence) !== null) continue
    if (decision.decision === 'reassigned') given.set(keyOf(decision), decision.assignee)
    else last.set(decisionKey(decision), { ...decision, place })
  }
  const lastOn = (candidate: Candidate): Decision | undefined => {
    const about = { ruleCode: candidate.ruleCode, accountId: candidate.account?.id ?? null }
    const occurrences = new Set([candidate.occurrence, lastingOccurrence(candidate.occurrence), '*'])
    return [...occurrences]
      .flatMap((occurrence) => last.get(keyOf({ ...about, occurrence })) ?? [])
      .toSorted((a, b) => b.place - a.place)[0]
  }
  return { lastOn, givenTo: (candidate: Candidate) => given.get(keyOfCandidate(candidate)) }
}

/** Why an item is not shown, by what somebody decided about it; null when it is shown, with what changed since. */
function heldBy(
  decision: Decision | undefined,
  { today, watched }: Pick<TodayInput, 'today' | 'watched'>,
): Readonly<{ code: HeldCode | null; changed: TodayItem['changed'] }> {
  if (!decision || decision.decision === 'reassigned') return { code: null, changed: [] }
  if (decision.decision !== 'snoozed') return { code: decision.decision, changed: [] }
  if (decision.watch) {
    const now = watched.get(decision.accountId ?? '') ?? new Map<string, Watched>()
    const changed = changesOf(decision.watch, now, decision.at)
    return { code: changed.length > 0 ? null : 'snoozed', changed }
  }
  return { code: decision.untilOn !== null && decision.untilOn <= today ? null : 'snoozed', changed: [] }
}

/** A customer that pays less than what counts as small, and whose money is known. */
const isSmall = (item: Ranked, belowCents: number | null): boolean =>
  belowCents !== null &&
  item.account !== null &&
  item.atStakeCents !== null &&
  item.arrCents! < belowCents &&
  // What changed since somebody put it off is told by itself.
  item.changed.length === 0

/** Items of one rule at small customers become one, where there are enough of them. */
function fold(
  rule: Rule,
  items: readonly Ranked[],
  beyond: Beyond | undefined,
  input: Pick<TodayInput, 'smallBelowCents' | 'personId'>,
): Ranked[] {
  const { minutesForMany, floor } = rule.definition
  const small = items.filter((item) => isSmall(item, input.smallBelowCents))
  const count = small.length + (beyond?.small.length ?? 0)
  if (minutesForMany === null || floor || count < leastMany) return [...items]
  const members: Small[] = [
    ...small.map((item) => ({ accountId: item.account!.id, atStakeCents: item.atStakeCents! })),
    ...(beyond?.small ?? []),
  ]
  const atStakeCents = sum(members.map((member) => member.atStakeCents))
  const effect = effectForMany(rule)
  const most = small.toSorted((a, b) => b.atStakeCents!.value - a.atStakeCents!.value)
  const many: Ranked = {
    key: keyOf({ ruleCode: rule.code, accountId: null, occurrence: 'many' }),
    rule: ruleOfItem(rule),
    account: null,
    many: {
      count,
      names: most.slice(0, namesOfMany).map(({ account }) => account!.name),
      smallBelowCents: input.smallBelowCents!,
    },
    owner: input.personId === null ? null : (small[0]?.owner ?? null),
    taskId: null,
    title: null,
    reason: { code: 'many', params: { count } },
    evidence: [],
    occurrence: 'many',
    asOf: small.map(({ asOf }) => asOf).toSorted(compareText)[0] ?? '',
    stale: false,
    arrCents: null,
    risk: null,
    atStakeCents,
    keepsCents: atStakeCents && claims(effect) ? times(atStakeCents, effect) : null,
    effect,
    minutes: minutesForMany,
    changed: [],
    dueOn: null,
    members,
  }
  const gone = new Set(small)
  return [...items.filter((item) => !gone.has(item)), many]
}

/** Tells what is shown, ranked, from what is held back and why. */
function sortOut(input: TodayInput): Readonly<{ shown: Ranked[]; held: Held[] }> {
  const rules = new Map(input.rules.map((rule) => [rule.code, rule]))
  const { lastOn, givenTo } = settle(input.decisions)
  const byRule = new Map<string, Ranked[]>()
  const held: Held[] = []
  for (const found of input.candidates) {
    const rule = rules.get(found.ruleCode)
    if (!rule) continue
    const candidate = { ...found, owner: givenTo(found) ?? found.owner }
    if (input.personId !== null && candidate.owner?.id !== input.personId) continue
    const last = lastOn(candidate) ?? null
    const said = heldBy(last ?? undefined, input)
    const code = candidate.customerLeft
      ? 'customer_left'
      : rule.enabled
        ? (said.code ??
          (candidate.outdated
            ? 'outdated'
            : candidate.heldOut && rule.definition.holdOut > 0
              ? 'held_out'
              : null))
        : 'rule_off'
    if (code) held.push({ code, candidate, decision: said.code === code ? last : null })
    else {
      const items = byRule.get(rule.code) ?? []
      items.push(toItem(candidate, rule, input.effects, said.changed))
      byRule.set(rule.code, items)
    }
  }
  const shown = input.rules.flatMap((rule) =>
    rule.enabled ? fold(rule, byRule.get(rule.code) ?? [], input.beyond.get(rule.code), input) : [],
  )
  return { shown: shown.sort(compareItems), held }
}

/** How many customers or tasks an item stands for. */
const weightOf = ({ many }: Pick<TodayItem, 'many'>): number => many?.count ?? 1

/** Ranks what the rules found, leaves out what people decided, and says what was held back. */
export function rankToday(input: TodayInput): Pick<TodayList, 'items' | 'found' | 'totals' | 'heldBack'> {
  const { shown, held } = sortOut(input)
  const counts = new Map<HeldCode, number>()
  const hold = (code: HeldCode, count: number) => {
    if (count > 0) counts.set(code, (counts.get(code) ?? 0) + count)
  }
  for (const { code } of held) hold(code, 1)
  const folded = new Set(shown.flatMap(({ many, rule }) => (many ? [rule.code] : [])))
  for (const rule of input.rules) {
    const beyond = input.beyond.get(rule.code)
    if (!beyond) continue
    const { small, others, heldOut, outdated } = beyond
    if (!rule.enabled) hold('rule_off', small.length + others + heldOut + outdated)
    else {
      hold('held_out', heldOut)
      hold('outdated', outdated)
      hold('beyond_list', others + (folded.has(rule.code) ? 0 : small.length))
    }
  }
  const listed = shown.slice(0, input.limit)
  hold(
    'beyond_list',
    shown.slice(input.limit).reduce((total, item) => total + weightOf(item), 0),
  )
  const heldBack = heldCodes.flatMap((code) => (counts.has(code) ? [{ code, count: counts.get(code)! }] : []))
  return {
    items: listed.map(({ dueOn: _dueOn, members: _members, ...item }, index) => ({
      ...item,
      rank: index + 1,
    })),
    found:
      listed.reduce((total, item) => total + weightOf(item), 0) +
      heldBack.reduce((total, { count }) => total + count, 0),
    totals: totalsOf(listed),
    heldBack,
  }
}

/** What is held back by its candidate, the newest decision first. What is held out is counted, never named. */
export function heldToday(input: TodayInput): Held[] {
  return sortOut(input)
    .held.filter(({ code }) => code !== 'held_out')
    .toSorted(
      (a, b) =>
        heldCodes.indexOf(a.code) - heldCodes.indexOf(b.code) ||
        compareText(b.decision?.at ?? '', a.decision?.at ?? '') ||
        compareText(keyOfCandidate(a.candidate), keyOfCandidate(b.candidate)),
    )
}

/** The items of a rule that an item of many stands for, those with most at stake first. */
export function itemsOfMany(input: TodayInput, ruleCode: string): TodayItem[] {
  const { shown } = sortOut({ ...input, smallBelowCents: null })
  return shown
    .filter((item) => item.rule.code === ruleCode && isSmall(item, input.smallBelowCents))
    .toSorted((a, b) => b.atStakeCents!.value - a.atStakeCents!.value || compareText(a.key, b.key))
    .map(({ dueOn: _dueOn, members: _members, ...item }, index) => ({ ...item, rank: index + 1 }))
}
