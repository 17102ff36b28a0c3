import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import hazardReference from '../../../test/reference/hazard_telco_heldout.json' with { type: 'json' }
import { codeOf, expectClose, rowsWhere, someFollowUp, telco } from './follow-up.fixture.ts'
import { kaplanMeier } from './kaplan-meier.ts'
import { lifeTable } from './life-table.ts'

/** Times spelled out from counts of events and withdrawals by interval of width one. */
function spelledOut(events: readonly number[], withdrawn: readonly number[]) {
  const rows = events.flatMap((count, i) => [
    ...Array.from({ length: count }, () => ({ time: i + 0.4, event: 1 })),
    ...Array.from({ length: withdrawn[i]! }, () => ({ time: i + 0.6, event: 0 })),
  ])
  return { time: rows.map((row) => row.time), event: rows.map((row) => row.event) }
}

describe('the life table', () => {
  // Cutler and Ederer (1958), table 2: 126 patients; 47, 5, 2, 2, 0 deaths and 19, 17, 15, 9, 6 withdrawn (lost included)
  // by year, 4 more withdrawn later; cumulative survival 0.60, 0.54, 0.50, 0.44, 0.44.
  const cutler = spelledOut([47, 5, 2, 2, 0, 0], [19, 17, 15, 9, 6, 4])

  it('gives the textbook example of Cutler and Ederer', () => {
    const rows = lifeTable(cutler, [0, 1, 2, 3, 4, 5])
    expect(rows.map((row) => row.atStart)).toEqual([126, 60, 38, 21, 10])
    expect(rows.map((row) => row.exposed)).toEqual([116.5, 51.5, 30.5, 16.5, 7])
    expect(rows.map((row) => Number(row.survival.toFixed(2)))).toEqual([0.6, 0.54, 0.5, 0.44, 0.44])
    // R: d <- c(47, 5, 2, 2, 0); n <- c(116.5, 51.5, 30.5, 16.5, 7); prod(1 - d / n) * sqrt(sum(d / (n * (n - d))))
    expect(rows[4]!.standardError).toBeCloseTo(0.06024772, 8)
  })

  it('has hazards of events per exposed row and unit of time', () => {
    const [first] = lifeTable(cutler, [0, 1])
    expect(first!.hazard).toBeCloseTo(47 / (116.5 - 23.5), 12)
    const [wide] = lifeTable({ ...cutler, time: cutler.time.map((t) => 12 * t) }, [0, 12])
    expect(wide!.hazard).toBeCloseTo(first!.hazard / 12, 12)
    expect(wide!.chance).toBe(first!.chance)
  })

  it('is Kaplan-Meier when who went counts to the end and times are whole intervals', () => {
    fc.assert(
      fc.property(someFollowUp({ entries: true }), (some) => {
        // The last row is at risk all the while, so that no interval is empty.
        const time = [...some.time.map(Math.ceil), 16]
        const entry = [...some.entry!.map((t, i) => Math.min(Math.floor(t), time[i]! - 1)), 0]
        const rows = { time, event: [...some.event, 0], entry }
        const curve = kaplanMeier(rows)
        const breaks = Array.from({ length: 17 }, (_, i) => i + 0.5)
        for (const { to, survival, standardError } of lifeTable(rows, breaks, { within: 'end' })) {
          const step = curve.time.findLastIndex((t) => t < to)
          expect(survival).toBeCloseTo(step < 0 ? 1 : curve.survival[step]!, 12)
          expect(standardError).toBeCloseTo(step < 0 ? 0 : curve.standardError[step]!, 12)
        }
      }),
    )
  })

  it('gives the monthly hazards of telco that a discrete-time model without covariates has', () => {
    const data = telco()
    const train = rowsWhere({ time: data.time, event: data.event }, (i) => data.fileRow[i]! % 5 !== 0)
    const breaks = Array.from({ length: 73 }, (_, i) => i + 0.5)
    const rows = lifeTable(train, breaks, { within: 'end' })
    const { hazard_t1_t2_t12 } = hazardReference.life_table_train
    expectClose(
      [rows[0]!, rows[1]!, rows[11]!].map((row) => row.chance),
      hazard_t1_t2_t12,
      1e-5,
    )
    const curve = kaplanMeier(train)
    rows.forEach((row, i) => {
      expect(row.survival).toBeCloseTo(curve.survival[i]!, 12)
      expect(row.standardError).toBeCloseTo(curve.standardError[i]!, 12)
    })
  })

  it('counts late entries half', () => {
    const [row] = lifeTable({ time: [2, 2, 2], event: [1, 0, 0], entry: [0, 0.5, 0] }, [0.1, 1])
    expect(row).toMatchObject({ atStart: 2, entered: 1, exposed: 2.5, chance: 0 })
  })

  it('ends at 0 with a standard error that is a number', () => {
    const [row] = lifeTable({ time: [0.5, 0.5], event: [1, 1] }, [0, 1])
    expect(row).toMatchObject({ chance: 1, survival: 0, standardError: 0, hazard: 2 })
  })

  it('refuses intervals without anybody and breaks that do not ascend', async () => {
    const rows = { time: [1, 2], event: [1, 0] }
    expect(await codeOf(() => lifeTable(rows, [0, 3, 6]))).toBe('not_enough_data')
    expect(await codeOf(() => lifeTable(rows, [0, 0]))).toBe('bad_input')
    expect(await codeOf(() => lifeTable(rows, [0]))).toBe('bad_input')
    expect(await codeOf(() => lifeTable(rows, [0, Infinity]))).toBe('bad_input')
  })
})
