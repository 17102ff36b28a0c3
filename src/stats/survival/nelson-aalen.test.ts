import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import lungReference from '../../../test/reference/survival_lung.json' with { type: 'json' }
import { seededRandom } from '../random/seeded-random.ts'
import { expectClose, exponentialRows, lung, someFollowUp } from './follow-up.fixture.ts'
import { kaplanMeier } from './kaplan-meier.ts'
import { nelsonAalen } from './nelson-aalen.ts'
import { countUpTo } from './step-lookup.ts'

const { time, event, entry } = lung()

describe('Nelson-Aalen', () => {
  it('gives the hazards of lung', () => {
    const { time: times, cumulativeHazard, standardError } = nelsonAalen({ time, event })
    const steps = [100, 365, 730].map((t) => countUpTo(times, t) - 1)
    expect(cumulativeHazard[steps[1]!]).toBeCloseTo(lungReference.nelson_aalen_365, 7)
    // R: summary(survfit(Surv(time, ev) ~ 1, lung), times = c(100, 365, 730))[c("cumhaz", "std.chaz")]
    expectClose(
      steps.map((step) => cumulativeHazard[step]!),
      [0.145654228634, 0.888324574368183, 2.12504279829714],
      1e-12,
    )
    expectClose(
      steps.map((step) => standardError[step]!),
      [0.0261844643688858, 0.0869653876569276, 0.239135554893498],
      1e-12,
    )
  })

  it('lets late rows in at their entry', () => {
    // R: summary(survfit(Surv(entry, time, ev) ~ 1, lung), times = c(100, 730))[c("cumhaz", "std.chaz")]
    const { time: times, cumulativeHazard, standardError } = nelsonAalen({ time, event, entry })
    const steps = [100, 730].map((t) => countUpTo(times, t) - 1)
    expectClose(
      steps.flatMap((step) => [cumulativeHazard[step]!, standardError[step]!]),
      [0.586210241420683, 0.124265728307897, 2.77051805193871, 0.277015270691523],
      1e-12,
    )
  })

  it('is at most minus the log of Kaplan-Meier, and has it inside its limits when steps are small', () => {
    fc.assert(
      fc.property(someFollowUp({ entries: true }), (rows) => {
        const { cumulativeHazard, low, high } = nelsonAalen(rows)
        const { survival } = kaplanMeier(rows)
        cumulativeHazard.forEach((hazard, i) => {
          expect(hazard).toBeLessThanOrEqual(-Math.log(survival[i]!) + 1e-12)
          expect(low[i]).toBeLessThanOrEqual(hazard)
          expect(high[i]).toBeGreaterThanOrEqual(hazard)
          expect(Number.isFinite(high[i])).toBe(true)
        })
      }),
    )
  })

  it('covers the truth as often as it says', () => {
    const random = seededRandom(2)
    const rounds = 400
    let covered = 0
    for (let round = 0; round < rounds; round++) {
      const { time: times, low, high } = nelsonAalen(exponentialRows(random, Array<number>(120).fill(1), 4))
      const step = countUpTo(times, 1) - 1
      if (low[step]! <= 1 && 1 <= high[step]!) covered++
    }
    expect(Math.abs(covered / rounds - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / rounds))
  })

  it('is 0 while all are censored', () => {
    const { cumulativeHazard, low, high } = nelsonAalen({ time: [1, 2], event: [0, 0] })
    expect([...cumulativeHazard, ...low, ...high]).toEqual([0, 0, 0, 0, 0, 0])
  })
})
