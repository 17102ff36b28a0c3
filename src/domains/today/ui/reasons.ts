import { count, dayShort, days, money, percent, type Money } from '../../../ui/format.ts'
import { daysBetween } from '../../../ui/instant.ts'
import { shareWaterfall, type ShareWaterfall } from '../../../ui/charts/share-waterfall.ts'
import type { EvidenceItem } from '../../../ui/evidence/EvidenceList.tsx'
import type { components } from '../../../ui/api/schema.d.ts'
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

const reasons: Readonly<Record<string, (params: Params, today: string) => string | null>> = {
  'revenue.renewal': renewalReason,
  'usage.trend': trendReason,
  'tickets.open_severe': severeReason,
  'task.due': taskReason,
}

/** Why an item is here, in one line. A code without words of its own is named with its value. */
export function reasonText({ reason: { code, params } }: Pick<Item, 'reason'>, today: string): string {
  const said = reasons[code]?.(params, today)
  if (said) return said
  const value = numberIn(params, 'value')
  return value === null
    ? reasonWords('otherUnknown', { code })
    : reasonWords('other', { code, value: String(Math.round(value * 100) / 100) })
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

export type SnoozeChoice = Readonly<{ label: string; untilOn: string | null }>

const plusDays = (day: string, n: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + n * 86_400_000).toISOString().slice(0, 10)

/** Days until which an item can be put off, each once; a task has a due day, so it cannot wait for a change. */
export function snoozeChoices(today: string, isTask: boolean): SnoozeChoice[] {
  const weekday = new Date(`${today}T00:00:00Z`).getUTCDay()
  const toMonday = (8 - weekday) % 7 || 7
  const at = (n: number) => ({ untilOn: plusDays(today, n), day: dayShort(plusDays(today, n), today) })
  const choices = [
    { n: 1, label: words('tomorrow', { day: at(1).day }) },
    { n: 3, label: words('inDays', { n: 3, day: at(3).day }) },
    { n: toMonday, label: words('nextMonday', { day: at(toMonday).day }) },
    { n: 14, label: words('inWeeks', { n: 2, day: at(14).day }) },
  ]
  const once = choices.filter(({ n }, i) => choices.findIndex((other) => other.n === n) === i)
  return [
    ...once.toSorted((a, b) => a.n - b.n).map(({ n, label }) => ({ label, untilOn: at(n).untilOn })),
    ...(isTask ? [] : [{ label: words('untilChange'), untilOn: null }]),
  ]
}
