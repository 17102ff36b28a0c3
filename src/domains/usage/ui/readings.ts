import { count, dayShort, days, leastForPercent, percent, percentParts } from '../../../ui/format.ts'
import type { EvidenceItem } from '../../../ui/evidence/EvidenceList.tsx'
import type { components } from '../../../ui/api/schema.d.ts'
import { words } from './region-words.ts'

export type UsageReading = components['schemas']['UsageReading']

const number = (detail: Readonly<Record<string, unknown>>, name: string): number | null => {
  const value = detail[name]
  return typeof value === 'number' ? value : null
}
const text = (detail: Readonly<Record<string, unknown>>, name: string): string => {
  const value = detail[name]
  return typeof value === 'string' ? value : ''
}
export const listIn = (detail: Readonly<Record<string, unknown>>, name: string): string[] => {
  const value = detail[name]
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}
export const flagsIn = (detail: Readonly<Record<string, unknown>>, name: string): (boolean | null)[] => {
  const value = detail[name]
  return Array.isArray(value) ? value.map((one) => (typeof one === 'boolean' ? one : null)) : []
}

/** What a reading says: a value, how sure it is, and one line of why. */
export interface Said {
  value: string
  qualifier: string
  reason: string
  /** It left its usual range, or fell silent against its own rhythm. */
  unusual: boolean
}

const said = (value: string, qualifier: string, reason = '', unusual = false): Said => ({
  value,
  qualifier,
  reason,
  unusual,
})

/** A share as counts with its interval; as percent too, once that many make one meaningful. */
function counts(n: number, of: number, low: number | null, high: number | null): [string, string] {
  const { share, range: between } = percentParts(n / of, [low, high])
  const whole = words('of', { n: count(n), of: count(of) })
  return of < leastForPercent
    ? [whole, between ? `${between}%` : '']
    : [share, [whole, between].filter(Boolean).join(', ')]
}

type Say = (reading: UsageReading, today: string) => Said

const activeUsers: Say = ({ value, detail }) => {
  const n = value ?? 0
  const seats = number(detail, 'seats')
  if (seats === null) return said(count(n), words('seatsUnknown'), words('lastDays', { n: 28 }))
  if (n > seats)
    return said(count(n), words('overSeats', { seats: count(seats) }), words('lastDays', { n: 28 }))
  const [shown, qualifier] = counts(n, seats, number(detail, 'shareLow'), number(detail, 'shareHigh'))
  return said(shown, words('seats', { of: qualifier }), words('lastDays', { n: 28 }))
}

const weeklyActive: Say = ({ low, high, n, detail }) => {
  const of = n ?? 0
  const [shown, qualifier] = counts(number(detail, 'active') ?? 0, of, low, high)
  return said(shown, qualifier, words('weeksWithUse', { n: of }))
}

const breadth: Say = ({ detail }) => {
  const [used, of] = [number(detail, 'used') ?? 0, number(detail, 'of') ?? 0]
  const useCase = detail.useCase as { name?: string } | null | undefined
  const by = detail.chosen === true ? words('chosenFor', { name: useCase?.name ?? '' }) : words('ofAll')
  return said(words('of', { n: count(used), of: count(of) }), by, words('lastDays', { n: 56 }))
}

const earlyAdoption: Say = ({ low, high, n, detail }) => {
  const of = n ?? 0
  const [shown, qualifier] = counts(number(detail, 'active') ?? 0, of, low, high)
  const unseen = number(detail, 'notObserved') ?? 0
  const reasons = [
    words(detail.soFar === true ? 'firstSoFar' : 'firstWeeks'),
    ...(unseen > 0 ? [words('firstUnseen', { n: unseen })] : []),
  ]
  return said(shown, qualifier, reasons.join('; '))
}

const lastUsed: Say = ({ value, detail }, today) => {
  const silent = number(detail, 'silentDays') ?? 0
  const usual = number(detail, 'usualGap')
  const longest = number(detail, 'longestGap')
  const rhythm =
    usual === null
      ? words('noRhythm')
      : words('rhythm', { usual: days(usual), longest: longest === null ? '' : days(longest) })
  const lastDay = text(detail, 'lastDay') || today
  const shown = lastDay === today ? words('todayUsed') : dayShort(lastDay, today)
  if (detail.outOfRhythm === true)
    return said(shown, rhythm, words('outOfRhythm', { silent: days(silent) }), true)
  if (detail.returned === true)
    return said(shown, rhythm, words('returned', { n: number(detail, 'returnedAfter') ?? 0 }))
  if (value === 0) return said(shown, rhythm, lastDay === today ? '' : words('lastKnownDay'))
  return said(shown, rhythm, silent > 0 ? words('silent', { silent: days(silent) }) : '')
}

const powerUsers: Say = ({ value, n, detail }) => {
  const users = n ?? 0
  const [shown, qualifier] =
    users > 0
      ? counts(value ?? 0, users, number(detail, 'shareLow'), number(detail, 'shareHigh'))
      : ['0', words('noUsers')]
  const segment = text(detail, 'segment')
  const line = {
    n: Math.ceil(number(detail, 'threshold') ?? 0),
    among: count(number(detail, 'among') ?? 0),
    segment,
  }
  return said(shown, qualifier, words(segment ? 'powerSegment' : 'powerAll', line))
}

const trend: Say = ({ value, low, high, detail }) => {
  const change = `${(value ?? 0) > 0 ? '+' : ''}${percent(value ?? 0)}`
  const between = percentParts(value ?? 0, [low, high]).range
  const out = detail.outOfBand === true
  return said(change, between ? `${between}%` : '', words(out ? 'trendOut' : 'trendIn'), out)
}

const says: Readonly<Record<string, Say>> = {
  'usage.active_users': activeUsers,
  'usage.weekly_active': weeklyActive,
  'usage.breadth': breadth,
  'usage.trend': trend,
  'usage.early_adoption': earlyAdoption,
  'usage.last_used': lastUsed,
  'usage.power_users': powerUsers,
}

/** Readings that the region tells, in order. */
export const toldCodes = Object.keys(says)

/** What is missing for a reading that is not known. */
function whyMissing({ detail }: UsageReading): string {
  const [missing = ''] = listIn(detail, 'missing')
  const params = { have: number(detail, 'have') ?? 0, need: number(detail, 'need') ?? 0 }
  switch (missing) {
    case 'no_usage_data':
    case 'no_usage_rows':
    case 'start':
    case 'before_usage_data':
    case 'source_counts_no_users':
    case 'users_not_named':
    case 'power_scale':
    case 'features':
      return words(`missing_${missing}`)
    case 'weeks':
    case 'users':
      return words(`missing_${missing}`, params)
    default:
      return words('missing')
  }
}

/** A reading in words; null value and why where it is not known. */
export function sayReading(reading: UsageReading, today: string): Said | { missing: string } {
  const say = says[reading.code]
  if (!say || reading.state === 'not_enough_data' || reading.value === null)
    return { missing: whyMissing(reading) }
  return say(reading, today)
}

/** The address of the days from one to another, as a place on the page. */
export const daysHash = (from: string, to: string): string => `usage-days-${from}-${to}`

/** Days that a hash names; null for any other. */
export function readDaysHash(hash: string): { from: string; to: string } | null {
  const match = /^usage-days-(\d{4}-\d\d-\d\d)-(\d{4}-\d\d-\d\d)$/.exec(hash)
  return match ? { from: match[1]!, to: match[2]! } : null
}

const nextDay = (day: string): string => new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)

type Piece = UsageReading['evidence'][number]

function pieceText({ code, params }: Piece, today: string): string {
  const short = (name: string) => dayShort(text(params, name), today)
  const values = Object.fromEntries(
    Object.entries(params).filter((entry): entry is [string, number] => typeof entry[1] === 'number'),
  )
  switch (code) {
    case 'usage.week':
      return words('evidenceWeek', { ...values, from: short('from') })
    case 'usage.features':
      return words('evidenceFeatures', values)
    case 'usage.first_weeks':
      return words('evidenceFirst', values)
    case 'usage.last_day':
      return words('evidenceLast', { day: short('day') })
    case 'usage.gap_ended':
      return words('evidenceGap', { from: short('from'), to: short('to') })
    case 'usage.active_users':
      return words('evidenceActive', values)
    case 'usage.users':
      return words('evidenceUsers', values)
    default:
      return words('evidenceOther')
  }
}

/** The pieces behind a reading, the newest first; each leads to its days. */
export function readingEvidence({ evidence }: UsageReading, today: string): EvidenceItem[] {
  return evidence.toReversed().map((piece) => {
    const from = text(piece.params, 'from') || text(piece.params, 'day')
    const to = text(piece.params, 'to') || (from && nextDay(from))
    return {
      kind: words('evidenceKind'),
      date: from ? dayShort(from, today) : '',
      text: pieceText(piece, today),
      ...(from && { href: `#${daysHash(from, to)}` }),
    }
  })
}
