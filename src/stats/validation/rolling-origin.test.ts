import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountHash } from './account-hash.ts'
import { expectCode } from './predicted-rows.fixture.ts'
import { rollingOrigins, splitByAccount } from './rolling-origin.ts'

const someMonths = fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 80 })

describe('rolling origins', () => {
  it('train on what was known and test on what came after', () => {
    const times = fc.record({
      origin: fc.integer({ min: 1, max: 30 }),
      horizon: fc.integer({ min: 1, max: 4 }),
      delay: fc.integer({ min: 0, max: 2 }),
      window: fc.integer({ min: 1, max: 5 }),
    })
    fc.assert(
      fc.property(someMonths, times, (months, { origin, horizon, delay, window }) => {
        const isTrain = (month: number) => month + horizon + delay <= origin
        const isTest = (month: number) => month >= origin && month < origin + window
        fc.pre(months.some(isTrain) && months.some(isTest))
        const [split] = rollingOrigins(months, { origins: [origin], horizon, delay, window })
        expect([...split!.train]).toEqual(months.flatMap((month, row) => (isTrain(month) ? [row] : [])))
        expect([...split!.test]).toEqual(months.flatMap((month, row) => (isTest(month) ? [row] : [])))
      }),
    )
  })

  it('keeps the accounts that are tested out of training', () => {
    const months = Array.from({ length: 600 }, (_, row) => row % 12)
    const accounts = months.map((_, row) => `a${Math.floor(row / 12)}`)
    const splits = rollingOrigins(months, { origins: [6, 9], unseen: { accounts, share: 0.3 } })
    for (const { train, test } of splits) {
      const seen = new Set(Array.from(train, (row) => accounts[row]))
      expect(Array.from(test, (row) => accounts[row]).some((account) => seen.has(account))).toBe(false)
    }
    const [first, second] = splits.map(({ test }) => new Set(Array.from(test, (row) => accounts[row])))
    expect(second).toEqual(first)
  })

  it('says what it cannot split', () => {
    expectCode(() => rollingOrigins([1, 2, 3], { origins: [1] }), 'not_enough_data')
    expectCode(() => rollingOrigins([1, 2, 3], { origins: [9] }), 'not_enough_data')
    expectCode(() => rollingOrigins([1, 2, 3], { origins: [] }), 'bad_input')
    expectCode(() => rollingOrigins([1, NaN, 3], { origins: [2] }), 'bad_input')
    expectCode(() => rollingOrigins([1, 2, 3], { origins: [2], horizon: 0 }), 'bad_input')
    expectCode(() => rollingOrigins([1, 2, 3], { origins: [2], window: 1.5 }), 'bad_input')
    expectCode(() => rollingOrigins([1, 2, 3], { origins: [2], delay: -1 }), 'bad_input')
    const unseen = { accounts: ['a'], share: 0.5 }
    expectCode(() => rollingOrigins([1, 2, 3], { origins: [2], unseen }), 'bad_input')
  })
})

describe('accounts by hash', () => {
  it('are spread evenly, however like their names are', () => {
    for (const name of [
      (i: number) => i,
      (i: number) => `ACC${String(i).padStart(5, '0')}`,
      (i: number) => `${i}-x`,
    ]) {
      const tenths = Array.from({ length: 10 }, () => 0)
      for (let i = 0; i < 10_000; i += 1) tenths[Math.floor(10 * accountHash(name(i)))]! += 1
      // Chi-squared of 9 degrees of freedom. R: qchisq(.999, 9)
      expect(tenths.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(27.87716)
    }
  })

  it('stay on their side when others come and go', () => {
    const accounts = Array.from({ length: 100 }, (_, i) => `a${i}`)
    const { test } = splitByAccount(accounts, 0.25)
    const later = accounts.slice(40)
    const again = splitByAccount(later, 0.25)
    const names = Array.from(test, (row) => accounts[row]).filter((name) => later.includes(name!))
    expect(Array.from(again.test, (row) => later[row])).toEqual(names)
  })

  it('need some on both sides', () => {
    expectCode(() => splitByAccount(['a', 'a'], 0.5), 'not_enough_data')
    expectCode(() => splitByAccount(['a', 'b'], 1), 'bad_input')
  })
})
