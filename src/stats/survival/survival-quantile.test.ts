import { describe, expect, it } from 'vitest'
import lungReference from '../../../test/reference/survival_lung.json' with { type: 'json' }
import telcoReference from '../../../test/reference/survival_telco.json' with { type: 'json' }
import { seededRandom } from '../random/seeded-random.ts'
import { codeOf, exponentialRows, lung, rowsWhere, telco } from './follow-up.fixture.ts'
import { kaplanMeier } from './kaplan-meier.ts'
import { survivalQuantile } from './survival-quantile.ts'

const { time, event, sex } = lung()

describe('time by which a share has left', () => {
  it('gives the reference medians of lung', () => {
    const [all] = lungReference.median_all
    expect(survivalQuantile(kaplanMeier({ time, event }))).toEqual({
      kind: 'reached',
      time: all!.median,
      low: all!.lo,
      high: all!.hi,
    })
    lungReference.median_sex.forEach(({ median, lo, hi }, who) => {
      const curve = kaplanMeier(rowsWhere({ time, event }, (i) => sex[i] === who))
      expect(survivalQuantile(curve)).toEqual({ kind: 'reached', time: median, low: lo, high: hi })
    })
  })

  it('says that a median is not reached, with the limit that is', () => {
    const data = telco()
    const words = data.column('Contract')
    const medianOf = (contract: string) =>
      survivalQuantile(
        kaplanMeier(rowsWhere({ time: data.time, event: data.event }, (i) => words[i] === contract)),
      )
    const [monthly, yearly] = telcoReference.median_contract
    expect(medianOf('Month-to-month')).toEqual({
      kind: 'reached',
      time: monthly!.median,
      low: monthly!.lo,
      high: monthly!.hi,
    })
    expect(medianOf('One year')).toEqual({ kind: 'not_reached', low: yearly!.lo })
    expect(medianOf('Two year')).toEqual({ kind: 'not_reached', low: null })
  })

  // R: quantile(survfit(Surv(time, ev) ~ 1, lung, conf.type = ...), c(.1, .25, .5, .75, .95))
  it.each([
    ['log', [60, 145, 285, 460], [107, 197, 363, 654], 765],
    ['log-log', [54, 144, 284, 457], [105, 194, 361, 643], 765],
    ['plain', [60, 145, 284, 457], [107, 197, 361, 643], 735],
  ] as const)('has the limits of R on the scale %s', (interval, lows, highs, lastLow) => {
    const curve = kaplanMeier({ time, event }, { interval })
    const times = [79, 170, 310, 550]
    ;[0.1, 0.25, 0.5, 0.75].forEach((share, i) => {
      const expected = { kind: 'reached', time: times[i], low: lows[i], high: highs[i] }
      expect(survivalQuantile(curve, share)).toEqual(expected)
    })
    expect(survivalQuantile(curve, 0.95)).toEqual({ kind: 'not_reached', low: lastLow })
  })

  it('takes the middle where the curve rests on the half', () => {
    // R: quantile(survfit(Surv(c(1, 2, 3, 6), c(1, 1, 1, 1)) ~ 1), .5)$quantile is 2.5
    const rests = survivalQuantile(kaplanMeier({ time: [1, 2, 3, 6], event: [1, 1, 1, 1] }))
    expect(rests).toMatchObject({ time: 2.5 })
    const ends = survivalQuantile(kaplanMeier({ time: [1, 2, 3, 6], event: [1, 1, 0, 0] }))
    expect(ends).toMatchObject({ time: 2 })
  })

  it('makes no limit out of a curve that has ended', () => {
    expect(survivalQuantile(kaplanMeier({ time: [3], event: [1] }))).toEqual({
      kind: 'reached',
      time: 3,
      low: null,
      high: null,
    })
  })

  it('covers the true median as often as it says', () => {
    const random = seededRandom(11)
    const rounds = 400
    let covered = 0
    for (let round = 0; round < rounds; round++) {
      const found = survivalQuantile(kaplanMeier(exponentialRows(random, Array<number>(100).fill(1), 5)))
      if (found.kind === 'reached' && found.low! <= Math.LN2 && Math.LN2 <= (found.high ?? Infinity))
        covered++
    }
    expect(Math.abs(covered / rounds - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / rounds))
  })

  it('refuses shares at the ends', async () => {
    const curve = kaplanMeier({ time, event })
    expect(await codeOf(() => survivalQuantile(curve, 0))).toBe('bad_input')
    expect(await codeOf(() => survivalQuantile(curve, 1))).toBe('bad_input')
  })
})
