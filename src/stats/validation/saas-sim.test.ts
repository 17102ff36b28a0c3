import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { saasSimMonths } from '../../../test/stats/saas-sim.ts'
import { seededRandom } from '../random/seeded-random.ts'
import { auc } from './auc.ts'
import { brierScore } from './brier.ts'
import { calibrationInTheLarge, calibrationSlope } from './calibration.ts'
import { logLoss } from './log-loss.ts'
import { calibrationError } from './reliability.ts'
import { rollingOrigins } from './rolling-origin.ts'
import { usableSignal } from './usable-signal.ts'

type Scores = Record<string, number>
type Models = {
  saas_sim_rolling_origin: {
    origins: Record<string, Scores>
    pooled: Record<'oracle_true_hazard' | 'base_rate', Scores>
    by_origin_auc: { oracle_true_hazard: number[] }
  }
}

const { saas_sim_rolling_origin: reference } = JSON.parse(
  readFileSync('test/reference/models.json', 'utf8'),
) as Models

const { months, events, accounts, trueHazard } = saasSimMonths()
const splits = rollingOrigins(months, { origins: [18, 21, 24, 27, 30, 33] })
const at = (values: ArrayLike<number>, rows: Int32Array) => Array.from(rows, (row) => values[row]!)
const pooled = (values: ArrayLike<number>) => splits.flatMap(({ test }) => at(values, test))
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0)

/** The reference prints five decimals. */
const expectPrinted = (value: number, printed: number | undefined) =>
  expect(Math.abs(value - printed!)).toBeLessThanOrEqual(5.01e-6)

describe('rolling origins of the simulated company', () => {
  it('hold the rows and events of the reference', () => {
    for (const { origin, train, test } of splits)
      expect({
        train_rows: train.length,
        train_events: total(at(events, train)),
        test_rows: test.length,
        test_events: total(at(events, test)),
      }).toEqual(reference.origins[String(origin)])
  })

  it('judge the true chances as scikit-learn does', () => {
    const [outcomes, truth] = [pooled(events), pooled(trueHazard)]
    const { oracle_true_hazard: expected } = reference.pooled
    expectPrinted(auc(outcomes, truth), expected.auc)
    expectPrinted(brierScore(outcomes, truth), expected.brier)
    expectPrinted(logLoss(outcomes, truth), expected.logloss)
    expectPrinted(calibrationError(outcomes, truth), expected.ece10_equal_count)
    expectPrinted(calibrationInTheLarge(outcomes, truth).estimate, expected.calib_in_large)
    expectPrinted(calibrationSlope(outcomes, truth).slope.estimate, expected.calib_slope)
    splits.forEach(({ test }, origin) => {
      const found = auc(at(events, test), at(trueHazard, test))
      expect(found).toBeCloseTo(reference.by_origin_auc.oracle_true_hazard[origin]!, 4)
    })
  })

  it('judge the base rate as scikit-learn does, and find no signal in it', async () => {
    const { base_rate: expected } = reference.pooled
    const outcomes = pooled(events)
    const rates = splits.flatMap(({ train, test }) => {
      const rate = total(at(events, train)) / train.length
      return Array.from(test, () => rate)
    })
    expectPrinted(auc(outcomes, rates), expected.auc)
    expectPrinted(brierScore(outcomes, rates), expected.brier)
    expectPrinted(logLoss(outcomes, rates), expected.logloss)
    expectPrinted(calibrationSlope(outcomes, rates).slope.estimate, expected.calib_slope)
    const rows = { events: outcomes, chances: rates, accounts: pooled(accounts) }
    const signal = await usableSignal(rows, seededRandom(1), { rounds: 200 })
    expect(signal).toMatchObject({ verdict: 'no_usable_signal', events: 278 })
  })

  it('find the signal of the truth', async () => {
    const rows = { events: pooled(events), chances: pooled(trueHazard), accounts: pooled(accounts) }
    const signal = await usableSignal(rows, seededRandom(1), { rounds: 200 })
    expect(signal).toMatchObject({ verdict: 'usable' })
  })
})
