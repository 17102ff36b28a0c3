import { describe, expect, it, vi } from 'vitest'
import { fitHazard } from '../../src/stats/hazard/fit-hazard.ts'
import type { HazardModel } from '../../src/stats/hazard/hazard-model.ts'
import { predictHazard } from '../../src/stats/hazard/predict-hazard.ts'
import { survivalFromHazards } from '../../src/stats/hazard/risk-to-horizon.ts'
import type { Term } from '../../src/stats/hazard/term.ts'
import { seededRandom } from '../../src/stats/random/seeded-random.ts'
import { censoringSurvival } from '../../src/stats/survival/censoring-survival.ts'
import { harrellConcordance } from '../../src/stats/survival/concordance.ts'
import { survivalBrier } from '../../src/stats/survival/survival-brier.ts'
import { auc } from '../../src/stats/validation/auc.ts'
import { brierScore } from '../../src/stats/validation/brier.ts'
import { calibrationSlope } from '../../src/stats/validation/calibration.ts'
import { rollingOrigins } from '../../src/stats/validation/rolling-origin.ts'
import { usableSignal } from '../../src/stats/validation/usable-signal.ts'
import telcoReference from '../reference/hazard_telco_heldout.json' with { type: 'json' }
import reference from '../reference/models.json' with { type: 'json' }
import { ravenstackAccounts, ravenstackFactors, ravenstackNumbers } from './ravenstack.ts'
import { everyFifthRow, pickRows } from './rows.ts'
import { saasSimMonths, segments } from './saas-sim.ts'
import { telcoCustomers, telcoFactors } from './telco.ts'

// Fits share the machine with whatever else runs.
vi.setConfig({ testTimeout: 60_000 })

const curve = (column: string): Term => ({ kind: 'smooth', column, basisSize: 8, select: true })
const slope = (column: string): Term => ({ kind: 'linear', column })
const coefficientOf = (model: HazardModel, name: string) =>
  model.coefficients[model.terms.find(({ shape }) => shape.name === name)!.first]!

describe('the simulated software company, at rolling origins', () => {
  const sim = saasSimMonths()
  const terms: Term[] = [
    ...['logTenure', 'usage', 'usageChange', 'trust', 'logMrr'].map(curve),
    ...['logSeats', 'activeWeeks', 'tickets', 'severe', 'reopened', 'reputation', 'habit'].map(slope),
    ...['championLeft', 'priceIncrease', 'renewal', 'locked'].map(slope),
    { kind: 'factor', column: 'segment', levels: segments },
  ]
  const splits = rollingOrigins(sim.months, { origins: [18, 21, 24, 27, 30, 33], window: 3 })

  it('is foreseen about as well as the truth allows, and no better', async () => {
    const [events, chances, truth, accounts]: [number[], number[], number[], number[]] = [[], [], [], []]
    for (const { train, test } of splits) {
      const model = await fitHazard(pickRows(sim, train), terms)
      const asked = pickRows(sim, test)
      events.push(...asked.events)
      chances.push(...predictHazard(model, asked.columns))
      truth.push(...asked.columns.trueHazard!)
      accounts.push(...asked.columns.account!)
    }
    expect([events.length, events.filter((event) => event === 1).length]).toEqual([16_680, 278])
    const found = auc(events, chances)
    expect(found).toBeGreaterThanOrEqual(0.865)
    expect(brierScore(events, chances)).toBeLessThanOrEqual(0.0152)
    expect(auc(events, truth)).toBeCloseTo(reference.saas_sim_rolling_origin.pooled.oracle_true_hazard.auc, 4)
    expect(found).toBeLessThanOrEqual(auc(events, truth) + 0.02)
    const slopeFound = calibrationSlope(events, chances).slope
    expect(slopeFound.estimate).toBeGreaterThan(0.8)
    expect(slopeFound.estimate).toBeLessThan(1.25)
    const signal = await usableSignal({ events, chances, accounts }, seededRandom(1), { rounds: 200 })
    expect(signal.verdict).toBe('usable')
  })

  it('shows early weekly use as stronger than it is until other causes stand beside it', async () => {
    const oddsRatio = async (others: readonly string[]) => {
      const free = ['habit', ...others].map((column): Term => ({ kind: 'linear', column, ridge: false }))
      const factor: Term = { kind: 'factor', column: 'segment', levels: segments, ridge: false }
      return Math.exp(coefficientOf(await fitHazard(sim, [...free, factor], { link: 'logit' }), 'habit'))
    }
    const { naive_segment_only: alone, plus_current_usage_and_trust: adjusted } =
      reference.saas_sim_habit_odds_ratio
    expect(await oddsRatio([])).toBeCloseTo(alone, 2)
    const beside = [
      'logTenure',
      'renewal',
      'locked',
      'usage',
      'trust',
      'championLeft',
      'priceIncrease',
      'severe',
    ]
    expect(await oddsRatio(beside)).toBeCloseTo(adjusted, 2)
  })
})

const telco = telcoCustomers()
const { train, test } = everyFifthRow(telco.events.length)
/** Two levels are one slope, more are a factor. */
const telcoTerm = (column: string): Term =>
  telco.levels[column]!.length === 2
    ? { kind: 'linear', column }
    : { kind: 'factor', column, levels: telco.levels[column]! }

describe('the telecom snapshot, every fifth customer held out', () => {
  it('is told apart and calibrated as the best of other models do', async () => {
    const terms: Term[] = [
      ...['tenure', 'MonthlyCharges', 'TotalCharges'].map((column): Term => ({ kind: 'smooth', column })),
      ...telcoFactors.map(telcoTerm),
    ]
    const model = await fitHazard(pickRows(telco, train), terms)
    const asked = pickRows(telco, test)
    const chances = predictHazard(model, asked.columns)
    expect(auc(asked.events, chances)).toBeGreaterThanOrEqual(0.835)
    expect(brierScore(asked.events, chances)).toBeLessThanOrEqual(0.14)
    const { slope: found } = calibrationSlope(asked.events, chances)
    expect(found.estimate).toBeGreaterThan(0.85)
    expect(found.estimate).toBeLessThan(1.15)
  })

  it('survives month by month as in the reference fits', async () => {
    const stays = (rows: readonly number[]) => rows.filter((row) => telco.columns.tenure![row]! > 0)
    const [fitted, asked] = [stays(train), stays(test)]
    const owners = fitted.flatMap((row) => Array.from({ length: telco.columns.tenure![row]! }, () => row))
    const months = pickRows(telco, owners)
    const ages = fitted.flatMap((row) =>
      Array.from({ length: telco.columns.tenure![row]! }, (_, at) => at + 1),
    )
    const events = months.events.map((event, at) => (ages[at] === months.columns.tenure![at] ? event : 0))
    const services = [
      'InternetService',
      'OnlineSecurity',
      'OnlineBackup',
      'TechSupport',
      'StreamingTV',
      'StreamingMovies',
    ]
    const others = [
      'PhoneService',
      'Contract',
      'PaymentMethod',
      'PaperlessBilling',
      'SeniorCitizen',
      'Partner',
      'Dependents',
      'MultipleLines',
    ]
    const terms: Term[] = [
      { kind: 'smooth', column: 'age' },
      { kind: 'pair', columns: ['age', 'monthToMonth'] },
      { kind: 'smooth', column: 'MonthlyCharges', basisSize: 8 },
      ...[...services, ...others].map(telcoTerm),
    ]
    const model = await fitHazard({ columns: { ...months.columns, age: ages }, events }, terms)
    const { discrete_gam: gam, km_only: base } = telcoReference
    expect([model.rows, model.events]).toEqual([gam.person_periods, gam.events])

    const path = asked.flatMap((row) => Array.from({ length: 48 }, () => row))
    const age = path.map((_, at) => (at % 48) + 1)
    const hazards = predictHazard(model, { ...pickRows(telco, path).columns, age })
    const survival = asked.map((_, at) => survivalFromHazards(hazards.subarray(48 * at, 48 * at + 48)))
    const held = pickRows(telco, asked)
    const followUp = { time: held.columns.tenure!, event: held.events }
    const risk = survival.map((shares) => 1 - shares[11]!)
    expect(Math.abs(harrellConcordance(followUp, risk).concordance - gam.c_index_S12)).toBeLessThan(0.002)
    const seen = pickRows(telco, fitted)
    const censoring = censoringSurvival({ time: seen.columns.tenure!, event: seen.events })
    for (const horizon of [6, 12, 24, 48] as const) {
      const shares = survival.map((months) => months[horizon - 1]!)
      const score = survivalBrier(followUp, shares, horizon, censoring)
      expect(Math.abs(score - gam.ipcw_brier[`t${horizon}`])).toBeLessThan(0.0012)
      expect(score).toBeLessThan(base.ipcw_brier[`t${horizon}`])
    }
  })
})

describe('the RavenStack accounts', () => {
  it('carry no usable signal', async () => {
    const raven = ravenstackAccounts()
    const split = everyFifthRow(raven.events.length)
    const terms: Term[] = [
      ...ravenstackNumbers.map((column): Term => ({ kind: 'smooth', column, select: true, basisSize: 6 })),
      ...ravenstackFactors.map((column): Term => ({ kind: 'factor', column, levels: raven.levels[column]! })),
    ]
    const model = await fitHazard(pickRows(raven, split.train), terms)
    const asked = pickRows(raven, split.test)
    const rows = { events: asked.events, chances: predictHazard(model, asked.columns), accounts: split.test }
    const signal = await usableSignal(rows, seededRandom(1), { rounds: 500 })
    expect(signal.verdict).toBe('no_usable_signal')
  })
})
