import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cutInTwo, lung, reordered, someFollowUp } from './follow-up.fixture.ts'
import { numbersAtRisk, riskTable } from './risk-table.ts'

const at = (time: readonly number[], test: (t: number, i: number) => boolean) => time.filter(test).length

describe('the risk table', () => {
  it.each([true, false])('counts what a look at every row counts (late entries: %s)', (entries) => {
    fc.assert(
      fc.property(someFollowUp({ entries }), (rows) => {
        const table = riskTable(rows)
        const times = [...new Set(rows.time)].sort((a, b) => a - b)
        expect(Array.from(table.time)).toEqual(times)
        times.forEach((t, step) => {
          const there = (u: number, i: number) => u >= t && (rows.entry?.[i] ?? -1) < t
          expect(table.atRisk[step]).toBe(at(rows.time, there))
          expect(table.events[step]).toBe(at(rows.time, (u, i) => u === t && rows.event[i] === 1))
          expect(table.censored[step]).toBe(at(rows.time, (u, i) => u === t && rows.event[i] === 0))
        })
      }),
    )
  })

  it('counts whole times as it sorts broken ones', () => {
    const { time, event } = lung()
    const whole = riskTable({ time, event })
    const broken = riskTable({ time: time.map((t) => t + 0.5), event })
    expect(broken.atRisk).toEqual(whole.atRisk)
    expect(broken.events).toEqual(whole.events)
  })

  it('does not care for the order of rows', () => {
    const { time, event, entry } = lung()
    const turned = reordered({ time, event, entry }, [...time.keys()].reverse())
    expect(riskTable(turned)).toEqual(riskTable({ time, event, entry }))
  })

  it('counts each account once when its row is cut in two', () => {
    fc.assert(
      fc.property(someFollowUp({ entries: true }), (rows) => {
        const whole = riskTable(rows)
        const asked = numbersAtRisk(cutInTwo(rows), whole.time)
        expect(Array.from(asked)).toEqual(Array.from(whole.atRisk))
      }),
    )
  })

  it('gives the numbers at risk at any time', () => {
    // R: sapply(c(0, 1, 50.5, 300, 2000), function(t) sum(entry < t & time >= t)) on lung
    expect(Array.from(numbersAtRisk(lung(), [0, 1, 50.5, 300, 2000]))).toEqual([0, 4, 69, 79, 0])
  })
})
