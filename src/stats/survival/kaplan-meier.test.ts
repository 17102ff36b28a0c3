import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import lungReference from '../../../test/reference/survival_lung.json' with { type: 'json' }
import telcoReference from '../../../test/reference/survival_telco.json' with { type: 'json' }
import { seededRandom } from '../random/seeded-random.ts'
import {
  codeOf,
  cutInTwo,
  expectClose,
  exponentialRows,
  lung,
  reordered,
  rowsWhere,
  someFollowUp,
  telco,
} from './follow-up.fixture.ts'
import type { FollowUp } from './follow-up.ts'
import { type SurvivalCurve, type SurvivalInterval, kaplanMeier, survivalAt } from './kaplan-meier.ts'
import { numbersAtRisk } from './risk-table.ts'

type Expected = Readonly<{ t: number; n_risk: number; S: number; se: number; lo: number; hi: number }>

const valuesAt = (curve: SurvivalCurve, t: number): number[] => {
  const found = survivalAt(curve, t)
  return found.kind === 'known' ? [found.survival, found.standardError, found.low, found.high] : []
}

function expectReference(rows: FollowUp, reference: readonly Expected[], interval: SurvivalInterval = 'log') {
  const curve = kaplanMeier(rows, { interval })
  for (const { t, n_risk, S, se, lo, hi } of reference) {
    expectClose(valuesAt(curve, t), [S, se, lo, hi], 1e-7)
    expect(numbersAtRisk(rows, [t])[0]).toBe(n_risk)
  }
}

const { time, event, entry, sex } = lung()

describe('Kaplan-Meier', () => {
  it('gives the reference curve of lung, on each scale of its limits', () => {
    expectReference({ time, event }, lungReference.km_all)
    expectReference({ time, event }, lungReference.km_loglog, 'log-log')
    expectReference({ time, event }, lungReference.km_plain, 'plain')
  })

  it.each([0, 1])('gives the reference curve of lung by sex %i', (who) => {
    const rows = rowsWhere({ time, event }, (i) => sex[i] === who)
    expectReference(
      rows,
      lungReference.km_sex.filter(({ strata }) => strata === `sex=${who + 1}`),
    )
  })

  it('gives the reference curves of telco', () => {
    const data = telco()
    expectReference(data, telcoReference.km_all)
    for (const contract of ['Month-to-month', 'One year', 'Two year']) {
      const words = data.column('Contract')
      const rows = rowsWhere({ time: data.time, event: data.event }, (i) => words[i] === contract)
      expectReference(
        rows,
        telcoReference.km_contract.filter(({ strata }) => strata === `Contract=${contract}`),
      )
    }
  })

  it('lets late rows in at their entry', () => {
    // R: summary(survfit(Surv(entry, time, ev) ~ 1, lung), times = c(100, 180, 365, 500, 730))
    const curve = kaplanMeier({ time, event, entry })
    const at = [100, 180, 365, 500, 730].map((t) => valuesAt(curve, t))
    expectClose(
      at.map(([survival]) => survival!),
      [0.54882255981858, 0.428727368877333, 0.22024967923965, 0.152684501961792, 0.0596926591253009],
      1e-12,
    )
    expectClose(
      at.map(([, error]) => error!),
      [0.0702048503401329, 0.05795226247047, 0.0357332201347073, 0.0282869621736869, 0.0169289870737692],
      1e-12,
    )
    expectClose(
      at.map(([, , low]) => low!),
      [0.427117216962362, 0.328943981901367, 0.160256880859144, 0.106193476631245, 0.0342387612978961],
      1e-12,
    )
  })

  it('is the plain share when nobody is censored', () => {
    fc.assert(
      fc.property(someFollowUp({ entries: false }), ({ time: times }) => {
        const curve = kaplanMeier({ time: times, event: times.map(() => 1) })
        curve.time.forEach((t, i) => {
          const share = times.filter((u) => u > t).length / times.length
          expect(curve.survival[i]).toBeCloseTo(share, 12)
          const binomial = Math.sqrt((share * (1 - share)) / times.length)
          if (share > 0) expect(curve.standardError[i]).toBeCloseTo(binomial, 12)
        })
      }),
    )
  })

  it('does not change when rows are reordered, cut in two, or measured in another unit', () => {
    fc.assert(
      fc.property(someFollowUp({ entries: true }), (rows) => {
        const curve = kaplanMeier(rows)
        const order = [...rows.time.keys()].reverse()
        expect(kaplanMeier(reordered(rows, order))).toEqual(curve)
        const doubled = kaplanMeier({
          ...rows,
          time: rows.time.map((t) => 4 * t),
          entry: rows.entry!.map((t) => 4 * t),
        })
        expect(doubled.survival).toEqual(curve.survival)
        const cut = kaplanMeier(cutInTwo(rows))
        for (const t of curve.time) {
          const [survival] = valuesAt(cut, t)
          expect(survival).toBe(valuesAt(curve, t)[0])
        }
      }),
    )
  })

  it('has falling shares inside their limits, on every scale', () => {
    const scales = fc.constantFrom<SurvivalInterval>('log', 'log-log', 'plain')
    fc.assert(
      fc.property(someFollowUp({ entries: true }), scales, (rows, interval) => {
        const { survival, low, high, standardError } = kaplanMeier(rows, { interval })
        survival.forEach((share, i) => {
          expect(share).toBeLessThanOrEqual(i === 0 ? 1 : survival[i - 1]!)
          expect(low[i]).toBeGreaterThanOrEqual(0)
          expect(low[i]).toBeLessThanOrEqual(share)
          expect(high[i]).toBeGreaterThanOrEqual(share)
          expect(high[i]).toBeLessThanOrEqual(1)
          expect(standardError[i]).toBeGreaterThanOrEqual(0)
        })
      }),
    )
  })

  it.each<SurvivalInterval>(['log', 'log-log', 'plain'])(
    'covers the truth as often as it says, %s',
    (interval) => {
      const random = seededRandom(7)
      const truth = Math.exp(-1)
      let covered = 0
      const rounds = 400
      for (let round = 0; round < rounds; round++) {
        const rows = exponentialRows(random, Array<number>(120).fill(1), 4)
        const [, , low, high] = valuesAt(kaplanMeier(rows, { interval }), 1)
        if (low! <= truth && truth <= high!) covered++
      }
      // 0.95 within four binomial standard errors.
      expect(covered / rounds).toBeGreaterThan(0.95 - 4 * Math.sqrt((0.95 * 0.05) / rounds))
      expect(covered / rounds).toBeLessThan(0.95 + 4 * Math.sqrt((0.95 * 0.05) / rounds))
    },
  )

  it('keeps the truth in sight with late entries, where leaving them out would not', () => {
    const random = seededRandom(3)
    const all = Array.from({ length: 4000 }, () => ({ time: -Math.log(1 - random()), entry: 1.5 * random() }))
    const seen = all.filter((row) => row.time > row.entry)
    const rows = {
      time: seen.map((row) => row.time),
      event: seen.map(() => 1),
      entry: seen.map((row) => row.entry),
    }
    const naive = valuesAt(kaplanMeier({ time: rows.time, event: rows.event }), 1)
    const [, , low, high] = valuesAt(kaplanMeier(rows, { level: 0.99 }), 1)
    expect(low).toBeLessThan(Math.exp(-1))
    expect(high).toBeGreaterThan(Math.exp(-1))
    expect(naive[2]).toBeGreaterThan(Math.exp(-1))
  })

  it('stays at 1 when all are censored, and knows nothing beyond the last of them', () => {
    const curve = kaplanMeier({ time: [2, 5], event: [0, 0] })
    expect(valuesAt(curve, 5)).toEqual([1, 0, 1, 1])
    expect(survivalAt(curve, 6)).toEqual({ kind: 'beyond_follow_up', lastTime: 5 })
    expect(() => survivalAt(curve, Number.NaN)).toThrow('A time to ask for')
  })

  it('ends at 0 with limits that are numbers', () => {
    const one = kaplanMeier({ time: [3], event: [1] })
    expect(valuesAt(one, 3)).toEqual([0, 0, 0, 1])
    expect(valuesAt(one, 100)).toEqual([0, 0, 0, 1])
    const few = kaplanMeier({ time: [1, 2, 3], event: [1, 1, 1] })
    expect(few.high[2]).toBe(few.high[1])
    expect(few.low[2]).toBe(0)
  })

  it('counts an event at time 0', () => {
    expect(kaplanMeier({ time: [0, 1], event: [1, 0] }).survival[0]).toBe(0.5)
  })

  it('refuses a level that is none', async () => {
    expect(await codeOf(() => kaplanMeier({ time: [1], event: [1] }, { level: 95 }))).toBe('bad_input')
  })
})
