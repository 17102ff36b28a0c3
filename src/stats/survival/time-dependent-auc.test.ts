import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { censoringWeights } from './censoring-survival.ts'
import { codeOf, someFollowUp } from './follow-up.fixture.ts'
import type { FollowUp } from './follow-up.ts'
import { timeDependentAuc } from './time-dependent-auc.ts'

/** Pairs of leavers and stayers weighed one by one. */
function weighedPairs(rows: FollowUp, risk: readonly number[], horizon: number): number {
  const weights = censoringWeights(rows, horizon)
  let won = 0
  let all = 0
  for (let i = 0; i < risk.length; i++)
    for (let j = 0; j < risk.length; j++) {
      if (rows.time[i]! > horizon || rows.time[j]! <= horizon) continue
      const weight = weights[i]! * weights[j]!
      all += weight
      won += weight * (risk[i]! > risk[j]! ? 1 : risk[i] === risk[j] ? 0.5 : 0)
    }
  return won / all
}

describe('AUC at a horizon', () => {
  it('agrees with a look at every pair', () => {
    fc.assert(
      fc.property(someFollowUp({ entries: false }), (some) => {
        const rows = { time: [...some.time, 1, 20], event: [...some.event, 1, 0] }
        const risk = [...some.mark, 3, 2]
        const found = timeDependentAuc(rows, risk, 6)
        expect(found).toBeCloseTo(weighedPairs(rows, risk, 6), 12)
        const turned = risk.map((value) => -value)
        expect(timeDependentAuc(rows, turned, 6)).toBeCloseTo(1 - found, 12)
      }),
    )
  })

  it('does not move with censoring, but for luck', () => {
    const random = seededRandom(31)
    const risk = Array.from({ length: 10_000 }, () => random())
    const life = risk.map((x) => -Math.log(1 - random()) / Math.exp(2 * x))
    const whole = timeDependentAuc({ time: life, event: life.map(() => 1) }, risk, 0.4)
    const limit = life.map(() => random())
    const censored = {
      time: life.map((t, i) => Math.min(t, limit[i]!)),
      event: life.map((t, i) => (t <= limit[i]! ? 1 : 0)),
    }
    expect(whole).toBeGreaterThan(0.6)
    expect(Math.abs(timeDependentAuc(censored, risk, 0.4) - whole)).toBeLessThan(0.02)
  })

  it('says when leavers or stayers are missing', async () => {
    const rows = { time: [1, 2, 3], event: [1, 0, 1] }
    expect(await codeOf(() => timeDependentAuc(rows, [1, 2, 3], 0.5))).toBe('not_enough_data')
    expect(await codeOf(() => timeDependentAuc(rows, [1, 2, 3], 3))).toBe('not_enough_data')
    expect(await codeOf(() => timeDependentAuc(rows, [1, 2], 2))).toBe('bad_input')
    expect(await codeOf(() => timeDependentAuc(rows, [1, 2, NaN], 2))).toBe('bad_input')
    expect(await codeOf(() => timeDependentAuc({ ...rows, entry: [0, 0, 0] }, [1, 2, 3], 2))).toBe(
      'bad_input',
    )
  })
})
