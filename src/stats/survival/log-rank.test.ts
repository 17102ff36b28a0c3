import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import lungReference from '../../../test/reference/survival_lung.json' with { type: 'json' }
import telcoReference from '../../../test/reference/survival_telco.json' with { type: 'json' }
import { seededRandom } from '../random/seeded-random.ts'
import {
  codeOf,
  codesOf,
  cutInTwo,
  expectClose,
  exponentialRows,
  lung,
  lungWithEcog,
  someFollowUp,
  telco,
} from './follow-up.fixture.ts'
import { type LogRankTest, logRank } from './log-rank.ts'

type Reference = Readonly<{
  n: readonly number[]
  observed: readonly number[]
  expected: readonly number[]
  chisq: number
  df: number
  p: number
}>

function expectReference(test: LogRankTest, reference: Reference) {
  expect(test.groups.map((group) => group.rows)).toEqual(reference.n)
  expectClose(
    test.groups.map((group) => group.observed),
    reference.observed,
    1e-7,
  )
  expectClose(
    test.groups.map((group) => group.expected),
    reference.expected,
    1e-7,
  )
  expectClose([test.statistic], [reference.chisq], 1e-7)
  expect(test.df).toBe(reference.df)
  expectClose([test.p], [reference.p], 1e-6)
}

const all = lung()
const known = lungWithEcog()

describe('the log-rank test', () => {
  it('gives the references of lung by sex, plain and weighted to early times', () => {
    expectReference(logRank({ time: all.time, event: all.event }, all.sex), lungReference.logrank_sex)
    expectReference(
      logRank({ time: all.time, event: all.event }, all.sex, { rho: 1 }),
      lungReference.peto_sex_rho1,
    )
  })

  it('gives the references of telco, the negative control among them', () => {
    const data = telco()
    const groups = (name: string, levels: readonly string[]) => codesOf(data.column(name), levels)
    const contract = logRank(data, groups('Contract', ['Month-to-month', 'One year', 'Two year']))
    expectReference(contract, telcoReference.logrank_contract)
    const internet = logRank(data, groups('InternetService', ['DSL', 'Fiber optic', 'No']))
    expectReference(internet, telcoReference.logrank_internet)
    const gender = logRank(data, groups('gender', ['Female', 'Male']))
    expectReference(gender, telcoReference.logrank_gender)
    expect(gender.p).toBeGreaterThan(0.4)
  })

  it('compares several groups, within strata and with weights', () => {
    const rows = { time: known.time, event: known.event }
    // R: survdiff(Surv(time, ev) ~ ph.ecog, lung)
    expectClose([logRank(rows, known.ecog).statistic], [21.962131682476], 1e-11)
    // R: survdiff(Surv(time, ev) ~ ph.ecog, lung, rho = 1)
    const early = logRank(rows, known.ecog, { rho: 1 })
    expectClose([early.statistic], [23.395293370343], 1e-11)
    expectClose(
      early.covariance.subarray(0, 4),
      [14.8724950803892, -11.0352563011374, -3.79648780130729, -0.0407509779445173],
      1e-11,
    )
    // R: survdiff(Surv(time, ev) ~ sex + strata(ph.ecog), lung)
    const stratified = logRank(rows, known.sex, { strata: known.ecog })
    expectClose([stratified.statistic], [10.7950596334964], 1e-11)
    expectClose(
      stratified.groups.map((group) => group.expected),
      [90.6410226636549, 73.3589773363452],
      1e-11,
    )
    // R: survdiff(Surv(time, ev) ~ ph.ecog + strata(sex), lung, rho = 0.5)
    const both = logRank(rows, known.ecog, { strata: known.sex, rho: 0.5 })
    expectClose([both.statistic], [24.0056916194546], 1e-11)
  })

  it('lets late rows in at their entry, and weighs late differences', () => {
    // R: the sums over event times written out (survdiff takes no entries).
    const entered = logRank(all, all.sex)
    expectClose([entered.statistic], [10.590392828743], 1e-11)
    expectClose(
      entered.groups.map((group) => group.expected),
      [91.4932462082141, 73.5067537917859],
      1e-11,
    )
    expectClose([logRank(known, known.ecog, { rho: 0.5, gamma: 1 }).statistic], [19.2249640282124], 1e-11)
    const late = logRank({ time: known.time, event: known.event }, known.ecog, { gamma: 1 })
    expectClose([late.statistic], [21.2464278609488], 1e-11)
  })

  it('does not change when groups are renamed, rows cut in two, or the unit of time changes', () => {
    fc.assert(
      fc.property(someFollowUp({ entries: true }), (some) => {
        // The last two rows see to it that both groups are there and compared once.
        const rows = {
          time: [...some.time, 20, 20],
          event: [...some.event, 1, 0],
          entry: [...some.entry!, 0, 0],
        }
        const group = [...some.mark.map((mark) => mark % 2), 0, 1]
        const test = logRank(rows, group)
        const renamed = logRank(
          rows,
          group.map((g) => 1 - g),
        )
        expect(renamed.statistic).toBeCloseTo(test.statistic, 9)
        const cut = cutInTwo(rows)
        const again = logRank(
          { ...cut, time: cut.time.map((t) => 4 * t), entry: cut.entry.map((t) => 4 * t) },
          cut.row.map((row) => group[row]!),
        )
        expect(again.statistic).toBeCloseTo(test.statistic, 9)
        const [a, b] = test.groups
        expect(a!.observed + b!.observed).toBeCloseTo(a!.expected + b!.expected, 9)
      }),
    )
  })

  it('finds a difference as often by luck as its level says, and a real one nearly always', () => {
    const random = seededRandom(4)
    const rounds = 500
    const group = Array.from({ length: 90 }, (_, i) => i % 3)
    const share = (ratio: number) => {
      let found = 0
      for (let round = 0; round < rounds; round++) {
        const hazards = group.map((g) => (g === 2 ? ratio : 1))
        if (logRank(exponentialRows(random, hazards, 4), group).p < 0.05) found++
      }
      return found / rounds
    }
    expect(Math.abs(share(1) - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / rounds))
    expect(share(4)).toBeGreaterThan(0.95)
  })

  it('leaves out a group that was never at risk when an event came', () => {
    // R: survdiff(Surv(c(3, 4, 5, 6, 1), c(1, 1, 1, 1, 0)) ~ c(0, 1, 0, 1, 2)) has the chi-squared of the first four rows.
    const two = logRank({ time: [3, 4, 5, 6], event: [1, 1, 1, 1] }, [0, 1, 0, 1])
    const three = logRank({ time: [3, 4, 5, 6, 1], event: [1, 1, 1, 1, 0] }, [0, 1, 0, 1, 2])
    expect(three.statistic).toBeCloseTo(two.statistic, 12)
    expect(three.df).toBe(1)
  })

  it('says what cannot be tested', async () => {
    const rows = { time: [1, 2, 3, 4], event: [1, 1, 1, 1] }
    expect(await codeOf(() => logRank({ ...rows, event: [0, 0, 0, 0] }, [0, 1, 0, 1]))).toBe('all_censored')
    expect(await codeOf(() => logRank(rows, [0, 0, 0, 0]))).toBe('bad_input')
    expect(await codeOf(() => logRank(rows, [0, 2, 0, 2]))).toBe('empty_stratum')
    expect(await codeOf(() => logRank(rows, [0, 1, 0, 1], { strata: [0, 2, 2, 0] }))).toBe('empty_stratum')
    expect(await codeOf(() => logRank(rows, [0, 1, 0, 1], { rho: -1 }))).toBe('bad_input')
    expect(await codeOf(() => logRank(rows, [0, 0, 1, 1], { strata: [0, 0, 1, 1] }))).toBe('no_variation')
    const apart = { time: [1, 2, 3, 1, 2, 3, 4, 5], event: [1, 1, 1, 1, 1, 1, 1, 1] }
    const strata = [0, 0, 0, 0, 1, 1, 1, 1]
    expect(await codeOf(() => logRank(apart, [0, 1, 0, 1, 2, 3, 2, 3], { strata }))).toBe('singular')
  })

  it('counts a last event with nobody else at risk', () => {
    const test = logRank({ time: [1, 2], event: [1, 1] }, [0, 1])
    expect(test.statistic).toBeCloseTo(1, 12)
  })
})
