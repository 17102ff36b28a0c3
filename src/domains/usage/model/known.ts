import type { Contribution, Evidence, Reading } from '../../../platform/readings.ts'
import type { Coverage } from '../schema.ts'
import type { PowerScale } from './power.ts'
import { addDays, completeWeeks, weekUnderWay, type Horizon } from './weeks.ts'

export const shownWeeks = 12
export const activeWeeks = 8
export const adoptionWeeks = 26
/** Windows that end with the last known day. */
export const breadthDays = 56
export const userDays = 28
/** Gaps between days with use that make the rhythm of an account. */
export const rhythmGaps = 120
/** More features or users than this are told as one part. */
export const namedParts = 20

/** The use case of an account: what its breadth is counted by. */
export type ChosenUseCase = Readonly<{ id: string; name: string; features: readonly string[] }>

export type WeekOfUse = Readonly<{ events: number; days: number; users: number }>

/** What is known about the use of one account; `firstDay` is null when nothing was ever used. */
export type Use = Readonly<{
  accountId: string
  segment: string | null
  seats: number | null
  startedOn: string | null
  /** null where nobody chose the features that matter. */
  useCase: ChosenUseCase | null
  /** Live events were counted for it. */
  sendsEvents: boolean
  firstDay: string | null
  lastDay: string | null
  /** Weeks with use among those shown and the one under way, by their Monday. */
  weeks: ReadonlyMap<string, WeekOfUse>
  /** Features used in the last 56 days. */
  features: readonly string[]
  /** Users in the last 28 days. */
  users: number
  /** Events of each of them, where the source counts by user. */
  userEvents: Readonly<Record<string, number>>
  /** Indices of the weeks since the start with use, 0 to 25. */
  adopted: readonly number[]
  /** Days between one day with use and the next, oldest first. */
  gaps: readonly number[]
}>

export type Source = Readonly<{ coverage: Coverage; snapshotId: string }>
/** Who is a power user: see power.ts. */
export type Scale = Readonly<{ scale: PowerScale; snapshotId: string }>

/** A week since the account's first use: without rows it is a real zero. */
export type Week = WeekOfUse & Readonly<{ start: string; to: string }>

export type Known = Readonly<{
  use: Use
  firstDay: string
  lastDay: string
  horizon: Horizon
  source: Source
  /** The last complete weeks. */
  weeks: readonly Week[]
  /** The week under way, once it has use. */
  thisWeek: Week | null
}>

export type Part = Pick<Reading, 'value' | 'low' | 'high' | 'n' | 'contributions' | 'evidence' | 'detail'>

const unused: WeekOfUse = { events: 0, days: 0, users: 0 }

/** What is known at the horizon; null when nothing was ever used. */
export function knownOf(use: Use, source: Source, horizon: Horizon): Known | null {
  const { firstDay, lastDay } = use
  if (firstDay === null || lastDay === null) return null
  const underWay = weekUnderWay(horizon)
  const soFar = underWay === null ? undefined : use.weeks.get(underWay)
  return {
    use,
    firstDay,
    lastDay,
    horizon,
    source,
    weeks: completeWeeks(horizon.endDay, shownWeeks)
      .filter((start) => addDays(start, 7) > firstDay)
      .map((start) => ({ start, to: addDays(start, 7), ...(use.weeks.get(start) ?? unused) })),
    thisWeek:
      underWay !== null && soFar && soFar.events > 0
        ? { start: underWay, to: horizon.untilDay, ...soFar }
        : null,
  }
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

export const missing = (code: string, n: number | null, params: Record<string, unknown> = {}): Part => ({
  value: null,
  low: null,
  high: null,
  n,
  contributions: [],
  evidence: [],
  detail: { missing: [code], ...params },
})

/** The first parts by name, and the others as one. */
export function partsOf(
  named: readonly Omit<Contribution, 'amount'>[],
  others: string,
  amount: number,
): Contribution[] {
  const rest = named.length - namedParts
  return [
    ...named.slice(0, namedParts).map((part) => ({ ...part, amount })),
    ...(rest > 0 ? [{ code: others, params: { count: rest }, amount: rest * amount }] : []),
  ]
}

/** The last twelve complete weeks for a sparkline: null where nothing is known yet. */
export function completeSeries(known: Known, of: (week: Week) => number): Record<string, unknown> {
  const starts = completeWeeks(known.horizon.endDay, shownWeeks)
  const byStart = new Map(known.weeks.map((week) => [week.start, of(week)]))
  return { series: starts.map((start) => byStart.get(start) ?? null), seriesFrom: starts[0] }
}

/** The same with the week under way so far. */
export const series = (known: Known, of: (week: Week) => number): Record<string, unknown> => ({
  ...completeSeries(known, of),
  thisWeek: known.thisWeek && { from: known.thisWeek.start, value: of(known.thisWeek) },
})

export const evidenceAt = (day: string, code: string, params: Record<string, unknown>): Evidence => ({
  kind: 'usage',
  id: null,
  at: `${day}T00:00:00.000Z`,
  code,
  params,
})

export const weekEvidence = ({ start, to, events, days }: Week): Evidence =>
  evidenceAt(start, 'usage.week', { from: start, to, events, days })
