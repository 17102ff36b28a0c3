import { wilsonInterval } from '../../../stats/inference/wilson.ts'
import type { Contribution, Evidence, Reading } from '../../../platform/readings.ts'
import type { Coverage } from '../schema.ts'
import { trendOf, leastWeeks } from './trend.ts'
import { addDays, completeWeeks, horizonOf, type Horizon } from './weeks.ts'

export const usageCodes = [
  'usage.weekly_active',
  'usage.trend',
  'usage.breadth',
  'usage.early_adoption',
  'usage.active_users',
] as const
type Code = (typeof usageCodes)[number]

export const shownWeeks = 12
export const activeWeeks = 8
export const userWeeks = 4
export const adoptionWeeks = 26
/** More features than this are told as one part. */
const namedFeatures = 20

/** The use case of an account: what its breadth is counted by. */
export type ChosenUseCase = Readonly<{ id: string; name: string; features: readonly string[] }>

/** What is known about the use of one account; `firstDay` is null when nothing was ever used. */
export type Use = Readonly<{
  accountId: string
  firstDay: string | null
  startedOn: string | null
  seats: number | null
  /** Weeks with use among those shown, by their Monday. */
  weeks: ReadonlyMap<string, Readonly<{ events: number; days: number; users: number }>>
  /** Features used in the last eight weeks. */
  features: readonly string[]
  /** null where nobody chose the features that matter. */
  useCase: ChosenUseCase | null
  /** Users in the last four weeks. */
  users: number
  /** Indices of the weeks since the start with use, 0 to 25. */
  adopted: readonly number[]
}>

export type Source = Readonly<{ coverage: Coverage; snapshotId: string }>

type Known = Readonly<{
  use: Use
  firstDay: string
  horizon: Horizon
  source: Source
  weeks: readonly Week[]
}>
/** A complete week since the account's first use: without rows it is a real zero. */
type Week = Readonly<{ start: string; events: number; days: number; users: number }>
type Part = Pick<Reading, 'value' | 'low' | 'high' | 'n' | 'contributions' | 'evidence' | 'detail'>

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

const missing = (code: string, n: number | null, params: Record<string, unknown> = {}): Part => ({
  value: null,
  low: null,
  high: null,
  n,
  contributions: [],
  evidence: [],
  detail: { missing: [code], ...params },
})

/** All readings of use of one account, as far as its source reaches. */
export function usageReadings(use: Use, source: Source | null, now: Date): Reading[] {
  if (!source) return readingsOf(use, missing('no_usage_data', null), now, false, null)
  const horizon = horizonOf(now, source.coverage.lastDay)
  const { snapshotId } = source
  if (use.firstDay === null)
    return readingsOf(use, missing('no_usage_rows', null), horizon.asOf, false, snapshotId)
  const known: Known = {
    use,
    firstDay: use.firstDay,
    horizon,
    source,
    weeks: completeWeeks(horizon.endDay, shownWeeks)
      .filter((start) => addDays(start, 7) > use.firstDay!)
      .map((start) => ({ start, ...(use.weeks.get(start) ?? { events: 0, days: 0, users: 0 }) })),
  }
  const parts: Record<Code, Part> = {
    'usage.weekly_active': weeklyActive(known),
    'usage.trend': trend(known),
    'usage.breadth': breadth(known),
    'usage.early_adoption': earlyAdoption(known),
    'usage.active_users': activeUsers(known),
  }
  return usageCodes.map((code) => reading(use, code, parts[code], horizon.asOf, horizon.stale, snapshotId))
}

const readingsOf = (use: Use, part: Part, asOf: Date, stale: boolean, snapshotId: string | null): Reading[] =>
  usageCodes.map((code) => reading(use, code, part, asOf, stale, snapshotId))

const reading = (
  use: Use,
  code: Code,
  part: Part,
  asOf: Date,
  stale: boolean,
  snapshotId: string | null,
): Reading => ({
  accountId: use.accountId,
  code,
  state: part.value === null ? 'not_enough_data' : stale ? 'stale' : 'ok',
  asOf: asOf.toISOString(),
  snapshotId,
  ...part,
})

/** The last twelve weeks for a sparkline: null where nothing is known yet. */
function series(known: Known, of: (week: Week) => number): Record<string, unknown> {
  const starts = completeWeeks(known.horizon.endDay, shownWeeks)
  const byStart = new Map(known.weeks.map((week) => [week.start, of(week)]))
  return { series: starts.map((start) => byStart.get(start) ?? null), seriesFrom: starts[0] }
}

const weekEvidence = ({ start, events, days }: Week): Evidence => ({
  kind: 'usage',
  id: null,
  at: `${start}T00:00:00.000Z`,
  code: 'usage.week',
  params: { from: start, to: addDays(start, 7), events, days },
})

function weeklyActive(known: Known): Part {
  const weeks = known.weeks.slice(-activeWeeks)
  if (weeks.length === 0) return missing('weeks', 0, { have: 0, need: 1 })
  const active = weeks.filter(({ events }) => events > 0)
  const [low, high] = wilsonInterval(active.length, weeks.length)
  const contributions: Contribution[] = active.map(({ start, events, days }) => ({
    code: 'usage.week_active',
    params: { from: start, events, days },
    amount: 1 / weeks.length,
  }))
  return {
    value: sum(contributions.map(({ amount }) => amount)),
    low,
    high,
    n: weeks.length,
    contributions,
    evidence: weeks.map(weekEvidence),
    detail: { active: active.length, of: weeks.length, ...series(known, ({ events }) => events) },
  }
}

function trend(known: Known): Part {
  const events = known.weeks.map((week) => week.events)
  // The week of the first use has begun before it: it says nothing about a whole week.
  const whole = known.weeks[0] && known.weeks[0].start < known.firstDay ? events.slice(1) : events
  const found = trendOf(whole)
  if (!found)
    return {
      ...missing('weeks', whole.length, { have: whole.length, need: leastWeeks }),
      detail: { missing: ['weeks'], have: whole.length, need: leastWeeks, ...series(known, (w) => w.events) },
    }
  const { change, low, high, parts, ...rest } = found
  const recent = known.weeks.slice(-parts.length)
  return {
    value: change,
    low,
    high,
    n: whole.length,
    contributions: parts.map((amount, index) => ({
      code: 'usage.week_against_usual',
      params: { from: recent[index]!.start, events: recent[index]!.events },
      amount,
    })),
    evidence: recent.map(weekEvidence),
    detail: { method: 't_prediction_log1p', ...rest, ...series(known, (week) => week.events) },
  }
}

/** The features that matter for the account; without a use case all that the workspace has seen. */
function mattering({ use, source, horizon }: Known): readonly string[] {
  if (use.useCase) return use.useCase.features
  return source.coverage.features.filter(({ firstDay }) => firstDay < horizon.endDay).map(({ name }) => name)
}

function breadth(known: Known): Part {
  const { use, horizon, weeks } = known
  if (weeks.length === 0) return missing('weeks', 0, { have: 0, need: 1 })
  const window = completeWeeks(horizon.endDay, activeWeeks)
  const [from, to] = [window[0]!, addDays(window.at(-1)!, 7)]
  const matter = mattering(known)
  if (matter.length === 0) return missing('features', 0)
  const seen = new Set(use.features)
  const used = matter.filter((feature) => seen.has(feature)).toSorted()
  const unused = matter.filter((feature) => !seen.has(feature)).toSorted()
  const named: Contribution[] = used
    .slice(0, namedFeatures)
    .map((feature) => ({ code: 'usage.feature', params: { feature }, amount: 1 / matter.length }))
  const others = used.length - named.length
  const contributions = [
    ...named,
    ...(others > 0
      ? [{ code: 'usage.other_features', params: { count: others }, amount: others / matter.length }]
      : []),
  ]
  return {
    value: sum(contributions.map(({ amount }) => amount)),
    low: null,
    high: null,
    n: matter.length,
    contributions,
    evidence: [
      {
        kind: 'usage',
        id: null,
        at: `${from}T00:00:00.000Z`,
        code: 'usage.features',
        params: { from, to, used: used.length, seen: matter.length },
      },
    ],
    detail: {
      used: used.length,
      of: matter.length,
      chosen: use.useCase !== null,
      useCase: use.useCase && { id: use.useCase.id, name: use.useCase.name },
      unused: unused.slice(0, namedFeatures),
      from,
      to,
    },
  }
}

function earlyAdoption({ use, source, horizon }: Known): Part {
  if (!use.startedOn) return missing('start', null)
  const weekStart = (index: number) => addDays(use.startedOn!, index * 7)
  const elapsed = Array.from({ length: adoptionWeeks }, (_, index) => index).filter(
    (index) => weekStart(index + 1) <= horizon.endDay,
  )
  if (elapsed.length === 0) return missing('weeks', 0, { have: 0, need: 1 })
  // Before the source began nothing was counted: those weeks are not known.
  const observed = elapsed.filter((index) => weekStart(index) >= source.coverage.firstDay)
  if (observed.length === 0)
    return missing('before_usage_data', 0, { startedOn: use.startedOn, from: source.coverage.firstDay })
  const known = new Set(observed)
  const active = use.adopted.filter((index) => known.has(index)).toSorted((a, b) => a - b)
  const [low, high] = wilsonInterval(active.length, observed.length)
  const contributions = active.map((week) => ({
    code: 'usage.adoption_week',
    params: { week: week + 1, from: weekStart(week) },
    amount: 1 / observed.length,
  }))
  return {
    value: sum(contributions.map(({ amount }) => amount)),
    low,
    high,
    n: observed.length,
    contributions,
    evidence: [
      {
        kind: 'usage',
        id: null,
        at: `${use.startedOn}T00:00:00.000Z`,
        code: 'usage.first_weeks',
        params: {
          from: use.startedOn,
          to: weekStart(adoptionWeeks),
          active: active.length,
          of: observed.length,
        },
      },
    ],
    detail: {
      startedOn: use.startedOn,
      active: active.length,
      of: observed.length,
      soFar: elapsed.length < adoptionWeeks,
      notObserved: elapsed.length - observed.length,
    },
  }
}

function activeUsers(known: Known): Part {
  const { use, source } = known
  if (!source.coverage.countsUsers) return missing('source_counts_no_users', null)
  const weeks = known.weeks.slice(-userWeeks)
  if (weeks.length === 0) return missing('weeks', 0, { have: 0, need: 1 })
  if (use.users === 0 && weeks.some(({ events }) => events > 0)) return missing('users_not_named', null)
  const { seats } = use
  const [low, high] = seats && use.users <= seats ? wilsonInterval(use.users, seats) : [null, null]
  return {
    value: use.users,
    low: null,
    high: null,
    n: seats ?? weeks.length,
    contributions: [{ code: 'usage.active_users', params: { weeks: weeks.length }, amount: use.users }],
    evidence: weeks.map(weekEvidence),
    detail: {
      weeks: weeks.length,
      seats,
      shareOfSeats: seats ? use.users / seats : null,
      shareLow: low,
      shareHigh: high,
      ...series(known, ({ users }) => users),
    },
  }
}
