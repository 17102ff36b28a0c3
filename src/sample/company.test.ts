import { describe, expect, it } from 'vitest'
import { generateCompany } from './company.ts'
import { causes } from './model/causes.ts'
import { monthlyChurn, changeEffect } from './model/churn.ts'
import { dropReasons } from './model/drops.ts'
import type { GroupWeek } from './model/lifecycle.ts'
import { weeksInMonth } from './model/calendar.ts'
import { allSegments } from './model/segments.ts'
import { SampleSize, sizeOf, sourceOf } from './size.ts'

const usual = SampleSize.parse({ endsOn: '2026-11-23' })
const small = SampleSize.parse({ accounts: 60, endsOn: '2026-11-23' })
const company = generateCompany(usual)
const { lives, truth } = company

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
const yearly = (week: GroupWeek | undefined) => ((week?.mrr ?? 0) * 12) / 100

/** Monthly revenue churn with its 95 % interval; each departure brings its own revenue (compound Poisson). */
function churnOf(isEstimator: boolean, from: number, to: number) {
  const weeks = (isEstimator ? lives.estimators : lives.others).slice(from, to)
  const exposed = sum(weeks.map(({ mrr }) => mrr)) / weeksInMonth
  const lost = lives.accounts
    .filter((account) => account.isEstimator === isEstimator)
    .flatMap(({ departures }) => departures)
    .filter(({ week }) => week >= from && week < to)
    .map(({ mrr }) => mrr)
  const spread = 1.96 * Math.sqrt(sum(lost.map((mrr) => mrr ** 2)))
  return {
    low: (sum(lost) - spread) / exposed,
    rate: sum(lost) / exposed,
    high: (sum(lost) + spread) / exposed,
  }
}
const covers = ({ low, high }: { low: number; high: number }, value: number) => low <= value && value <= high

describe('the sample company', { timeout: 60_000 }, () => {
  it('has the customers and the revenue of its table', () => {
    expect(yearly(lives.estimators[0])).toBeGreaterThan(3_780_000 * 0.995)
    expect(yearly(lives.estimators[0])).toBeLessThan(3_780_000 * 1.005)
    expect(yearly(lives.others[0])).toBeGreaterThan(15_120_000 * 0.995)
    expect(yearly(lives.others[0])).toBeLessThan(15_120_000 * 1.005)
    expect([lives.estimators[0]?.live, lives.others[0]?.live]).toEqual([600, 600])
    const joined = lives.accounts.length - 1_200
    // 960 sign-ups in two years, a Poisson number.
    expect(Math.abs(joined - 960)).toBeLessThan(3 * Math.sqrt(960))
    expect(allSegments.length).toBeGreaterThanOrEqual(12)
  })

  it('loses revenue at the rates of its table, before the change and after it', () => {
    const [change, end] = [lives.changeWeek, lives.calendar.weeks]
    const before = churnOf(true, 0, change)
    expect(covers(before, monthlyChurn.estimators)).toBe(true)
    expect(covers(churnOf(false, 0, change), monthlyChurn.others)).toBe(true)
    expect(covers(churnOf(false, change, end), monthlyChurn.others)).toBe(true)
    const after = churnOf(true, change, end)
    expect(covers(after, monthlyChurn.estimators * (1 - changeEffect))).toBe(true)
    // The change is recoverable: the two intervals do not touch.
    expect(after.high).toBeLessThan(before.low)
  })

  it('brings back leavers whose cause was removed, for about the money of its table', () => {
    const back = lives.accounts.filter(({ stays }) => stays.length > 1)
    const arr = sum(back.map(({ mrr }) => (mrr * 12) / 100))
    const error = 1.96 * Math.sqrt(sum(back.map(({ mrr }) => ((mrr * 12) / 100) ** 2)))
    expect(Math.abs(arr - truth.rates.returningArr)).toBeLessThan(error)
    expect(
      back.every(({ departures }) => ['copying', 'slow_help', 'no_contact'].includes(departures[0]!.cause)),
    ).toBe(true)
  })

  it('puts every cause and every reason for a drop into the truth', () => {
    const left = truth.accounts.flatMap(({ departures }) => departures)
    expect(new Set(left.map(({ cause }) => cause))).toEqual(new Set(causes))
    expect(new Set(truth.accounts.flatMap(({ drops }) => drops.map(({ reason }) => reason)))).toEqual(
      new Set(dropReasons),
    )
    expect(truth.accounts.filter((account) => account.opensAllAsSeverityOne)).toHaveLength(12)
  })

  it('makes those leave sooner who trust less', () => {
    const last = lives.calendar.weeks
    const before = (account: (typeof lives.accounts)[number], week: number) =>
      account.trustPath.findLast((point) => point.week <= week)?.trust
    const leavers = lives.accounts.flatMap((account) => account.departures.map(({ trust }) => trust))
    const stayers = lives.accounts.flatMap((account) => before(account, last / 2) ?? [])
    expect(sum(leavers) / leavers.length).toBeLessThan(sum(stayers) / stayers.length)
  })

  it('answers small customers late before the change, and asks sign-ups for their segment only after it', () => {
    const waiting = (isEstimator: boolean, from: number, to: number) => {
      const own = lives.accounts
        .filter((account) => account.isEstimator === isEstimator)
        .flatMap(({ tickets }) => tickets.filter(({ week }) => week >= from && week < to))
      return own.filter(({ slow }) => slow).length / own.length
    }
    const [change, end] = [lives.changeWeek, lives.calendar.weeks]
    expect(waiting(true, 0, change)).toBeGreaterThan(0.65)
    expect(waiting(true, change, end)).toBeLessThan(0.25)
    expect(waiting(false, 0, end)).toBeLessThan(0.4)
    const unknown = company.accounts.filter(({ segment }) => segment === '').length
    expect(unknown).toBeGreaterThan(300)
  })

  it('counts about two million events, none outside its time or beyond a departure', () => {
    const ends = new Map(lives.accounts.map((account) => [account.id, account]))
    let events = 0
    let strays = 0
    for (const row of company.usage()) {
      events += row.count
      if (row.day < lives.calendar.startsOn || row.day > usual.endsOn) strays += 1
      const week = Math.floor((Date.parse(row.day) - Date.parse(lives.calendar.startsOn)) / 604_800_000)
      const account = ends.get(row.account)
      if (!account?.stays.some((stay) => week >= stay.from && (stay.to === null || week < stay.to)))
        strays += 1
    }
    expect(events).toBeGreaterThan(1_700_000)
    expect(events).toBeLessThan(2_300_000)
    expect(strays).toBe(0)
  })

  it('writes texts that do not read alike', () => {
    const distinct = (texts: readonly string[]) =>
      new Set(texts.slice(0, 1_000)).size / Math.min(1_000, texts.length)
    expect(distinct(company.tickets.map(({ subject }) => subject))).toBeGreaterThan(0.95)
    expect(distinct(company.messages.map(({ body }) => body))).toBeGreaterThan(0.95)
    expect(distinct(company.answers.flatMap(({ comment }) => comment || []))).toBeGreaterThan(0.9)
  })

  it('is the same company for the same seed, and another for another', () => {
    const text = (size: SampleSize) => {
      const { lives: _, usage, ...records } = generateCompany(size)
      return JSON.stringify([records, [...usage()]])
    }
    expect(text(small)).toBe(text(small))
    expect(text(small)).not.toBe(text({ ...small, seed: 2 }))
  })

  it('has ids of its own, and subscriptions without a gap or an overlap within a stay', () => {
    for (const list of [
      company.accounts,
      company.people,
      company.tickets,
      company.messages,
      company.subscriptions,
    ])
      expect(new Set(list.map(({ id }) => id)).size).toBe(list.length)
    for (const { startsOn, endsOn } of company.subscriptions) if (endsOn) expect(endsOn > startsOn).toBe(true)
  })

  it('is known by the source that its imports name', () => {
    expect(sizeOf(sourceOf(usual))).toEqual(usual)
    expect(sizeOf(sourceOf({ ...usual, accounts: 200_000, seed: 2_147_483_647 }))?.accounts).toBe(200_000)
    expect(sourceOf({ ...usual, accounts: 200_000, seed: 2_147_483_647 }).length).toBeLessThanOrEqual(80)
    expect(sizeOf('Salesforce')).toBeNull()
  })
})
