import { drawExponential, drawNormal, drawPoisson } from '../../stats/random/draw.ts'
import type { Random } from '../../stats/random/seeded-random.ts'
import type { SampleSize } from '../size.ts'
import { drawSeats, drawSegment, drawTraits, type Account, type Stay } from './accounts.ts'
import { drawAutopsy } from './autopsy.ts'
import { addDays, calendarOf, milestones, weeksInMonth, type Calendar } from './calendar.ts'
import { chance, streamOf, weighted, wholeBetween } from './chance.ts'
import {
  changeEffect,
  cured,
  drawDestination,
  monthlyChurn,
  pullsOf,
  relativeRisk,
  returningArr,
} from './churn.ts'
import { companyNames } from './names.ts'
import { learnTrust } from './trust.ts'

/** The size that the money of the specification is told for. */
export const usualAccounts = 1_200
const arrCents = { estimators: 378_000_000, others: 1_512_000_000 } as const
/** Sign-ups a month at 1,200 customers: as many as leave, so that the company stands still before the change. */
export const signUps = { estimators: 31, others: 9 } as const
const shouters = 12

export type GroupWeek = { week: number; mrr: number; lost: number; live: number }
export type Lives = Readonly<{
  calendar: Calendar
  accounts: readonly Account[]
  /** Weekly revenue of each group before what left in the week, and what left (cents a month). */
  estimators: readonly GroupWeek[]
  others: readonly GroupWeek[]
  changeWeek: number
}>

type Birth = Readonly<{ week: number; isEstimator: boolean; isThere: boolean; shouts: boolean }>

class Company {
  readonly accounts: Account[] = []
  private readonly random: Random
  private readonly name: ReturnType<typeof companyNames>
  readonly calendar: Calendar
  /** Cents a month and seat, so that the groups bring what they should. */
  price = { estimators: 17_500, others: 10_500 }

  constructor(readonly size: SampleSize) {
    this.random = streamOf(size.seed, 'lives')
    this.name = companyNames(streamOf(size.seed, 'names'))
    this.calendar = calendarOf(size)
  }

  give(birth: Birth): Account {
    const { random, calendar } = this
    const segment = drawSegment(random, birth.isEstimator)
    const isMonthly = chance(random, segment.monthly)
    const startsOn = birth.isThere
      ? this.earlierStart(isMonthly)
      : this.leapless(birth.week, wholeBetween(random, 0, 6))
    const seats = drawSeats(random, segment)
    const index = this.accounts.length
    const traits = drawTraits(random, birth.shouts)
    const times = milestones(this.size.months)
    const anchor = Math.min(0.85, Math.max(0.3, 0.58 + 0.1 * drawNormal(random)))
    const account: Account = {
      index,
      id: `S-${String(index + 1).padStart(5, '0')}`,
      ...this.name(segment.trade),
      segment,
      isEstimator: birth.isEstimator,
      isMonthly,
      traits,
      anchor,
      startWeek: birth.week,
      startsOn,
      seats,
      mrr: 0,
      trust: anchor,
      slowTickets: 0,
      cameBack: 0,
      faultWeek: calendar.weekOfMonth(traits.heavy ? times.exportFault : times.exportFaultForAll),
      releaseWeek: null,
      needWeek: null,
      sponsorWeek: null,
      outageWeek: null,
      priceWeek: null,
      stays: [{ from: Math.max(0, birth.week), to: null, startsOn, endsOn: null, changes: [] }],
      departures: [],
      tickets: [],
      trustPath: [],
    }
    this.accounts.push(account)
    if (birth.isThere)
      account.startWeek = Math.floor((Date.parse(startsOn) - Date.parse(calendar.startsOn)) / 604_800_000)
    return account
  }

  /** A start before the first week; monthly ones leave sooner, so they are younger. */
  private earlierStart(isMonthly: boolean): string {
    const days = isMonthly
      ? 1 + Math.floor(drawExponential(this.random, 1 / 400))
      : wholeBetween(this.random, 1, 365) + 365 * Math.min(5, Math.floor(drawExponential(this.random, 0.6)))
    return this.withoutLeapDay(addDays(this.calendar.startsOn, -days))
  }
  private leapless(week: number, weekday: number): string {
    return this.withoutLeapDay(this.calendar.day(week, weekday))
  }
  private withoutLeapDay(day: string): string {
    return day.endsWith('02-29') ? addDays(day, -1) : day
  }

  pricesFrom(accounts: readonly Account[]): void {
    const share = this.size.accounts / usualAccounts
    for (const group of ['estimators', 'others'] as const) {
      const own = accounts.filter((account) => account.isEstimator === (group === 'estimators'))
      const seats = own.reduce((sum, account) => sum + account.seats, 0)
      if (seats > 0) this.price[group] = Math.round((arrCents[group] * share) / 12 / seats)
    }
  }

  charge(account: Account): void {
    account.mrr = account.seats * (account.isEstimator ? this.price.estimators : this.price.others)
    const [stay] = account.stays
    stay?.changes.push({ day: account.startsOn, mrr: account.mrr, seats: account.seats })
  }
}

/** Tells in which week of the simulation an annual contract comes up again. */
function renewals(calendar: Calendar): (startsOn: string, week: number) => string | null {
  const weeks = Array.from({ length: calendar.weeks }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => calendar.day(week, weekday)),
  )
  return (startsOn, week) => {
    const day = weeks[week]?.find((candidate) => candidate.slice(5) === startsOn.slice(5))
    return day !== undefined && day > startsOn ? day : null
  }
}

const running = (account: Account): Stay | null => {
  const stay = account.stays.at(-1)
  return stay && stay.to === null ? stay : null
}

type Week = Readonly<{ week: number; changed: boolean; company: Company; marks: Marks; random: Random }>
type Marks = Readonly<{ release: number; outage: number; change: number; price: number }>

/** What befalls a customer in the week, on which its use, its tickets and its trust then depend. */
function befall(account: Account, { week, marks, random }: Week): void {
  if (week === marks.release && chance(random, 0.15)) account.releaseWeek = week
  if (week === marks.outage && chance(random, 0.2)) account.outageWeek = week
  if (week >= marks.price && account.priceWeek === null && chance(random, 0.004)) account.priceWeek = week
  if (chance(random, 0.0009)) account.needWeek = week
  if (chance(random, 0.0012)) account.sponsorWeek = week
}

const topics = ['export', 'sync', 'capture', 'billing', 'access', 'linking', 'performance', 'how_to'] as const

/** Exports are asked about more once they fail, and by heavy users most. */
const exportWeight = ({ faultWeek, traits }: Account, week: number): number =>
  week < faultWeek ? 1 : traits.heavy ? 8 : 2

function openTickets(account: Account, { week, changed, marks, random }: Week): void {
  const { traits } = account
  const upset = account.releaseWeek !== null && week - account.releaseWeek < 6 ? 3 : 1
  const down = account.outageWeek === week ? 20 : 1
  const mean = (0.03 + 0.0012 * Math.min(account.seats, 60)) * (traits.heavy ? 3 : 1) * upset * down
  for (let n = drawPoisson(random, Math.min(2, mean * (traits.silent ? 0.5 : 1))); n > 0; n -= 1) {
    const isSmall = account.seats <= 6
    const slow = chance(random, isSmall ? (changed && account.isEstimator ? 0.12 : 0.75) : 0.12)
    const returns = chance(random, 0.09)
    const topic =
      account.outageWeek === week
        ? 'outage'
        : upset > 1 && chance(random, 0.6)
          ? 'release'
          : account.isEstimator && week < marks.change && chance(random, 0.45)
            ? 'copying'
            : weighted(
                random,
                topics.map((name) => [name, name === 'export' ? exportWeight(account, week) : 1] as const),
              )
    account.tickets.push({ week, slow, topic, returns })
    account.slowTickets = Math.min(3, account.slowTickets + (slow ? 1 : 0))
    account.cameBack += returns ? 1 : 0
    account.trust = learnTrust(account.trust, slow || returns ? -0.5 : 0.25, week - account.startWeek)
  }
}

/** A week of living with the product: value, copying, help, faults. */
function live(account: Account, now: Week): void {
  const { week, changed, random } = now
  befall(account, now)
  openTickets(account, now)
  account.slowTickets *= 0.96
  const age = week - account.startWeek
  const eaten = account.isEstimator && !changed ? 0.5 * account.traits.copying : 0
  const value = 0.16 * (account.traits.onboarded ? 1 : 0.5) * (account.traits.wrongFit ? 0.2 : 1)
  const faulty = account.traits.heavy && week >= account.faultWeek
  const fault = faulty && chance(random, 0.04) ? -0.5 : 0
  const outage = account.outageWeek === week ? -0.7 : 0
  const experience = value * (1 - eaten) - 0.1 * eaten + fault + outage + 0.05 * drawNormal(random)
  account.trust = learnTrust(account.trust, experience, age)
  if (week % 4 === 0) account.trustPath.push({ week, trust: account.trust })
}

/** Growing or shrinking at a renewal, or now and then where months are paid. */
function resize(account: Account, stay: Stay, day: string, { week, random }: Week): void {
  const grows = chance(random, 0.5 + 0.4 * (account.trust - 0.5))
  const share = grows ? 0.02 + 0.12 * random() : -0.02 - 0.12 * random()
  const seats = Math.max(1, Math.round(account.seats * (1 + share)))
  const price = account.mrr / account.seats
  const raised =
    account.priceWeek !== null && week >= account.priceWeek && week - account.priceWeek < 52 ? 1.06 : 1
  const mrr = Math.round(seats * price * raised)
  if (mrr === account.mrr) return
  account.seats = seats
  account.mrr = mrr
  stay.changes.push({ day, mrr, seats })
}

/**
 * Lets some leave, so that the group loses what it should of its revenue, and those first whom most pulls away.
 * Risk is weighed beside those who could leave: annual customers in their first year cannot.
 */
function part(
  group: readonly Account[],
  rate: number,
  now: Week,
  leavesOn: (account: Account) => string | null,
): number {
  const { week, changed, random } = now
  const risks = group.map((account) => {
    const pulls = pullsOf(account, week, changed)
    return { account, pulls, risk: relativeRisk(account, week, pulls) }
  })
  const settled = risks.filter(({ account }) => account.isMonthly || week - account.startWeek >= 52)
  const revenue = settled.reduce((sum, { account }) => sum + account.mrr, 0)
  const mean = settled.reduce((sum, { account, risk }) => sum + risk * account.mrr, 0) / revenue
  let lost = 0
  for (const { account, pulls, risk } of risks) {
    const day = leavesOn(account)
    const stay = running(account)
    if (day === null || stay === null) continue
    const hazard = Math.min(0.95, (rate * risk) / mean)
    if (!chance(random, hazard)) continue
    const cause = weighted(random, pulls)
    stay.to = week
    stay.endsOn = day
    lost += account.mrr
    const lead = wholeBetween(random, 3, 10)
    const destination = drawDestination(random, cause)
    account.departures.push({
      week,
      cause,
      destination,
      lead,
      autopsy: drawAutopsy(random, cause),
      trust: account.trust,
      hazard,
      mrr: account.mrr,
    })
  }
  return lost
}

/** Leavers whose cause the change has removed come back, a few each week. */
function comeBack(now: Week, weeksLeft: number): void {
  const { company, week, random } = now
  const gone = company.accounts.filter((account) => {
    const last = account.departures.at(-1)
    const isGone = running(account) === null && last && week - last.week > 8
    return (
      isGone && account.isEstimator && cured.includes(last.cause) && last.destination !== 'out_of_business'
    )
  })
  const pool = gone.reduce((sum, account) => sum + account.mrr * 12, 0)
  const wanted = (returningArr * 100 * company.size.accounts) / usualAccounts / weeksLeft
  for (const account of gone) {
    if (!chance(random, Math.min(0.5, wanted / pool))) continue
    const day = company.calendar.day(week, wholeBetween(random, 0, 6))
    account.trust = Math.max(account.trust, 0.5)
    account.stays.push({
      from: week,
      to: null,
      startsOn: day,
      endsOn: null,
      changes: [{ day, mrr: account.mrr, seats: account.seats }],
    })
  }
}

function arrive({ company, week, random }: Week): void {
  const share = company.size.accounts / usualAccounts / weeksInMonth
  for (const [isEstimator, mean] of [
    [true, signUps.estimators * share],
    [false, signUps.others * share],
  ] as const)
    for (let n = drawPoisson(random, mean); n > 0; n -= 1)
      company.charge(company.give({ week, isEstimator, isThere: false, shouts: false }))
}

function begin(size: SampleSize): Company {
  const company = new Company(size)
  const loud = Math.min(shouters, Math.ceil(size.accounts / 20))
  for (let n = 0; n < size.accounts; n += 1)
    company.give({ week: -1, isEstimator: n % 2 === 0, isThere: true, shouts: n % 2 === 1 && n < 2 * loud })
  company.pricesFrom(company.accounts)
  for (const account of company.accounts) company.charge(account)
  return company
}

/**
 * Lives the company through, week by week: what befalls each customer moves its trust; trust and what pulls at it decide
 * who leaves, at rates that are those of the specification on average.
 */
export function simulateLives(size: SampleSize): Lives {
  const company = begin(size)
  const { calendar } = company
  const times = milestones(size.months)
  const marks: Marks = {
    release: calendar.weekOfMonth(times.release),
    outage: calendar.weekOfMonth(times.outage),
    change: calendar.weekOfMonth(times.change),
    price: calendar.weekOfMonth(times.priceRise),
  }
  const random = streamOf(size.seed, 'weeks')
  const renewsOn = renewals(calendar)
  const tally = { estimators: [] as GroupWeek[], others: [] as GroupWeek[] }
  for (let week = 0; week < calendar.weeks; week += 1) {
    const now: Week = { week, changed: week >= marks.change, company, marks, random }
    const present = company.accounts.filter((account) => running(account) !== null)
    for (const account of present) live(account, now)
    const groups = { estimators: [] as Account[], monthly: [] as Account[], annual: [] as Account[] }
    for (const account of present)
      groups[account.isEstimator ? 'estimators' : account.isMonthly ? 'monthly' : 'annual'].push(account)
    const mrrOf = (some: readonly Account[]) => some.reduce((sum, account) => sum + account.mrr, 0)
    const before = {
      estimators: mrrOf(groups.estimators),
      others: mrrOf(groups.monthly) + mrrOf(groups.annual),
    }
    const anyDay = () => calendar.day(week, wholeBetween(random, 0, 6))
    const estimatorRate = monthlyChurn.estimators * (now.changed ? 1 - changeEffect : 1)
    const lost = {
      estimators: part(groups.estimators, estimatorRate / weeksInMonth, now, anyDay),
      others:
        part(groups.monthly, monthlyChurn.others / weeksInMonth, now, anyDay) +
        part(groups.annual, monthlyChurn.others * 12, now, ({ startsOn }) => renewsOn(startsOn, week)),
    }
    tally.estimators.push({
      week,
      mrr: before.estimators,
      lost: lost.estimators,
      live: groups.estimators.length,
    })
    tally.others.push({
      week,
      mrr: before.others,
      lost: lost.others,
      live: present.length - groups.estimators.length,
    })
    for (const account of present) {
      const stay = running(account)
      if (stay === null) continue
      const day = account.isMonthly
        ? chance(random, 0.004)
          ? anyDay()
          : null
        : renewsOn(account.startsOn, week)
      if (day !== null && day > (stay.changes.at(-1)?.day ?? '')) resize(account, stay, day, now)
    }
    if (now.changed && week >= marks.change + 3) comeBack(now, calendar.weeks - marks.change - 3)
    arrive(now)
  }
  return { calendar, accounts: company.accounts, ...tally, changeWeek: marks.change }
}

/** Whether the customer has revenue in a week. */
export const isLive = (account: Account, week: number): boolean =>
  account.stays.some(({ from, to }) => week >= from && (to === null || week < to))
