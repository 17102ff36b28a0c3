import { count, dayShort, days, money, percent, percentChosen, type Money } from '../../../ui/format.ts'
import { daysBetween } from '../../../ui/instant.ts'
import { shareWaterfall, type ShareWaterfall } from '../../../ui/charts/share-waterfall.ts'
import type { EvidenceItem } from '../../../ui/evidence/EvidenceList.tsx'
import type { components } from '../../../ui/api/schema.d.ts'
import { readingName } from './rules-words.ts'
import { evidenceWords, partWords, reasonWords, words } from './words.ts'
import { evidenceIcon } from './icons.ts'

export type Item = components['schemas']['TodayItem']
export type List = components['schemas']['TodayList']
export type Risk = components['schemas']['RiskReading']
type Params = Record<string, unknown>

const numberIn = (params: Params, name: string): number | null =>
  typeof params[name] === 'number' ? params[name] : null
const textIn = (params: Params, name: string): string | null =>
  typeof params[name] === 'string' ? params[name] : null

function renewalReason(params: Params, today: string): string | null {
  const day = textIn(params, 'renewsOn')
  if (!day) return null
  const months = numberIn(params, 'termMonths')
  const from = textIn(params, 'from')
  const values = { day: dayShort(day, today), n: daysBetween(today, day), months: months ?? 0 }
  if (from === 'end') return reasonWords('revenue.renewal end', values)
  if (from === 'assumed_term' && months !== null) return reasonWords('revenue.renewal assumed_term', values)
  return reasonWords('revenue.renewal', values)
}

function trendReason(params: Params): string | null {
  const change = numberIn(params, 'value')
  if (change === null) return null
  const direction = change < 0 ? 'down' : 'up'
  const [before, recent] = [numberIn(params, 'before'), numberIn(params, 'recent')]
  if (before === null || recent === null)
    return reasonWords('usage.trend', { direction, change: percent(Math.abs(change)) })
  return reasonWords('usage.trend weeks', {
    direction,
    before: count(Math.round(before)),
    recent: count(Math.round(recent)),
  })
}

function severeReason(params: Params, today: string): string | null {
  const n = numberIn(params, 'value')
  if (n === null) return null
  const oldestOn = textIn(params, 'oldestOn')
  const oldest = oldestOn ? daysBetween(oldestOn, today) : 0
  if (oldest < 1) return reasonWords('tickets.open_severe', { n })
  return reasonWords('tickets.open_severe old', { n, days: days(oldest) })
}

function taskReason(params: Params, today: string): string | null {
  const due = textIn(params, 'dueOn')
  if (!due) return null
  const late = daysBetween(due, today)
  if (late === 0) return reasonWords('task.due today')
  const day = dayShort(due, today)
  return late > 0 ? reasonWords('task.due late', { day, days: days(late) }) : reasonWords('task.due', { day })
}

function silenceReason(params: Params, today: string): string | null {
  const [last, gap, n] = [
    textIn(params, 'lastDay'),
    numberIn(params, 'usualGap'),
    numberIn(params, 'silentDays'),
  ]
  if (!last || n === null) return null
  const values = { day: dayShort(last, today), days: days(n) }
  return gap === null
    ? reasonWords('usage.last_used', values)
    : reasonWords('usage.last_used gap', { ...values, gap: days(gap) })
}

function startReason(params: Params): string | null {
  const [active, of] = [numberIn(params, 'active'), numberIn(params, 'of')]
  return active === null || of === null ? null : reasonWords('usage.early_adoption', { active, of })
}

function seatsReason(params: Params): string | null {
  const [n, seats] = [numberIn(params, 'value'), numberIn(params, 'seats')]
  if (n === null) return null
  return seats === null ? null : reasonWords('usage.active_users', { n, seats })
}

const reasons: Readonly<Record<string, (params: Params, today: string) => string | null>> = {
  'revenue.renewal': renewalReason,
  'usage.trend': trendReason,
  'usage.last_used': silenceReason,
  'usage.early_adoption': startReason,
  'usage.active_users': seatsReason,
  'tickets.open_severe': severeReason,
  'task.due': taskReason,
}

/** Why an item is here, in one line. A code without words of its own is named with its value. */
export function reasonText(
  { reason: { code, params }, many, rule }: Pick<Item, 'reason' | 'many' | 'rule'>,
  { today, currency }: Readonly<{ today: string; currency: string }>,
): string {
  if (many)
    return reasonWords('many', {
      name: rule.name,
      n: many.count,
      money: money({ minor: many.smallBelowCents, currency }),
    })
  return plainReason(code, params, today)
}

/** The same of one customer or task, by its code. */
export function plainReason(code: string, params: Params, today: string): string {
  const said = reasons[code]?.(params, today)
  if (said) return said
  const value = numberIn(params, 'value')
  return value === null
    ? reasonWords('otherUnknown', { code: sentenceName(code) })
    : reasonWords('other', { code: sentenceName(code), value: amountText(code, value) })
}

/** The name of a reading at the start of a sentence; a technical name stays as it is. */
function sentenceName(code: string): string {
  const name = readingName(code, 'value')
  return name === code ? name : name.charAt(0).toUpperCase() + name.slice(1)
}

/** What an item asks for: the title of the task, or the action of its rule. */
export const titleOf = (item: Pick<Item, 'title' | 'rule'>): string => item.title ?? item.rule.action

type Evidence = Item['evidence'][number]

function renewalEvidence(
  code: 'renewal.term' | 'renewal.assumed_term' | 'renewal.end',
  params: Params,
): string {
  const plan = textIn(params, 'plan') ?? evidenceWords('plan')
  return evidenceWords(code, { plan, months: numberIn(params, 'termMonths') ?? 0 })
}

function evidenceText({ code, params }: Evidence, today: string): string {
  const number = (name: string) => numberIn(params, name) ?? 0
  switch (code) {
    case 'renewal.source':
      return evidenceWords(code)
    case 'renewal.term':
    case 'renewal.assumed_term':
    case 'renewal.end':
      return renewalEvidence(code, params)
    case 'usage.week':
      return evidenceWords(code, {
        events: count(number('events')),
        days: days(number('days')),
        day: dayShort(textIn(params, 'from') ?? today, today),
      })
    case 'usage.last_day':
      return evidenceWords(code)
    case 'usage.gap_ended':
      return evidenceWords(code, { day: dayShort(textIn(params, 'to') ?? today, today) })
    case 'usage.first_weeks':
      return evidenceWords(code, { active: number('active'), of: number('of') })
    case 'tickets.open_ticket':
      return textIn(params, 'subject') ?? evidenceWords('noSubject')
    case 'task.due':
      return evidenceWords(code, { title: textIn(params, 'title') ?? '' })
    case 'risk.segment_exposure':
    case 'risk.company_exposure':
      return evidenceWords(number('months') > 0 ? code : 'risk.no_exposure', {
        segment: textIn(params, 'segment') ?? evidenceWords('allCustomers'),
        events: number('events'),
        months: count(number('months')),
      })
    default:
      return evidenceWords('code', { code })
  }
}

const kinds = ['subscription', 'invoice', 'account', 'ticket', 'usage', 'task', 'risk_model'] as const
const kindOf = (kind: string) => kinds.find((known) => known === kind) ?? 'other'

/** The records behind an item, worded, each with the page of its customer as the way to the original. */
export function evidenceItems(
  evidence: readonly Evidence[],
  { today, accountId }: { today: string; accountId: string | null },
): EvidenceItem[] {
  return evidence.map((piece) => ({
    kind: evidenceWords(kindOf(piece.kind)),
    icon: evidenceIcon(piece.kind),
    date: piece.at ? dayShort(piece.at.slice(0, 10), today) : '',
    text: evidenceText(piece, today),
    ...(accountId && piece.kind !== 'risk_model' ? { href: `/customers/${accountId}` } : {}),
  }))
}

const partLabel = (code: string, params: Params): string =>
  code === 'risk.base' || code === 'risk.segment'
    ? partWords(code, { segment: textIn(params, 'segment') ?? '' })
    : code

/** A risk as base, parts and total in percent; null where it is not known. */
export const riskParts = (risk: Risk): ShareWaterfall | null =>
  shareWaterfall(risk, (code, params) => ({ label: partLabel(code, params) }))

type Interval = NonNullable<Item['atStakeCents']>

/** `$13.1K`, or words where it is not known. */
export const shortMoney = (interval: Interval | null, currency: string): string =>
  interval ? money({ minor: interval.value, currency }) : words('notKnown')

/** The ends of an interval as money, or undefined where it has none. */
export function moneyEnds(
  { low, high }: Interval,
  currency: string,
): { low: string; high: string } | undefined {
  if (low === null || high === null) return undefined
  const text = (minor: number) => money({ minor, currency } satisfies Money)
  return { low: text(low), high: text(high) }
}

export type SnoozeChoice = Readonly<{
  label: string
  decision: Readonly<{ untilOn?: string | null; untilChange?: boolean }>
}>

const plusDays = (day: string, n: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10)

/** What an item can wait for: a day, each once, or a change; a task has a due day, so it cannot wait for a change. */
export function snoozeChoices(today: string, isTask: boolean): SnoozeChoice[] {
  const weekday = new Date(`${today}T00:00:00Z`).getUTCDay()
  const toMonday = (8 - weekday) % 7 || 7
  const day = (n: number) => dayShort(plusDays(today, n), today)
  const choices = [
    { n: 1, label: words('tomorrow', { day: day(1) }) },
    { n: 3, label: words('inDays', { n: 3, day: day(3) }) },
    { n: toMonday, label: words('nextMonday', { day: day(toMonday) }) },
    { n: 14, label: words('inWeeks', { n: 2, day: day(14) }) },
  ]
  const once = choices.filter(({ n }, i) => choices.findIndex((other) => other.n === n) === i)
  return [
    ...once
      .toSorted((a, b) => a.n - b.n)
      .map(({ n, label }) => ({ label, decision: { untilOn: plusDays(today, n) } })),
    ...(isTask
      ? []
      : [
          { label: words('untilChange'), decision: { untilChange: true } },
          { label: words('notThisTime'), decision: { untilOn: null } },
        ]),
  ]
}

/** Where what acting keeps comes from, in few words: `assumed 10%`, `measured 12%`. */
export function effectText({ share, basis, n }: Item['effect']): string {
  if (basis === 'assumption') return words('assumed', { share: percentChosen(share) })
  return words(basis === 'holdout' ? 'measured' : 'fromCases', { share: percent(share), n: n ?? 0 })
}

const amountText = (code: string, value: number | string | null): string => {
  if (value === null) return words('notKnown')
  if (typeof value === 'string') return value
  return shareReadings.has(code) ? percent(value) : String(Math.round(value * 100) / 100)
}
const shareReadings = new Set([
  'risk.renewal',
  'usage.trend',
  'usage.weekly_active',
  'usage.breadth',
  'usage.early_adoption',
])

/** What changed since an item was snoozed, in one line; null where nothing did. */
export function changedText({ changed }: Pick<Item, 'changed'>, today: string): string | null {
  const [first] = changed
  if (!first) return null
  const { reading, kind, was, now } = first
  const values = { what: readingName(reading, 'value'), day: dayShort(first.since.slice(0, 10), today) }
  if (kind === 'evidence') return words('backEvidence', { ...values, n: Number(now) })
  if (kind === 'fact')
    return words('backValue', {
      ...values,
      was: typeof was === 'string' ? dayShort(was, today) : words('notKnown'),
      now: typeof now === 'string' ? dayShort(now, today) : words('notKnown'),
    })
  return words('backValue', { ...values, was: amountText(reading, was), now: amountText(reading, now) })
}
