import { describe, expect, it } from 'vitest'
import { seededRandom } from '../../src/stats/random/seeded-random.ts'
import { challenge } from '../../src/stats/trees/challenge.ts'
import { fitTrees, type TreeOptions } from '../../src/stats/trees/fit-trees.ts'
import { predictTrees } from '../../src/stats/trees/predict-trees.ts'
import { treesAtOrigins } from '../../src/stats/trees/trees-at-origins.ts'
import { auc } from '../../src/stats/validation/auc.ts'
import { brierScore } from '../../src/stats/validation/brier.ts'
import { calibrationSlope } from '../../src/stats/validation/calibration.ts'
import { ceilingAlarm } from '../../src/stats/validation/leakage.ts'
import { rollingOrigins } from '../../src/stats/validation/rolling-origin.ts'
import { usableSignal } from '../../src/stats/validation/usable-signal.ts'
import reference from '../reference/models.json' with { type: 'json' }
import { ravenstackAccounts, ravenstackFactors, ravenstackNumbers } from './ravenstack.ts'
import { everyFifthRow, pickRows } from './rows.ts'
import { saasSimMonths } from './saas-sim.ts'
import { telcoCustomers, telcoFactors } from './telco.ts'

const stumps: TreeOptions = { depth: 1, rounds: 150, learningRate: 0.2, rowShare: 0.8 }
// Even odds, from which the reference starts its trees, cost it the first of its rounds; fewer rounds stand for that.
const deep: TreeOptions = { depth: 4, rounds: 80, learningRate: 0.05, rowShare: 0.8, minChildWeight: 5 }

type Columns = Readonly<Record<string, ArrayLike<number>>>

/** A column of 0 and 1 for each level but the first. */
const indicators = (
  columns: Columns,
  levels: Readonly<Record<string, readonly string[]>>,
  names: readonly string[],
) =>
  Object.fromEntries(
    names.flatMap((name) =>
      levels[name]!.slice(1).map((level, at) => [
        `${name} ${level}`,
        Float64Array.from(columns[name]!, (code) => (code === at + 1 ? 1 : 0)),
      ]),
    ),
  )

describe('trees on the simulated software company, at rolling origins', () => {
  const sim = saasSimMonths()
  const answers = ['event', 'month', 'account', 'trueHazard']
  const known = Object.entries(sim.columns).filter(([name]) => !answers.includes(name))
  const columns = Object.fromEntries(known)
  const splits = rollingOrigins(sim.months, { origins: [18, 21, 24, 27, 30, 33] })
  const predicted = (options: TreeOptions) =>
    treesAtOrigins({ columns, events: sim.events }, splits, options, seededRandom(1))

  it('of depth 1 and 4 foresee as the reference does, and the deeper sees nothing that the additive misses', async () => {
    const [core, challenger] = [await predicted(stumps), await predicted(deep)]
    const at = (values: ArrayLike<number>) => Array.from(core.rows, (row) => values[row]!)
    const [events, truth, accounts] = [at(sim.events), at(sim.trueHazard), at(sim.accounts)]
    const { pooled } = reference.saas_sim_rolling_origin
    expect([events.length, events.filter((found) => found === 1).length]).toEqual([16_680, 278])
    expect(Math.abs(auc(events, core.chances) - pooled.xgb_depth1.auc)).toBeLessThan(0.004)
    expect(Math.abs(brierScore(events, core.chances) - pooled.xgb_depth1.brier)).toBeLessThan(0.00015)
    expect(Math.abs(auc(events, challenger.chances) - pooled.xgb_depth4.auc)).toBeLessThan(0.006)
    expect(Math.abs(brierScore(events, challenger.chances) - pooled.xgb_depth4.brier)).toBeLessThan(0.00015)
    for (const { chances } of [core, challenger])
      expect(ceilingAlarm(events, chances, auc(events, truth) + 0.02)).toBeUndefined()

    const judged = { events, accounts, core: core.chances, challenger: challenger.chances }
    const found = await challenge(judged, seededRandom(2), { rounds: 200 })
    expect(found).toMatchObject({ verdict: 'additive_suffices', pairs: [] })
    const signal = await usableSignal({ events, accounts, chances: core.chances }, seededRandom(3), {
      rounds: 200,
    })
    expect(signal).toMatchObject({ verdict: 'usable', events: 278 })
  }, 60_000)
})

describe('trees on the telecom snapshot', () => {
  it('foresee as the reference does, by depth', async () => {
    const telco = telcoCustomers()
    const { tenure, MonthlyCharges, TotalCharges } = telco.columns
    const columns = {
      tenure: tenure!,
      MonthlyCharges: MonthlyCharges!,
      TotalCharges: TotalCharges!.map((total) => (Number.isNaN(total) ? 0 : total)),
      ...indicators(telco.columns, telco.levels, telcoFactors),
    }
    const { train, test } = everyFifthRow(telco.events.length)
    const [known, asked] = [train, test].map((rows) => pickRows({ columns, events: telco.events }, rows))
    const cases = [
      ['xgb_depth1_additive(EBM-like)', { ...stumps, rounds: 300 }],
      ['xgb_depth4', { ...deep, rounds: 250 }],
    ] as const
    for (const [name, options] of cases) {
      const chances = predictTrees(await fitTrees(known!, options, seededRandom(1)), asked!.columns)
      const expected = reference.telco[name]
      expect(Math.abs(auc(asked!.events, chances) - expected.auc)).toBeLessThan(0.004)
      expect(Math.abs(brierScore(asked!.events, chances) - expected.brier)).toBeLessThan(0.0015)
      const { estimate } = calibrationSlope(asked!.events, chances).slope
      expect(Math.abs(estimate - expected.calib_slope)).toBeLessThan(0.05)
    }
  }, 60_000)
})

describe('trees on accounts whose leaving is made up', () => {
  it('find no usable signal', async () => {
    const made = ravenstackAccounts()
    const columns = {
      ...Object.fromEntries(ravenstackNumbers.map((name) => [name, made.columns[name]!])),
      ...indicators(made.columns, made.levels, ravenstackFactors),
    }
    const { train, test } = everyFifthRow(made.events.length)
    const [known, asked] = [train, test].map((rows) => pickRows({ columns, events: made.events }, rows))
    expect(asked!.events.length).toBe(100)
    for (const options of [
      { ...stumps, rounds: 100 },
      { ...deep, rounds: 100 },
    ]) {
      const chances = predictTrees(await fitTrees(known!, options, seededRandom(1)), asked!.columns)
      const rows = { events: asked!.events, chances, accounts: Array.from(test, String) }
      const signal = await usableSignal(rows, seededRandom(2), { rounds: 300 })
      expect(signal).toMatchObject({ verdict: 'no_usable_signal', events: 31 })
    }
  }, 60_000)
})
