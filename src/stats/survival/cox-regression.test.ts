import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import lungReference from '../../../test/reference/survival_lung.json' with { type: 'json' }
import telcoReference from '../../../test/reference/survival_telco.json' with { type: 'json' }
import { seededRandom } from '../random/seeded-random.ts'
import { harrellConcordance } from './concordance.ts'
import { coxLinearPredictor } from './cox-prediction.ts'
import { type CoxFit, coxRegression } from './cox-regression.ts'
import {
  codeOf,
  cutInTwo,
  expectClose,
  exponentialRows,
  indicator,
  lung,
  lungWithEcog,
  someFollowUp,
  telco,
} from './follow-up.fixture.ts'
import { logRank } from './log-rank.ts'

const known = lungWithEcog()
const seen = { time: known.time, event: known.event }
// R's sex is 1 and 2; only the mean differs.
const three = [known.age, known.sex, known.ecog]
const two = [known.age, known.ecog]
const institution = known.institution.map((inst) => (Number.isNaN(inst) ? 99 : inst))

type Summary = Readonly<{
  n: number
  events: number
  loglik_null: number
  loglik: number
  lr: number
  wald: number
  score: number
  coef: readonly Readonly<{ b?: number; hr?: number; se: number; p?: number }>[]
  concordance: number
}>

function expectReference(fit: CoxFit, reference: Summary) {
  const estimable = reference.coef.filter((term) => term.b !== undefined)
  expect([fit.rows, fit.events]).toEqual([reference.n, reference.events])
  expectClose([fit.nullLogLikelihood, fit.logLikelihood], [reference.loglik_null, reference.loglik], 1e-7)
  expectClose([fit.likelihoodRatio.statistic, fit.score.statistic], [reference.lr, reference.score], 1e-6)
  expect(fit.wald.statistic).toBeCloseTo(reference.wald, 1)
  expectClose(
    fit.terms.flatMap((term) => [term.coefficient, term.hazardRatio, term.standardError, term.p]),
    estimable.flatMap(({ b, hr, se, p }) => [b!, hr!, se, p!]),
    2e-6,
  )
}

describe('Cox regression', () => {
  it('gives the references of lung, for both ways with ties', async () => {
    const all = lung()
    const bySex = await coxRegression({ time: all.time, event: all.event }, [all.sex])
    expectReference(bySex, lungReference.cox_sex_efron)
    const efron = await coxRegression(seen, three)
    expectReference(efron, lungReference.cox_3_efron)
    const breslow = await coxRegression(seen, three, { ties: 'breslow' })
    expectReference(breslow, lungReference.cox_3_breslow)
    const { concordance } = harrellConcordance(seen, coxLinearPredictor(efron, three))
    expect(concordance).toBeCloseTo(lungReference.cox_3_efron.concordance, 8)
  })

  it('gives the reference of telco, with its many ties', async () => {
    const data = telco()
    const is = (name: string, level: string) => indicator(data.column(name), level)
    const columns = [
      is('Contract', 'One year'),
      is('Contract', 'Two year'),
      is('InternetService', 'Fiber optic'),
      is('InternetService', 'No'),
      is('PaymentMethod', 'Credit card (automatic)'),
      is('PaymentMethod', 'Electronic check'),
      is('PaymentMethod', 'Mailed check'),
      is('OnlineSecurity', 'Yes'),
      is('TechSupport', 'Yes'),
      is('PaperlessBilling', 'Yes'),
      data.column('SeniorCitizen').map(Number),
      is('Partner', 'Yes'),
      data.column('MonthlyCharges').map(Number),
    ]
    const fit = await coxRegression(data, columns)
    expectReference(fit, telcoReference.cox)
    const { concordance } = harrellConcordance(data, coxLinearPredictor(fit, columns))
    expect(concordance).toBeCloseTo(telcoReference.cox.concordance, 7)
    const aliased = is('OnlineSecurity', 'No internet service')
    expect(await codeOf(() => coxRegression(data, [...columns, aliased]))).toBe('singular')
  })

  it('agrees with R to the last digits', async () => {
    // R: coxph(Surv(time, ev) ~ age + sex + ph.ecog, lung, eps = 1e-14)
    const fit = await coxRegression(seen, three)
    expectClose(fit.coefficients, [0.0110667645961186, -0.552612395531837, 0.463728475115732], 1e-11)
    expectClose(
      fit.covariance,
      [
        8.58849069091867e-5, 4.30992967039725e-6, -0.00018217297868486, 4.30992967039725e-6,
        0.0281363901641578, -0.000930088086971144, -0.00018217297868486, -0.000930088086971144,
        0.012899795388691,
      ],
      1e-10,
    )
    expectClose(
      [fit.likelihoodRatio.statistic, fit.wald.statistic, fit.score.statistic],
      [30.500668773157, 29.9292511975758, 30.4999227049491],
      1e-11,
    )
    // R: exp(confint(fit))
    expectClose(
      fit.terms.flatMap(({ interval }) => [...interval]),
      [
        0.992928097204346, 1.02966196228061, 0.41421301862345, 0.799435127518466, 1.27267517745171,
        1.98642358077922,
      ],
      1e-11,
    )
  })

  it('takes late entries and strata', async () => {
    // R: coxph(Surv(entry, time, ev) ~ age + sex + ph.ecog, lung)
    const entered = await coxRegression(known, three)
    expectClose(entered.coefficients, [0.0109028862740539, -0.524954642274993, 0.386529262978533], 1e-10)
    expectClose(
      [entered.logLikelihood, entered.score.statistic],
      [-672.649982575998, 24.7488812916014],
      1e-11,
    )
    // R: coxph(Surv(time, ev) ~ age + ph.ecog + strata(sex), lung)
    const stratified = await coxRegression(seen, two, { strata: known.sex })
    expectClose(stratified.coefficients, [0.0105662546010264, 0.462424434358577], 1e-10)
    expectClose(
      [stratified.nullLogLikelihood, stratified.logLikelihood],
      [-638.509764984236, -628.770939501205],
      1e-11,
    )
    // R: coxph(Surv(entry, time, ev) ~ age + ph.ecog + strata(sex), lung, ties = "breslow")
    const both = await coxRegression(known, two, { strata: known.sex, ties: 'breslow' })
    expectClose(both.coefficients, [0.0101898433421936, 0.388362132747893], 1e-10)
    expectClose(
      both.covariance,
      [8.31499920252737e-5, -0.000181710148878277, -0.000181710148878277, 0.0134623848244085],
      1e-10,
    )
  })

  it('refuses clusters too few for an error, whose pulls add up to nothing', async () => {
    for (const columns of [[known.age], three]) {
      const cluster = seen.time.map((_, i) => i % columns.length)
      await expect(coxRegression(seen, columns, { cluster })).rejects.toThrow('too few clusters')
    }
  })

  it('widens its errors by clusters', async () => {
    // R: coxph(Surv(time, ev) ~ age + sex + ph.ecog, lung, cluster = inst)$var, institution 99 for the unknown one
    const efron = await coxRegression(seen, three, { cluster: institution })
    expectClose(
      efron.covariance,
      [
        4.73216975361635e-5, 0.00013717571853266, 0.000263917670687388, 0.00013717571853266,
        0.0125609053873893, -0.0036334176710008, 0.000263917670687388, -0.0036334176710008,
        0.0132773530278278,
      ],
      1e-9,
    )
    expectClose([efron.wald.statistic], [34.2498796046028], 1e-10)
    const naive = await coxRegression(seen, three)
    expect(efron.modelCovariance).toEqual(naive.covariance)
    // R: the same with ties = "breslow"
    const breslow = await coxRegression(seen, three, { cluster: institution, ties: 'breslow' })
    expectClose(
      [breslow.covariance[0]!, breslow.covariance[5]!, breslow.covariance[8]!],
      [4.70359521526877e-5, -0.00359816795922507, 0.0131688295781963],
      1e-9,
    )
    // R: the same on ceiling(time / 60), where most deaths are tied
    const months = await coxRegression({ ...seen, time: seen.time.map((t) => Math.ceil(t / 60)) }, three, {
      cluster: institution,
    })
    expectClose(
      [...months.coefficients, months.covariance[0]!, months.covariance[4]!, months.covariance[5]!],
      [
        0.0114842403754275, -0.579996159784489, 0.480563077528979, 4.8455227850752e-5, 0.0124188501672621,
        -0.00442868076413472,
      ],
      1e-9,
    )
    // R: coxph(Surv(entry, time, ev) ~ age + ph.ecog + strata(sex), lung, cluster = inst)
    const all = await coxRegression(known, two, { strata: known.sex, cluster: institution })
    expectClose(
      all.covariance,
      [3.8905374471683e-5, 5.41831282355728e-5, 5.41831282355728e-5, 0.00919116719897231],
      1e-9,
    )
  })

  it('has the log-rank test as its score test when no times are tied', async () => {
    const random = seededRandom(1)
    const group = Array.from({ length: 80 }, (_, i) => i % 2)
    const rows = exponentialRows(
      random,
      group.map((g) => 1 + g),
      3,
    )
    const fit = await coxRegression(rows, [group])
    expect(fit.score.statistic).toBeCloseTo(logRank(rows, group).statistic, 9)
  })

  it('does not change with the order of rows, the unit of a covariate, or rows cut in two', async () => {
    const fit = await coxRegression(seen, three)
    const turn = <T>(values: readonly T[]) => [...values].reverse()
    const turned = await coxRegression({ time: turn(seen.time), event: turn(seen.event) }, three.map(turn))
    expectClose(turned.coefficients, [...fit.coefficients], 1e-11)
    const inDays = await coxRegression(seen, [known.age.map((age) => 1e6 + 365 * age), known.sex, known.ecog])
    expectClose(inDays.coefficients, [fit.coefficients[0]! / 365, ...fit.coefficients.slice(1)], 1e-7)
    const cut = cutInTwo(seen)
    const again = await coxRegression(
      cut,
      three.map((column) => cut.row.map((row) => column[row]!)),
      { cluster: cut.row },
    )
    expectClose(again.coefficients, [...fit.coefficients], 1e-10)
    const robust = await coxRegression(seen, three, { cluster: seen.time.map((_, i) => i) })
    expectClose(again.covariance, [...robust.covariance], 1e-9)
  })

  it('recovers true hazard ratios, and its intervals cover them as often as they say', async () => {
    const random = seededRandom(9)
    const rounds = 200
    let covered = 0
    let sum = 0
    for (let round = 0; round < rounds; round++) {
      const dose = Array.from({ length: 100 }, () => random() * 2)
      const noise = dose.map(() => random())
      const rows = exponentialRows(
        random,
        dose.map((x) => 2 ** x),
        3,
      )
      const [first] = (await coxRegression(rows, [dose, noise])).terms
      sum += first!.coefficient
      if (first!.interval[0] <= 2 && 2 <= first!.interval[1]) covered++
    }
    expect(Math.abs(covered / rounds - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / rounds))
    expect(sum / rounds).toBeCloseTo(Math.LN2, 1)
  })

  it.each([
    ['a level without events', [1, 2, 3, 4, 5, 6], [1, 1, 1, 0, 0, 0], [0, 0, 0, 1, 1, 1]],
    ['a perfect order', [1, 2, 3, 4, 5, 6], [1, 1, 1, 1, 1, 1], [6, 5, 4, 3, 2, 1]],
    ['the only early leaver marked', [1, 5, 5, 5, 5, 5], [1, 0, 0, 0, 0, 0], [1, 0, 0, 0, 0, 0]],
  ])('finds separation: %s', async (_, time, event, x) => {
    expect(await codeOf(() => coxRegression({ time, event }, [x]))).toBe('separation')
    expect(await codeOf(() => coxRegression({ time, event }, [x], { ties: 'breslow' }))).toBe('separation')
  })

  it('finds separation exactly where each event has the most, or each the least, of those at risk', async () => {
    const ties = fc.constantFrom('efron' as const, 'breslow' as const)
    await fc.assert(
      fc.asyncProperty(someFollowUp({ entries: true, most: 12 }), ties, async (rows, way) => {
        const x = rows.mark
        const atRisk = (i: number) =>
          x.filter((_, j) => rows.time[j]! >= rows.time[i]! && rows.entry![j]! < rows.time[i]!)
        const events = [...rows.event.keys()].filter((i) => rows.event[i] === 1)
        const most = events.every((i) => x[i] === Math.max(...atRisk(i)))
        const least = events.every((i) => x[i] === Math.min(...atRisk(i)))
        const code = await codeOf(() => coxRegression(rows, [x], { ties: way }))
        if (events.length === 0) expect(code).toBe('all_censored')
        else if (most && least) expect(['no_variation', 'singular']).toContain(code)
        else expect(code).toBe(most || least ? 'separation' : undefined)
      }),
      { numRuns: 300 },
    )
  })

  it('names the covariate that separates, and only that', async () => {
    const all = { time: seen.time, event: seen.event }
    const never = seen.event.map((came, i) => (came === 0 && i % 2 === 0 ? 1 : 0))
    await expect(coxRegression(all, [known.age, never, known.ecog])).rejects.toThrow(/^Covariate 1 tells/)
  })

  it('does not take an outlier for separation', async () => {
    const early = [0.5, ...seen.time]
    const far = [1e7, ...known.age]
    const fit = await coxRegression({ time: early, event: [0, ...seen.event] }, [far, [0, ...known.ecog]])
    const without = await coxRegression(seen, two)
    expectClose(fit.coefficients, [...without.coefficients], 1e-6)
  })

  it('says what it cannot fit', async () => {
    const rows = { time: [1, 2, 3, 4], event: [1, 1, 0, 1] }
    const x = [0, 1, 1, 0]
    const fitting = (columns: readonly number[][], event = rows.event) =>
      codeOf(() => coxRegression({ ...rows, event }, columns))
    expect(await fitting([x], [0, 0, 0, 0])).toBe('all_censored')
    expect(await fitting([[2, 2, 2, 2]])).toBe('no_variation')
    expect(await fitting([x, x.map((value) => 1 - value)])).toBe('singular')
    expect(await fitting([])).toBe('bad_input')
    expect(await fitting([[0, 1, NaN, 1]])).toBe('bad_input')
    expect(await fitting([[0, 1]])).toBe('bad_input')
    expect(await fitting([x, [0, 1, 2, 3]], [1, 0, 0, 0])).toBe('too_few_events')
    expect(await codeOf(() => coxRegression(rows, [x], { strata: [0, 0, 2, 2] }))).toBe('empty_stratum')
    // Each stratum holds one value of x: nothing is compared.
    expect(await codeOf(() => coxRegression(rows, [x], { strata: x }))).toBe('singular')
    expect(await codeOf(() => coxRegression(seen, three, { maxIterations: 1 }))).toBe('no_convergence')
    const signal = AbortSignal.abort()
    expect(await codeOf(() => coxRegression(seen, three, { signal }))).toBe('aborted')
  })
})
