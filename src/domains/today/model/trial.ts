import { newcombeDifference } from '../../../stats/inference/newcombe.ts'
import type { Reading } from '../../../platform/readings.ts'
import type { RuleDefinition, TrialResult } from '../schema.ts'
import { isOfThePast } from './catalogue.ts'
import { holds } from './conditions.ts'
import { lastingOccurrence, occurrenceOf } from './occurrence.ts'
import { followed } from './outcomes.ts'

const dayMs = 86_400_000
/** How long after it was raised a customer is followed, as outcomes are. */
export const followDays = 90
const originsAtMost = 12
/** Windows of 90 days that begin every month overlap: three of them hold as much as one of their length. */
const overlap = 3

const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10)

const monthBefore = (day: string): string => {
  const date = new Date(`${day.slice(0, 7)}-01T00:00:00Z`)
  date.setUTCMonth(date.getUTCMonth() - 1)
  return date.toISOString().slice(0, 10)
}

/**
 * First days of the last twelve months that can be followed for 90 days until `through`, oldest first, none before
 * `since`: before that nobody wrote anything down.
 */
export function originsOf(through: string, since: string): string[] {
  const last = addDays(through, -followDays)
  let day = `${last.slice(0, 7)}-01`
  const origins: string[] = []
  while (origins.length < originsAtMost && day >= since) {
    origins.unshift(day)
    day = monthBefore(day)
  }
  return origins
}

/** Why a rule cannot be tried on the past; nothing when it can. */
export function obstaclesOf({ source }: RuleDefinition): TrialResult['gaps'] {
  if (source.kind === 'tasks') return [{ code: 'tasks', params: {} }]
  const codes = [...new Set(source.all.map(({ reading }) => reading))]
  return codes
    .filter((code) => !isOfThePast(code))
    .map((reading) => ({ code: 'not_of_the_past', params: { reading } }))
}

/** What a rule reads that is known as it is today and not as it was. */
export function caveatsOf({ source, scope }: RuleDefinition): TrialResult['gaps'] {
  if (source.kind === 'tasks') return []
  const reads = (code: string) => source.all.some(({ reading }) => reading.startsWith(code))
  const found: (string | false)[] = [
    Object.keys(scope).length > 0 && 'scope_of_today',
    reads('tickets.') && 'tickets_of_today',
    reads('usage.active_users') && 'seats_of_today',
    reads('usage.breadth') && 'features_of_today',
  ]
  return found.flatMap((code) => (code ? [{ code, params: {} }] : []))
}

/** The day so many months after another; the last of its month where that has fewer days. */
function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), Math.min(date, last)))
    .toISOString()
    .slice(0, 10)
}

/** Whether a subscription that starts on a day ends after whole terms, give or take what counts of days make. */
function endsWithTerm(startsOn: string, termMonths: number, endsOn: string): boolean {
  for (let months = termMonths; months <= 240; months += termMonths) {
    const off = (Date.parse(endsOn) - Date.parse(addMonths(startsOn, months))) / dayMs
    if (Math.abs(off) <= 3) return true
    if (off < 0) return false
  }
  return false
}

/**
 * Whether a reading of the past says what could not be known then: the day on which a subscription was ended early, or
 * the next renewal as a source says it today. Such a reading is taken as unknown.
 */
export function knowsTheFuture(reading: Pick<Reading, 'code' | 'detail' | 'evidence'>): boolean {
  if (reading.code !== 'revenue.renewal') return false
  const { from, renewsOn, termMonths } = reading.detail
  if (from === 'source') return true
  if (from !== 'end') return false
  const startsOn = reading.evidence[0]?.params.startsOn
  return !(
    typeof startsOn === 'string' &&
    typeof termMonths === 'number' &&
    typeof renewsOn === 'string' &&
    endsWithTerm(startsOn, termMonths, renewsOn)
  )
}

/** A customer on an origin: whether the rule would have raised it (null: not known), and whether it left in 90 days. */
export type Judged = Readonly<{
  accountId: string
  occurrence: string | null
  known: boolean
  left: boolean
}>

/** Judges one customer by its readings of a day in the past. */
export function judge(
  definition: RuleDefinition,
  accountId: string,
  readings: readonly Reading[],
  day: string,
  left: boolean,
): Judged {
  const { source } = definition
  if (source.kind === 'tasks') return { accountId, occurrence: null, known: false, left }
  const usable = new Map(
    readings.filter((one) => !knowsTheFuture(one)).map((one) => [one.code, one] as const),
  )
  const asked = new Set(source.all.filter(({ part }) => part === 'state').map(({ reading }) => reading))
  const known = source.all.every(({ reading }) => {
    const found = usable.get(reading)
    return found !== undefined && (found.state !== 'not_enough_data' || asked.has(reading))
  })
  const first = usable.get(source.all[0]!.reading)
  const raised = known && first !== undefined && holds(source.all, usable, day)
  return { accountId, occurrence: raised ? occurrenceOf(first) : null, known, left }
}

/** What is counted while origins are gone through, in order. Holds raised customers only. */
export type Tally = {
  cases: number
  casesLeft: number
  others: number
  othersLeft: number
  unknown: number
  /** By customer: the last origin that raised it, and the occurrences that counted. */
  raised: Map<string, { at: number; seen: Set<string> }>
}

export const emptyTally = (): Tally => ({
  cases: 0,
  casesLeft: 0,
  others: 0,
  othersLeft: 0,
  unknown: 0,
  raised: new Map(),
})

/** Counts customers of the origin number `at`. An occurrence counts once; a reason that lasts is one while it lasts. */
export function count(tally: Tally, at: number, judged: readonly Judged[]): void {
  for (const { accountId, occurrence, known, left } of judged) {
    if (!known) tally.unknown += 1
    else if (occurrence === null) {
      tally.others += 1
      if (left) tally.othersLeft += 1
    } else {
      const lasting = lastingOccurrence(occurrence)
      const before = tally.raised.get(accountId)
      const again = lasting === 'week' ? before?.at === at - 1 : before?.seen.has(lasting) === true
      if (!again) {
        tally.cases += 1
        if (left) tally.casesLeft += 1
      }
      tally.raised.set(accountId, { at, seen: (before?.seen ?? new Set()).add(lasting) })
    }
  }
}

/** What the counts say: cases that left against customers that were not raised. */
export function resultOf(
  tally: Tally,
  about: Pick<TrialResult, 'origins' | 'accounts' | 'sampled' | 'now' | 'assumed' | 'gaps' | 'possible'>,
): TrialResult {
  const { cases, casesLeft, others, othersLeft, unknown } = tally
  const effective = others / overlap
  const difference =
    cases > 0 && effective >= 1
      ? newcombeDifference(
          { successes: casesLeft, trials: cases },
          { successes: othersLeft / overlap, trials: effective },
        )
      : null
  const looked = cases + others + unknown
  return {
    ...about,
    gaps: [...about.gaps, ...(unknown > 0 ? [{ code: 'unknown', params: { share: unknown / looked } }] : [])],
    raised: followed(casesLeft, cases),
    customersRaised: tally.raised.size,
    others: followed(othersLeft, others, effective),
    difference: difference && {
      value: difference.difference,
      low: difference.interval[0],
      high: difference.interval[1],
    },
  }
}
