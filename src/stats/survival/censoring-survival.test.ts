import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { censoringSurvival, censoringWeights } from './censoring-survival.ts'
import { codeOf, expectClose, lungWithEcog, someFollowUp } from './follow-up.fixture.ts'
import { kaplanMeier, survivalAt } from './kaplan-meier.ts'

const known = lungWithEcog()
const months = { time: known.time.map((t) => Math.ceil(t / 60)), event: known.event }

describe('weights against censoring', () => {
  it('agree with R', () => {
    // R: rttright(Surv(ceiling(time / 60), ev) ~ 1) * 227, first rows with an event by month 15
    const weights = censoringWeights(months, 15)
    const rows = [0, 1, 3, 4, 6, 7, 8, 9, 10, 11]
    expectClose(
      rows.map((row) => weights[row]!),
      [
        1.35458340675573, 1.6096672950409, 1.03600545738911, 4.17783812595612, 1.35458340675573,
        1.45133936438114, 1.03600545738911, 1.01058201058201, 1.01058201058201, 2.14860246477743,
      ],
      1e-12,
    )
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(227, 9)
  })

  it('give Kaplan-Meier back, ties and all', () => {
    fc.assert(
      fc.property(someFollowUp({ entries: false }), fc.integer({ min: 1, max: 30 }), (rows, half) => {
        const horizon = half / 2
        const found = survivalAt(kaplanMeier(rows), horizon)
        if (found.kind !== 'known') return
        const weights = censoringWeights(rows, horizon)
        const left = weights.reduce((sum, weight, i) => sum + (rows.time[i]! <= horizon ? weight : 0), 0)
        expect(left / weights.length).toBeCloseTo(1 - found.survival, 10)
      }),
    )
  })

  it('are all 1 without censoring', () => {
    const rows = { time: [1, 2, 2], event: [1, 1, 1] }
    expect(Array.from(censoringSurvival(rows).survival)).toEqual([1, 1])
    expect(Array.from(censoringWeights(rows, 1.5))).toEqual([1, 1, 1])
  })

  it('refuse late entries, and horizons that by G nobody reached', async () => {
    expect(await codeOf(() => censoringSurvival(known))).toBe('bad_input')
    expect(
      await codeOf(() =>
        censoringWeights(known, 5, { time: Float64Array.of(1), survival: Float64Array.of(1) }),
      ),
    ).toBe('bad_input')
    const ended = { time: Float64Array.of(1), survival: Float64Array.of(0) }
    expect(await codeOf(() => censoringWeights({ time: [1, 3], event: [1, 0] }, 2, ended))).toBe(
      'not_enough_data',
    )
    expect(await codeOf(() => censoringWeights(months, -1))).toBe('bad_input')
  })
})
