import { describe, expect, it } from 'vitest'
import lungReference from '../../../test/reference/survival_lung.json' with { type: 'json' }
import { seededRandom } from '../random/seeded-random.ts'
import { codeOf, expectClose, exponentialRows, lung, rowsWhere } from './follow-up.fixture.ts'
import { kaplanMeier } from './kaplan-meier.ts'
import { restrictedMean, restrictedMeanDifference } from './restricted-mean.ts'

const { time, event, entry, sex } = lung()
const bySex = [0, 1].map((who) => kaplanMeier(rowsWhere({ time, event }, (i) => sex[i] === who)))

describe('restricted mean survival time', () => {
  it('gives the reference of lung', () => {
    const curve = kaplanMeier({ time, event })
    expect(restrictedMean(curve, 365).mean).toBeCloseTo(lungReference.rmst_365, 5)
    // R: survival:::survmean(survfit(Surv(time, ev) ~ 1, lung), rmean = 365)
    const { mean, standardError } = restrictedMean(curve, 365)
    expectClose([mean, standardError], [263.221866482007, 7.79885908631446], 1e-12)
    expect(restrictedMean(curve, 1022).mean).toBeCloseTo(lungReference.median_all[0]!.rmean, 5)
  })

  it('takes late entries and a horizon between events', () => {
    // R: survival:::survmean(survfit(Surv(entry, time, ev) ~ 1, lung), rmean = 500)
    const { mean, standardError } = restrictedMean(kaplanMeier({ time, event, entry }), 500)
    expectClose([mean, standardError], [192.851203959243, 23.3610471333113], 1e-12)
  })

  it('compares two groups', () => {
    // R: the same at rmean = 600 for sex 2 and sex 1; difference, sqrt(se1^2 + se2^2), 2 * pnorm(-z)
    const [men, women] = bySex
    const found = restrictedMeanDifference(women!, men!, 600)
    const error = Math.hypot(16.9122475619312, 21.4293640273467)
    const difference = 397.414735527222 - 297.267480575811
    expectClose(
      [found.difference, found.standardError, found.z],
      [difference, error, difference / error],
      1e-12,
    )
    expectClose([found.p], [0.000243962101001961], 1e-9)
    const swapped = restrictedMeanDifference(men!, women!, 600)
    expect(swapped.difference).toBe(-found.difference)
    expect(swapped.p).toBe(found.p)
  })

  it('is the horizon until the first event, and grows with the horizon', () => {
    const curve = kaplanMeier({ time: [5, 8], event: [1, 0] })
    expect(restrictedMean(curve, 4)).toEqual({ mean: 4, standardError: 0, interval: [4, 4] })
    expect(restrictedMean(curve, 8).mean).toBe(6.5)
  })

  it('goes on for ever once nobody is left', () => {
    const curve = kaplanMeier({ time: [1, 2], event: [1, 1] })
    expect(restrictedMean(curve, 50).mean).toBe(1.5)
  })

  it('covers the truth as often as it says', () => {
    const random = seededRandom(5)
    const truth = 1 - Math.exp(-1)
    const rounds = 400
    let covered = 0
    for (let round = 0; round < rounds; round++) {
      const { interval } = restrictedMean(
        kaplanMeier(exponentialRows(random, Array<number>(100).fill(1), 4)),
        1,
      )
      if (interval[0] <= truth && truth <= interval[1]) covered++
    }
    expect(Math.abs(covered / rounds - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / rounds))
  })

  it('refuses what was not followed', async () => {
    const curve = kaplanMeier({ time: [1, 2], event: [1, 0] })
    expect(await codeOf(() => restrictedMean(curve, 3))).toBe('not_enough_data')
    expect(await codeOf(() => restrictedMean(curve, 0))).toBe('bad_input')
    const still = kaplanMeier({ time: [5], event: [0] })
    expect(await codeOf(() => restrictedMeanDifference(still, still, 4))).toBe('no_variation')
  })
})
