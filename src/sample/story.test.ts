import { describe, expect, it } from 'vitest'
import { newcombeDifference } from '../stats/inference/newcombe.ts'
import type { Proportion } from '../stats/inference/proportion.ts'
import { wilsonInterval, type Interval } from '../stats/inference/wilson.ts'
import { generateCompany, truthText, valuesOf } from './company.ts'
import { departedAnswers, departedSample } from './departed.ts'
import { autopsyCauses, contributes, together } from './model/autopsy.ts'
import { addDays } from './model/calendar.ts'
import { destinationShares } from './model/churn.ts'
import { closedBlind, escalates } from './model/tickets.ts'
import type { UsageRow } from './model/usage.ts'
import { SampleSize } from './size.ts'

const company = generateCompany(SampleSize.parse({ endsOn: '2026-11-23' }))
const { truth, tickets, messages, accounts } = company
const usage: readonly UsageRow[] = [...company.usage()]
const truthOf = new Map(truth.accounts.map((account) => [account.id, account]))
const departures = truth.accounts.flatMap((account) =>
  account.departures.map((departure) => ({ account, ...departure })),
)

// Many intervals at once: at 99.9 % one of a hundred misses in a company of ten.
const level = 0.999
const covers = ([low, high]: Interval, value: number) => low <= value && value <= high
const proportion = <T>(rows: readonly T[], holds: (row: T) => boolean): Proportion => ({
  successes: rows.filter(holds).length,
  trials: rows.length,
})
const interval = ({ successes, trials }: Proportion) => wilsonInterval(successes, trials, level)
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

describe('what is true in the sample company', { timeout: 60_000 }, () => {
  it('sends leavers to a rival, to nothing or out of business in its shares', () => {
    for (const cause of ['changed_need', 'price', 'others'] as const) {
      const own = departures.filter((one) =>
        cause === 'others' ? !['changed_need', 'price'].includes(one.cause) : one.cause === cause,
      )
      for (const to of ['rival', 'nothing', 'out_of_business'] as const)
        expect(
          covers(
            interval(proportion(own, ({ destination }) => destination === to)),
            destinationShares[cause][to],
          ),
        ).toBe(true)
    }
  })

  it('has ten autopsy causes at their frequencies, two of them together more often than by chance', () => {
    const found = new Set(departures.flatMap(({ autopsy }) => autopsy))
    expect([...found].toSorted()).toEqual(autopsyCauses.toSorted())
    // Sales and visibility are nobody's main cause, so all of them are contributions.
    for (const cause of ['sales_knowledge_not_recorded', 'recorded_but_not_visible'] as const)
      expect(
        covers(
          interval(proportion(departures, ({ autopsy }) => autopsy.includes(cause))),
          contributes[cause],
        ),
      ).toBe(true)
    const others = departures.filter(({ cause }) => cause !== 'unfinished_onboarding')
    const silent = others.filter(({ autopsy }) => autopsy.includes('sales_knowledge_not_recorded'))
    const told = others.filter(({ autopsy }) => !autopsy.includes('sales_knowledge_not_recorded'))
    const onboarding = (rows: typeof others) =>
      proportion(rows, ({ autopsy }) => autopsy.includes('onboarding'))
    const { interval: apart } = newcombeDifference(onboarding(silent), onboarding(told), level)
    expect(covers(apart, together.onboardingWhereSalesRecordedNothing - contributes.onboarding)).toBe(true)
    expect(apart[0]).toBeGreaterThan(0)
  })

  it('has twelve customers that call every ticket severity one, and hardly any other does', () => {
    const loud = truth.accounts.filter((account) => account.opensAllAsSeverityOne)
    expect(loud).toHaveLength(12)
    const ids = new Set(loud.map(({ id }) => id))
    const isFirst = ({ priority }: { priority: string }) => priority === '1'
    expect(tickets.filter(({ account }) => ids.has(account)).every(isFirst)).toBe(true)
    const rest = proportion(
      tickets.filter(({ account }) => !ids.has(account)),
      isFirst,
    )
    expect(rest.successes / rest.trials).toBeLessThan(0.1)
  })

  it('moves waiting tickets where sales has a deal open, and others hardly ever', () => {
    const late = tickets.filter(({ slaMet, firstResponseAt }) => firstResponseAt !== null && slaMet === false)
    const escalated = (deal: boolean) =>
      proportion(
        late.filter(({ openDeal }) => openDeal === deal),
        (ticket) => ticket.escalated,
      )
    expect(covers(interval(escalated(true)), escalates.withDeal)).toBe(true)
    expect(covers(interval(escalated(false)), escalates.without)).toBe(true)
    const hours = ({ openedAt, solvedAt }: (typeof tickets)[number]) =>
      (Date.parse(solvedAt ?? '') - Date.parse(openedAt)) / 3_600_000
    const mean = (rows: typeof late) => {
      const solved = rows.filter(({ solvedAt }) => solvedAt !== null)
      return sum(solved.map(hours)) / solved.length
    }
    expect(mean(late.filter((ticket) => ticket.escalated))).toBeLessThan(
      0.6 * mean(late.filter((ticket) => !ticket.escalated)),
    )
  })

  it('sees those tickets again that were closed without a root cause', () => {
    const solved = tickets.filter(({ solvedAt }) => solvedAt !== null)
    const back = solved.filter(({ reopens }) => reopens > 0)
    expect(back.length).toBeGreaterThan(200)
    expect(back.every(({ rootCause }) => rootCause === '')).toBe(true)
    const stayed = solved.filter(({ reopens }) => reopens === 0)
    expect(covers(interval(proportion(stayed, ({ rootCause }) => rootCause === '')), closedBlind)).toBe(true)
  })

  it('lets some fall silent before they leave, and others write that it is fine while they find a way around', () => {
    const lastWords = ({ account, day, decidedWeeksBefore }: (typeof departures)[number]) => {
      const since = addDays(day, -7 * (decidedWeeksBefore - 1))
      return messages.filter(
        (message) =>
          message.account === account.id &&
          message.direction === 'in' &&
          ['Still open', 'Re: checking in', 'Question'].includes(message.subject) &&
          message.at >= since &&
          message.at < day,
      )
    }
    const silent = departures.filter(({ account }) => account.fallsSilent)
    const masked = departures.filter(({ account }) => account.masks)
    expect(silent.length).toBeGreaterThan(100)
    expect(silent.flatMap(lastWords)).toEqual([])
    const fine = masked.flatMap(lastWords)
    expect(fine.length).toBeGreaterThan(30)
    expect(fine.every(({ body }) => /it's fine/i.test(body))).toBe(true)
    const around = (from: number, to: number) => {
      const spans = new Map(
        masked
          .filter(({ account }) => !account.heavy)
          .map(({ account, day }) => [account.id, [addDays(day, -from), addDays(day, -to)] as const]),
      )
      return sum(
        usage
          .filter(({ account, feature, day }) => {
            const span = spans.get(account)
            return feature === 'download_originals' && span !== undefined && day >= span[0] && day < span[1]
          })
          .map(({ count }) => count),
      )
    }
    expect(around(28, 0)).toBeGreaterThan(4 * around(112, 84))
  })

  it('lets heavy users meet the fault of exports first, and some of them leave while use is high', () => {
    const { exportFault, exportFaultForAll } = truth.milestones
    const failing = (heavy: boolean, from: string, to: string) => {
      const rows = usage.filter(
        ({ account, feature, day }) =>
          feature === 'export' && truthOf.get(account)?.heavy === heavy && day >= from && day < to,
      )
      return interval({
        successes: sum(rows.map(({ errors }) => errors)),
        trials: sum(rows.map(({ count }) => count)),
      })
    }
    const first = failing(true, exportFault, exportFaultForAll)
    expect(first[0]).toBeGreaterThan(failing(false, exportFault, exportFaultForAll)[1] * 3)
    expect(failing(false, exportFaultForAll, '2026-11-23')[0]).toBeGreaterThan(
      failing(false, truth.startsOn, exportFault)[1],
    )
    const heavyLeavers = departures.filter(({ account }) => account.heavy)
    expect(heavyLeavers.length).toBeGreaterThan(20)
    const lastWeeks = (back: number) =>
      sum(
        heavyLeavers.map(({ account, day }) =>
          sum(
            usage
              .filter(
                (row) =>
                  row.account === account.id &&
                  row.day >= addDays(day, -back) &&
                  row.day < addDays(day, 28 - back),
              )
              .map(({ count }) => count),
          ),
        ),
      )
    expect(lastWeeks(28)).toBeGreaterThan(0.7 * lastWeeks(84))
  })

  it('gives some customers less than they pay, by the constants that they agreed to', () => {
    const values = [...valuesOf(company).values()]
    const { successes, trials } = proportion(values, ({ paysMoreThanItGets }) => paysMoreThanItGets)
    expect(trials).toBeGreaterThan(1_000)
    expect(successes / trials).toBeGreaterThan(0.15)
    expect(successes / trials).toBeLessThan(0.5)
    const agreed = proportion(accounts, (account) => account.agreed !== null)
    expect(agreed.successes / agreed.trials).toBeGreaterThan(0.3)
  })

  it('does not know the segment of most that signed up in the first months', () => {
    const first = accounts.filter(
      ({ startedOn, plan }) => plan === 'Monthly' && startedOn >= truth.startsOn && startedOn < '2025-09-01',
    )
    const asked = accounts.filter(({ startedOn }) => startedOn >= truth.changeOn)
    expect(asked.every(({ segment }) => segment !== '')).toBe(true)
    expect(interval(proportion(first, ({ segment }) => segment === ''))[0]).toBeGreaterThan(0.5)
    const answered = proportion(company.churnEvents, ({ reason }) => reason !== '')
    expect(answered.successes / answered.trials).toBeLessThan(0.25)
  })

  it('lets an outside firm hear from a sample of those who left, in words and where they went', () => {
    const answers = departedAnswers(company)
    const [low, high] = wilsonInterval(answers.length, departedSample.called, level)
    expect(covers([low, high], departedSample.answers)).toBe(true)
    for (const { account, reason, wentTo, answeredAt } of answers) {
      expect(answeredAt < truth.size.endsOn).toBe(true)
      expect(
        truthOf
          .get(account)
          ?.departures.some(({ cause, destination }) => cause === reason && destination === wentTo),
      ).toBe(true)
    }
    expect(new Set(answers.map(({ comment }) => comment)).size).toBeGreaterThan(answers.length * 0.8)
  })

  it('is in use until today, which is not over, by people whom it names', () => {
    const on = (day: string) => sum(usage.filter((row) => row.day === day).map(({ count }) => count))
    const week = sum([1, 2, 3, 4, 5, 6, 7].map((back) => on(addDays(truth.size.endsOn, -back)))) / 7
    expect(on(truth.size.endsOn) / week).toBeGreaterThan(0.25)
    expect(on(truth.size.endsOn) / week).toBeLessThan(0.6)
    const people = new Set(company.people.map(({ id }) => id))
    const named = proportion(usage, ({ user }) => people.has(user))
    expect(named.successes / named.trials).toBeGreaterThan(0.98)
    const here = new Map(company.people.map((person) => [person.id, person]))
    const after = usage.filter(({ user, day }) => (here.get(user)?.leftOn ?? '9999') <= day)
    expect(after).toEqual([])
  })

  it('tells its truth in the same words every time, for the same size, seed and last day', () => {
    const small = SampleSize.parse({ accounts: 40, endsOn: '2026-11-23' })
    const text = truthText(generateCompany(small))
    expect(truthText(generateCompany(small))).toBe(text)
    expect(truthText(generateCompany({ ...small, seed: 2 }))).not.toBe(text)
    expect(JSON.parse(text)).toMatchObject({ size: small, rates: { signUpsAMonth: expect.any(Number) } })
  })
})
