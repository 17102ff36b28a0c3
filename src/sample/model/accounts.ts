import { drawBeta, drawNormal } from '../../stats/random/draw.ts'
import type { Random } from '../../stats/random/seeded-random.ts'
import { between, chance, weighted, wholeBetween } from './chance.ts'
import type { AutopsyCause } from './autopsy.ts'
import type { Cause, Destination } from './causes.ts'
import { estimators, otherSegments, type Segment } from './segments.ts'

/** What a customer is like from the start; none of it is on record. */
export type Traits = Readonly<{
  /** How much of the saved time copying into a quoting system eats, 0 to 1. */
  copying: number
  /** Among the heaviest users. */
  heavy: boolean
  onboarded: boolean
  wrongFit: boolean
  /** Opens every ticket as severity one. */
  shouts: boolean
  /** Falls silent instead of complaining. */
  silent: boolean
  /** Says that it is fine and finds a way around. */
  masks: boolean
  /** Use a seat and week, beside the usual. */
  intensity: number
  /** Minutes saved for each linked photo set. */
  minutesSaved: number
}>

export type Change = Readonly<{ day: string; mrr: number; seats: number }>

/** Weeks with revenue: half-open, `to` null while it runs. */
export type Stay = {
  from: number
  to: number | null
  startsOn: string
  endsOn: string | null
  changes: Change[]
}

export type Departure = Readonly<{
  week: number
  cause: Cause
  destination: Destination
  /** Weeks before it in which the customer had made up its mind. */
  lead: number
  autopsy: readonly AutopsyCause[]
  trust: number
  /** Chance of leaving that the customer had in that week. */
  hazard: number
  mrr: number
}>

export type TicketStub = Readonly<{ week: number; slow: boolean; topic: string; returns: boolean }>

/** A customer and its state; the state is of the week that is being lived. */
export type Account = {
  readonly index: number
  readonly id: string
  readonly name: string
  readonly domain: string
  readonly segment: Segment
  readonly isEstimator: boolean
  readonly isMonthly: boolean
  readonly traits: Traits
  readonly anchor: number
  /** Week of the start; before 0 for those who were there already. */
  startWeek: number
  readonly startsOn: string
  seats: number
  /** Cents a month. */
  mrr: number
  trust: number
  slowTickets: number
  cameBack: number
  /** From when on exports fail now and then. */
  readonly faultWeek: number
  releaseWeek: number | null
  needWeek: number | null
  sponsorWeek: number | null
  outageWeek: number | null
  priceWeek: number | null
  readonly stays: Stay[]
  readonly departures: Departure[]
  readonly tickets: TicketStub[]
  /** Trust every four weeks. */
  readonly trustPath: { week: number; trust: number }[]
}

const shareHeavy = 0.05

export function drawTraits(random: Random, shouts: boolean): Traits {
  const heavy = chance(random, shareHeavy)
  const silent = chance(random, 0.25)
  return {
    copying: drawBeta(random, 4, 2),
    heavy,
    onboarded: chance(random, 0.7),
    wrongFit: chance(random, 0.06),
    shouts,
    silent,
    masks: !silent && chance(random, 0.35),
    intensity: Math.exp(0.5 * drawNormal(random) - 0.125) * (heavy ? 5 : 0.8),
    minutesSaved: Math.round(between(random, 40, 170)),
  }
}

export const drawSegment = (random: Random, isEstimator: boolean): Segment =>
  isEstimator
    ? estimators
    : weighted(
        random,
        otherSegments.map((segment) => [segment, segment.weight] as const),
      )

/** Seats that a customer of the segment takes at the start. */
export const drawSeats = (random: Random, segment: Segment): number =>
  segment === estimators
    ? wholeBetween(random, 1, 5)
    : Math.max(2, Math.round(segment.seats * Math.exp(segment.spread * drawNormal(random))))
