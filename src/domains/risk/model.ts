import { betaInterval, betaMean, betaPosterior, type Belief } from '../../stats/shrinkage/beta-binomial.ts'
import { largestRemainder } from '../../stats/rounding/largest-remainder.ts'
import type { Contribution, Evidence, Reading } from '../../platform/readings.ts'
import { addMonths, type ChurnVerdict, type Departure, type Renewal } from '../revenue/model.ts'
import type { Ladder, Prior, Rate, Rung } from './schema.ts'

/**
 * What is believed before anything was seen: 1.5 % of customers leave in a month, worth 300 account-months. An
 * assumption in the range of public surveys of business software, stated wherever it counts, not a finding.
 */
export const defaultBelief: Belief = { mean: 0.015, weight: 300 }
/** So many account-months of its own weigh as much as the company's rate in the rate of a segment. */
export const segmentWeight = 300
export const defaultHorizonMonths = 12

/**
 * What may be fitted to how many churn events, after Riley et al., Calculating the sample size required for developing
 * a clinical prediction model, BMJ 368 (2020) m441: few events carry few terms.
 */
export const ladder: readonly Readonly<{ rung: Rung; fromEvents: number }>[] = [
  { rung: 'prior', fromEvents: 0 },
  { rung: 'few_terms', fromEvents: 10 },
  { rung: 'ridge', fromEvents: 30 },
  { rung: 'smooth', fromEvents: 100 },
  { rung: 'pairs', fromEvents: 300 },
]

/** Where the prior stands on the ladder, and the first rung that asks for more events; null above the last. */
export const ladderOf = (events: number): Ladder => ({
  rung: 'prior',
  events,
  dataAllows: ladder.findLast(({ fromEvents }) => events >= fromEvents)!.rung,
  next: ladder.find(({ fromEvents }) => fromEvents > events) ?? null,
})

/** When a customer paid: from a day to the day without revenue, null while it goes on. */
export type Spell = Readonly<{ from: string; to: string | null }>

/** What is known about the staying and leaving of one account. */
export type History = Readonly<{
  segment: string | null
  verdict: ChurnVerdict
  startedOn: string | null
  spells: readonly Spell[]
  /** By churn events, earliest first. */
  departures: readonly Departure[]
}>

export type Exposure = Readonly<{ months: number; events: number }>

/** Whole calendar months from one day to another; 0 when `to` is earlier. */
function wholeMonths(from: string, to: string): number {
  const index = (day: string) => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7))
  const months = index(to) - index(from)
  return Math.max(0, addMonths(from, months) <= to ? months : months - 1)
}

/**
 * Account-months as a life table counts them: the month in which the customer left counts, whole or begun, the month
 * that still runs does not, for nobody knows its outcome. From the end of a month to the end of another is whole.
 */
function monthsOfSpell(from: string, to: string, left: boolean): number {
  const whole = wholeMonths(from, to)
  const begun = (addMonths(from, whole) < to && addMonths(to, -whole) !== from) || whole === 0
  return left && begun ? whole + 1 : whole
}

/**
 * Months at risk and departures of one account until `asOf`, by the source that decides whether it has left. Where no
 * source says that it left, it is taken to stay. A flag has no day: the departure is counted at `asOf`.
 *
 * @returns null when no record says when the account began
 */
export function exposureOf(
  { verdict, startedOn, spells, departures }: History,
  asOf: string,
): Exposure | null {
  if (verdict.decidedBy === 'subscriptions') return exposureOfSpells(spells, asOf)
  const start = startedOn ?? spells[0]?.from ?? null
  if (start === null || start > asOf) return null
  if (verdict.decidedBy === 'churn_events') return exposureOfSpells(spellsBetween(start, departures), asOf)
  const left = verdict.left === true
  return { months: monthsOfSpell(start, left ? (verdict.on ?? asOf) : asOf, left), events: left ? 1 : 0 }
}

function exposureOfSpells(spells: readonly Spell[], asOf: string): Exposure {
  const begun = spells.filter(({ from }) => from <= asOf)
  const ended = ({ to }: Spell) => to !== null && to <= asOf
  return {
    months: begun.reduce(
      (sum, one) => sum + monthsOfSpell(one.from, ended(one) ? one.to! : asOf, ended(one)),
      0,
    ),
    events: begun.filter(ended).length,
  }
}

/** From the start, or a return, to the departure after it; the last spell goes on where none came after it. */
const spellsBetween = (start: string, departures: readonly Departure[]): Spell[] =>
  [start, ...departures.map(({ returnedOn }) => returnedOn)].flatMap((from, index) =>
    from === null ? [] : [{ from, to: departures[index]?.on ?? null }],
  )

function rateOf(belief: Belief, { months, events }: Exposure): Rate {
  const posterior = betaPosterior(belief, events, months)
  const [low, high] = betaInterval(posterior)
  return { months, events, ...posterior, monthly: betaMean(posterior), low, high }
}

const add = (a: Exposure, b: Exposure): Exposure => ({
  months: a.months + b.months,
  events: a.events + b.events,
})
const nothing: Exposure = { months: 0, events: 0 }

/**
 * The prior of the company and its segments: the company's monthly rate is the belief updated by all account-months; a
 * segment's is its own account-months shrunk to the company's rate (beta-binomial; the segment's months are in the
 * company's too, so the shrinkage is an empirical-Bayes one).
 *
 * @param asOf the last day that the sources speak for: nobody saw who stayed after it. Null: nothing was seen.
 */
export function priorOf(
  histories: readonly History[],
  asOf: string | null,
  belief: Belief = defaultBelief,
): Prior {
  const bySegment = new Map<string, Exposure>()
  let [total, unplaced] = [nothing, 0]
  for (const history of histories) {
    const exposure = asOf === null ? null : exposureOf(history, asOf)
    if (!exposure) {
      unplaced += 1
      continue
    }
    total = add(total, exposure)
    if (history.segment === null) continue
    bySegment.set(history.segment, add(bySegment.get(history.segment) ?? nothing, exposure))
  }
  const company = rateOf(belief, total)
  const toCompany = { mean: company.monthly, weight: segmentWeight }
  return {
    belief,
    segmentWeight,
    company,
    segments: [...bySegment]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([segment, exposure]) => ({ segment, ...rateOf(toCompany, exposure) })),
    observedThrough: asOf,
    unplaced,
  }
}

/** Probability of leaving within some months when each month has the same. */
export const withinMonths = (monthly: number, months: number): number =>
  -Math.expm1(months * Math.log1p(-monthly))

/** What a risk is computed for. */
export type Subject = Readonly<{
  accountId: string
  segment: string | null
  stage: string | null
  verdict: ChurnVerdict
  renewal: Renewal | null
  /** Yearly recurring revenue in minor units, null when it is not known. */
  arrCents: number | null
  /** The last day that is known of it, where that is too long ago to stand for today. */
  staleSince: string | null
}>

export type Frame = Readonly<{
  prior: Prior
  snapshotId: string | null
  asOf: string
  /** The day of `asOf` in the time zone of the workspace. */
  day: string
  currency: string
}>

/** The rate that speaks for an account: its segment's, a fresh segment's, or the company's where it has none. */
export function rateFor(prior: Prior, segment: string | null): Rate {
  if (segment === null) return prior.company
  const known = prior.segments.find((one) => one.segment === segment)
  return known ?? rateOf({ mean: prior.company.monthly, weight: prior.segmentWeight }, nothing)
}

export const riskCodes = ['risk.renewal', 'risk.expected_loss'] as const

const blank = (subject: Subject, frame: Frame, code: string, detail: Record<string, unknown>): Reading => ({
  accountId: subject.accountId,
  code,
  state: 'not_enough_data',
  value: null,
  low: null,
  high: null,
  n: null,
  asOf: subject.staleSince === null ? frame.asOf : `${subject.staleSince}T00:00:00.000Z`,
  snapshotId: frame.snapshotId,
  contributions: [],
  evidence: [],
  detail,
})

/** Why no risk applies: who has left cannot leave, and who is not a customer yet cannot either. */
function notApplicable({ verdict, stage, arrCents }: Subject): Record<string, unknown> | null {
  if (verdict.left === true)
    return {
      missing: ['left'],
      notApplicable: 'left',
      left: { on: verdict.on, decidedBy: verdict.decidedBy },
    }
  if (stage === 'evaluating' && !arrCents) return { missing: ['customer'], notApplicable: 'evaluating' }
  return null
}

const sum = (parts: readonly Contribution[]): number => parts.reduce((total, { amount }) => total + amount, 0)

function evidenceOf(rate: Rate, segment: string | null, { prior, snapshotId, day }: Frame): Evidence[] {
  const seen = (code: string, { months, events }: Exposure, params: Record<string, unknown>): Evidence => ({
    kind: 'risk_model',
    id: snapshotId,
    at: prior.observedThrough ?? day,
    code,
    params: { ...params, months, events },
  })
  return [
    ...(segment === null ? [] : [seen('risk.segment_exposure', rate, { segment })]),
    seen('risk.company_exposure', prior.company, {}),
  ]
}

/** The renewal risk of an account from the prior alone, and the yearly revenue at stake through it. */
export function riskReadings(subject: Subject, frame: Frame): [renewal: Reading, loss: Reading] {
  const why = notApplicable(subject)
  if (why)
    return [blank(subject, frame, 'risk.renewal', why), blank(subject, frame, 'risk.expected_loss', why)]
  const { prior } = frame
  const { segment } = subject
  const rate = rateFor(prior, segment)
  const months = horizonMonths(subject.renewal, frame.day)
  const base = withinMonths(prior.company.monthly, months)
  const ownSegment = segment !== null && prior.segments.some((one) => one.segment === segment)
  const contributions: Contribution[] = [
    { code: 'risk.base', params: { months, monthly: prior.company.monthly }, amount: base },
    ...(ownSegment
      ? [
          {
            code: 'risk.segment',
            params: { segment, monthly: rate.monthly },
            amount: withinMonths(rate.monthly, months) - base,
          },
        ]
      : []),
  ]
  const renewal: Reading = {
    ...blank(subject, frame, 'risk.renewal', {}),
    state: subject.staleSince === null ? 'ok' : 'stale',
    value: sum(contributions),
    low: withinMonths(rate.low, months),
    high: withinMonths(rate.high, months),
    n: rate.months,
    contributions,
    evidence: evidenceOf(rate, segment, frame),
    detail: {
      model: 'prior',
      label: 'prior',
      basis: prior.company.months === 0 ? 'belief' : 'belief_and_data',
      belief: prior.belief,
      observedThrough: prior.observedThrough,
      condition: 'if_current_behaviour_persists',
      horizonMonths: months,
      horizon: subject.renewal ? 'renewal' : 'twelve_months',
      renewsOn: subject.renewal?.renewsOn ?? null,
      ladder: ladderOf(prior.company.events),
    },
  }
  return [renewal, expectedLoss(subject, frame, renewal)]
}

/** Months until the renewal, begun ones whole; twelve where none is known. */
function horizonMonths(renewal: Renewal | null, day: string): number {
  if (!renewal) return defaultHorizonMonths
  const whole = wholeMonths(day, renewal.renewsOn)
  return Math.max(1, addMonths(day, whole) < renewal.renewsOn ? whole + 1 : whole)
}

function expectedLoss(subject: Subject, frame: Frame, renewal: Reading): Reading {
  const { arrCents } = subject
  const { currency } = frame
  if (arrCents === null)
    return blank(subject, frame, 'risk.expected_loss', { missing: ['revenue'], currency })
  const amounts = largestRemainder(renewal.contributions.map(({ amount }) => amount * arrCents))
  const contributions = renewal.contributions.map((part, index) => ({ ...part, amount: amounts[index]! }))
  return {
    ...renewal,
    code: 'risk.expected_loss',
    value: sum(contributions),
    low: Math.round(renewal.low! * arrCents),
    high: Math.round(renewal.high! * arrCents),
    contributions,
    detail: { ...renewal.detail, arrCents, risk: renewal.value, currency },
  }
}
