import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { codeOf, expectClose } from './follow-up.fixture.ts'
import { integratedBrier, survivalBrier } from './survival-brier.ts'

// References on telco rows held out are in cox-prediction.test.ts.
describe('the Brier score under censoring', () => {
  const rows = { time: [1, 2, 3, 4], event: [1, 1, 1, 1] }

  it('is the plain Brier score without censoring', () => {
    const chances = [0.2, 0.4, 0.9, 0.5]
    const plain = (0.2 ** 2 + 0.4 ** 2 + 0.1 ** 2 + 0.5 ** 2) / 4
    expectClose([survivalBrier(rows, chances, 2)], [plain], 1e-14)
  })

  it('is 0 for a prophet and 1 for a false one', () => {
    expect(survivalBrier(rows, [0, 0, 1, 1], 2)).toBe(0)
    expect(survivalBrier(rows, [1, 1, 0, 0], 2)).toBe(1)
  })

  it('does not move with censoring, but for luck', () => {
    const random = seededRandom(21)
    const life = Array.from({ length: 20_000 }, () => -Math.log(1 - random()))
    const chances = life.map((t) => Math.min(1, Math.max(0, 0.35 + (t > 1 ? 0.1 : -0.1) + 0.2 * random())))
    const whole = survivalBrier({ time: life, event: life.map(() => 1) }, chances, 1)
    const limit = life.map(() => 3 * random())
    const censored = {
      time: life.map((t, i) => Math.min(t, limit[i]!)),
      event: life.map((t, i) => (t <= limit[i]! ? 1 : 0)),
    }
    expect(Math.abs(survivalBrier(censored, chances, 1) - whole)).toBeLessThan(0.006)
  })

  it('averages horizons by the trapezoid rule', () => {
    const chances = [
      [0, 1, 1, 1],
      [0.5, 0.5, 0.5, 0.5],
      [0, 0, 0, 1],
    ]
    // Scores 0, 0.25, 0 at 1, 2 and 3.
    expectClose([integratedBrier(rows, chances, [1, 2, 3])], [0.125], 1e-14)
    expectClose([integratedBrier(rows, chances.slice(0, 2), [1, 2])], [0.125], 1e-14)
  })

  it('refuses what is no chance, and horizons that do not ascend', async () => {
    expect(await codeOf(() => survivalBrier(rows, [0, 0, 0, 1.1], 2))).toBe('bad_input')
    expect(await codeOf(() => survivalBrier(rows, [0, 0, 0, NaN], 2))).toBe('bad_input')
    expect(await codeOf(() => survivalBrier(rows, [0], 2))).toBe('bad_input')
    const chances = [rows.event, rows.event]
    expect(await codeOf(() => integratedBrier(rows, chances, [2, 2]))).toBe('bad_input')
    expect(await codeOf(() => integratedBrier(rows, chances.slice(1), [2]))).toBe('bad_input')
    expect(await codeOf(() => integratedBrier(rows, chances.slice(1), [1, 2]))).toBe('bad_input')
  })
})
