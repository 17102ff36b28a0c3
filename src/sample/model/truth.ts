import type { SampleSize } from '../size.ts'
import type { Account } from './accounts.ts'
import type { Cause, Destination } from './causes.ts'
import { changeEffect, cured, monthlyChurn, returningArr } from './churn.ts'
import type { Drop } from './drops.ts'
import { signUps, usualAccounts, type Lives } from './lifecycle.ts'

export type AccountTruth = Readonly<{
  id: string
  segment: string
  heavy: boolean
  onboarded: boolean
  wrongFit: boolean
  opensAllAsSeverityOne: boolean
  fallsSilent: boolean
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
    decidedWeeksBefore: number
    trust: number
    hazard: number
    wouldReturnOnceFixed: boolean
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
  }>
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
  minutesSaved: account.traits.minutesSaved,
  copying: account.traits.copying,
  anchor: account.anchor,
  trust: [...account.trustPath, { week: weeks, trust: account.trust }],
  drops,
  departures: account.departures.map(({ cause, destination, lead, trust, hazard }, n) => ({
    day: account.stays[n]?.endsOn ?? '',
    cause,
    destination,
    decidedWeeksBefore: lead,
    trust,
    hazard,
    wouldReturnOnceFixed: account.isEstimator && cured.includes(cause) && destination !== 'out_of_business',
  })),
})

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
    },
    accounts: lives.accounts.map((account) => accountTruth(account, dropsOf(account), lives.calendar.weeks)),
  }
}
