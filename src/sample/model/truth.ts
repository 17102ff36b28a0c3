import type { SampleSize } from '../size.ts'
import type { Account } from './accounts.ts'
import type { Cause, Destination } from './causes.ts'
import { contributes, together, type AutopsyCause } from './autopsy.ts'
import { milestones } from './calendar.ts'
import { changeEffect, cured, destinationShares, monthlyChurn, returningArr } from './churn.ts'
import type { Drop } from './drops.ts'
import { signUps, usualAccounts, type Lives } from './lifecycle.ts'
import { closedBlind, escalates } from './tickets.ts'
import { errorShare } from './usage.ts'

export type AccountTruth = Readonly<{
  id: string
  segment: string
  heavy: boolean
  onboarded: boolean
  wrongFit: boolean
  opensAllAsSeverityOne: boolean
  fallsSilent: boolean
  /** Writes that it is fine while it finds a way around. */
  masks: boolean
  /** Minutes saved for each linked photo set; 0 to 1 of it is eaten by copying into quoting systems before the change. */
  minutesSaved: number
  copying: number
  /** Trust at the start, every four weeks, and at the end. */
  anchor: number
  trust: readonly Readonly<{ week: number; trust: number }>[]
  drops: readonly Drop[]
  departures: readonly Readonly<{
    day: string
    cause: Cause
    destination: Destination
    autopsy: readonly AutopsyCause[]
    decidedWeeksBefore: number
    trust: number
    hazard: number
    wouldReturnOnceFixed: boolean
    /** The day on which it came back. */
    returnedOn: string | null
  }>[]
}>

/** What is true of the company and not on record: the rates of the generator, and each customer's own story. */
export type Truth = Readonly<{
  size: SampleSize
  startsOn: string
  changeOn: string
  rates: Readonly<{
    monthlyRevenueChurn: typeof monthlyChurn
    changeEffect: number
    /** A year, in the currency's units, at this size. */
    returningArr: number
    signUpsAMonth: number
    /** Shares of leavers, by why they leave. */
    destinations: typeof destinationShares
    /** How often each contributes to a departure beside its main cause, and the two that come together. */
    autopsy: Readonly<{ contributes: typeof contributes; together: typeof together }>
    /** Shares of tickets that wait which sales escalates, and of those that stay closed which were closed without root cause. */
    escalates: typeof escalates
    closedBlind: number
    /** Shares of counts of use that end in an error. */
    errors: typeof errorShare
  }>
  /** Days from which on something happened to all or some. */
  milestones: Readonly<Record<keyof ReturnType<typeof milestones>, string>>
  accounts: readonly AccountTruth[]
}>

const accountTruth = (account: Account, drops: readonly Drop[], weeks: number): AccountTruth => ({
  id: account.id,
  segment: account.segment.name,
  heavy: account.traits.heavy,
  onboarded: account.traits.onboarded,
  wrongFit: account.traits.wrongFit,
  opensAllAsSeverityOne: account.traits.shouts,
  fallsSilent: account.traits.silent,
  masks: account.traits.masks,
  minutesSaved: account.traits.minutesSaved,
  copying: account.traits.copying,
  anchor: account.anchor,
  trust: [...account.trustPath, { week: weeks, trust: account.trust }],
  drops,
  departures: account.departures.map(({ cause, destination, autopsy, lead, trust, hazard }, n) => ({
    day: account.stays[n]?.endsOn ?? '',
    cause,
    destination,
    autopsy,
    decidedWeeksBefore: lead,
    trust,
    hazard,
    wouldReturnOnceFixed: account.isEstimator && cured.includes(cause) && destination !== 'out_of_business',
    returnedOn: account.stays[n + 1]?.startsOn ?? null,
  })),
})

function daysOf(size: SampleSize, { calendar }: Lives): Truth['milestones'] {
  const day = (month: number) => calendar.day(calendar.weekOfMonth(month))
  const { exportFault, exportFaultForAll, release, outage, segmentMail, change, priceRise } = milestones(
    size.months,
  )
  return {
    exportFault: day(exportFault),
    exportFaultForAll: day(exportFaultForAll),
    release: day(release),
    outage: day(outage),
    segmentMail: day(segmentMail),
    change: day(change),
    priceRise: day(priceRise),
  }
}

export function truthOf(
  size: SampleSize,
  lives: Lives,
  dropsOf: (account: Account) => readonly Drop[],
): Truth {
  const share = size.accounts / usualAccounts
  return {
    size,
    startsOn: lives.calendar.startsOn,
    changeOn: lives.calendar.day(lives.changeWeek),
    rates: {
      monthlyRevenueChurn: monthlyChurn,
      changeEffect,
      returningArr: returningArr * share,
      signUpsAMonth: (signUps.estimators + signUps.others) * share,
      destinations: destinationShares,
      autopsy: { contributes, together },
      escalates,
      closedBlind,
      errors: errorShare,
    },
    milestones: daysOf(size, lives),
    accounts: lives.accounts.map((account) => accountTruth(account, dropsOf(account), lives.calendar.weeks)),
  }
}
