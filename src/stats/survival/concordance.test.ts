import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { seededRandom } from '../random/seeded-random.ts'
import { type Concordance, harrellConcordance, unoConcordance } from './concordance.ts'
import {
  codeOf,
  cutInTwo,
  expectClose,
  exponentialRows,
  lung,
  lungWithEcog,
  someFollowUp,
} from './follow-up.fixture.ts'
import type { FollowUp } from './follow-up.ts'

const known = lungWithEcog()
const seen = { time: known.time, event: known.event }
const months = { time: known.time.map((t) => Math.ceil(t / 60)), event: known.event }

const valuesOf = ({ concordance, standardError, concordant, discordant, tied }: Concordance) => [
  concordance,
  standardError,
  concordant,
  discordant,
  tied,
]

/** Harrell's pairs counted one by one. */
function countPairs(rows: FollowUp, risk: readonly number[]) {
  let [concordant, discordant, tied] = [0, 0, 0]
  for (let i = 0; i < risk.length; i++)
    for (let j = 0; j < risk.length; j++) {
      const outlasts = rows.time[j]! > rows.time[i]! || (rows.time[j] === rows.time[i] && rows.event[j] === 0)
      if (rows.event[i] === 0 || !outlasts || (rows.entry?.[j] ?? -1) >= rows.time[i]!) continue
      if (risk[i]! > risk[j]!) concordant++
      else if (risk[i]! < risk[j]!) discordant++
      else tied++
    }
  return { concordant, discordant, tied }
}

describe('Harrell and Uno C', () => {
  // R: concordance(Surv(time, ev) ~ x, reverse = TRUE)[c("concordance", "var", "count")], sqrt of var
  it('agree with R', () => {
    const all = lung()
    expectClose(
      valuesOf(harrellConcordance({ time: all.time, event: all.event }, all.age)),
      [0.550239832117518, 0.0251421115943329, 10717, 8706, 591],
      1e-12,
    )
    expectClose(
      valuesOf(harrellConcordance(seen, known.ecog)),
      [0.604462525900844, 0.0239015269152603, 8392, 4258, 7137],
      1e-12,
    )
    expectClose(
      valuesOf(harrellConcordance(months, known.ecog)),
      [0.61344315961772, 0.0249625873074622, 8208, 3911, 6820],
      1e-12,
    )
    // R: Surv(entry, time, ev)
    expectClose(
      valuesOf(harrellConcordance(known, known.ecog)),
      [0.594159388646288, 0.0205240872992894, 5200, 2785, 4839],
      1e-12,
    )
    // R: Surv(pmax(months - ((row - 1) %% 4 + 1), 0), months, ev)
    const entry = months.time.map((t, i) => Math.max(t - ((i % 4) + 1), 0))
    expectClose(
      valuesOf(harrellConcordance({ ...months, entry }, known.ecog)),
      [0.607198884434373, 0.0250884873950107, 2439, 1209, 2089],
      1e-12,
    )
    // R: ymax = 364.5
    expectClose(
      valuesOf(harrellConcordance(seen, known.ecog, { before: 364.5 })),
      [0.611356329355348, 0.025429111826694, 7937, 3850, 6564],
      1e-12,
    )
    // R: timewt = "n/G2"; then on months; then of age with ymax = 500
    expectClose(
      valuesOf(unoConcordance(seen, known.ecog)),
      [0.590604065417927, 0.0216775233399318, 10401.1965696361, 5778.90389145307, 9328.09642203034],
      1e-12,
    )
    expectClose(
      valuesOf(unoConcordance(months, known.ecog)),
      [0.597464537589287, 0.0228983960134866, 9869.13940819148, 5228.43562493935, 8709.56496894827],
      1e-12,
    )
    expectClose(
      valuesOf(unoConcordance(seen, known.age, { before: 500.5 })),
      [0.551048111255003, 0.0242983946788559, 12547.3653175145, 10158.2730497075, 694.759895043235],
      1e-12,
    )
  })

  it('count what a look at every pair counts, and turn round with the risk', () => {
    fc.assert(
      fc.property(someFollowUp({ entries: true }), (some) => {
        // The last two rows make one pair at least.
        const rows = {
          time: [...some.time, 20, 20],
          event: [...some.event, 1, 0],
          entry: [...some.entry!, 0, 0],
        }
        const risk = [...some.mark, 2, 1]
        const found = harrellConcordance(rows, risk)
        expect(found).toMatchObject(countPairs(rows, risk))
        const turned = harrellConcordance(
          rows,
          risk.map((value) => -value),
        )
        expect(turned.concordance).toBeCloseTo(1 - found.concordance, 12)
        expect(turned.standardError).toBeCloseTo(found.standardError, 12)
        const stretched = harrellConcordance(
          rows,
          risk.map((value) => Math.exp(value)),
        )
        expect(stretched).toEqual(found)
        const cut = cutInTwo(rows)
        const again = harrellConcordance(
          cut,
          cut.row.map((row) => risk[row]!),
        )
        expect(again.concordance).toBe(found.concordance)
      }),
    )
  })

  it('are alike without censoring', () => {
    const rows = { time: [5, 2, 8, 1, 9, 4], event: [1, 1, 1, 1, 1, 1] }
    const risk = [2, 3, 1, 1, 0, 5]
    expect(unoConcordance(rows, risk)).toEqual(harrellConcordance(rows, risk))
  })

  it('give 1 for perfect order, 0 for its reverse, a half for none', () => {
    const rows = { time: [1, 2, 3, 4], event: [1, 1, 0, 1] }
    expect(harrellConcordance(rows, [4, 3, 2, 1]).concordance).toBe(1)
    expect(harrellConcordance(rows, [1, 2, 3, 4]).concordance).toBe(0)
    expect(harrellConcordance(rows, [7, 7, 7, 7]).concordance).toBe(0.5)
  })

  it('keep, with Uno weights, an answer that follow-up does not move', () => {
    const random = seededRandom(8)
    const risk = Array.from({ length: 1500 }, () => random())
    const wide = risk.map((x) => (x > 0.5 ? 4 : 1))
    const life = wide.map((hazard) => -Math.log(1 - random()) / hazard)
    const watched = (end: number) => {
      const limit = life.map(() => end * random())
      return {
        time: life.map((t, i) => Math.min(t, limit[i]!)),
        event: life.map((t, i) => (t <= limit[i]! ? 1 : 0)),
      }
    }
    const uncensored = { time: life, event: life.map(() => 1) }
    const truth = harrellConcordance(uncensored, wide, { before: 0.8 }).concordance
    const uno = unoConcordance(watched(1), wide, { before: 0.8, level: 0.99 })
    expect(uno.interval[0]).toBeLessThan(truth)
    expect(uno.interval[1]).toBeGreaterThan(truth)
  })

  it('cover the truth as often as they say', () => {
    const random = seededRandom(12)
    const hazards = Array.from({ length: 120 }, (_, i) => 1 + (i % 2))
    // Of a pair with hazards 1 and 2 the faster leaves first with chance 2/3; ties of risk, half of the pairs, count 1/2.
    const rounds = 300
    let covered = 0
    for (let round = 0; round < rounds; round++) {
      const rows = exponentialRows(random, hazards, 1e9)
      const { interval } = harrellConcordance(rows, hazards)
      const unlike = (60 * 60) / ((120 * 119) / 2)
      const truth = unlike * (2 / 3) + (1 - unlike) / 2
      if (interval[0] <= truth && truth <= interval[1]) covered++
    }
    expect(Math.abs(covered / rounds - 0.95)).toBeLessThan(4 * Math.sqrt((0.95 * 0.05) / rounds))
  })

  it('say what cannot be compared', async () => {
    expect(await codeOf(() => harrellConcordance({ time: [1, 2], event: [0, 0] }, [1, 2]))).toBe(
      'not_enough_data',
    )
    expect(await codeOf(() => harrellConcordance({ time: [1], event: [1] }, [1]))).toBe('not_enough_data')
    expect(await codeOf(() => harrellConcordance({ time: [2, 2], event: [1, 1] }, [1, 2]))).toBe(
      'not_enough_data',
    )
    expect(await codeOf(() => harrellConcordance(seen, [1]))).toBe('bad_input')
    expect(await codeOf(() => harrellConcordance({ time: [1, 2], event: [1, 0] }, [NaN, 1]))).toBe(
      'bad_input',
    )
    expect(await codeOf(() => unoConcordance(known, known.ecog))).toBe('bad_input')
    expect(await codeOf(() => unoConcordance(seen, known.ecog, { before: 1 }))).toBe('not_enough_data')
  })
})
