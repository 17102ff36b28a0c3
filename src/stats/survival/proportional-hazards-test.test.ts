import { describe, expect, it } from 'vitest'
import lungReference from '../../../test/reference/survival_lung.json' with { type: 'json' }
import { seededRandom } from '../random/seeded-random.ts'
import { type CoxOptions, coxRegression } from './cox-regression.ts'
import {
  codeOf,
  expectClose,
  exponentialRows,
  indicator,
  lungWithEcog,
  rowsWhere,
} from './follow-up.fixture.ts'
import type { FollowUp } from './follow-up.ts'
import { type TimeScale, proportionalHazardsTest } from './proportional-hazards-test.ts'

const known = lungWithEcog()
const seen = { time: known.time, event: known.event }
const three = [known.age, known.sex, known.ecog]
const two = [known.age, known.ecog]
const scales = ['km', 'identity', 'rank'] as const satisfies readonly TimeScale[]

async function statistics(rows: FollowUp, columns: readonly number[][], options: CoxOptions = {}) {
  const fit = await coxRegression(rows, columns, options)
  return scales.flatMap((transform) => {
    const test = proportionalHazardsTest(rows, columns, fit, { transform, strata: options.strata })
    return [...test.terms, test.global].map(({ statistic }) => statistic)
  })
}

describe('the test of proportional hazards', () => {
  it('gives the reference of lung', async () => {
    const fit = await coxRegression(seen, three)
    const { terms, global } = proportionalHazardsTest(seen, three, fit)
    lungReference.zph_cox3.forEach(({ chisq, df, p }, i) => {
      const test = terms[i] ?? global
      expect(test.df).toBe(df)
      expectClose([test.statistic, test.p], [chisq, p], 1e-6)
    })
  })

  // R: cox.zph(coxph(...), transform)$table[, "chisq"] for "km", "identity" and "rank"; terms, then global
  it('agrees with R on each scale of time, for both ways with ties', async () => {
    expectClose(
      await statistics(seen, three),
      [
        0.187987673560505, 2.3054372267748, 2.05424877386278, 4.463657588162, 0.152350317151019,
        2.49191321650827, 1.5782352382526, 4.11938295093638, 0.117291506918404, 2.04469467962335,
        2.54487839238854, 4.71068014071902,
      ],
      1e-9,
    )
    expectClose(
      await statistics(seen, three, { ties: 'breslow' }),
      [
        0.188085661057069, 2.29719735433397, 2.05170861154752, 4.45101233320089, 0.152149134184867,
        2.48460048678038, 1.57725817157213, 4.10973423641292, 0.117689737524768, 2.03632142841448,
        2.54141047541396, 4.69691775961252,
      ],
      1e-9,
    )
  })

  it('agrees with R with late entries and strata', async () => {
    expectClose(
      await statistics(known, three),
      [
        0.313381378531528, 0.47511001774359, 0.553032880562845, 1.11076871940956, 0.00248450522486324,
        1.15995281121039, 0.935573351010401, 2.13275588470503, 0.0261344294020304, 0.71313951937957,
        1.80553609894322, 2.6551944353178,
      ],
      1e-9,
    )
    expectClose(
      await statistics(seen, two, { strata: known.sex }),
      [
        0.133470723862425, 2.18240068947884, 2.2004789020791, 0.0908638496809867, 1.66219000020078,
        1.66845237731744, 0.0842682912438752, 2.69518553367946, 2.69636160452471,
      ],
      1e-9,
    )
    expectClose(
      await statistics(known, two, { strata: known.sex, ties: 'breslow' }),
      [
        0.318584074336207, 0.946589955528606, 1.13520634740548, 0.0198432741235776, 1.13654527902104,
        1.23801505667436, 0.0504796515271493, 2.14546980485145, 2.33696198932868,
      ],
      1e-9,
    )
  })

  it('tests the levels of a factor together', async () => {
    const rows = rowsWhere(known, (i) => known.ecog[i]! < 3)
    const words = rows.ecog.map(String)
    const columns = [rows.age, indicator(words, '1'), indicator(words, '2')]
    const followUp = { time: rows.time, event: rows.event }
    const fit = await coxRegression(followUp, columns)
    const { terms, global } = proportionalHazardsTest(followUp, columns, fit, { groups: [[0], [1, 2]] })
    // R: cox.zph(coxph(Surv(time, ev) ~ age + factor(ph.ecog), lung, subset = ph.ecog < 3))$table
    expectClose(
      [...terms, global].map(({ statistic }) => statistic),
      [0.266929782280769, 2.0897212283161, 2.12840083508266],
      1e-9,
    )
    expect(terms[1]!.df).toBe(2)
  })

  it('finds drift as often by luck as its level says, and real drift nearly always', async () => {
    const random = seededRandom(6)
    const group = Array.from({ length: 100 }, (_, i) => i % 2)
    const share = async (rounds: number, power: number) => {
      let found = 0
      for (let round = 0; round < rounds; round++) {
        const rows = exponentialRows(
          random,
          group.map(() => 1),
          3,
        )
        // A life raised to a power in one group only bends that group's hazard over time.
        const bent = { ...rows, time: rows.time.map((t, i) => (group[i] === 1 ? t ** power : t)) }
        const fit = await coxRegression(bent, [group])
        if (proportionalHazardsTest(bent, [group], fit).global.p < 0.05) found++
      }
      return found / rounds
    }
    expect(Math.abs((await share(300, 1)) - 0.05)).toBeLessThan(4 * Math.sqrt((0.05 * 0.95) / 300))
    expect(await share(50, 4)).toBeGreaterThan(0.9)
  })

  it('refuses groups that are none, and a fit of other columns', async () => {
    const fit = await coxRegression(seen, two)
    const test = (columns: readonly number[][], groups: number[][]) =>
      codeOf(() => proportionalHazardsTest(seen, columns, fit, { groups }))
    expect(await test(two, [[0, 0]])).toBe('bad_input')
    expect(await test(two, [[2]])).toBe('bad_input')
    expect(await test(three, [[0]])).toBe('bad_input')
  })

  it('says that one event time tells no drift', async () => {
    const rows = { time: [1, 1, 2, 2, 2], event: [1, 1, 0, 0, 0] }
    const x = [[0, 1, 1, 0, 0]]
    const fit = await coxRegression(rows, x)
    expect(await codeOf(() => proportionalHazardsTest(rows, x, fit))).toBe('singular')
  })
})
