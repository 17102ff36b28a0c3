import { shareWaterfall, type ShareWaterfall } from '../../../ui/charts/share-waterfall.ts'
import type { EvidenceItem } from '../../../ui/evidence/EvidenceList.tsx'
import { dayShort, days, moneyWhole, percent, points, range } from '../../../ui/format.ts'
import { dayAt, daysBetween } from '../../../ui/instant.ts'
import { entryAnchor, signedMoney } from './entries.ts'
import type { Peek } from '../../portfolio/schema.ts'
import type { AccountUsage } from '../../usage/schema.ts'
import type { AccountRevenue, Here, RiskReading, Ticket } from './queries.ts'
import { evidenceWords, renewalWords, words } from './words.ts'

export type StoredReading = Peek['row']['readings'][string]

const textIn = (params: Record<string, unknown>, name: string): string =>
  typeof params[name] === 'string' ? params[name] : ''
const numberIn = (params: Record<string, unknown>, name: string): number =>
  typeof params[name] === 'number' ? params[name] : 0

/** With fewer, a rate is told as counts and never as a bare percentage. */
const fewestForRate = 20

/** A share of weeks: counts with their interval where they are few. */
export function weeksFace({
  value,
  low,
  high,
  n,
}: StoredReading): { value: string; qualifier: string } | null {
  if (value === null || n === null) return null
  const active = Math.round(value * n)
  const interval = low === null || high === null ? null : range(low * 100, high * 100)
  const qualifier = interval ? words('weeksQualifier', { range: interval }) : words('weeksTooFew')
  if (n < fewestForRate) return { value: words('weeksOf', { n: active, of: n }), qualifier }
  return { value: percent(value), qualifier }
}

/** Whether a change left what its own past makes usual: then its interval does not hold 0. */
export function outOfBand(trend: StoredReading | undefined): 'up' | 'down' | null {
  if (!trend || trend.value === null || trend.low === null || trend.high === null) return null
  if (trend.high < 0) return 'down'
  return trend.low > 0 ? 'up' : null
}

/** What is known of the change of use, in one line. */
export function trendReason(trend: StoredReading | undefined): string {
  if (!trend || trend.value === null) return words('usageFewWeeks', { have: trend?.n ?? 0, need: 8 })
  const moved = outOfBand(trend)
  if (!moved) return flatReason(trend)
  return words(moved === 'up' ? 'trendUp' : 'trendDown', { change: percent(Math.abs(trend.value)) })
}

/** Four weeks say no change; a last week out of its own range is said beside it. */
function flatReason({ series, usual }: StoredReading): string {
  const last = series?.at(-1) ?? null
  if (last === null || !usual || (last >= usual[0] && last <= usual[1])) return words('trendFlat')
  return words('trendFlatButLast', { direction: last < usual[0] ? 'down' : 'up' })
}

/** Why the use of an account is not known. */
export function usageMissing(usage: Pick<AccountUsage, 'asOf' | 'weeks'>): string {
  if (usage.asOf === null) return words('usageNoSource')
  return words('usageNoRows')
}

/** The last weeks behind the share of weeks with use. */
export function weekEvidence(usage: AccountUsage, n: number, today: string): EvidenceItem[] {
  return usage.weeks
    .filter(({ events }) => events !== null)
    .slice(-n)
    .toReversed()
    .map(({ start, events, days: used }) => {
      const day = dayShort(start, today)
      const text = events
        ? evidenceWords('week', { events, days: used ?? 0, day })
        : evidenceWords('noWeek', { day })
      return { kind: evidenceWords('usage'), date: day, text, href: '#usage' }
    })
}

export function ticketEvidence(
  tickets: readonly Ticket[],
  dayOf: (instant: string) => string,
): EvidenceItem[] {
  return tickets.map(({ id, subject, openedAt }) => ({
    kind: evidenceWords('ticket'),
    date: dayOf(openedAt),
    text: subject ?? words('noSubject'),
    href: `#${entryAnchor('ticket_opened', id)}`,
  }))
}

/** Subscriptions that run on the day that the answer is from. */
export const running = ({ subscriptions, asOf }: AccountRevenue) =>
  subscriptions.filter(
    ({ startsOn, endsOn, isTrial }) => startsOn <= asOf && (endsOn === null || endsOn > asOf) && !isTrial,
  )

export function revenueEvidence(revenue: AccountRevenue, today: string): EvidenceItem[] {
  return running(revenue).map(({ plan, mrrCents, currency, startsOn }) => ({
    kind: evidenceWords('subscription'),
    date: dayShort(startsOn, today),
    text: evidenceWords('paid', {
      plan: plan ?? words('noPlan'),
      money: moneyWhole({ minor: mrrCents, currency }),
    }),
    href: '#revenue',
  }))
}

/** Movements until the day that the answer is from: what is planned has not happened. */
export const pastSteps = ({ steps, asOf }: Pick<AccountRevenue, 'steps' | 'asOf'>) =>
  steps.filter(({ on }) => on <= asOf)

/** The next movement that is planned, in one line; an invoice's end is only how far is paid. Null without one. */
export function comingReason(
  { steps, asOf, currency, subscriptions }: AccountRevenue,
  today: string,
): string | null {
  const next = steps.find(({ on }) => on > asOf)
  if (!next) return null
  const day = dayShort(next.on, today)
  if (next.kind === 'churn') return words(subscriptions.length > 0 ? 'endsAhead' : 'paidUntil', { day })
  return words('comes', {
    kind: next.kind,
    day,
    delta: signedMoney({ minor: next.deltaCents, currency }),
  })
}

/** The next movement of revenue in one line, else the last, or why there is none. */
export function movementReason(revenue: AccountRevenue, today: string): string {
  const { currency, arrCents, leftOut } = revenue
  const coming = comingReason(revenue, today)
  if (coming) return coming
  const last = pastSteps(revenue).at(-1)
  if (last)
    return words('moved', {
      kind: last.kind,
      day: dayShort(last.on, today),
      delta: signedMoney({ minor: last.deltaCents, currency }),
    })
  const [uncovered] = leftOut
  if (uncovered) return words('revenueNoRate', { currency: uncovered.currency })
  return arrCents === null ? words('revenueNone') : ''
}

/** The revenue of a month at the end of each of the last months, oldest first; null before the first movement. */
export function monthlyRevenue({ steps, asOf }: AccountRevenue, months: number): (number | null)[] {
  const [year, month] = [Number(asOf.slice(0, 4)), Number(asOf.slice(5, 7))]
  return Array.from({ length: months }, (_, i) => {
    const end = new Date(Date.UTC(year, month - months + 1 + i, 1)).toISOString().slice(0, 10)
    const until = end > asOf ? asOf : end
    return steps.findLast(({ on }) => on <= until)?.mrrCents ?? null
  })
}

export function renewalSource({ renewal }: AccountRevenue): string {
  if (!renewal) return words('noRenewal')
  return words('renewsIn', {
    days: days(renewal.days),
    from: renewalWords(renewal.from, {
      months: renewal.termMonths ?? 0,
      kind: renewal.decidedBy?.kind ?? 'account',
    }),
  })
}

export type RiskTone = 'plain' | 'ochre' | 'rust'

/** Rust from a quarter, ochre from fifteen percent. */
export function riskTone(risk: number): RiskTone {
  if (risk >= 0.25) return 'rust'
  return risk >= 0.15 ? 'ochre' : 'plain'
}

/** A risk as the rate of all, parts and total in percent; null where it is not known. */
export const riskParts = (risk: RiskReading): ShareWaterfall | null => shareWaterfall(risk, partWords)

function partWords(code: string, params: Record<string, unknown>): { label: string; detail?: string } {
  const monthly = percent(numberIn(params, 'monthly'), 2)
  if (code === 'risk.base')
    return {
      label: words('base'),
      detail: words('baseDetail', { monthly, months: numberIn(params, 'months') }),
    }
  if (code === 'risk.segment')
    return {
      label: words('segmentPart'),
      detail: words('segmentDetail', { segment: textIn(params, 'segment'), monthly }),
    }
  return { label: code }
}

/** What moves a risk away from the rate of all customers, in one line, with the numbers of its chart. */
export function riskReason(risk: RiskReading): string {
  const index = risk.contributions.findIndex(({ code }) => code === 'risk.segment')
  const shown = riskParts(risk)
  // The base is the first contribution, and no part.
  const moved = shown?.parts[index - 1]?.value ?? 0
  if (!shown || moved === 0) return words('riskSame')
  return words(moved > 0 ? 'riskAbove' : 'riskBelow', {
    segment: textIn(risk.contributions[index]!.params, 'segment'),
    points: Math.abs(moved).toFixed(shown.decimals),
  })
}

export function riskEvidence({ evidence }: RiskReading, today: string): EvidenceItem[] {
  return evidence.map(({ code, params, at }) => ({
    kind: evidenceWords('rates'),
    date: at ? dayShort(at.slice(0, 10), today) : '',
    text: evidenceWords(code === 'risk.segment_exposure' ? 'segment' : 'company', {
      segment: textIn(params, 'segment'),
      events: numberIn(params, 'events'),
      months: numberIn(params, 'months'),
    }),
    href: '#why',
  }))
}

/** The rung that asks for more departures: null where there are enough, undefined where the reading does not say. */
const nextRung = (detail: RiskReading['detail']) =>
  (detail.ladder as { next: { fromEvents: number } | null } | undefined)?.next

/** What would make the risk better founded. */
export function riskChange({ detail }: RiskReading): string {
  const next = nextRung(detail)
  return next === null ? words('riskChangeRelease') : words('riskChange', { n: next?.fromEvents ?? 10 })
}

/** The numbers that a prior rests on, in sentences. */
export function priorText({ evidence, detail }: RiskReading): string {
  const of = (code: string) => evidence.find((one) => one.code === code)?.params
  const [segment, company] = [of('risk.segment_exposure'), of('risk.company_exposure')]
  const belief = detail.belief as { mean: number } | undefined
  const next = nextRung(detail)
  const numbers = (params: Record<string, unknown>) => ({
    events: numberIn(params, 'events'),
    months: numberIn(params, 'months'),
    segment: textIn(params, 'segment'),
  })
  return [
    words('priorSentence'),
    detail.basis === 'belief' && belief ? words('priorBelief', { mean: percent(belief.mean, 1) }) : '',
    detail.basis !== 'belief' && segment ? words('priorSegment', numbers(segment)) : '',
    detail.basis !== 'belief' && company ? words('priorCompany', numbers(company)) : '',
    next === null ? words('priorEnough') : next ? words('priorLadder', { next: next.fromEvents }) : '',
  ].join('')
}

/** Why no risk is told: who left cannot leave, who has not begun neither. */
export function riskMissing({ detail }: RiskReading): { face: string; reason: string } {
  return detail.notApplicable === 'evaluating'
    ? { face: words('riskEvaluating'), reason: words('riskEvaluatingReason') }
    : { face: words('riskLeft'), reason: words('riskLeftReason') }
}

/** `+3.0%` or `−29%`, a relative change. */
export const changeText = (change: number): string => `${points(change * 100)}%`

/** Days of the calendar since an instant, in the time zone and on the day of the workspace; none before it. */
export function daysSince(instant: string, { timeZone, today }: Pick<Here, 'timeZone' | 'today'>): number {
  return Math.max(0, daysBetween(dayAt(instant, timeZone), today))
}

/** How many days a task is past its due day; none before it and on it. */
export function daysLate(dueOn: string | null, today: string): number {
  return dueOn === null ? 0 : Math.max(0, daysBetween(dueOn, today))
}
