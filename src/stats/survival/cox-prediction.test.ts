import { describe, expect, it } from 'vitest'
import hazardReference from '../../../test/reference/hazard_telco_heldout.json' with { type: 'json' }
import { harrellConcordance } from './concordance.ts'
import { baselineHazard, coxLinearPredictor, coxSurvival } from './cox-prediction.ts'
import { coxRegression } from './cox-regression.ts'
import { codeOf, expectClose, indicator, lungWithEcog, rowsWhere, telco } from './follow-up.fixture.ts'
import { kaplanMeier } from './kaplan-meier.ts'
import { nelsonAalen } from './nelson-aalen.ts'
import { survivalBrier } from './survival-brier.ts'

const known = lungWithEcog()
const seen = { time: known.time, event: known.event }
const three = [known.age, known.sex, known.ecog]

function columnsOfTelco(column: (name: string) => string[]): number[][] {
  const is = (name: string, level: string) => indicator(column(name), level)
  return [
    is('Contract', 'One year'),
    is('Contract', 'Two year'),
    is('InternetService', 'Fiber optic'),
    is('InternetService', 'No'),
    is('PaymentMethod', 'Credit card (automatic)'),
    is('PaymentMethod', 'Electronic check'),
    is('PaymentMethod', 'Mailed check'),
    ...['OnlineSecurity', 'OnlineBackup', 'TechSupport', 'PaperlessBilling', 'Partner', 'Dependents'].map(
      (name) => is(name, 'Yes'),
    ),
    column('SeniorCitizen').map(Number),
    is('MultipleLines', 'No phone service'),
    is('MultipleLines', 'Yes'),
    is('StreamingTV', 'Yes'),
    is('StreamingMovies', 'Yes'),
    column('MonthlyCharges').map(Number),
  ]
}

describe('prediction by a Cox model', () => {
  it('has the baseline hazard of R at the plain means', async () => {
    const fit = await coxRegression(seen, three)
    const [baseline] = baselineHazard(seen, three, fit)
    const at = (t: number) => baseline!.cumulativeHazard[baseline!.time.indexOf(t)]!
    // R: with(basehaz(fit, centered = FALSE), hazard) * exp(sum(coef(fit) * colMeans(x))) at 363 and the last death, 883
    expectClose([at(363), at(883)], [0.865237121705127, 2.98017990473858], 1e-10)
    const breslow = await coxRegression(seen, three, { ties: 'breslow' })
    const [plain] = baselineHazard(seen, three, breslow)
    expectClose([plain!.cumulativeHazard[plain!.time.indexOf(363)]!], [0.863848881269407], 1e-10)
  })

  it('predicts the survival that R predicts', async () => {
    const fit = await coxRegression(seen, three)
    const [baseline] = baselineHazard(seen, three, fit)
    const linear = coxLinearPredictor(fit, [
      [50, 70],
      [0, 1],
      [0, 2],
    ])
    // R: summary(survfit(fit, newdata), times = c(100, 365))$surv for age 50 and 70, sex 1 and 2, ph.ecog 0 and 2
    expectClose(coxSurvival(baseline!, linear, 100), [0.913123700510186, 0.847919240470486], 1e-10)
    expectClose(coxSurvival(baseline!, linear, 365), [0.541013808276803, 0.327889456451042], 1e-10)
    expectClose(coxSurvival(baseline!, linear, 0), [1, 1])
  })

  it('is Nelson-Aalen when the covariate does nothing, by stratum', async () => {
    const idle = seen.time.map((_, i) => i % 2)
    const fit = { ...(await coxRegression(seen, [idle], { ties: 'breslow' })), coefficients: [0] }
    const strata = known.sex
    const baselines = baselineHazard(seen, [idle], fit, { strata })
    expect(baselines.map(({ stratum }) => stratum)).toEqual([0, 1])
    for (const { stratum, time, cumulativeHazard } of baselines) {
      const alone = nelsonAalen(rowsWhere(seen, (i) => strata[i] === stratum))
      time.forEach((t, i) =>
        expect(cumulativeHazard[i]).toBeCloseTo(alone.cumulativeHazard[alone.time.indexOf(t)]!, 12),
      )
    }
  })

  it('does as well on held-out telco rows as the reference', async () => {
    const data = telco()
    const columns = columnsOfTelco(data.column)
    const part = (test: boolean) => {
      const keep = (i: number) => (data.fileRow[i]! % 5 === 0) === test
      const rows = rowsWhere({ time: data.time, event: data.event }, keep)
      return { rows, columns: columns.map((column) => column.filter((_, i) => keep(i))) }
    }
    const train = part(false)
    const test = part(true)
    const { cox, km_only, n_train, n_test } = hazardReference
    expect([train.rows.time.length, test.rows.time.length]).toEqual([n_train, n_test])
    const fit = await coxRegression(train.rows, train.columns)
    const linear = coxLinearPredictor(fit, test.columns)
    const concordance = (part: typeof train) =>
      harrellConcordance(part.rows, coxLinearPredictor(fit, part.columns)).concordance
    expect(concordance(test)).toBeCloseTo(cox.c_index, 6)
    expect(concordance(train)).toBeCloseTo(cox.c_index_train, 6)
    const [baseline] = baselineHazard(train.rows, train.columns, fit)
    const curve = kaplanMeier(train.rows)
    // The reference reverses the events plainly: censored at t comes before the event at t.
    const censoring = kaplanMeier({ time: train.rows.time, event: train.rows.event.map((came) => 1 - came) })
    for (const horizon of [6, 12, 24, 48] as const) {
      const key = `t${horizon}` as const
      const brier = survivalBrier(test.rows, coxSurvival(baseline!, linear, horizon), horizon, censoring)
      expectClose([brier], [cox.ipcw_brier[key]], 1e-5)
      const flat = test.rows.time.map(() => curve.survival[horizon - 1]!)
      expectClose([survivalBrier(test.rows, flat, horizon, censoring)], [km_only.ipcw_brier[key]], 1e-5)
    }
  })

  it('refuses times beyond the follow-up and columns of another model', async () => {
    const fit = await coxRegression(seen, three)
    const [baseline] = baselineHazard(seen, three, fit)
    expect(coxSurvival(baseline!, [0], 1022)).toHaveLength(1)
    expect(await codeOf(() => coxSurvival(baseline!, [0], 1023))).toBe('not_enough_data')
    expect(await codeOf(() => coxLinearPredictor(fit, [[1]]))).toBe('bad_input')
    expect(await codeOf(() => coxLinearPredictor(fit, [[1], [NaN], [1]]))).toBe('bad_input')
    expect(await codeOf(() => baselineHazard(seen, [known.age], fit))).toBe('bad_input')
  })
})
