const dayMs = 86_400_000

const atMidnight = (day: string): number => Date.parse(`${day}T00:00:00Z`)

/** Whole days from one day to another; negative when `to` is earlier. */
export const daysBetween = (from: string, to: string): number => (atMidnight(to) - atMidnight(from)) / dayMs

/**
 * The day `months` later (or earlier, when negative), on the same day of the month or on the month's last day when it
 * has no such day: 31 January + 1 is 28 or 29 February, 29 February + 12 is 28 February.
 */
export function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number]
  const index = year * 12 + (month - 1) + months
  const [toYear, toMonth] = [Math.floor(index / 12), index - Math.floor(index / 12) * 12]
  const lastDate = new Date(Date.UTC(toYear, toMonth + 1, 0)).getUTCDate()
  const pad = (value: number, length: number) => String(value).padStart(length, '0')
  return `${pad(toYear, 4)}-${pad(toMonth + 1, 2)}-${pad(Math.min(date, lastDate), 2)}`
}

/** The first anniversary of `start` after `asOf`, in steps of `termMonths` counted from the start itself. */
export function nextAnniversary(start: string, termMonths: number, asOf: string): string {
  const monthIndex = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7))
  const guess = Math.max(1, Math.floor((monthIndex(asOf) - monthIndex(start)) / termMonths))
  for (let terms = guess; ; terms += 1) {
    const day = addMonths(start, terms * termMonths)
    if (day > asOf) return day
  }
}

/** A price as it was stated: for a month, a year, a term. */
export type Price = Readonly<{ cents: number; months: number }>

/** The price of one month, rounded once. */
export const monthOf = ({ cents, months }: Price): number => Math.round(cents / months)

/** How a price is kept: for longer than a month also as it was stated, since a month of it is rounded. */
export const keptPrice = (price: Price) => {
  const stated = price.months > 1 ? price : null
  return {
    mrrCents: monthOf(price),
    statedCents: stated && stated.cents,
    statedMonths: stated && stated.months,
  }
}

const wordsOfMonths: readonly (readonly [RegExp, number])[] = [
  [/month.to.month|^monthly$|^per month$|^month$|^m$|^mo$/, 1],
  [/^quarterly$|^quarter$|^per quarter$|^q$/, 3],
  [/^(semi|half|bi).?annual(ly)?$|^half.?year(ly)?$/, 6],
  [/^annual(ly)?$|^yearly$|^year$|^per year$|^y$|^annum$|^p\.?a\.?$/, 12],
  [/^biennial(ly)?$/, 24],
]
const countWords: Readonly<Record<string, number>> = { one: 1, two: 2, three: 3, four: 4, five: 5, six: 6 }

/** Months that words for a term or billing frequency mean ("annual", "24 months", "Two year"), or null. */
export function monthsOf(words: string): number | null {
  const text = words.trim().toLowerCase()
  const known = wordsOfMonths.find(([pattern]) => pattern.test(text))
  if (known) return known[1]
  const counted = /^(\d{1,3}|one|two|three|four|five|six)[\s-]*(months?|mo|m|years?|yrs?|y)?$/.exec(text)
  if (!counted) return null
  const [, count = '', unit = 'm'] = counted
  const months = (countWords[count] ?? Number(count)) * (unit.startsWith('y') ? 12 : 1)
  return months >= 1 && months <= 120 ? months : null
}

/** Sources of revenue are expected to report at least monthly; what is older stands for its own day, not for today. */
export const observedRhythmDays = 45

/** Whether what was last seen on a day is too old to stand for another; not where nothing says when it was seen. */
export const isStale = (through: string | null | undefined, day: string): boolean =>
  through != null && daysBetween(through, day) > observedRhythmDays

/** Something that pays: a subscription, or an invoice over its service period. `mrrCents` in the workspace's currency. */
export type Paying = Readonly<{
  id: string
  kind: 'subscription' | 'invoice'
  startsOn: string
  endsOn: string | null
  termMonths: number | null
  /** Rounded, of display; null where no exchange rate is known. */
  mrrCents: number | null
  /** Whether it brings money: a credit note does not. */
  pays: boolean
}>

export type Renewal = Readonly<{
  renewsOn: string
  days: number
  /** How the day is known: said by a source, from a known term, from an assumed one, or because it ends then. */
  from: 'source' | 'term' | 'assumed_term' | 'end'
  decidedBy: Pick<Paying, 'id' | 'kind'> | null
  termMonths: number | null
}>

const assumedTermMonths = 12
/** Shorter terms renew by themselves all the time: they matter only where nothing longer runs. */
const shortestTermMonths = 3

function renewalOf(paying: Paying, asOf: string): Renewal {
  const term = paying.termMonths ?? assumedTermMonths
  const anniversary = nextAnniversary(paying.startsOn, term, asOf)
  const ends = paying.endsOn !== null && paying.endsOn <= anniversary ? paying.endsOn : null
  const renewsOn = ends ?? anniversary
  return {
    renewsOn,
    days: daysBetween(asOf, renewsOn),
    from: ends ? 'end' : paying.termMonths === null ? 'assumed_term' : 'term',
    decidedBy: { id: paying.id, kind: paying.kind },
    termMonths: term,
  }
}

export const runsOn = (paying: Pick<Paying, 'startsOn' | 'endsOn'>, day: string): boolean =>
  paying.startsOn <= day && (paying.endsOn === null || paying.endsOn > day)

/**
 * The next renewal after `asOf`: what a source said when that is still to come; else the earliest of what is paid for
 * with terms of three months or more; else the earliest at all; null when nothing that pays runs.
 */
export function nextRenewal(saidOn: string | null, paying: readonly Paying[], asOf: string): Renewal | null {
  if (saidOn !== null && saidOn > asOf)
    return {
      renewsOn: saidOn,
      days: daysBetween(asOf, saidOn),
      from: 'source',
      decidedBy: null,
      termMonths: null,
    }
  const renewals = paying.filter((one) => one.pays && runsOn(one, asOf)).map((one) => renewalOf(one, asOf))
  const long = renewals.filter(({ termMonths }) => (termMonths ?? 0) >= shortestTermMonths)
  const byDay = (a: Renewal, b: Renewal) =>
    a.renewsOn.localeCompare(b.renewsOn) || (a.decidedBy?.id ?? '').localeCompare(b.decidedBy?.id ?? '')
  return (long.length > 0 ? long : renewals).toSorted(byDay)[0] ?? null
}

export const churnSources = ['subscriptions', 'churn_events', 'flag'] as const
export type ChurnSource = (typeof churnSources)[number]

/** What each source says about an account: left, and since when where it knows; null where it says nothing. */
export type ChurnSays = Readonly<Record<ChurnSource, { left: boolean; on: string | null } | null>>

export type ChurnVerdict = Readonly<{
  left: boolean | null
  on: string | null
  decidedBy: ChurnSource | null
}>

/** A time that a customer left by churn events, and when something paid began after it. */
export type Departure = Readonly<{ on: string; returnedOn: string | null }>

/** The rule of the workspace decides; where its source says nothing, the next in the order of `churnSources` does. */
export function decideChurn(rule: ChurnSource, says: ChurnSays): ChurnVerdict {
  for (const source of [rule, ...churnSources]) {
    const said = says[source]
    if (said) return { ...said, decidedBy: source }
  }
  return { left: null, on: null, decidedBy: null }
}

/** Whether sources that say something contradict each other. */
export function churnDisagrees(says: ChurnSays): boolean {
  const answers = new Set(churnSources.flatMap((source) => (says[source] ? [says[source].left] : [])))
  return answers.size > 1
}

/** Revenue kept between two days by the customers of the first; null where there were none. */
export type Retention = Readonly<{
  accounts: number
  startCents: number
  endCents: number
  /** Net: all they pay now over what they paid then. */
  nrr: number | null
  /** Gross: growth of a customer does not make up for another's loss. */
  grr: number | null
  /** Share of customers that still pay. */
  logo: number | null
}>

export function retentionOf(
  sums: Readonly<{
    accounts: number
    startCents: number
    endCents: number
    cappedCents: number
    kept: number
  }>,
): Retention {
  const { accounts, startCents, endCents, cappedCents, kept } = sums
  const over = (part: number, whole: number) => (whole > 0 ? part / whole : null)
  return {
    accounts,
    startCents,
    endCents,
    nrr: over(endCents, startCents),
    grr: over(cappedCents, startCents),
    logo: over(kept, accounts),
  }
}
